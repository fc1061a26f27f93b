#!/usr/bin/env bats
# Sessions over NFC: our reader and our card, with a real pcscd and vpcd's virtual reader in between.
# pcscd has one socket on a machine, and vpcd listens on every address, so each test has a network,
# files and processes of its own.

load common

driver=/usr/lib/pcsc/drivers/serial/libifdvpcd.so

setup() {
    command -v pcscd >/dev/null || skip "no pcscd"
    [ -e $driver ] || skip "no vsmartcard-vpcd"
    spaces=(unshare --net --mount --pid --fork --kill-child --mount-proc)
    [ "$(id -u)" = 0 ] || spaces+=(--map-root-user)
    "${spaces[@]}" mount -t tmpfs tmpfs /run 2>/dev/null || skip "no namespaces of its own for a test"
    desk_setup $vid 3
}

# The reader's name is that of the file's first line; a second slot is vpcd's habit.
room='
    ip link set lo up
    mount -t tmpfs tmpfs /run
    mkdir -p /run/pcscd rc
    printf "FRIENDLYNAME \"Desk NFC\"\nDEVICENAME /dev/null:41000\nLIBPATH %s\nCHANNELID 41000\n" '$driver' >rc/vpcd
    reader() {
        pcscd --foreground --error --config $PWD/rc >pcscd.log 2>&1 &
        pcscd=$!
        for i in {1..400}; do [ -S /run/pcscd/pcscd.comm ] && break; sleep 0.05; done
    }
    engage() {
        owncard-holder engage --nfc-virtual 41000 --passphrase-file pass "$@" </dev/null >engage.out 2>holder.log &
        holder=$!
    }
    ask() { owncard-verifier ask --nfc --card '$vid' "$@" || echo "ask: status $?"; }
    holder_ended() { wait $holder; echo "holder: status $?"; }
    said() { for i in {1..600}; do grep -qF -- "$1" "$2" 2>/dev/null && return; sleep 0.05; done; return 1; }
    # the holder says that it is a card before it is one: an established connection to port 41000
    inserted() { for i in {1..600}; do grep -q ":A028 01 " /proc/net/tcp && return; sleep 0.05; done; return 1; }
'

# in_room SCRIPT: run it there.
in_room() { run timeout 120 "${spaces[@]}" bash -c "$room $1"; }

@test "a session over NFC, static handover, an answer of more than 3 KB: accepted" {
    in_room 'reader; engage --consent all; ask hotel-check-in; holder_ended'
    check 0 ACCEPTED "Citizen number" "Portrait            (3903 bytes)" "holder: status 0"
    run cat holder.log
    check 0 "Front desk (certified by a CA that you trust)" "Shown: 9 of 9"
    unsaid warning
    [ "$(left)" = 2 ]
}

@test "the same in short commands, by MAC" {
    in_room 'reader; engage --consent all --mac; ask --nfc-short --nfc-reader Desk hotel-check-in --json; holder_ended'
    check 0 '"verdict": "accepted"' "holder: status 0"
    [ "$(left)" = 2 ]
}

@test "engaged by a QR code, carried by NFC; then the tag offers no handover" {
    in_room 'reader; engage --consent all --qr-image me.png
        said "A card in the reader" holder.log
        ask --engagement-image me.png age-over-18; holder_ended'
    check 0 ACCEPTED "holder: status 0"
    in_room 'reader; engage --consent all -o me.mdoc --wait 10; ask age-over-18'
    check 0 "the NFC handover: the card offers no handover by NFC" "ask: status 4"
    [ "$(left)" = 2 ]
}

@test "consent that is refused, over NFC" {
    in_room 'reader; engage; ask age-over-18; holder_ended'
    check 0 "the holder ended the session without an answer" "ask: status 1" "holder: status 4"
    [ "$(left)" = 3 ]
}

# meanwhile COMMAND: it runs while the holder is being asked, whose process is in the file pid.
interrupted='
    meanwhile() {
        sleep 60 | script -qfec "echo \$\$ >pid; exec owncard-holder engage --nfc-virtual 41000 --passphrase-file pass" screen >/dev/null &
        said "A card in" screen
        (said "Show 18" screen; eval "$1") &
    }
'

@test "a card that is taken away, ones that do not answer, and a service that stops" {
    command -v script >/dev/null || skip "no script"
    in_room "$interrupted"'reader; meanwhile "kill -KILL \$(<pid)"; ask --wait 20 age-over-18'
    check 0 "the holder: the card was taken away" "ask: status 4"
    in_room "$interrupted"'reader; meanwhile "kill -STOP \$(<pid)"; ask --wait 5 age-over-18'
    check 0 "the holder: the card does not answer" "ask: status 4"
    in_room "$interrupted"'reader; meanwhile "kill -KILL \$pcscd"; ask --wait 20 age-over-18'
    check 0 "the holder: " "ask: status 4"
    echo "$output"
    # Before the driver has asked the card for its ATR, and after; in which step it is then noticed is
    # a matter of who comes first, the driver that looks again or the verifier.
    for after in 0 0.6; do
        in_room 'reader; engage --consent all; inserted; sleep '$after'; kill -STOP $holder
            ask --wait 2 age-over-18'
        check 0 "ask: status 4"
        grep -qE 'error: (NFC: no card came|(NFC|the NFC handover): the card does not answer)$' <<<"$output"
    done
    [ "$(left)" = 3 ]
}

@test "no card, no such reader, no reader at all, no service" {
    in_room 'reader; ask --wait 3 age-over-18'
    check 0 "NFC: no card came" "ask: status 4"
    in_room 'reader; ask --nfc-reader Nobody age-over-18'
    check 0 "no NFC reader of this name is plugged in" "hint: there are: Desk NFC" "ask: status 2"
    in_room 'rm rc/vpcd; reader; ask --wait 3 age-over-18'
    check 0 "no NFC reader is plugged in" "ask: status 4"
    in_room 'ask --wait 1 age-over-18'
    check 0 "no smart card service is running (pcscd)" "ask: status 4"
    in_room 'engage --consent all; holder_ended; cat holder.log'
    check 0 "41000: nobody listens there" "holder: status 4"
}

@test "a reader that stops while the session runs" {
    in_room 'reader; engage --consent all --wait 20
        inserted; sleep 0.5; kill -KILL $pcscd; holder_ended; cat holder.log'
    check 0 "the reader: the virtual reader is gone" "holder: status 4"
    [ "$(left)" = 3 ]
}
