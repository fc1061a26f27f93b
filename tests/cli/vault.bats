#!/usr/bin/env bats
# The vault over time: its passphrase, its backup, copies running low, what was shown, and a disk
# that is full.
load common

setup() {
    desk_setup
    echo "another one" >pass2
    echo "for the backup" >pass3
}

more() { holder trust add --issuer "$data/issuer/iaca.pem"; }

# reader NAME: one more that the CA certifies.
reader() {
    owncard-verifier init --dir "$1" --name "$1" 2>/dev/null
    owncard-issuer reader-cert "$1/reader.csr" -o "$1/reader.pem" 2>/dev/null
}

ask() {
    owncard-verifier request --type $vid --element $ns/age_over_18 -o ask.cbor "$@" 2>/dev/null
}

# present [OPTION]…: to nobody known, in plain, so that two answers can be compared.
plain() {
    echo 83f6f683616161626163 >transcript
    owncard-verifier request --unsigned --transcript transcript --type $vid --element $ns/age_over_18 \
        --element $ns/family_name -o plain.cbor 2>/dev/null
    holder present --request plain.cbor --transcript transcript --consent age_over_18 \
        --accept-unknown-reader -o answer.cbor "$@"
}

counted() {
    holder status | sed -n "s/^ *$1  *\([0-9]*\).*/\1/p"
}

@test "a vault of the version before opens, with all that was in it, and goes on" {
    cp "$BATS_TEST_DIRNAME/../vectors/vault-1" old
    run holder status --vault old --at 2026-11-25
    check 0 "fresh         2" "1 key waits" "History: 0 showings"
    run owncard-holder trust list --vault old --passphrase-file pass
    check 0 "reader  CN=Owncard Test Reader CA"
    run holder history --vault old --off
    check 0
    run holder status --vault old --at 2026-11-25
    check 0 "fresh         2" "1 key waits" "History: 0 showings; no more are noted down"
}

@test "a vault whose keys are not those of its copies: told when one is to sign, no copy lost" {
    cp "$BATS_TEST_DIRNAME/../vectors/vault-other-keys" odd
    before=$(sha256sum odd)
    run holder status --vault odd --at 2026-11-25
    check 0 "fresh         2" "1 key waits"
    echo 83f6f683616161626163 >transcript
    owncard-verifier request --unsigned --transcript transcript --type example.guangzhou.age.1 \
        --element $ns/age_over_18 -o plain.cbor 2>/dev/null
    run holder present --vault odd --at 2026-11-25 --request plain.cbor --transcript transcript \
        --consent all --accept-unknown-reader -o answer.cbor
    check 4 "the private key of this copy is not its own"
    one_error
    [ ! -e answer.cbor ] && [ "$before" = "$(sha256sum odd)" ]
}

@test "passphrase: the new one opens, the old one no longer, guesses cost more on demand" {
    card 1
    run holder passphrase --new-passphrase-file pass2 --memory 80 --passes 4
    check 0 "4 passes over 80 MiB"
    run holder list
    check 1 "wrong passphrase"
    one_error
    pass=pass2 run holder list
    check 0 "1 left"
    pass=pass2 run holder passphrase --new-passphrase-file pass
    check 0 "4 passes over 80 MiB"
    run holder passphrase --new-passphrase-file pass --memory 8 --passes 1
    check 0 "cheaper than it was"
    run holder passphrase --new-passphrase-fd 7 7<pass2
    check 0 "3 passes over 64 MiB"
    before=$(sha256sum "$vault")
    run holder passphrase --new-passphrase-file pass
    check 1 "wrong passphrase"
    pass=pass2 run holder passphrase --new-passphrase-file pass --passes 17
    check 2 "--passes"
    echo >empty
    pass=pass2 run holder passphrase --new-passphrase-file empty
    check 2 "the passphrase is empty"
    chmod 644 pass
    pass=pass2 run holder passphrase --new-passphrase-file pass
    check 4 "a secret that others may use"
    [ "$before" = "$(sha256sum "$vault")" ]
}

@test "passphrase at the terminal: asked for, twice for the new one, never shown" {
    card 1
    typed "owncard-holder passphrase" "Passphrase of the vault:" "a passphrase" \
        "New passphrase:" "typed with care" "Once more:" "typed with care"
    check 0 "opens by the new passphrase"
    unsaid "typed with" "a passphrase"
    before=$(sha256sum "$vault")
    typed "owncard-holder passphrase" "Passphrase of the vault:" "typed with care" \
        "New passphrase:" "typed in haste" "Once more:" "typed in hast"
    check 2 "the two passphrases differ"
    [ "$before" = "$(sha256sum "$vault")" ]
}

@test "export and import: all of it comes back, in quarantine until the holder accepts" {
    card 3
    copies 1
    plain 2>/dev/null
    run holder export --backup-passphrase-file pass3 -o backup
    check 0 "2 copies, 1 pending key."
    [ "$(stat -c %a backup)" = 600 ]
    run holder import --vault other --backup-passphrase-file pass2 backup
    check 1 "backup: wrong passphrase, or the file is damaged"
    [ ! -e other ]

    pass=pass2 run holder import --vault other --backup-passphrase-file pass3 backup
    check 0 "2 copies, 1 pending key, 2 authorities, 1 showing; 0 were there" "quarantined"
    pass=pass2 run holder status --vault other
    check 0 "fresh         0" "quarantined   2" "History: 1 showing."
    pass=pass2 run plain --vault other
    check 1 "no copy left" "owncard-holder accept"
    pass=pass2 run plain --vault other --reuse
    check 1 "no copy left"
    pass=pass2 run holder store --vault other copies.cbor
    check 0
    pass=pass2 run holder status --vault other
    check 0 "quarantined   1" "quarantined   2"

    pass=pass2 run holder accept --vault other 7
    check 2 "no card of this number"
    pass=pass2 run holder accept --vault other --yes 1
    check 0 "Offered again: 2 copies"
    pass=pass2 run holder accept --vault other --yes 1
    check 2 "no copy is quarantined"
    pass=pass2 run plain --vault other --card 1
    check 0 "1 unused copy left"
}

@test "a backup opened as a vault is in quarantine too; accept asks first" {
    card 1
    holder export --backup-passphrase-file pass3 -o backup 2>/dev/null
    pass=pass3 run plain --vault backup
    check 1 "owncard-holder accept"
    typed "owncard-holder accept --vault backup --passphrase-file pass3" "Offer them all the same?" n
    check 1 "they stay quarantined"
    typed "owncard-holder accept --vault backup --passphrase-file pass3" "Offer them all the same?" y
    check 0 "Offered again: 1 copy"
}

@test "import into the vault that the backup is of: what was sent since is quarantined, the rest stays" {
    card 3
    holder export --backup-passphrase-file pass3 -o backup 2>/dev/null
    plain 2>/dev/null
    run holder import --backup-passphrase-file pass3 backup
    check 0 "Imported: 1 copy" "2 were there already"
    [ "$(counted fresh)" = 2 ] && [ "$(counted quarantined)" = 1 ]
    run holder export -o "$vault" --backup-passphrase-file pass3
    check 2
    cp "$vault" plain-copy
    run holder import --vault third --accept --backup-passphrase-file pass plain-copy
    check 0
    run holder status --vault third
    check 0 "fresh         3"
}

@test "per-verifier: the same copy to the same reader, never to another or to one nobody vouches for" {
    card 4
    reader desk
    ask --dir desk
    run holder present --per-verifier --request ask.cbor --consent all -o first.cbor
    check 0 "3 unused copies left"
    [ "$(counted bound)" = 1 ]
    ask --dir desk
    run holder present --per-verifier --request ask.cbor --consent all -o again.cbor
    check 0 "3 unused copies left"
    [ "$(holder history --export | grep -c '"copy"')" = 2 ]
    [ "$(holder history --export | grep '"copy"' | sort -u | wc -l)" = 1 ]

    # The certificate is renewed: same CA, same name, another key.
    rm -r desk
    reader desk
    ask --dir desk
    run holder present --per-verifier --request ask.cbor --consent all -o renewed.cbor
    check 0 "3 unused copies left"

    reader counter
    ask --dir counter
    run holder present --per-verifier --request ask.cbor --consent all -o other.cbor
    check 0 "2 unused copies left"
    [ "$(counted bound)" = 2 ]
    run plain --per-verifier
    check 0 "1 unused copy left"
    [ "$(counted bound)" = 2 ]

    # Whoever calls itself the same under a CA of its own is somebody else.
    owncard-issuer init --dir forger 2>/dev/null
    owncard-verifier init --dir fake --name desk 2>/dev/null
    owncard-issuer reader-cert --dir forger fake/reader.csr -o fake/reader.pem 2>/dev/null
    ask --dir fake
    run holder present --per-verifier --accept-unknown-reader --request ask.cbor --consent all -o fake.cbor
    check 0 "AN UNKNOWN READER" "0 unused copies left"
    [ "$(holder history --export | grep '"copy"' | sort -u | wc -l)" = 4 ]
    run plain
    check 1 "no copy left"
}

@test "status, and refill when few are left: the new copies join their card" {
    card 2
    run holder status
    check 0 "fresh         2" "days left" "History: 0 showings"
    run holder refill --threshold 2 --challenge 00112233445566778899aabbccddeeff -o card-1.cbor
    check 0 "No card needs more copies"
    [ ! -e card-1.cbor ]
    run holder refill --threshold 6 --challenge 00112233445566778899aabbccddeeff -o card-1.cbor
    check 2 "--count is less than --threshold"
    run holder refill --challenge 00112233445566778899aabbccddeeff -o nowhere/keys
    check 4 "nowhere/keys"
    [ -z "$(counted 'keys pending')" ]

    run holder refill --count 4 --challenge "$(owncard-issuer challenge)" -o card-1.cbor
    check 0 "Card 1: 2 device keys made"
    [ "$(counted 'keys pending')" = 2 ]
    run holder refill --count 4 --challenge "$(owncard-issuer challenge)" -o card-1.cbor
    check 0 "2 keys wait for their copies already"
    run holder refill --count 5 --anew --challenge "$(owncard-issuer challenge)" -o card-1.cbor
    check 0 "Card 1: 3 device keys"
    [ "$(counted 'keys pending')" = 3 ]
    issue card-1.cbor
    run holder store copies.cbor
    check 0 "3 copies of card 1"
    [ "$(counted fresh)" = 5 ] && [ -z "$(counted 'keys pending')" ]
}

@test "refill of several cards: one at a time, since a challenge serves once" {
    card 1
    copies 1
    holder store copies.cbor 2>/dev/null
    run holder refill --challenge "$(owncard-issuer challenge)" -o card-1.cbor
    check 2 "more than one card needs copies" "choose with --card N"
    one_error
    [ ! -e card-1.cbor ]
    run holder refill --card 3 --challenge "$(owncard-issuer challenge)" -o card-1.cbor
    check 2 "--card 3: there is no card of this number"
    for n in 1 2; do
        run holder refill --card $n --challenge "$(owncard-issuer challenge)" -o card-$n.cbor
        check 0 "Card $n: 4 device keys made"
        issue card-$n.cbor
        run holder store copies.cbor
        check 0 "4 copies of card $n"
    done
}

@test "history: names and no values, exported, cleared, off for once and for good" {
    card 5
    family=$(sed -n 's/.*"family_name":"\([^"]*\)".*/\1/p' resident.json)
    [ -n "$family" ]
    reader desk
    ask --dir desk
    holder present --request ask.cbor --consent all -o first.cbor 2>/dev/null
    plain 2>/dev/null
    run holder history
    check 0 "desk" "an unknown reader" "age_over_18"
    unsaid "family_name" "$family"
    run holder history --export
    check 0 '"reader": "desk"' '"trusted": true' '"sent": true' '"element": "age_over_18"'
    unsaid '"value"' "$family"
    run holder history --export -o history.json
    check 0
    [ "$(stat -c %a history.json)" = 600 ]
    run holder history -o history.json
    check 2 "--output goes with --export"

    plain --no-history 2>/dev/null
    [ "$(holder history --export | grep -c '"at"')" = 2 ]
    run holder history --off
    check 0 "No more showings are noted down, until history --on." "The 2 noted down before stay; history --clear forgets them."
    plain 2>/dev/null
    [ "$(holder history --export | grep -c '"at"')" = 2 ]
    run holder history --clear --yes
    check 0 "Forgotten: 2 showings"
    run holder history
    check 0 "Nothing was shown" "The history is off"
    run holder history --on
    check 0
    plain 2>/dev/null
    run holder history
    check 0 "an unknown reader"
    typed "owncard-holder history --clear --passphrase-file pass" "Forget all that was shown?" n
    check 1 "nothing was forgotten"
}

@test "what did not leave is not in the history, and its copy stays" {
    card 1
    run plain -o nowhere/answer.cbor
    check 2
    echo 83f6f683616161626163 >transcript
    run holder present --request plain.cbor --transcript transcript --consent age_over_18 \
        --accept-unknown-reader -o nowhere/answer.cbor
    check 4
    run holder status
    check 0 "fresh         1" "History: 0 showings"
}

# in_small SIZE COMMAND…: with the vault's folder copied to a file system of its own, called small.
in_small() {
    unshare -m true 2>/dev/null || skip "no mount namespace here"
    mkdir -p small
    # shellcheck disable=SC2016 # for the inner shell
    unshare -m bash -c 'mount -t tmpfs -o size='"$1"' none small 2>/dev/null || exit 99
        cp "$0" small/vault
        : >small/vault.lock
        before=$(sha256sum <small/vault)
        '"$2"'
        status=$?
        [ "$before" = "$(sha256sum <small/vault)" ] || echo "THE VAULT CHANGED"
        exit $status' "$vault"
}

# The verbs that write the vault, with all that they need but the vault and its passphrase.
prepare_writers() {
    card 3
    holder export --backup-passphrase-file pass3 -o backup 2>/dev/null
    plain 2>/dev/null
    rm answer.cbor
    holder import --backup-passphrase-file pass3 backup 2>/dev/null
    pass=pass3 holder passphrase --vault backup --new-passphrase-file pass --memory 8 --passes 1 2>/dev/null
    copies 1
    mkdir keys
    writers=(
        "keys --challenge 00112233445566778899aabbccddeeff -o keys/out.cbor"
        "refill --challenge 00112233445566778899aabbccddeeff -o keys/out.cbor"
        "store copies.cbor"
        "delete --yes 1"
        "present --request plain.cbor --transcript transcript --consent age_over_18 --accept-unknown-reader -o answer.cbor"
        "history --clear --yes"
        "history --off"
        "passphrase --new-passphrase-file pass2"
        "import --backup-passphrase-file pass backup"
        "accept --yes"
        "trust add $data/issuer/reader-ca.pem"
    )
}

# Nothing but one clear error came of it.
nothing_done() {
    check "$@"
    one_error
    [ -z "$(ls keys)" ] && [ ! -e answer.cbor ]
}

@test "every verb that writes it, a wrong passphrase, a damaged or newer vault, one in use: nothing changes" {
    prepare_writers
    before=$(sha256sum "$vault")
    cp "$vault" damaged
    printf 'X' | dd of=damaged bs=1 seek=9000 conv=notrunc 2>/dev/null
    cp "$vault" newer
    printf '\x02' | dd of=newer bs=1 seek=14 conv=notrunc 2>/dev/null
    sums=$(sha256sum damaged newer)
    for do in "${writers[@]}"; do
        echo "# $do"
        run owncard-holder $do --passphrase-file pass3
        nothing_done 1 "wrong passphrase, or the file is damaged"
        run owncard-holder $do --passphrase-file pass --vault damaged
        nothing_done 1 "wrong passphrase, or the file is damaged"
        run owncard-holder $do --passphrase-file pass --vault newer
        nothing_done 4 "the vault was sealed by a newer version"
        run flock "$vault.lock" owncard-holder $do --passphrase-file pass
        nothing_done 4 "in use by another process"
        [ "$before" = "$(sha256sum "$vault")" ] && [ "$sums" = "$(sha256sum damaged newer)" ]
    done
}

@test "a full disk and one that cannot be written: a clear error, the old vault intact" {
    prepare_writers
    full=$((($(stat -c %s "$vault") + 4095) / 4096 * 4 + 8))k
    for do in "${writers[@]}"; do
        run in_small $full "owncard-holder $do --vault small/vault --passphrase-file pass"
        [ "$status" != 99 ] || skip "no tmpfs here"
        nothing_done 4 "No space left on device"
        unsaid "THE VAULT CHANGED"
        run in_small 1m "mount -o remount,ro small; owncard-holder $do --vault small/vault --passphrase-file pass"
        nothing_done 4 "Read-only file system"
        unsaid "THE VAULT CHANGED"
    done
    run in_small 1m "mount -o remount,ro small; owncard-holder status --vault small/vault --passphrase-file pass"
    check 0 "fresh         2"
}
