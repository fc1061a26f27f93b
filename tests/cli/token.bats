#!/usr/bin/env bats
# Device keys in a token: found by URI, used where they are, their PIN kept nowhere.
load common

age=example.guangzhou.age.1
module=/usr/lib/softhsm/libsofthsm2.so

setup() {
    common_setup
    umask 077
    [ -e $module ] && command -v softhsm2-util pkcs11-tool >/dev/null || skip "no SoftHSM here"
    ls /usr/lib/*/engines-3/pkcs11.so >/dev/null 2>&1 || skip "no engine for PKCS #11 here"
    echo "a passphrase" >pass
    printf 4711 >pin
    printf 4712 >badpin
    data=$XDG_DATA_HOME/owncard
    # beside the folder, since a token notes every login
    mkdir "$PWD.tokens"
    printf 'directories.tokendir = %s.tokens\nlog.level = ERROR\n' "$PWD" >softhsm2.conf
    export SOFTHSM2_CONF=$PWD/softhsm2.conf
    softhsm2-util --init-token --free --label holder --so-pin 12345678 --pin 4711 >/dev/null
    make_key one 01 EC:prime256v1
}

make_key() {
    pkcs11-tool --module $module --login --pin 4711 --token-label holder --keypairgen --key-type "$3" \
        --label "$1" --id "$2" --usage-sign --usage-derive >/dev/null 2>&1
}

uri() { echo "pkcs11:token=holder;object=$1?module-path=$module"; }

keys() {
    owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" -o keys.cbor "$@"
}

# A card of one copy whose key is in the token.
card() {
    owncard-issuer init 2>/dev/null
    owncard-issuer people --seed 5 -o resident.json
    owncard-verifier trust add "$data/issuer/iaca.pem" 2>/dev/null
    keys --pkcs11 "$(uri one)" --pin-file pin 2>/dev/null
    owncard-issuer issue --type $age --claims resident.json --keys keys.cbor -o copies.cbor 2>/dev/null
    owncard-holder store --passphrase-file pass --anchor "$data/issuer/iaca.pem" copies.cbor 2>/dev/null
    owncard-verifier request --unsigned --type $age --element org.iso.23220.1/age_over_18 -o ask.cbor 2>/dev/null
}

present() {
    owncard-holder present --passphrase-file pass --request ask.cbor --consent all --accept-unknown-reader \
        -o answer.cbor "$@"
}

@test "a key in the token proves possession and signs; the vault has its URI and no secret" {
    card
    run present --pin-fd 8 8<pin
    check 0 "Shown: 1 of 1"
    [ "$(grep -c . <<<"$(grep -v '^ \|^Asked\|^Purpose\|^From\|^Shown' <<<"$output")")" = 0 ]
    run owncard-verifier verify --request ask.cbor answer.cbor
    check 0 ACCEPTED
}

@test "a wrong PIN, a token that is away: one clear line, and the copy stays" {
    card
    run present --pin-file badpin
    check 4 "a wrong PIN"
    one_error
    SOFTHSM2_CONF=/nonexistent run present --pin-file pin
    check 4 "its module does not work"
    one_error
    mkdir empty
    printf 'directories.tokendir = %s/empty\n' "$PWD" >empty.conf
    SOFTHSM2_CONF=$PWD/empty.conf run present --pin-file pin
    check 4 "no such token, or no such key in it"
    one_error
    chmod 644 pin
    run present --pin-file pin
    check 4 "a secret that others may use"
    [ ! -e answer.cbor ]
    run owncard-holder status --passphrase-file pass
    check 0 "fresh         1" "History: 0 showings"
}

@test "the PIN at the terminal: right, wrong, none, Ctrl-D, Ctrl-C; never shown" {
    card
    make_key two 02 EC:prime256v1
    pin="PIN of the token:" end=$'\x04' half=$'half of it\x03'
    for line in "present --request ask.cbor --consent all --accept-unknown-reader -o answer.cbor" \
        "keys --challenge 00112233445566778899aabbccddeeff --pkcs11 '$(uri two)' -o keys2.cbor"; do
        line="owncard-holder ${line/ / --passphrase-file pass }"
        refused "4 2 4 130" "$line" "$pin" 4712 "$pin" "" "$pin" "$end" "$pin" "$half"
        check 0 "the PIN is empty" "no PIN was given"
        unsaid 4711 4712 "half of it"
        typed "$line" "$pin" 4711
        check 0
        unsaid 4711
    done
}

@test "another key under the same URI is refused" {
    card
    pkcs11-tool --module $module --login --pin 4711 --token-label holder --delete-object --type privkey --id 01 >/dev/null 2>&1
    make_key one 02 EC:prime256v1
    run present --pin-file pin
    check 1 "the token holds another key under this URI"
    [ ! -e answer.cbor ]
}

@test "a device MAC through the token verifies" {
    card
    echo 83f6f683616161626163 >transcript
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out reader.pem 2>/dev/null
    openssl pkey -in reader.pem -pubout -out reader.pub 2>/dev/null
    owncard-verifier request --unsigned --transcript transcript --type $age --element org.iso.23220.1/age_over_18 \
        -o ask.cbor 2>/dev/null
    run present --pin-file pin --transcript transcript --reader-key reader.pub
    check 0 "Shown: 1 of 1"
    run owncard-verifier verify --transcript transcript --reader-key reader.pem answer.cbor
    check 0 "device MAC holds"
}

@test "keys --pkcs11: what is no URI, has a PIN in it, or names nothing; once in a vault" {
    owncard-issuer init 2>/dev/null
    for bad in "pkcs11:" "file:key.pem" "tpm:0x81000101" "pkcs11:token=holder;object=o ne"; do
        run keys --pkcs11 "$bad" --pin-file pin
        check 2 "expected pkcs11:"
        one_error
    done
    run keys --pkcs11 "pkcs11:token=holder;object=one;pin-value=4711" --pin-file pin
    check 2 "a PIN does not belong in the URI"
    unsaid 4711
    run keys --pkcs11 "$(uri one)&slot-id=3" --pin-file pin
    check 2 "module-path=PATH alone"
    run keys --pkcs11 "$(uri two)" --pin-file pin
    check 4 "no such key"
    run keys --pkcs11 "pkcs11:token=holder;object=one?module-path=/nowhere.so" --pin-file pin
    check 4 "its module cannot be loaded"
    [ ! -e "$data/vault" ] && [ ! -e keys.cbor ]
    run keys --pkcs11 "$(uri one)" --count 2 --pin-file pin
    check 2 "--count" "--pkcs11"
    run keys --pkcs11 "$(uri one)" --pin-file pin
    check 0 "on P-256 stays in its token"
    run keys --pkcs11 "$(uri one)" --pin-file pin
    check 2 "the vault has this key already"
    make_key three 03 EC:secp384r1
    run keys --pkcs11 "$(uri three)" --pin-file pin
    check 0 "on P-384 stays in its token"
}
