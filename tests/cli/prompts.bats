#!/usr/bin/env bats
# Every question for a secret, and every yes or no, answered at a terminal as people do: rightly,
# wrongly, not at all, with Ctrl-D, with Ctrl-C half-way. However it ends, the terminal is as it was
# (typed sees to that), no secret is on it, and what did not succeed changed nothing on disk.
# The PIN of a token is token.bats's; what is shown of a request, consent.bats's.
load common

challenge=00112233445566778899aabbccddeeff
vaults="Passphrase of the vault:" again="Once more:"
end=$'\x04' half=$'half of it\x03'

setup() {
    command -v script >/dev/null || skip "no script"
    desk_setup $vid 2
}

# Something for each verb to do: copies to store, a backup, a request, a list of readers.
more() {
    echo "what only I know" >pass3
    echo "another one" >pass2
    holder export --backup-passphrase-file pass3 -o backup
    pass=pass3 holder passphrase --vault backup --new-passphrase-file pass3 --memory 8 --passes 1
    copies 1
    owncard-verifier request --expires 86400 --type $vid --element $ns/age_over_18 -o ask
    owncard-issuer vical init
    mkdir lists
    owncard-issuer rical -o lists/list.rical "$data/issuer/reader-ca.pem"
}

# Every verb, with the status that follows the right passphrase.
verbs() {
    cat <<END
0 keys --challenge $challenge -o new.cbor
0 store --anchor data/owncard/issuer/iaca.pem copies.cbor
0 list
0 show 1
0 present --request ask --consent all -o answer
4 engage --tcp 0 -o me.mdoc --consent all --wait 1
0 delete --yes 1
0 status
0 refill --threshold 3 --challenge $challenge -o new.cbor
0 history
0 passphrase --new-passphrase-file pass2 --memory 8 --passes 1
0 export --backup-passphrase-file pass2 -o new.backup
0 import --backup-passphrase-file pass3 backup
2 accept --yes
0 trust add data/owncard/issuer/iaca.pem
0 trust update --rical-root data/owncard/issuer/list-ca.pem lists
0 trust list
0 trust remove $(holder trust list | sed -n 's/.*fingerprint *//p')
END
}

# None of these was echoed.
hidden() { unsaid "a passphrase" "a guess" "half of it" "another one" "what only I know"; }

# answered STATUS LINE [QUESTION ANSWER]…
answered() {
    local wanted=$1
    shift
    echo "# $1"
    typed "$@"
    check "$wanted"
    hidden
}

none="no passphrase was given" empty="the passphrase is empty" differ="the two passphrases differ"

@test "every verb asks for the vault's passphrase, and does nothing without it" {
    run owncard-holder --help
    [ "$(sed -n '/^Verbs:/,/^$/s/^  \([a-z ]*[a-z]\)  .*/\1/p' <<<"$output" | sort)" = \
        "$(verbs | sed -E 's/^. (trust )?([a-z]+).*/\1\2/' | sort)" ]
    verbs >table
    while read -r wanted line <&8; do
        line="owncard-holder $line"
        refused "1 2 4 130" "$line" "$vaults" "a guess" "$vaults" "" "$vaults" "$end" "$vaults" "$half"
        check 0 "wrong passphrase, or the file is damaged" "$empty" "$none"
        hidden
        answered "$wanted" "$line" "$vaults" "a passphrase"
        rm -rf data new.* answer me.mdoc
        cp -r "$BATS_FILE_TMPDIR/world/data" .
    done 8<table
}

@test "Ctrl-Z asks anew, and a terminal that is closed is an end" {
    answered 0 "owncard-holder list" "$vaults" $'half of it\x1a' "$vaults" "a passphrase"
    check 0 "copies  2 left"
    before=$(disk)
    typed "owncard-holder delete --yes 1" "$vaults" "hang up"
    flock -w 20 "$vault.lock" true
    [ "$before" = "$(disk)" ]
}

# twice QUESTION LINE [QUESTION ANSWER]…: LINE asks for a new passphrase after those, and once more.
twice() {
    local question=$1 line=$2
    shift 2
    refused "2 2 2 4 4 130 130" "$line" "$@" "$question" "another one" "$again" "a guess" \
        "$@" "$question" "" "$@" "$question" "another one" "$again" "" \
        "$@" "$question" "$end" "$@" "$question" "another one" "$again" "$end" \
        "$@" "$question" "$half" "$@" "$question" "another one" "$again" "$half"
    check 0 "$differ" "$empty" "$none"
    hidden
    answered 0 "$line" "$@" "$question" "another one" "$again" "another one"
}

@test "a new vault: its passphrase twice, and otherwise no vault" {
    for line in "keys --challenge $challenge -o new.cbor" "trust add data/owncard/issuer/iaca.pem" \
        "import --backup-passphrase-file pass3 backup"; do
        rm -f "$vault"
        twice "Passphrase for a new vault:" "owncard-holder $line"
        [ "$(stat -c %a "$vault")" = 600 ]
        pass=pass2 run holder list
        check 0
    done
    rm "$vault"
    refused 1 "owncard-holder import backup" "Passphrase for a new vault:" "another one" \
        "$again" "another one" "Passphrase of the backup:" "a guess"
    hidden
}

@test "passphrase: the old one, and the new one twice" {
    twice "New passphrase:" "owncard-holder passphrase --memory 8 --passes 1" "$vaults" "a passphrase"
    run holder list
    check 1 "wrong passphrase"
    pass=pass2 run holder list
    check 0 "2 left"
}

@test "export and import: the vault's passphrase, then the backup's" {
    twice "Passphrase for the backup:" "owncard-holder export -o new.backup" "$vaults" "a passphrase"
    [ "$(stat -c %a new.backup)" = 600 ]
    line="owncard-holder import new.backup"
    set -- "$vaults" "a passphrase" "Passphrase of the backup:"
    refused "1 2 4 130" "$line" "$@" "a guess" "$@" "" "$@" "$end" "$@" "$half"
    check 0 "new.backup: wrong passphrase" "$empty" "$none"
    hidden
    answered 0 "$line" "$@" "another one"
    check 0 "were there already"
}

@test "a yes or no: anything but yes changes nothing" {
    holder present --request ask --consent all -o shown 2>/dev/null
    while IFS='|' read -r line question said <&8; do
        line="owncard-holder $line"
        refused "1 1 4 4 130" "$line" "$question" n "$question" "" "$question" maybe "$question" "" \
            "$question" "$end" "$question" "y$end$end" "$question" $'y\x03'
        check 0 "$said" "no answer was given"
        answered 0 "$line" "$question" y
    done 8<<END
present --request ask -o answer --passphrase-file pass|Show 18 or older?|nothing was agreed to
history --clear --passphrase-file pass|Forget all that was shown?|nothing was forgotten
delete 1 --passphrase-file pass|Destroy card 1, $vid, with all its copies?|nothing was destroyed
accept --vault backup --passphrase-file pass3|Offer them all the same?|they stay quarantined
END
}
