#!/usr/bin/env bats
# Card types of one's own: listed, shown, checked, begun; claims for them; the folder that keeps them.
load common

vid=example.guangzhou.vid.1
own=org.example.library.1

setup() {
    common_setup
    umask 077
    echo "a passphrase" >pass
    data=$XDG_DATA_HOME/owncard
}

keep() {
    mkdir -p "$data/types"
    cp "$1" "$data/types/"
}

# A library card whose title and label are told from all others.
library() {
    owncard-issuer types new $own --title "Reader's card" --title-zh 读者证 -o library.json 2>/dev/null
    sed -i 's/"en": "Level"/"en": "Reading room"/' library.json
}

# issue TYPE CLAIMS, one copy into `copies`
issue() {
    holder keys --challenge "$(owncard-issuer challenge)" --count 1 -o keys 2>/dev/null
    owncard-issuer issue --type "$1" --claims "$2" --keys keys -o copies
}

@test "types list: what there is, in both languages and for programs" {
    run owncard-issuer types list
    check 0 "$vid" "Guangzhou virtual ID (test)" "built in"
    run owncard-issuer types list --lang zh
    check 0 "广州市网上身份证（测试）" "内置"
    run owncard-issuer types list --json
    check 0 '"docType": "example.guangzhou.vid.1"' '"required": 11' '"builtIn": true'
    [ "$(owncard-issuer types list --json | grep -c '"docType"')" = 5 ]
}

@test "types show: type, bounds, rule and label of every element; the file itself" {
    run owncard-issuer types show org.iso.18013.5.1.mDL
    check 0 "portrait                           bytes, 1 to 65536 bytes  required, portrait" \
        "required, unexpired, not before issue_date  Date of expiry" "18 years since birth_date" \
        "      vehicle_category_code" "0 not known, 1 male, 2 female"
    run owncard-issuer types show $vid --lang zh
    check 0 "有效期 30 天" "满18周岁，按 birth_date" "text, 18 字节" "不早于 issue_date" "HA 汉"
    owncard-issuer types show $vid --json >again.json
    run owncard-issuer types check again.json
    check 0 "again.json: $vid, 18 elements, good"
    run owncard-issuer types show example.guangzhou.vid.2
    check 2 "there is no such card type" "did you mean example.guangzhou.vid.1?"
    one_error
}

@test "types check: everything that is wrong, with what was found and what was meant" {
    library
    run owncard-issuer types check library.json
    check 0 "library.json: $own, 7 elements, good"
    sed -e 's/"validityDays": 30/"validityDays": "month"/' -e 's/"type": "uint"/"type": "unit"/' \
        -e 's/"rule": "portrait"/"rule": "potrait"/' -e 's/"required": true/"requierd": true/' \
        -e "s/Reader's card/\\\\u001b[2J/" -e 's/"en": "Name",//' library.json >bad.json
    run owncard-issuer types check bad.json library.json
    check 1 "bad.json: not a card type, in " '"validityDays" must be 1 to 3650' \
        "$own/level: there is no type \"unit\"; did you mean \"uint\"?" \
        "$own/portrait: there is no rule \"potrait\" for bytes; did you mean \"portrait\"?" \
        "$own/holder_name: unknown member \"requierd\"; did you mean \"required\"?" \
        "$own/holder_name/label: needs \"en\"" "library.json: $own, 7 elements, good"
    unsaid "error:"
    echo '{ "docType": ' >cut.json
    run owncard-issuer types check cut.json
    check 1 "cut.json: not a card type, in 1 place" "line "
    run owncard-issuer types check absent.json
    check 4 "absent.json"
    one_error
    run owncard-issuer issue --type bad.json --claims x --keys x
    check 3 "bad.json: " "hint: owncard-issuer types check bad.json lists all that is wrong"
}

@test "types new: a card type of one's own is issued in the minute that it takes to read the hints" {
    owncard-issuer init 2>/dev/null
    run owncard-issuer types new $own --title "Library card" -o library.json
    check 0 "Made the card type $own" "owncard-issuer claims new --type ./library.json -o claims.json"
    for hint in check "claims new" "claims check"; do
        command=$(grep -oE "owncard-issuer (types )?$hint .*" <<<"$output")
        $command >/dev/null
    done
    issue ./library.json claims.json
    run owncard-issuer show copies
    check 0 '"org.example.library.1"' '"age_over_18"' "Example Issuer"
    run owncard-verifier verify --issuer-signed --anchor "$data/issuer/iaca.pem" copies
    check 0

    run owncard-issuer types new $vid
    check 2 "there is a card type of this name already"
    run owncard-issuer types new "a card"
    check 2 "no name for a card type" "such as org.example.library.1"
    run owncard-issuer types new org.example.x.1 --title ""
    check 2 'title: "en" must not be empty'
    run owncard-issuer types new org.example.x.1 --from nonsense
    check 2 "--from nonsense: there is no such card type"
}

@test "types new --from: another's elements under a name of one's own" {
    for from in $vid org.iso.18013.5.1.mDL; do
        owncard-issuer types new org.example.copy.1 --from $from -o copy.json 2>/dev/null
        run owncard-issuer types check copy.json
        check 0 "org.example.copy.1, "
        owncard-issuer claims new --type ./copy.json -o claims.json
        run owncard-issuer claims check --strict --type ./copy.json claims.json
        check 0 "claims.json: 1 for org.example.copy.1, good"
    done
    owncard-issuer types new org.example.copy.1 --from $vid -o copy.json 2>/dev/null
    run cat copy.json
    unsaid $vid
    check 0 '"org.iso.23220.1": {'
}

@test "claims check: one person or many, every fault with line, place, rule and what was found" {
    owncard-issuer people --count 4 --seed 3 >people.jsonl
    run owncard-issuer claims check --type $vid people.jsonl
    check 0 "people.jsonl: 4 for $vid, good"
    long=$(printf 'x%.0s' {1..200})
    sed -i -e '2s/"sex":[12]/"sex":7/' -e "2s/\"family_name\":\"[^\"]*\"/\"family_name\":\"$long\"/" \
        -e '3s/"birth_date":"[^"]*"/"birth_date":"\\u001b[2J"/' -e '4s/.$//' people.jsonl
    run owncard-issuer claims check --type $vid people.jsonl
    check 1 "people.jsonl:2: org.iso.23220.1/sex: must be one of 0, 1, 2, 9, not 7" \
        "people.jsonl:2: org.iso.23220.1/family_name: must be 1 to 150 bytes of text, not 200" \
        'people.jsonl:3: org.iso.23220.1/birth_date: must be a date such as "2000-01-31", not "\u{001B}[2J"' \
        "people.jsonl:4: column " "people.jsonl: 4 for $vid, 3 refused, in "
    unsaid "$long" "people.jsonl:1:" $'\e'
    head -n 1 people.jsonl | owncard-issuer claims check --type $vid >from_pipe
    grep -q "standard input: 1 for $vid, good" from_pipe
    owncard-issuer claims new --type $vid -o sample.json
    sed -i 's/"portrait": "[^"]*"/"portrait": "R0lGODlh"/' sample.json
    run owncard-issuer claims check --type $vid sample.json people.jsonl
    check 1 "sample.json: org.iso.23220.1/portrait: must be an image, JPEG or JPEG 2000, not 6 bytes that begin 47494638" \
        "people.jsonl:2: "
    run owncard-issuer claims check sample.json
    check 2 "--type is missing"
    run owncard-issuer claims check --type $vid absent.json
    check 4 "absent.json"
}

@test "claims check: what has no place is warned about once, and strictly an error" {
    owncard-issuer people --count 3 --no-portrait >people.jsonl
    sed -i 's/"given_name_latin1"/"given_name_latin"/' people.jsonl
    run owncard-issuer claims check --type example.guangzhou.age.1 people.jsonl
    check 0 "good"
    [ "$(grep -c warning: <<<"$output")" = 1 ]
    run owncard-issuer claims check --type $vid --strict people.jsonl
    check 1 "people.jsonl:3: org.iso.23220.1/given_name_latin: the card type has no place for it; did you mean given_name_latin1?"
}

@test "kept card types: issuer, holder and verifier know them by name" {
    owncard-issuer init 2>/dev/null
    library
    keep library.json
    run owncard-issuer types list
    check 0 "$own" "Reader's card" "file"
    owncard-issuer claims new --type $own -o claims.json
    issue $own claims.json
    holder store --anchor "$data/issuer/iaca.pem" copies 2>/dev/null
    run holder list --lang zh
    check 0 "读者证"
    owncard-verifier trust add "$data/issuer/iaca.pem" 2>/dev/null
    owncard-verifier request --unsigned --type $own --element $own/level -o ask 2>/dev/null
    run holder present --request ask --consent all --accept-unknown-reader -o answer
    check 0 "Reading room" "1 (standard)"
    run owncard-verifier verify --request ask answer
    check 0 ACCEPTED "Reading room" "1 (standard)"
}

@test "no kept file takes the place of a card type, and a broken one is left out; a named one may, and says so" {
    owncard-issuer types show $vid --json | sed 's/Guangzhou virtual ID/Somebody'"'"'s ID/' >vid.json
    keep vid.json
    library
    keep library.json
    cp library.json "$data/types/zz.json"
    echo '{}' >"$data/types/broken.json"
    run owncard-issuer types list
    check 0 "Guangzhou virtual ID" "vid.json: left out: $vid is the name of a built-in card type already" \
        "zz.json: left out: $own is the name of another file's card type already" "broken.json: left out: needs"
    unsaid "Somebody's ID"
    [ "$(owncard-issuer types list --json 2>/dev/null | grep -c '"docType"')" = 6 ]
    run owncard-issuer types show ./vid.json
    check 0 "Somebody's ID" "warning: ./vid.json: in place of the built-in card type $vid"
    run env -u XDG_DATA_HOME -u HOME owncard-issuer types list
    check 0 "$vid"
    unsaid "$own" error
}
