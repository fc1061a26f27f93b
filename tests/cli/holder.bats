#!/usr/bin/env bats
# owncard-holder as people and scripts use it, with the issuer and the verifier it talks to.
load common

setup() { desk_setup; }

ask() {
    owncard-verifier request --type $vid --element $ns/age_over_18 --element $ns/family_name "$@" -o ask.cbor 2>/dev/null
}

@test "keys begins a vault that only its owner may read, and writes public keys with proofs" {
    rm "$vault"
    umask 022
    run holder keys --challenge 00112233445566778899aabbccddeeff --count 3 -o keys.cbor
    check 0 "3 device keys on P-256"
    [ "$(stat -c %a "$vault")" = 600 ]
    run owncard-issuer show keys.cbor
    check 0 "UNVERIFIED" "OwncardKeyProof"
}

@test "keys without a challenge, or with a bad one, leaves nothing behind" {
    rm "$vault"
    run holder keys -o keys.cbor
    check 2 "--challenge is needed" "hint: owncard-issuer challenge"
    for challenge in 00 zz 0011223344556677889; do
        run holder keys --challenge $challenge -o keys.cbor
        check 2 "16 to 64 bytes"
        one_error
    done
    [ ! -e keys.cbor ] && [ ! -e "$vault" ]
}

@test "store verifies first: another issuer, a changed copy, someone else's copy, twice" {
    copies 2
    before=$(sha256sum "$vault")
    run holder store copies.cbor
    check 2 "no issuing authority is trusted" "hint: --anchor"

    owncard-issuer init --dir other 2>/dev/null
    run holder store --anchor other/iaca.pem copies.cbor
    check 1 "copy 1 refused: Chain to a trust anchor"

    LC_ALL=C sed 's/elementValue\xf5/elementValue\xf4/' copies.cbor >changed.cbor
    run cmp -s copies.cbor changed.cbor
    check 1
    run holder store --anchor "$data/issuer/iaca.pem" changed.cbor
    check 1 "copy 1 refused: Digest of every element"

    head -c -1 copies.cbor >short.cbor
    run holder store --anchor "$data/issuer/iaca.pem" short.cbor
    check 3 "at byte"
    one_error
    [ "$before" = "$(sha256sum "$vault")" ]

    echo other >pass2
    run owncard-holder store --vault second --passphrase-file pass2 --anchor "$data/issuer/iaca.pem" copies.cbor
    check 4 "there is no vault"
    chmod 600 pass2
    owncard-holder keys --vault second --passphrase-file pass2 --challenge 00112233445566778899aabbccddeeff -o k.cbor 2>/dev/null
    run owncard-holder store --vault second --passphrase-file pass2 --anchor "$data/issuer/iaca.pem" copies.cbor
    check 1 "copy 1: "

    run holder store --anchor "$data/issuer/iaca.pem" copies.cbor
    check 0 "2 copies of card 1"
    run holder store --anchor "$data/issuer/iaca.pem" copies.cbor
    check 1 "copy 1: "
    [ "$(left)" = 2 ]
}

@test "a trusted issuer is remembered, a refill joins its card" {
    holder trust add --issuer "$data/issuer/iaca.pem"
    copies 1
    holder store copies.cbor
    copies 2
    run holder store --card 1 copies.cbor
    check 0 "2 copies of card 1"
    [ "$(left)" = 3 ]
    run holder trust list
    check 0 "issuer" "IACA"
    run holder trust remove "$(holder trust list | sed -n '/^issuer/,$s/.*fingerprint *//p' | cut -c 1-12)"
    check 0
    run holder trust list
    unsaid "IACA"
}

@test "show escapes what a card says, delete destroys it" {
    sed 's/"family_name": *"[^"]*"/"family_name": "\\u202eevil\\u001b[2J"/' resident.json >evil.json
    mv evil.json resident.json
    copies 1
    holder store --anchor "$data/issuer/iaca.pem" copies.cbor
    run holder show 1
    check 0 '\u{202E}evil\u{001B}[2J' citizen_number
    unsaid $'\e['
    run holder show 2
    check 2 "no card of this number"
    run holder delete 1 </dev/null
    check 4 "hint: say so with --yes"
    run holder delete --yes 1
    check 0 "1 copy with its key"
    run holder list
    check 0 "holds no card yet"
}

@test "present shows only what was agreed to, encrypted, once" {
    card 2
    ask
    run holder present --request ask.cbor --consent age_over_18,family_name -o answer.cbor
    check 0 "Asked by:  Front desk" "Shown: 2 of 2" "has 1 unused copy left"
    [ "$(left)" = 1 ]
    name=$(sed -n 's/.*"family_name": *"\([^"]*\)".*/\1/p' resident.json)
    run grep -aqF "$name" answer.cbor
    check 1
    run owncard-verifier verify --request ask.cbor answer.cbor
    check 0 ACCEPTED "$name"
    unsaid citizen_number

    ask
    run holder present --request ask.cbor --consent age_over_18 -o answer.cbor
    check 0 "Shown: 1 of 2" "will refuse this answer"
    run owncard-verifier verify --request ask.cbor answer.cbor
    check 1 "Family name (family_name) was asked for and not shown"
    [ -e ask.cbor.key ]
}

@test "the last copy is shown again only when told to" {
    card 1
    ask
    holder present --request ask.cbor --consent all -o one.cbor 2>/dev/null
    run holder list
    check 0 "0 left, 1 shown already"
    run holder present --request ask.cbor --consent all -o two.cbor
    check 1 "no copy left" "--reuse"
    [ ! -e two.cbor ]
    run holder present --reuse --request ask.cbor --consent all -o two.cbor
    check 0
    [ -s two.cbor ]
}

@test "readers: unsigned and unknown ones alarm, forged ones are never answered" {
    card 3
    ask --unsigned
    run holder present --request ask.cbor --consent all -o answer.cbor
    check 1 "AN UNKNOWN READER" "nobody signed the request" "hint: --accept-unknown-reader"
    [ ! -e answer.cbor ] && [ "$(left)" = 3 ]
    run holder present --accept-unknown-reader --request ask.cbor --consent all -o answer.cbor
    check 0

    ask
    holder trust remove "$(holder trust list | sed -n 's/.*fingerprint *//p')"
    run holder present --request ask.cbor --consent all -o again.cbor
    check 1 "AN UNKNOWN READER" 'It calls itself "Front desk"'

    LC_ALL=C sed 's/age_over_18/age_over_16/' ask.cbor >forged.cbor
    run holder present --accept-unknown-reader --request forged.cbor --consent all -o again.cbor
    check 1 "its signature does not hold"
    [ ! -e again.cbor ] && [ "$(left)" = 2 ]
}

@test "a request that expired, or that is no request, is not answered" {
    card 1
    ask --expires 10
    run holder present --at "$(date -u -d '+1 hour' +%FT%TZ)" --request ask.cbor --consent all -o answer.cbor
    check 1 "the request expired"
    head -c 100 ask.cbor >short.cbor
    run holder present --request short.cbor --consent all -o answer.cbor
    check 3 "at byte"
    one_error
    run holder present --request ask.cbor --consent all,shoe_size -o answer.cbor
    check 2 '"shoe_size" is not asked for'
    run holder present --request ask.cbor --card 7 --consent all -o answer.cbor
    check 2 "--card 7: there is no card of this number"
    [ ! -e answer.cbor ] && [ "$(left)" = 1 ]
}

@test "an age question is answered by the nearest attestation" {
    card 1
    owncard-verifier request --type $vid --element $ns/age_over_15 -o ask.cbor 2>/dev/null
    run holder present --request ask.cbor --consent age_over_15 -o answer.cbor
    check 0 "answered by age_over_"
    run owncard-verifier verify --request ask.cbor answer.cbor
    check 0 ACCEPTED
}

@test "what cannot be written costs no copy and changes no vault" {
    card 1
    ask
    before=$(sha256sum "$vault")
    run holder present --request ask.cbor --consent all -o nowhere/answer.cbor
    check 4 "nowhere/answer.cbor"
    run holder present --request ask.cbor --consent all -o ask.cbor
    check 2
    [ "$before" = "$(sha256sum "$vault")" ]
}

@test "wrong passphrase, damage, a newer version, two at once: one line, nothing changed" {
    card 1
    echo wrong >bad
    run owncard-holder list --passphrase-file bad
    check 1 "wrong passphrase, or the file is damaged"
    one_error
    chmod 644 pass
    run holder list
    check 4 "pass"
    chmod 600 pass

    cp "$vault" damaged
    printf '\xff' | dd of=damaged bs=1 seek=5000 conv=notrunc 2>/dev/null
    run holder list --vault damaged
    check 1 "wrong passphrase, or the file is damaged"
    head -c 40 "$vault" >cut
    run holder list --vault cut
    check 3 "at byte"
    LC_ALL=C sed 's/OwncardVault\x01/OwncardVault\x02/' "$vault" >newer
    run holder list --vault newer
    check 4 "newer"

    before=$(sha256sum "$vault")
    run flock "$vault.lock" owncard-holder delete --passphrase-file pass 1
    check 4 "another process"
    [ "$before" = "$(sha256sum "$vault")" ]
}
