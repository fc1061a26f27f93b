#!/usr/bin/env bats
# Cards that are wrong on purpose: what the issuer offers, and that holder and verifier refuse it.
# The checks themselves are told apart by tests/unit/test_defects.c.
load common

setup() {
    common_setup
    printf 'a passphrase for tests\n' >passphrase
    chmod 600 passphrase
}

# An issuer in `issuer`, claims, and one proven key in `keys`. Its state lets a signer's differ.
prepare() {
    owncard-issuer init --dir issuer --state CN-GD 2>/dev/null
    owncard-issuer people --seed 2017 -o resident.json
    owncard-holder keys --vault vault --passphrase-file passphrase \
        --challenge "$(owncard-issuer challenge --dir issuer)" --count 1 -o keys 2>/dev/null
}

# One copy in `copy`, from a folder like the issuer's, so that the challenge serves again.
issue() {
    rm -rf again copy
    cp -r issuer again
    owncard-issuer issue --dir again --type "${type:-example.guangzhou.vid.1}" --claims resident.json \
        --keys keys -o copy "$@"
}

store() {
    cp vault fresh
    owncard-holder store --vault fresh --passphrase-file passphrase --anchor issuer/iaca.pem copy
}

verify() { owncard-verifier verify --issuer-signed --anchor issuer/iaca.pem "$@" copy; }

@test "issue --list-defects: name, check, and one sentence each" {
    run owncard-issuer issue --list-defects
    check 0 "mso-version-other" "mso.version" "the MSO's version is 2.0"
    [ "${#lines[@]}" -ge 100 ]
    [ "$(awk '{print $1}' <<<"$output" | sort -u | wc -l)" = "${#lines[@]}" ]
    [ "$(grep -cvE '^[a-z0-9-]+ +(message|none|[a-z]+\.[a-z_]+) +[A-Za-z]' <<<"$output")" = 0 ]
}

@test "issue --defect warns each time, and names no defect that there is not" {
    prepare
    run issue --defect digest-wrong
    check 0 "warning: this card is wrong on purpose: an element's digest is wrong by one bit"
    run issue
    check 0
    unsaid "on purpose"
    run issue --defect nonsense
    check 2 "--defect nonsense: there is no such defect" "--list-defects"
    one_error
    [ ! -e copy ]
}

@test "certificates that are wrong are the folder's own signer's, and need the IACA's key" {
    prepare
    run issue --defect signer-rsa --signer-key issuer/ds.key --signer-cert issuer/ds.pem
    check 2 "--defect signer-rsa is one of the folder's own signer"
    run issue --defect digest-wrong --signer-key issuer/ds.key --signer-cert issuer/ds.pem
    check 0
    mv issuer/iaca.key elsewhere
    run issue --defect signer-expired
    check 4 "iaca.key"
    [ ! -e copy ]
    run issue --defect mso-version-other
    check 0
}

@test "all copies of a batch are wrong in the same way" {
    prepare
    owncard-holder keys --vault vault --passphrase-file passphrase \
        --challenge "$(owncard-issuer challenge --dir issuer)" --count 3 -o keys 2>/dev/null
    issue --defect item-twice
    for n in 1 2 3; do
        run verify --json --copy "$n"
        check 1 '"refused_by": "elements.duplicates"'
    done
}

@test "openssl agrees with what is wrong in certificates" {
    prepare
    for defect in signer-unknown-critical signer-is-ca signer-rsa signer-serial-negative; do
        issue --defect $defect
        # The first certificate in the file, from its head to the end of it.
        at=$(LC_ALL=C grep -obUaP '\x18\x21\x59' copy | head -1 | cut -d: -f1)
        tail -c +$((at + 6)) copy | openssl x509 -inform DER -noout -text >text
        case $defect in
        signer-unknown-critical) grep -q '1.2.3.4: critical' text ;;
        signer-is-ca) grep -q 'CA:TRUE' text ;;
        signer-rsa) grep -q 'RSA Public-Key: (2048 bit)\|Public-Key: (2048 bit)' text ;;
        signer-serial-negative) grep -q '(Negative)01' text ;;
        esac
    done
}

@test "a place beyond the end of a list is in the card's own list" {
    prepare
    owncard-issuer status init --dir issuer --uri https://issuer.example/own 2>/dev/null
    issue --defect status-index-outside
    run verify --json
    check 1 '"refused_by": "mso.status"'
    grep -qa 'https://issuer.example/own' copy
    run verify --accept-unchecked-status
    check 0
}

@test "every defect: refused by verifier and holder as the list says, and the control by neither" {
    prepare
    issue
    run verify
    check 0
    run store
    check 0 "Verified and stored"
    while read -r name expected text <&3; do
        # Of driving licences, which this card is none of: see below.
        case $name in issuing-*) continue ;; esac
        issue --defect "$name" 2>/dev/null
        run verify --json
        echo "$name: $status"
        case $expected$text in
        message*) [ "$status" = 3 ] ;;
        *"our verifier"*) check 0 '"accepted": true'; continue ;;
        *) check 1 "\"refused_by\": \"$expected\"" ;;
        esac
        # Who has just issued a card has not revoked it: the holder does not look.
        [ "$expected" = mso.status ] && continue
        run store
        [ "$status" = 1 ] || [ "$status" = 3 ]
        cmp -s vault fresh
    done 3< <(owncard-issuer issue --list-defects)
}

@test "a licence whose issuing country or jurisdiction is not its signer's" {
    prepare
    type=org.iso.18013.5.1.mDL
    cat >resident.json <<'END'
{"org.iso.18013.5.1": {"family_name": "Lin", "given_name": "Xiaoyun", "birth_date": "1990-05-01",
 "issuing_country": "CN", "issuing_authority": "Test", "document_number": "1",
 "issuing_jurisdiction": "CN-GD", "un_distinguishing_sign": "CHN", "portrait": "_9j_2Q",
 "issue_date": "2026-01-01", "expiry_date": "2036-01-01", "driving_privileges": []}}
END
    issue
    run verify
    check 0 "Issuing country " "CN-GD"
    for defect in issuing-country-other issuing-jurisdiction-other; do
        issue --defect $defect
        run verify --json
        check 1 '"refused_by": "signer.issuing_country"'
        run store
        check 1
    done
}
