#!/usr/bin/env bats
# Signers of cards over the years: their end, their successors, which of them signs, and their revocation.
load common

age=example.guangzhou.age.1

setup() {
    common_setup
    umask 077
    echo "a passphrase" >pass
    issuer=$XDG_DATA_HOME/owncard/issuer
    owncard-issuer init "$@" 2>/dev/null
    owncard-issuer people --seed 5 -o resident.json
}

# issue FILE [OPTION…]: one copy, by a new key; the challenge is of AT when that is set.
issue() {
    local file=$1
    shift
    holder keys --anew --challenge "$(owncard-issuer challenge ${AT:+--at "$AT"})" --count 1 -o keys 2>/dev/null
    rm -f "$file"
    owncard-issuer issue --type $age --claims resident.json --keys keys ${AT:+--at "$AT"} -o "$file" "$@" \
        2> >(grep -v 'has no place for' >&2)
}

look() { owncard-verifier verify --issuer-signed "$@"; }

# The moment a certificate ends, and others around it.
end_of() { date -u -d "$(openssl x509 -in "$1" -noout -enddate | cut -d= -f2)" +%s; }
moment() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

# The name of what roll has kept.
kept() { basename "$(ls "$issuer"/"$1"-????????.pem)" .pem; }

@test "a copy never outlives its signer: to the second, after rounding to days" {
    end=$(end_of "$issuer/ds.pem")
    for late in 0 1 86399; do
        run issue copy --valid-until "$(moment $((end + late)))"
        check 0 "valid until $(moment "$end")"
    done
    run issue copy --valid-until "$(moment $((end + 86400)))"
    check 1 "the card would outlive its document signer's certificate" \
        "hint: copies of this signer may end with it: --valid-until $(date -u -d "@$end" +%F)" "owncard-issuer roll --ds"
    one_error
    [ ! -e copy ]
    run issue copy --valid-until "$(date -u -d "@$end" +%F)"
    check 0 "valid until $(moment "$end")"
}

@test "a copy never outlives its signer: to the second, after rounding to hours; after its end none is signed" {
    end=$(end_of "$issuer/ds.pem")
    AT=$(moment $((end - 2 * 86400)))
    run issue copy --valid-until "$(moment $((end + 3599)))"
    check 0 "valid until $(moment "$end")" "hint: the signer's certificate ends on $(date -u -d "@$end" +%F)" "roll --ds"
    run issue copy --valid-until "$(moment $((end + 3600)))"
    check 1 "outlive"
    [ ! -e copy ]
    AT=$(moment $((end - 3600)))
    run issue copy --valid-until "$(moment "$end")"
    check 0
    AT=$(moment $((end + 1)))
    run issue copy --days 1
    check 1 "not valid at the time of signing" "owncard-issuer roll --ds"
    unsaid "--valid-until"
    [ ! -e copy ]
}

@test "renewal is hinted at before the next copies would find no signer, and the new one takes them" {
    end=$(end_of "$issuer/ds.pem")
    for ahead in 61 60 59; do
        AT=$(moment $((end - ahead * 86400)))
        run issue copy --days 30
        check 0
        if [ $ahead -lt 60 ]; then check 0 "soon after these copies"; else unsaid hint; fi
    done
    AT=$(moment $((end - 10 * 86400)))
    run issue copy --days 30
    check 1 outlive
    owncard-issuer roll --ds --at "$AT" 2>/dev/null
    run issue copy --days 30
    check 0
    unsaid hint
}

@test "issue --signer: another document signer of the folder, and nothing else" {
    cp "$issuer/ds.pem" first.pem
    owncard-issuer roll --ds 2>/dev/null
    old=$(kept ds)
    issue new 2>/dev/null
    run issue old --signer "$old"
    check 0 "Issued $age: 1 copy"
    holder store --signer first.pem old 2>/dev/null
    run look --signer first.pem new
    check 1
    run look --signer "$issuer/ds.pem" new
    check 0
    for other in iaca status reader-ca; do
        run issue copy --signer $other
        check 2 "--signer $other: no document signer"
        one_error
    done
    run issue copy --signer ds-00000000
    check 4 "ds-00000000.pem: there is no such file"
    unsaid "init first"
    run issue copy --signer ds --signer-key x --signer-cert y
    check 2 "--signer and --signer-key exclude each other"
    [ ! -e copy ]
}

@test "roll-over: cards of the old signer stay good until it is revoked, those of the new one come by the link" {
    owncard-verifier trust add "$issuer/iaca.pem" 2>/dev/null
    issue old 2>/dev/null
    owncard-issuer roll 2>/dev/null
    owncard-issuer roll --ds 2>/dev/null
    issue new 2>/dev/null
    run look old
    check 0 ACCEPTED
    run look new
    check 1 REFUSED
    mkdir fetched
    cp "$issuer"/iaca-link-*.pem fetched/
    owncard-verifier trust update fetched >/dev/null
    for card in old new; do
        run look $card
        check 0 ACCEPTED
    done

    owncard-issuer revoke-cert --reason superseded "$issuer/$(kept ds).pem" 2>/dev/null
    owncard-issuer crl --authority "$(kept iaca)" -o fetched/old.crl 2>/dev/null
    owncard-issuer crl -o fetched/new.crl 2>/dev/null
    owncard-verifier trust update fetched >/dev/null
    run look old
    check 1 "the signer's certificate was revoked"
    run look new
    check 0 ACCEPTED
    run issue again --signer "$(kept ds)"
    check 1 "$(kept ds).pem is revoked" "roll --ds"
    one_error
    run issue again
    check 0
    owncard-issuer revoke-cert "$issuer/ds.pem" 2>/dev/null
    run issue more
    check 1 "ds.pem is revoked"
    [ ! -e more ]
}

@test "init and roll take keys that there are: in files, each for its name" {
    openssl ecparam -name secp384r1 -genkey -noout -out mine.key
    openssl ecparam -name prime256v1 -genkey -noout -out other.key
    run owncard-issuer init --dir own --key ds=mine.key --key status=other.key
    check 0
    [ "$(openssl x509 -in own/ds.pem -noout -pubkey)" = "$(openssl pkey -in mine.key -pubout 2>/dev/null)" ]
    [ "$(openssl pkey -in own/status.key -pubout)" = "$(openssl pkey -in other.key -pubout)" ]
    run owncard-issuer roll --dir own --ds --key ds=mine.key
    check 2 "--key ds: the key of the old certificate"
    run owncard-issuer roll --dir own --ds --key ds=other.key
    check 0 "Made a new ds.pem"
    [ "$(openssl x509 -in own/ds.pem -noout -pubkey)" = "$(openssl pkey -in other.key -pubout)" ]
    for bad in "iaca=mine.key" "mine.key" "ds=" "pkcs11:token=a;object=b?pin-value=1234"; do
        run owncard-issuer roll --dir own --ds --key "$bad"
        check 2 "--key: expected NAME=KEY" "--key ds=FILE"
        unsaid 1234
    done
    run owncard-issuer init --dir two --key ds=mine.key --key ds=other.key
    check 2 "--key: twice for ds"
    openssl genpkey -algorithm X25519 -out agrees.key 2>/dev/null
    run owncard-issuer init --dir two --key ds=agrees.key
    check 2 "on X25519, which does not sign"
    chmod 644 mine.key
    run owncard-issuer init --dir two --key ds=mine.key
    check 4 "a secret that others may use"
    [ ! -e two ]
}
