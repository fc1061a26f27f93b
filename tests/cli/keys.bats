#!/usr/bin/env bats
# Keys and signers from elsewhere: the forms of a key file, and the options that take them.
load common

# The private key of RFC 7517, appendix A.2, in the three forms.
x=30a0424cd21c2944838a2d75c92b37e76ea20d9f00893a3b4eee8a3c0aafec3e
y=e04b65e92456d9888b52b379bdfbd51ee869ef1f0fc65b6659695b6cce081723
d=f3bd0c07a81fb932781ed52752f60cc89a6be5e51934fe01938ddb55d8f77801
challenge=00112233445566778899aabbccddeeff
vid=example.guangzhou.vid.1

setup() {
    common_setup
    umask 077
    echo "a passphrase" >pass
    data=$XDG_DATA_HOME/owncard
}

unhex() { perl -pe 'chomp; $_ = pack "H*", $_'; }
hex_of() { od -An -v -t x1 "$@" | tr -d ' \n'; }

key_files() {
    local jwk='{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"'
    echo "$jwk}" >public.jwk
    echo "$jwk,\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"}" >private.jwk
    echo "a401022001215820${x}225820$y" >public.hex
    echo "a501022001215820${x}225820${y}235820$d" >private.hex
    unhex <public.hex >public.cose
    unhex <private.hex >private.cose
    echo "30310201010420${d}a00a06082a8648ce3d030107" | unhex |
        openssl ec -inform DER -out private.pem 2>/dev/null
    openssl pkey -in private.pem -pubout -out public.pem
}

holder() {
    local verb=$1
    shift
    owncard-holder "$verb" --passphrase-file pass "$@"
}

@test "a device key is taken as PEM, JWK, COSE_Key and its hexadecimal, and is the same key" {
    key_files
    for form in pem jwk cose hex; do
        run holder keys --vault "vault.$form" --key private.$form --challenge $challenge -o keys.$form
        check 0 "The device key on P-256 is in the vault"
        run owncard-issuer show keys.$form
        check 0 "$x"
    done
}

@test "keys --key: once in a vault, never with --count or --curve, and what is no private key" {
    key_files
    holder keys --key private.jwk --challenge $challenge -o keys.cbor
    run holder keys --key private.pem --challenge $challenge -o again.cbor
    check 2 "private.pem: the vault has this key already"
    [ ! -e again.cbor ]
    run holder keys --key private.pem --count 2 --challenge $challenge
    check 2 "--key" "--count"
    run holder keys --key private.pem --curve P-384 --challenge $challenge
    check 2 "--key" "--curve"
    run holder keys --key public.jwk --challenge $challenge -o no.cbor
    check 3 "public.jwk: not a private key that is usable here: a JWK without its private part"
    run holder keys --key public.hex --challenge $challenge -o no.cbor
    check 3 "public.hex: not a private key that is usable here: a COSE_Key without its private part"
    run holder keys --key public.pem --challenge $challenge -o no.cbor
    check 3 "PEM without a private key"
    echo "neither" >text
    run holder keys --key text --challenge $challenge -o no.cbor
    check 3 "neither PEM nor JWK nor COSE_Key"
    openssl genpkey -algorithm X25519 -out agrees.pem 2>/dev/null
    run holder keys --key agrees.pem --challenge $challenge -o no.cbor
    check 2 "agrees.pem: on X25519, which does not sign"
    chmod 644 private.jwk
    run holder keys --vault other --key private.jwk --challenge $challenge -o no.cbor
    check 4 "a secret that others may use"
    [ ! -e no.cbor ]
}

@test "a private key's text is not repeated when it is refused" {
    key_files
    sed 's/"y"/"y" "y"/' private.jwk >broken.jwk
    run holder keys --key broken.jwk --challenge $challenge
    check 3 "it begins like a JWK but is not JSON"
    unsaid 870MB6
}

@test "issue says which rules of its profile a signer from elsewhere breaks, and goes on" {
    owncard-issuer init 2>/dev/null
    owncard-issuer init --dir other 2>/dev/null
    owncard-issuer people --seed 5 -o resident.json
    issue() {
        holder keys --challenge "$(owncard-issuer challenge)" --count 1 -o keys.cbor 2>/dev/null
        owncard-issuer issue --type $vid --claims resident.json --keys keys.cbor -o copies.cbor "$@"
    }
    run issue --signer-key other/status.key --signer-cert other/status.pem
    check 0 "warning: other/status.pem: departs from the profile of a document signer: ds.eku is not kept"
    run issue --signer-key other/ds.key --signer-cert other/ds.pem
    check 0
    unsaid departs
}

# A signer that our own issuer's authority certified is as foreign as any to another folder.
@test "issue --signer-key --signer-cert signs with a document signer from elsewhere" {
    owncard-issuer init 2>/dev/null
    owncard-issuer init --dir other --curve P-384 2>/dev/null
    owncard-issuer people --seed 5 -o resident.json
    holder keys --challenge "$(owncard-issuer challenge)" --count 1 -o keys.cbor 2>/dev/null
    issue() { owncard-issuer issue --type $vid --claims resident.json --keys keys.cbor -o copies.cbor "$@"; }

    run issue --signer-key other/ds.key
    check 2 "--signer-key and --signer-cert go together"
    run issue --signer-cert other/ds.pem
    check 2 "--signer-key and --signer-cert go together"
    run issue --signer-key other/ds.key --signer-cert "$data/issuer/ds.pem"
    check 3 "the first is not the certificate of --signer-key"
    run issue --signer-key other/ds.key --signer-cert other/ds.pem --signer-cert other/iaca.pem
    check 3 "is a root, which a card leaves out"
    run issue --signer-key other/ds.key --signer-cert other/ds.pem --signer-cert "$data/issuer/ds.pem"
    check 3 "did not sign the certificate before it"
    run issue --signer-key other/ds.key --signer-cert other/ds.key
    check 3 "other/ds.key: not a certificate in PEM"
    cat other/ds.pem other/ds.pem other/ds.pem other/ds.pem other/ds.pem >five.pem
    run issue --signer-key other/ds.key --signer-cert five.pem
    check 3 "more than 4 certificates"
    [ ! -e copies.cbor ]

    run issue --signer-key other/ds.key --signer-cert other/ds.pem
    check 0
    run owncard-verifier verify --issuer-signed --anchor "$data/issuer/iaca.pem" copies.cbor
    check 1
    run owncard-verifier verify --issuer-signed --anchor other/iaca.pem copies.cbor
    check 0

    run holder store copies.cbor
    check 2 "no issuing authority is trusted" "--signer PEM"
    run holder store --signer other/ds.pem --anchor other/iaca.pem copies.cbor
    check 2 "--signer" "--anchor"
    run holder store --signer "$data/issuer/ds.pem" copies.cbor
    check 1 "copy 1 refused"
    run holder store --signer pass copies.cbor
    check 3 "pass: no certificate in PEM"
    run holder store --signer other/ds.pem copies.cbor
    check 0 "Verified and stored: 1 copy"
}

@test "a device MAC goes between reader keys in any form, and a private one is no public one" {
    key_files
    owncard-issuer init 2>/dev/null
    owncard-issuer people --seed 5 -o resident.json
    holder keys --challenge "$(owncard-issuer challenge)" --count 3 -o keys.cbor 2>/dev/null
    owncard-issuer issue --type $vid --claims resident.json --keys keys.cbor -o copies.cbor 2>/dev/null
    holder store --anchor "$data/issuer/iaca.pem" copies.cbor 2>/dev/null
    echo 83f6f683616161626163 >transcript
    owncard-verifier request --unsigned --transcript transcript --type $vid \
        --element org.iso.23220.1/family_name -o ask.cbor 2>/dev/null
    answer() {
        holder present --request ask.cbor --transcript transcript --consent all --accept-unknown-reader \
            -o answer.cbor "$@"
    }

    run answer --reader-key private.jwk
    check 3 "private.jwk: not a public key that is usable here: a private key where a public one belongs"
    run answer --reader-key private.pem
    check 3 "a private key where a public one belongs"
    run answer --reader-key private.hex
    check 3 "a private key where a public one belongs"
    for form in jwk hex; do
        run answer --reader-key public.$form
        check 0
        for private in pem jwk cose; do
            run owncard-verifier verify --anchor "$data/issuer/iaca.pem" --transcript transcript \
                --reader-key private.$private answer.cbor
            check 0 "device MAC holds"
        done
    done
    run owncard-verifier verify --anchor "$data/issuer/iaca.pem" --transcript transcript \
        --reader-key public.jwk answer.cbor
    check 4 "a JWK without its private part"
    run answer --reader-key "$data/issuer/iaca.pem"
    check 0
}
