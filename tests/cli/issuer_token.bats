#!/usr/bin/env bats
# The issuer's keys in a token: used where they are, found by the URI in NAME.key, their PIN kept nowhere.
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
    issuer=$XDG_DATA_HOME/owncard/issuer
    mkdir tokens
    printf 'directories.tokendir = %s/tokens\nlog.level = ERROR\n' "$PWD" >softhsm2.conf
    export SOFTHSM2_CONF=$PWD/softhsm2.conf
    softhsm2-util --init-token --free --label issuer --so-pin 12345678 --pin 4711 >/dev/null
    make_key ds 01 EC:prime256v1
}

make_key() {
    pkcs11-tool --module $module --login --pin 4711 --token-label issuer --keypairgen --key-type "$3" \
        --label "$1" --id "$2" --usage-sign >/dev/null 2>&1
}

uri() { echo "pkcs11:token=issuer;object=$1?module-path=$module"; }

# As the token's own tool reads it.
public() {
    pkcs11-tool --module $module --token-label issuer --read-object --type pubkey --id "$1" -o public.der \
        >/dev/null 2>&1
    openssl pkey -pubin -inform DER -in public.der
}

# The issuer's document signer in the token, and `count` keys of a holder.
prepare() {
    owncard-issuer init --key "ds=$(uri ds)" --pin-file pin 2>/dev/null
    owncard-issuer people --seed 5 -o resident.json
    holder keys --challenge "$(owncard-issuer challenge)" --count "${1:-1}" -o keys 2>/dev/null
}

issue() { owncard-issuer issue --type $age --claims resident.json --keys keys -o copies "$@"; }

# accepted N: so many copies, each under the folder's IACA
accepted() {
    local copy
    for ((copy = 1; copy <= $1; copy++)); do
        run owncard-verifier verify --issuer-signed --anchor "$issuer/iaca.pem" --copy $copy copies
        check 0 ACCEPTED
    done
}

# What stands in the folder, for "nothing has changed".
state() { find "$issuer" -type f -exec sha256sum {} + | sort; }

@test "a document signer in the token signs cards; its file has the URI and no secret" {
    prepare 3
    [ "$(cat "$issuer/ds.key")" = "$(uri ds)" ]
    [ "$(openssl x509 -in "$issuer/ds.pem" -noout -pubkey)" = "$(public 01)" ]
    run issue --pin-fd 8 8<pin
    check 0 "Issued $age: 3 copies"
    accepted 3
    run grep -rlE '4711|a passphrase' "$issuer"
    [ "$output" = "" ]
}

@test "a signer in the token that --signer-key names by its URI or by a file with it" {
    prepare
    uri ds >token.key
    for key in token.key "$(uri ds)"; do
        holder keys --anew --challenge "$(owncard-issuer challenge)" --count 1 -o keys 2>/dev/null
        rm -f copies
        run issue --signer-key "$key" --signer-cert "$issuer/ds.pem" --pin-file pin
        check 0 "Issued $age: 1 copy"
    done
    accepted 1
}

@test "the PIN is typed once, however many keys are in the token" {
    make_key iaca 02 EC:prime256v1
    typed "owncard-issuer init --key 'ds=$(uri ds)' --key 'iaca=$(uri iaca)'" "PIN of the token:" 4711
    check 0 "Made iaca, ds, status and reader-ca"
    [ "$(grep -c 'PIN of the token' <<<"$output")" = 1 ]
    unsaid 4711
    openssl verify -CAfile "$issuer/iaca.pem" "$issuer/ds.pem" "$issuer/status.pem"
}

@test "an IACA in the token: roll with its link, crl, a new signer; all verify by openssl" {
    make_key iaca 02 EC:secp384r1
    make_key iaca2 03 EC:secp384r1
    make_key ds2 04 EC:prime256v1
    owncard-issuer init --key "iaca=$(uri iaca)" --key "ds=$(uri ds)" --pin-file pin 2>/dev/null
    before=$(state)
    run owncard-issuer roll --pin-file pin
    check 2 "the key of iaca is in a token, and --key names no other" "pkcs11-tool --keypairgen"
    run owncard-issuer roll --ds --key "ds=$(uri ds)" --pin-file pin
    check 2 "--key ds: the key of the old certificate"
    [ "$(state)" = "$before" ]

    cp "$issuer/iaca.pem" old.pem
    owncard-issuer revoke-cert "$issuer/ds.pem" 2>/dev/null
    owncard-issuer crl --pin-file pin -o iaca.crl 2>/dev/null
    openssl crl -in iaca.crl -inform DER -CAfile old.pem -noout -verify 2>&1 | grep "verify OK"
    run owncard-issuer roll --key "iaca=$(uri iaca2)" --pin-file pin
    check 0 "Made a new iaca.pem"
    [ "$(cat "$issuer/iaca.key")" = "$(uri iaca2)" ]
    [ "$(cat "$issuer"/iaca-????????.key)" = "$(uri iaca)" ]
    openssl verify -partial_chain -trusted old.pem "$issuer"/iaca-link-*.pem
    run owncard-issuer roll --ds --key "ds=$(uri ds2)" --pin-file pin
    check 0 "Made a new ds.pem" "Made a new status.pem"
    openssl verify -CAfile "$issuer/iaca.pem" "$issuer/ds.pem" "$issuer/status.pem"
    [ "$(openssl x509 -in "$issuer/ds.pem" -noout -pubkey)" = "$(public 04)" ]

    owncard-issuer people --seed 5 -o resident.json
    holder keys --challenge "$(owncard-issuer challenge)" --count 3 -o keys 2>/dev/null
    run issue --pin-file pin
    check 0 "3 copies"
    accepted 3
}

@test "from a key in a file to one in the token, and status lists signed there" {
    owncard-issuer init 2>/dev/null
    owncard-issuer status init --uri https://issuer.example/status/1 2>/dev/null
    run owncard-issuer roll --ds --key "ds=$(uri ds)" --pin-file pin
    check 0 "Made a new ds.pem"
    [ "$(cat "$issuer/ds.key")" = "$(uri ds)" ]
    grep -q "PRIVATE KEY" "$issuer"/ds-????????.key
    make_key status 02 EC:prime256v1
    make_key readers 03 EC:prime256v1
    owncard-issuer init --dir two --key "status=$(uri status)" --key "reader-ca=$(uri readers)" --pin-file pin 2>/dev/null
    owncard-issuer status init --dir two --uri https://issuer.example/status/2 2>/dev/null
    mkdir lists
    run owncard-issuer status publish --dir two --to lists --pin-file pin
    check 0
    [ -s lists/status-1.cwt ]
    openssl ecparam -name prime256v1 -genkey -noout -out reader.key
    openssl req -new -key reader.key -subj '/CN=Desk' -out reader.csr
    owncard-issuer reader-cert --dir two --pin-file pin -o reader.pem reader.csr 2>/dev/null
    openssl verify -CAfile two/reader-ca.pem reader.pem
}

@test "a wrong PIN, a token that is away, another key than the certificate's: one clear line, nothing changed" {
    prepare
    make_key wide 02 EC:secp384r1
    before=$(state)
    run issue --pin-file badpin
    check 4 "a wrong PIN"
    one_error
    run owncard-issuer roll --ds --key "ds=$(uri wide)" --pin-file badpin
    check 4 "a wrong PIN"
    one_error
    mkdir empty
    printf 'directories.tokendir = %s/empty\n' "$PWD" >empty.conf
    SOFTHSM2_CONF=$PWD/empty.conf run issue --pin-file pin
    check 4 "no such token, or no such key in it"
    one_error
    run owncard-issuer roll --ds --key "ds=$(uri gone)" --pin-file pin
    check 4 "no such key"
    one_error
    run issue </dev/null
    check 4 "there is no terminal to ask on" "--pin-file FILE or --pin-fd N"
    run issue --signer-key "$(uri wide)" --signer-cert "$issuer/ds.pem" --pin-file pin
    check 3 "the first is not the certificate of --signer-key"
    one_error
    run owncard-issuer init --dir two --key "ds=$(uri ds);pin-value=4711" --pin-file pin
    check 2 "the key's URI: a PIN does not belong in the URI"
    unsaid 4711
    [ "$(state)" = "$before" ] && [ ! -e copies ] && [ ! -e two ]

    uri wide >"$issuer/ds.key"
    run issue --pin-file pin
    check 3 "ds.pem: not the certificate of the key beside it"
    one_error
    [ ! -e copies ]
}
