#!/usr/bin/env bats
# Responses that are wrong on purpose: what the holder offers, and that the verifier refuses them.
# The checks themselves are told apart by tests/unit/test_flaws.c.
load common

setup() { desk_setup $vid 3; }

# Two requests to which the card is an answer, and a reader's key for a session.
more() {
    question=(--type $vid --element $ns/age_over_18 --element $ns/family_name --expires 86400)
    printf '\x83\xf6\xf6\x61x' >transcript
    owncard-verifier request -o ask "${question[@]}"
    owncard-verifier request -o ask-here --transcript transcript "${question[@]}"
    openssl ecparam -name prime256v1 -genkey -noout -out reader.key
    openssl ec -in reader.key -pubout -out reader.pub
}

# An answer by a vault that is as it was.
present() {
    cp "$vault" spent
    rm -f answer
    holder present --vault spent --request "${ask:-ask}" -o answer "$@"
}

verify() { owncard-verifier verify --request "${1:-ask}" --json answer; }

left() { holder list --vault spent | grep -o '[0-9]* left'; }

@test "present --list-defects: name, check, one sentence and the clause" {
    run owncard-holder present --list-defects
    check 0 "response-version-other         response.version        the response's version is 2.0" \
        "[ISO/IEC 18013-5, 10.3]"
    [ "${#lines[@]}" -ge 60 ]
    [ "$(awk '{print $1}' <<<"$output" | sort -u | wc -l)" = "${#lines[@]}" ]
    [ "$(grep -cvE '^[a-z0-9-]+ +(message|none|[a-z]+\.[a-z_]+) +[A-Za-z]' <<<"$output")" = 0 ]
}

@test "a wrong answer is said to be one, and spends a copy as any other does" {
    run present --consent all
    check 0 "Shown: 2 of 2"
    unsaid "ON PURPOSE"
    run left
    check 0 "2 left"
    run present --consent all --defect device-proof-wrong
    check 0 "warning: THIS ANSWER IS WRONG ON PURPOSE: the device's signature or MAC is wrong" \
        "Shown: 2 of 2"
    run left
    check 0 "2 left"
    run present --consent all --defect nonsense
    check 2 "--defect nonsense: there is no such defect" "present --list-defects"
    one_error
    [ ! -e answer ]
    cmp "$vault" spent
}

@test "consent still applies: nothing is shown that nobody agreed to" {
    run present --defect element-twice </dev/null
    [ "$status" = 4 ]
    [ ! -e answer ]
    run present --defect encryption-missing --consent age_over_18
    check 0 "Shown: 1 of 2"
    grep -q age_over_18 answer
    if grep -qE 'family_name|age_over_16|birth_date' answer; then false; fi
    [ "$(stat -c %a answer)" = 600 ]
}

@test "what this showing cannot have wrong is not sent, and no copy is spent" {
    for defect in mac-key-other document-missing; do
        run present --consent all --defect $defect
        check 2 "--defect $defect: this defect is one of"
        [ ! -e answer ]
        cmp "$vault" spent
    done
    run present --consent family_name --defect element-age-wrong
    check 2 "this defect needs an age_over_NN that is shown"
    cmp "$vault" spent
}

@test "every defect is refused as the list says, and the control is not" {
    while read -r name expected text <&3; do
        case $name in mac-* | device-mac-* | document-missing) continue ;; esac
        present --consent all --defect "$name" 2>/dev/null
        cp ask again
        cp ask.key again.key
        run verify again
        echo "$name: $status"
        case $expected in
        message) [ "$status" = 3 ] ;;
        none) check 0 '"accepted": true' ;;
        *)
            check 1
            case $text in
            *"may fail with it"*) ;;
            *) check 1 "\"refused_by\": \"$expected\"" ;;
            esac
            perl -MJSON::PP -e '
                my $want = shift; local $/; my $v = decode_json(<STDIN>);
                exit !grep { $_->{id} eq $want && $_->{outcome} eq "fail" }
                    @{$v->{checks}}, map { @{$_->{checks}} } @{$v->{documents}};
            ' "$expected" <<<"$output"
            ;;
        esac
    done 3< <(owncard-holder present --list-defects)
    present --consent all
    run verify
    check 0 '"accepted": true'
}

@test "a MAC that is wrong, in a session of another kind" {
    ask=ask-here
    mac() { present --consent all --transcript transcript --reader-key reader.pub "$@"; }
    look() {
        owncard-verifier verify --transcript transcript \
            --reader-key reader.key --json answer
    }
    mac
    run look
    check 0 '"accepted": true'
    for defect in mac-key-other mac-key-session-other mac-alg-short device-proof-wrong; do
        mac --defect $defect
        run look
        check 1 '"refused_by": "device.authentication"'
    done
    mac --defect device-mac-tagged
    run look
    check 3
    run mac --defect device-key-other
    check 2 "this defect is one of device signatures"
}
