#!/usr/bin/env bats
# owncard-issuer, with openssl as a second opinion on everything X.509.

load common

setup() {
    common_setup
    printf 'a passphrase for tests\n' >passphrase
    chmod 600 passphrase
}

# The keys of a holder: keys CHALLENGE COUNT FILE
keys() {
    owncard-holder keys --vault vault --passphrase-file passphrase --challenge "$1" --count "$2" -o "$3"
}

# An issuer, a resident's claims, and proven keys in `keys`.
prepare() {
    owncard-issuer init --dir issuer
    owncard-issuer people --seed 2017 -o resident.json
    challenge=$(owncard-issuer challenge --dir issuer)
    keys "$challenge" "${1:-2}" keys
}

issue() {
    owncard-issuer issue --dir issuer --type example.guangzhou.vid.1 --keys keys -o copies "$@"
}

dates() { openssl x509 -in "$1" -noout -startdate -enddate; }

@test "init: openssl agrees with the chain, the profile and the keys" {
    owncard-issuer init --dir issuer --country CN --state Guangdong --name Guangzhou --at 2026-03-01T15:00:00Z
    at=$(date -u -d 2026-03-02 +%s)
    openssl verify -x509_strict -attime "$at" -CAfile issuer/iaca.pem issuer/ds.pem
    openssl verify -x509_strict -attime "$at" -CAfile issuer/iaca.pem issuer/iaca.pem
    openssl verify -x509_strict -attime "$at" -CAfile issuer/reader-ca.pem issuer/reader-ca.pem

    text=$(openssl x509 -in issuer/iaca.pem -noout -text)
    [[ $text == *"Subject: C = CN, ST = Guangdong, O = Guangzhou, CN = Guangzhou IACA"* ]]
    [[ $text == *"X509v3 Basic Constraints: critical"*"CA:TRUE, pathlen:0"* ]]
    [[ $text == *"X509v3 Key Usage: critical"*"Certificate Sign, CRL Sign"* ]]
    [[ $text == *"X509v3 Issuer Alternative Name:"*"URI:https://issuer.example/"* ]]
    [[ $text == *"NIST CURVE: P-256"* ]]

    text=$(openssl x509 -in issuer/ds.pem -noout -text)
    [[ $text == *"X509v3 Key Usage: critical"*"Digital Signature"* ]]
    [[ $text == *"X509v3 Extended Key Usage: critical"*"1.0.18013.5.1.2"* ]]
    [[ $text == *"X509v3 CRL Distribution Points:"*"URI:https://issuer.example/iaca.crl"* ]]
    [[ $text != *"CA:TRUE"* ]]

    [ "$(dates issuer/ds.pem | head -1)" = "notBefore=Feb 28 00:00:00 2026 GMT" ]
    for name in iaca ds reader-ca; do
        [ "$(openssl x509 -in issuer/$name.pem -noout -pubkey)" = "$(openssl pkey -in issuer/$name.key -pubout)" ]
        [ "$(stat -c %a issuer/$name.key)" = 600 ]
    done
}

@test "init replaces nothing, and makes all files or none" {
    mkdir issuer
    echo precious >issuer/reader-ca.key
    run owncard-issuer init --dir issuer
    [ "$status" -eq 4 ]
    [[ $output == *"issuer/reader-ca.key: exists already"* ]]
    [ "$(cat issuer/reader-ca.key)" = precious ]
    [ ! -e issuer/iaca.pem ]
    [ ! -e issuer/iaca.key ]
    [ -z "$(find issuer -name '*.tmp*' -o -name '.*' -type f)" ]
}

@test "init: what would break the profile is refused with its rule" {
    run owncard-issuer init --dir issuer --country c1
    [ "$status" -eq 2 ]
    [[ $output == *"iaca.country"* ]]
    run owncard-issuer init --dir issuer --curve Ed25519
    [ "$status" -eq 2 ]
    [[ $output == *"iaca.key"* ]]
    run owncard-issuer init --dir issuer --name "$(printf 'x%.0s' {1..70})"
    [ "$status" -eq 2 ]
    [ ! -e issuer ]
}

@test "init on another curve, in the default folder" {
    owncard-issuer init --curve P-384
    [[ $(openssl x509 -in data/owncard/issuer/ds.pem -noout -text) == *"ecdsa-with-SHA384"*"NIST CURVE: P-384"* ]]
}

@test "reader-cert: openssl's request becomes a certificate to profile" {
    owncard-issuer init --dir issuer
    openssl ecparam -name prime256v1 -genkey -noout -out reader.key
    openssl req -new -key reader.key -subj '/CN=Front desk' -out reader.csr
    owncard-issuer reader-cert --dir issuer --days 100 -o reader.pem reader.csr
    openssl verify -x509_strict -CAfile issuer/reader-ca.pem reader.pem
    text=$(openssl x509 -in reader.pem -noout -text)
    [[ $text == *"Subject: C = CN, CN = Front desk"* ]]
    [[ $text == *"X509v3 Extended Key Usage: critical"*"1.0.18013.5.1.6"* ]]
    [ "$(openssl x509 -in reader.pem -noout -pubkey)" = "$(openssl pkey -in reader.key -pubout)" ]

    owncard-issuer reader-cert --dir issuer --name 'Hotel 酒店' -o named.pem reader.csr
    [[ $(openssl x509 -in named.pem -noout -subject -nameopt RFC2253,-esc_msb) == *"CN=Hotel 酒店"* ]]

    run owncard-issuer reader-cert --dir issuer --at 2035-01-01 -o late.pem reader.csr
    [ "$status" -eq 2 ]
    [ ! -e late.pem ]
}

@test "reader-cert: a request signed by another key is refused" {
    owncard-issuer init --dir issuer
    openssl ecparam -name prime256v1 -genkey -noout -out reader.key
    openssl req -new -key reader.key -subj '/CN=Front desk' -outform DER -out reader.der
    # The last byte belongs to the signature.
    size=$(stat -c %s reader.der)
    last=$(tail -c 1 reader.der | od -An -tu1)
    head -c $((size - 1)) reader.der >forged.der
    printf "\\x$(printf %02x $((last ^ 1)))" >>forged.der
    openssl req -inform DER -in forged.der -out forged.csr
    run owncard-issuer reader-cert --dir issuer -o reader.pem forged.csr
    [ "$status" -eq 1 ]
    [[ $output == *"not signed by the key it names"* ]]
    [ ! -e reader.pem ]
    run owncard-issuer reader-cert --dir issuer -o reader.pem reader.key
    [ "$status" -eq 3 ]
    [ ! -e reader.pem ]
}

@test "challenge: 32 fresh bytes, and the old ones are swept" {
    owncard-issuer init --dir issuer
    one=$(owncard-issuer challenge --dir issuer --at 2026-01-01T00:00:00Z)
    two=$(owncard-issuer challenge --dir issuer --at 2026-01-01T23:59:59Z)
    [[ $one =~ ^[0-9a-f]{64}$ && $two =~ ^[0-9a-f]{64}$ && $one != "$two" ]]
    [ -e "issuer/challenges/$one" ]
    owncard-issuer challenge --dir issuer --at 2026-01-02T00:00:00Z
    [ ! -e "issuer/challenges/$one" ]
    [ -e "issuer/challenges/$two" ]
}

@test "before init: the hint, and nothing is made" {
    owncard-issuer people -o resident.json
    : >proofs
    openssl ecparam -name prime256v1 -genkey -noout -out reader.key
    openssl req -new -key reader.key -subj '/CN=Desk' -out reader.csr
    before=$(find . | sort)
    for dir in "" "--dir issuer"; do
        # shellcheck disable=SC2086
        for verb in challenge 'reader-cert reader.csr' \
                    'issue --type example.guangzhou.vid.1 --claims resident.json --keys proofs'; do
            run owncard-issuer $verb $dir
            check 4 "there is no such file" "hint: owncard-issuer init first"
            one_error
        done
    done
    [ "$(find . | sort)" = "$before" ]
}

@test "issue: the command line is refused first, the challenge last" {
    rm -rf issuer
    run owncard-issuer issue --dir issuer --type nonsense --claims absent --keys absent --days 0
    check 2 "--days"
    run owncard-issuer issue --dir issuer --type nonsense --claims absent --keys absent \
        --valid-from 2026-02-01 --valid-until 2026-01-01
    check 2 "ends before it begins"
    run owncard-issuer issue --dir issuer --type nonsense --claims absent
    check 2 "--keys is missing"
    run owncard-issuer issue --dir issuer --type nonsense --claims absent --keys absent -o absent/copies
    check 4 "absent/copies: No such file or directory"
    run owncard-issuer issue --dir issuer --type nonsense --claims absent --keys absent -o .
    check 4 "Is a directory"

    prepare 1
    rm issuer/challenges/"$challenge"
    run issue --claims resident.json --days 3000
    check 1 "outlive"
    run issue --claims resident.json
    check 1 "not one of ours, was used already or is too old"
    [ ! -e copies ]
}

@test "issue: what the card type has no place for: a warning, also beside errors; strictly an error" {
    prepare 1
    sed 's/"birth_date"/"hobby":"tea","birth_date"/' resident.json >more.json
    sed 's/"sex":[12]/"sex":7/' more.json >bad.json
    run issue --claims bad.json
    check 3 "in 2 places" "org.iso.23220.1/sex: must be" \
        "warning: example.guangzhou.vid.1 has no place for org.iso.23220.1/hobby"
    run issue --claims more.json --strict
    check 3 "in 1 place" "org.iso.23220.1/hobby: the card type has no place for it"
    run owncard-issuer issue --dir issuer --type resident.json --claims resident.json --keys keys
    check 3 "resident.json: these are claims of a person, not a card type"
    [ ! -e copies ]
    run issue --claims resident.json --strict
    check 0
}

@test "issue: a card that cannot be is not signed" {
    prepare 1
    sed -E 's/"expiry_date":"[^"]*"/"expiry_date":"2020-01-01"/; s/"portrait":"[^"]*"/"portrait":"AAAA"/' \
        resident.json >impossible.json
    run issue --claims impossible.json
    check 3 "expiry_date: must not be before" "portrait: must be an image, JPEG or JPEG 2000"
    [ ! -e copies ]
}

@test "issue: one copy a key, and the challenge serves once" {
    prepare 3
    run issue --claims resident.json
    [ "$status" -eq 0 ]
    [[ $output =~ ^"Issued example.guangzhou.vid.1: 3 copies, valid until "[0-9-]+"T00:00:00Z"$ ]]
    owncard-issuer show copies >shown
    [ "$(head -1 shown)" = "UNVERIFIED: nothing below has been checked" ]
    [ "$(grep -c '^IssuerSigned, ' shown)" -eq 3 ]
    # No salt, digest or key of one copy comes again in another.
    [ "$(grep -cE '"random"' shown)" -eq "$(grep -E '"random"' shown | sort -u | wc -l)" ]
    [ "$(grep -cE "^ +[0-9]+: h'[0-9a-f]{64}'" shown)" -gt 40 ]
    [ -z "$(grep -oE "^ +[0-9]+: h'[0-9a-f]{64}'" shown | sed 's/.*: //' | sort | uniq -d)" ]
    [ "$(grep -E "^ +-2: h'" shown | sort -u | wc -l)" -eq 3 ]

    mv copies first
    run issue --claims resident.json
    [ "$status" -eq 1 ]
    [[ $output == *"used already"* ]]
    [ ! -e copies ]
}

@test "issue: of several runs at once one gets the challenge" {
    prepare 1
    for i in 1 2 3 4 5 6; do
        owncard-issuer issue --dir issuer --type example.guangzhou.vid.1 --claims resident.json --keys keys -o "out$i" \
            2>"err$i" &
    done
    wait
    set -- out?
    [ $# -eq 1 ]
    [ "$(grep -l 'error: ' err? | wc -l)" -eq 5 ]
}

@test "issue: a foreign, an expired and a tampered proof" {
    prepare 1
    mv issuer/challenges/"$challenge" kept
    run issue --claims resident.json
    [ "$status" -eq 1 ]
    [[ $output == *"not one of ours"* ]]

    mv kept issuer/challenges/"$challenge"
    touch -d '25 hours ago' issuer/challenges/"$challenge"
    run issue --claims resident.json
    [ "$status" -eq 1 ]
    [[ $output == *"24 hours"* ]]
    touch issuer/challenges/"$challenge"

    size=$(stat -c %s keys)
    last=$(tail -c 1 keys | od -An -tu1)
    mv keys good
    { head -c $((size - 1)) good; printf "\\x$(printf %02x $((last ^ 1)))"; } >keys
    run issue --claims resident.json
    [ "$status" -eq 1 ]
    [[ $output == *"not signed by the key it names"* ]]
    head -c 50 good >keys
    run issue --claims resident.json
    [ "$status" -eq 3 ]
    [[ $output == *"at byte"* ]]
    [ ! -e copies ]
    [ -e issuer/challenges/"$challenge" ]
}

@test "issue: every fault in the claims is listed, and the challenge is kept" {
    prepare 1
    sed -e 's/"sex":[12]/"sex":7/' -e 's/"birth_date":"[^"]*"/"birth_date":"2001-02-29"/' \
        -e 's/"ethnicity":"..",//' resident.json >bad.json
    run issue --claims bad.json
    [ "$status" -eq 3 ]
    [[ $output == *"error: bad.json: not what example.guangzhou.vid.1 asks for, in 5 places"* ]]
    [[ $output == *"org.iso.23220.1/sex: must be one of 0, 1, 2, 9, not 7"* ]]
    [[ $output == *'org.iso.23220.1/birth_date: must be a date such as "2000-01-31", not "2001-02-29"'* ]]
    [[ $output == *"example.guangzhou.vid.1/ethnicity: is missing"* ]]
    [[ $output == *"example.guangzhou.vid.1/citizen_number: says born on "* ]]
    [[ $output == *"example.guangzhou.vid.1/citizen_number: says "*", but org.iso.23220.1/sex is 7"* ]]
    [ ! -e copies ]
    run issue --claims resident.json
    [ "$status" -eq 0 ]
}

@test "issue: not JSON, several lines, an unknown card type, a card type of one's own" {
    prepare 1
    owncard-issuer people --count 2 --no-portrait -o two.json
    run issue --claims two.json
    [ "$status" -eq 3 ]
    [[ $output == *"more than one line of JSON"* ]]
    echo '{"a": {"b": 1' >broken.json
    run issue --claims broken.json
    [ "$status" -eq 3 ]
    [[ $output == *"line "*", column "* ]]
    run owncard-issuer issue --dir issuer --type nonsense --claims resident.json --keys keys -o copies
    [ "$status" -eq 2 ]
    [[ $output == *"example.guangzhou.vid.1"* ]]
    cat >pass.json <<'JSON'
{ "docType": "org.example.pass.1", "title": { "en": "Pass", "zh": "通行证" }, "validityDays": 3,
  "namespaces": { "org.example.1": {
    "holder": { "type": "text", "max": 20, "required": true, "label": { "en": "Holder", "zh": "持有人" } } } } }
JSON
    echo '{"org.example.1": {"holder": "A\u202eB"}}' >holder.json
    owncard-issuer issue --dir issuer --type pass.json --claims holder.json --keys keys -o copies \
        --at "$(date -u +%Y-%m-%dT10:20:30Z)"
    owncard-issuer show copies >shown
    grep -q 'A\\u{202E}B' shown
    # Three days are under a week: rounded to the hour.
    grep -q '"validUntil": 0(".*T10:00:00Z")' shown
}

@test "issue: the validity asked for" {
    prepare 1
    run issue --claims resident.json --days 10 --valid-until 2030-01-01
    [ "$status" -eq 2 ]
    run issue --claims resident.json --days 3000
    [ "$status" -eq 1 ]
    [[ $output == *"outlive"* ]]
    run issue --claims resident.json --digest MD5
    [ "$status" -eq 2 ]
    [ ! -e copies ]
    run issue --claims resident.json --days 10 --digest SHA-512
    [ "$status" -eq 0 ]
    owncard-issuer show copies | grep -q '"digestAlgorithm": "SHA-512"'
    owncard-issuer show copies | grep -q "\"validUntil\": 0(\"$(date -u -d '10 days' +%Y-%m-%d)T00:00:00Z\")"
}

@test "issue: a failed hand-over says that the challenge is used up; a failed preparation keeps it" {
    prepare 1
    run owncard-issuer issue --dir issuer --type example.guangzhou.vid.1 --claims resident.json --keys keys \
        -o absent/copies
    [ "$status" -eq 4 ]
    [ -e issuer/challenges/"$challenge" ]
    run issue --claims resident.json -o keys
    [ "$status" -eq 2 ]
    run sh -c 'owncard-issuer issue --dir issuer --type example.guangzhou.vid.1 --claims resident.json \
        --keys keys -o - >/dev/full'
    [ "$status" -eq 4 ]
    [[ $output == *"the challenge is used up"* ]]
    [ ! -e issuer/challenges/"$challenge" ]
}

@test "issue: a key that others may read is not used" {
    prepare 1
    chmod 644 issuer/ds.key
    run issue --claims resident.json
    [ "$status" -eq 4 ]
    [[ $output == *"chmod 600 issuer/ds.key"* ]]
    [ ! -e copies ]
}

@test "issue: numbers a real person may have are refused" {
    prepare 1
    sed -E 's/"citizen_number":"[0-9X]*"/"citizen_number":"11010519491231002X"/' resident.json >real.json
    run issue --claims real.json
    [ "$status" -eq 3 ]
    [[ $output == *"may be a real person's number"* ]]
    [ ! -e copies ]
}

@test "people: the same seed gives the same people, whose numbers check" {
    owncard-issuer people --count 20 --seed 7 --at 2026-01-01 -o one
    owncard-issuer people --count 20 --seed 7 --at 2026-01-01 >two
    cmp one two
    owncard-issuer people --count 20 --seed 8 --at 2026-01-01 >three
    run cmp -s one three
    [ "$status" -ne 0 ]
    [ "$(wc -l <one)" -eq 20 ]
    weights=(7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2)
    owncard-issuer people --count 200 --no-portrait | sed -E 's/.*"citizen_number":"([^"]*)".*/\1/' >numbers
    [ "$(wc -l <numbers)" -eq 200 ]
    while read -r number; do
        sum=0
        for i in "${!weights[@]}"; do
            sum=$((sum + ${number:i:1} * weights[i]))
        done
        check=10X98765432
        [ "${number:17}" = "${check:sum % 11:1}" ]
    done <numbers
    run grep -c portrait numbers
    [ "$output" = 0 ]
}

@test "people: their claims issue, on the age card too" {
    prepare 1
    run owncard-issuer issue --dir issuer --type example.guangzhou.age.1 --claims resident.json --keys keys -o copies
    [ "$status" -eq 0 ]
    [[ $output == *"warning: "*"citizen_number"* ]]
    owncard-issuer show copies >shown
    grep -q '"elementIdentifier": "age_over_18"' shown
    # The last day of the copy is the one before its validUntil.
    until=$(sed -n 's/.*"validUntil": 0("\(.*\)T00:00:00Z").*/\1/p' shown)
    grep -A1 '"elementIdentifier": "expiry_date"' shown | grep -q "1004(\"$(date -u -d "$until - 1 day" +%F)\")"
    run grep -c 'birth_date' shown
    [ "$output" = 0 ]
}

@test "show: certificates, requests, proofs, hexadecimal text; what is none" {
    prepare 1
    owncard-issuer show issuer/ds.pem | grep -q '1.0.18013.5.1.2'
    openssl x509 -in issuer/ds.pem -outform DER -out ds.der
    [ "$(owncard-issuer show ds.der)" = "$(owncard-issuer show issuer/ds.pem)" ]
    [[ $(owncard-issuer show ds.der) == *"$(openssl dgst -sha256 -r ds.der | cut -c1-64)"* ]]
    openssl req -new -key issuer/ds.key -subj '/CN=Desk' -out desk.csr
    [[ $(owncard-issuer show desk.csr) == *"common name: Desk"* ]]
    run owncard-issuer show issuer/ds.key
    [ "$status" -eq 3 ]
    [[ $output != *BEGIN* ]]
    [[ $(owncard-issuer show keys) == *KeyProofs,*"$challenge"* ]]
    [[ $(owncard-issuer show vault) == *SealedVault,* ]]
    echo '83 f6 f6 81 01' | owncard-issuer show | grep -q '^SessionTranscript, 5 bytes'

    [ "$(od -An -v -tx1 ds.der | owncard-issuer show)" = "$(owncard-issuer show ds.der)" ]
    echo '84 43 a1 01 05 a0 f6 41 00' | owncard-issuer show | grep -q '^COSE_Mac0, 9 bytes'
    echo 'not hexadecimal' >text
    run owncard-issuer show text
    check 3 "error: text: neither CBOR nor hexadecimal nor base45 text"
    one_error

    printf '\x9b\0\0\0\0\x40\0\0\0' >bomb
    run owncard-issuer show bomb
    [ "$status" -eq 3 ]
    [[ $output == *"at byte 0"* ]]
    { cat keys; printf '\xff'; } >trailing
    run owncard-issuer show trailing
    [ "$status" -eq 3 ]
    [[ $output == *"at byte $(stat -c %s keys)"* ]]
    run owncard-issuer show absent
    [ "$status" -eq 4 ]
    run owncard-issuer show </dev/null
    [ "$status" -eq 3 ]
}

@test "show: hostile files end soon, and long ones are cut with a word" {
    head -c 8000000 /dev/zero | tr '\0' '\200' >arrays
    run timeout 10 owncard-issuer show arrays
    check 0 "(the rest is not shown)"
    [ "$(wc -c <<<"$output")" -lt 5000000 ]
}

@test "two people's cards of one type have as many digests, and copies are their holder's alone" {
    owncard-issuer init --dir issuer
    for who in one two; do
        challenge=$(owncard-issuer challenge --dir issuer)
        keys "$challenge" 1 keys
        owncard-issuer people --seed 5 -o $who.json
        [ $who = one ] || sed -i 's/"family_name_latin1": *"[^"]*", *//; s/"given_name_latin1": *"[^"]*", *//' $who.json
        owncard-issuer issue --dir issuer --type example.guangzhou.vid.1 --claims $who.json --keys keys -o $who
    done
    [ "$(stat -c %a one)" = 600 ]
    digests() { owncard-issuer show "$1" | sed -n '/^MobileSecurityObject/,$p' | grep -c "h'"; }
    [ "$(wc -c <one)" -gt "$(wc -c <two)" ]
    [ "$(digests one)" = "$(digests two)" ]
}
