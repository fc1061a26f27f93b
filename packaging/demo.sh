#!/bin/bash
# The whole flow on a synthetic resident in a temporary folder, then five refusals. Ends with 0
# only if everything came out as it should. usage: BUILD=build/release packaging/demo.sh
set -u
bin=$(cd "${BUILD:-build/release}" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 4
umask 077
wrong=0

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
say() { printf '  %s\n' "$*"; }
indent() { sed 's/^/    /'; }

# Something that must succeed; its messages are shown, indented.
must() {
    if ! "$@" >out.txt 2>err.txt; then
        indent <err.txt
        indent <out.txt
        echo "demo: this should have worked: ${*##*/}" >&2
        exit 1
    fi
    indent <err.txt
    indent <out.txt
}

# expect_refusal CHECK COMMAND…: must end with status 1, refused by that very check.
expect_refusal() {
    local check=$1 status by
    shift
    "$@" --json >out.json 2>err.txt
    status=$?
    by=$(sed -n 's/^ *"refused_by": "\([a-z._]*\)".*/\1/p' out.json | head -1)
    "$@" 2>/dev/null | head -1 | indent
    if [ "$status" = 1 ] && [ "$by" = "$check" ]; then
        say "as expected: refused by $check"
    else
        say "NOT AS EXPECTED: status $status, refused by '${by:-nothing}', should be $check"
        wrong=$((wrong + 1))
    fi
}

issuer=$bin/owncard-issuer holder=$bin/owncard-holder verifier=$bin/owncard-verifier
echo 'correct horse battery staple' >passphrase
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
then=$(date -u -d '40 days ago' +%Y-%m-%dT%H:%M:%SZ)
vid=example.guangzhou.vid.1 ns=org.iso.23220.1

# card HOLDER TIME: issue one card to the vault HOLDER, as of TIME.
card() {
    local challenge
    challenge=$("$issuer" challenge --dir issuer --at "$2") || exit 4
    must "$holder" keys --vault "$1.vault" --passphrase-file passphrase --challenge "$challenge" \
        --count "$3" --at "$2" -o "$1.keys"
    must "$issuer" issue --dir issuer --type $vid --claims "$1.json" --keys "$1.keys" --at "$2" -o "$1.copies"
    must "$holder" store --vault "$1.vault" --passphrase-file passphrase --anchor issuer/iaca.pem --at "$2" "$1.copies"
}

title "Before: an issuer, a verifier, a person"
say "The issuer makes its keys and certificates (as if 40 days ago)."
must "$issuer" init --dir issuer --at "$then"
say "The verifier makes a reader key; the reader CA certifies it, so that people can see who asks."
must "$verifier" init --dir desk --name "Bar at the Pearl River (demo)"
must "$issuer" reader-cert --dir issuer desk/reader.csr -o desk/reader.pem
must "$verifier" trust add --dir desk issuer/iaca.pem
say "A synthetic resident; the citizen number lies in a district block that nobody has."
must "$issuer" people --count 1 --seed 2017 -o resident.json
must "$holder" trust add --vault resident.vault --passphrase-file passphrase issuer/reader-ca.pem

title "1  Issue: claims and the person's own keys become three one-time copies of a card"
title "2  Store: the holder verifies them, then seals them in the vault"
card resident "$now" 3
must "$holder" list --vault resident.vault --passphrase-file passphrase

title "3  Request: the verifier asks for two attributes, keeps neither, and shows a QR code (base45)"
must "$verifier" request --dir desk --type $vid --element $ns/age_over_18 --element $ns/portrait \
    --purpose "Check that you are 18 or older" --qr -o request.cbor

title "4  Present: the holder sees who asks for what, agrees, and answers, encrypted to the verifier"
must "$holder" present --vault resident.vault --passphrase-file passphrase --request request.cbor \
    --consent age_over_18,portrait -o response.cbor
say "The answer has $(wc -c <response.cbor) bytes."

title "5  Verify: every check, with no network"
cp request.cbor.key kept.key
must "$verifier" verify --dir desk --request request.cbor response.cbor

title "What the verifier learned, and what it did not"
say "learned:      18 or older, and the portrait to compare with the person's face"
say "not learned:  name, sex, date of birth, citizen number, address, … (they never left the vault)"
secret=$(sed -n 's/.*"citizen_number": *"\([0-9X]*\)".*/\1/p' resident.json)
if [ -n "$secret" ] && ! grep -aq "$secret" response.cbor out.txt; then
    say "checked:      the citizen number $secret is in no byte of the answer or the result"
else
    wrong=$((wrong + 1))
fi

title "Five refusals"
say "(a) A tampered value: 'over 18' is flipped in an answer given in plain."
printf '83f6f66f64656d6f207472616e736372697074' >transcript.hex      # [null, null, "demo transcript"]
must "$verifier" request --dir desk --type $vid --element $ns/age_over_18 --transcript transcript.hex \
    -o plain-request.cbor >/dev/null
must "$holder" present --vault resident.vault --passphrase-file passphrase --request plain-request.cbor \
    --transcript transcript.hex --consent age_over_18 -o plain.cbor
LC_ALL=C sed 's/\(age_over_18lelementValue\)\xf5/\1\xf4/' plain.cbor >tampered.cbor
must "$verifier" verify --dir desk --transcript transcript.hex plain.cbor >/dev/null
expect_refusal mso.digests "$verifier" verify --dir desk --transcript transcript.hex tampered.cbor

say "(b) A replayed answer: the same bytes are shown to the verifier's next request."
must "$verifier" request --dir desk --type $vid --element $ns/age_over_18 --element $ns/portrait -o next.cbor >/dev/null
expect_refusal response.decryption "$verifier" verify --dir desk --request next.cbor response.cbor

say "(c) The wrong issuer: this verifier trusts another authority."
must "$issuer" init --dir stranger --name "Another Authority (demo)"
cp kept.key request.cbor.key
expect_refusal signer.chain "$verifier" verify --dir desk --anchor stranger/iaca.pem --request request.cbor response.cbor

say "(d) An expired card: issued 40 days ago for 30 days, by a holder who turns back his clock."
cp resident.json late.json
card late "$then" 1
must "$holder" present --vault late.vault --passphrase-file passphrase --request next.cbor --at "$then" \
    --accept-unknown-reader --consent all -o late.cbor
expect_refusal mso.validity "$verifier" verify --dir desk --request next.cbor late.cbor

say "(e) Another person's key: a minor shows the resident's card, signed with his own device."
must "$issuer" people --count 1 --seed 6 -o minor.json
card minor "$now" 1
must "$holder" present --vault minor.vault --passphrase-file passphrase --request plain-request.cbor \
    --transcript transcript.hex --accept-unknown-reader --consent age_over_18 -o minor.cbor
# Both answers end alike: a signature of 64 bytes, then 8 bytes of status.
{ head -c -72 plain.cbor; tail -c 72 minor.cbor; } >stolen.cbor
expect_refusal device.authentication "$verifier" verify --dir desk --transcript transcript.hex stolen.cbor

title "Done"
if [ "$wrong" = 0 ]; then
    say "Everything came out as expected. Next: $root/README.md"
else
    say "$wrong thing(s) did NOT come out as expected."
    exit 1
fi
