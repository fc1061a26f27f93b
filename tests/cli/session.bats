#!/usr/bin/env bats
# Sessions over TCP: what is shown, what is refused, and what a copy costs when somebody is gone.

load common

setup() { desk_setup $vid 3; }

teardown() {
    local pid
    for pid in $pids; do kill "$pid" 2>/dev/null || true; done
}

# said TEXT FILE: wait until it stands there.
said() {
    local try
    for try in {1..200}; do
        grep -qF -- "$1" "$2" 2>/dev/null && return
        sleep 0.05
    done
    echo "not said: $1"
    cat "$2"
    return 1
}

# engage OPTION…: a holder in the background; `address` is where it waits.
engage() {
    owncard-holder engage --tcp 0 -o me.mdoc --passphrase-file pass "$@" </dev/null 2>holder.log 3>&- &
    holder=$!
    pids="$pids $holder"
    said "Waiting for a reader at " holder.log
    address=$(sed -n 's/^Waiting for a reader at \(.*\)\.$/\1/p' holder.log)
}

# holder_ended STATUS [TEXT…]
holder_ended() {
    status=0
    wait "$holder" || status=$?
    output=$(<holder.log)
    check "$@"
}

ask() { run owncard-verifier ask --tcp "$address" --engagement me.mdoc --card $vid age-over-18 "$@"; }

# One who does not keep to the rules, in perl: a holder, which is at `address` then, and a reader.
server() {
    local try
    rm -f port
    perl -MIO::Socket::INET -e '
        my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die;
        print $s->sockport, "\n"; close STDOUT;
        my $c = $s->accept; sysread $c, my $in, 65536;
        '"$1" >port 2>/dev/null 3>&- &
    pids="$pids $!"
    for try in {1..100}; do [ -s port ] && break; sleep 0.05; done
    address=$(<port)
}
client() { perl -MIO::Socket::INET -e 'my $c = IO::Socket::INET->new($ARGV[0]) or die; '"$1" "$address"; }

@test "a session over TCP, engaged by a QR code: accepted, and the copy is spent" {
    engage --consent all --qr-image me.png
    [[ $address == 127.0.0.1:* ]]
    run owncard-verifier ask --tcp "$address" --engagement-image me.png --card $vid age-over-18
    check 0 ACCEPTED "18 or older"
    holder_ended 0 "Front desk (certified by a CA that you trust)" "Shown: 1 of 1" "2 unused copies left"
    unsaid warning
    run holder history
    check 0 "Front desk" age_over_18
}

@test "by MAC, on another curve, with the engagement as text" {
    engage --consent all --mac
    ask --json
    check 0 '"verdict": "accepted"'
    holder_ended 0
    engage --consent all --curve X25519
    run owncard-verifier ask --tcp "$address" --engagement "$(<me.mdoc)" --card $vid age-over-18 --brief
    check 0 ACCEPTED
    holder_ended 0
}

@test "consent that is not given ends the session, and costs nothing" {
    command -v script >/dev/null || skip "no script"
    (
        said "Waiting for a reader at " typed.screen
        address=$(tr -d '\r' <typed.screen | sed -n 's/^Waiting for a reader at \(.*\)\.$/\1/p')
        status=0
        owncard-verifier ask --tcp "$address" --engagement me.mdoc --card $vid age-over-18 \
            >verifier.log 2>&1 || status=$?
        echo "status $status" >>verifier.log
    ) 3>&- &
    typed "owncard-holder engage --tcp 0 -o me.mdoc --passphrase-file pass" "18" n
    check 1 "nothing was agreed to"
    wait
    run cat verifier.log
    check 0 "the holder ended the session without an answer" "status 1"
    [ "$(left)" = 3 ]
}

@test "a reader whose certificate has expired is not known by name" {
    owncard-issuer reader-cert data/owncard/verifier/reader.csr -o data/owncard/verifier/reader.pem --days 1 2>/dev/null
    engage --consent all --at "$(date -u -d '+5 days' +%FT%TZ)"
    ask
    check 1 "the holder ended the session without an answer"
    holder_ended 1 "AN UNKNOWN READER" "a certificate on the path has expired"
    [ "$(left)" = 3 ]
}

@test "a reader that says nothing of itself is answered only if the holder wants to" {
    engage --consent all --accept-unknown-reader
    ask --unsigned --brief
    check 0 ACCEPTED
    holder_ended 0 "Shown: 1 of 1"
}

@test "a forged answer is refused by the verifier as verify does" {
    engage --consent all --defect element-reencoded
    ask --json
    check 1 '"verdict": "refused"' '"refused_by": "mso.digests"'
    holder_ended 0
}

@test "a holder that nobody trusts" {
    owncard-issuer init --dir other 2>/dev/null
    engage --consent all
    ask --anchor other/iaca.pem
    check 1 REFUSED
    holder_ended 0
}

@test "nobody comes, and one who comes says nothing: told, and nothing is spent" {
    engage --consent all --wait 1
    holder_ended 4 "nobody came"
    engage --consent all --wait 1
    client 'sleep 5' 3>&- &
    pids="$pids $!"
    holder_ended 4 "the reader: nothing came in time"
    [ "$(left)" = 3 ]
}

@test "a reader that is gone: before, in the middle of its message, and before the answer" {
    engage --consent all
    client ''
    holder_ended 4 "the reader: hung up"
    engage --consent all
    client 'print $c "\0\0\1"'
    holder_ended 4 "hung up in the middle of a message"
    [ "$(left)" = 3 ]
    command -v script >/dev/null || skip "no script"
    (
        said "Waiting for a reader at " typed.screen
        address=$(tr -d '\r' <typed.screen | sed -n 's/^Waiting for a reader at \(.*\)\.$/\1/p')
        owncard-verifier ask --tcp "$address" --engagement me.mdoc --card $vid age-over-18 --wait 1 || true
        echo "the reader is gone" >>typed.screen
    ) >/dev/null 2>&1 3>&- &
    typed "owncard-holder engage --tcp 0 -o me.mdoc --passphrase-file pass" "the reader is gone" y
    check 4 "the reader ended the session before it was answered"
    [ "$(left)" = 3 ]
}

@test "bytes that are no session: status 11 is told, and nothing is spent" {
    engage --consent all
    run client 'print $c "\0\0\0\2xx"; $c->flush; sysread $c, my $in, 100; print unpack("H*", $in)'
    check 0 00000009a1667374617475730b
    holder_ended 3 "from the reader: "
    engage --consent all
    client 'print $c "GET / HTTP/1.1\r\n\r\n"'
    holder_ended 3 "announces a message of more than 1 MiB"
    [ "$(left)" = 3 ]
}

@test "a holder that is silent, is gone, or ends the session by an error" {
    engage --consent all
    server 'sleep 10'
    ask --wait 1 --json
    check 4 "nothing came in time" '"verdict": "unfinished"'
    server ''
    ask
    check 4 "the holder: hung up"
    server 'print $c "\0\0\0\x09\xa1fstatus\x0a"'
    ask
    check 4 "could not decrypt a message (status 10)"
    server 'print $c "\0\0\0\x09\xa1fstatus\x0b"'
    ask
    check 4 "could not read a message (status 11)"
    server 'print $c "\0\0\0\x09\xa1fstatus\x14"'
    ask
    check 1 "ended the session without an answer"
    server 'print $c "\0\0\0\x09\xa1fstatus\x15"'
    ask
    check 3 "from the holder: "
    server 'print $c "\0\0\0\x19\xa1ddataR", "x" x 18'
    ask
    check 1 "a message that does not decrypt"
    address=1
    ask
    check 4 "1: nobody listens there"
}

@test "an engagement that is none, and options that say too little" {
    address=7000
    echo 'mdoc://AAAA' >me.mdoc
    ask
    check 4 "me.mdoc: "
    run owncard-verifier ask --tcp 7000 --engagement-image resident.json --card $vid age-over-18
    check 4 "neither PNG nor JPEG"
    owncard-verifier request --unsigned age-over-18 --card $vid -o ask --qr-image ask.png --qr-bytes 1200 2>/dev/null
    run owncard-verifier ask --tcp 7000 --engagement-image ask.png --card $vid age-over-18
    check 4 'no QR code that begins with "mdoc:"'
    run owncard-verifier ask --tcp 7000 --card $vid age-over-18
    check 2 "--tcp needs what the holder shows"
    run owncard-verifier ask --engagement me.mdoc --card $vid age-over-18
    check 2 "where is the holder?"
    run owncard-verifier ask --nfc --tcp 7000 --engagement me.mdoc --card $vid age-over-18
    check 2
    run owncard-verifier ask --tcp 7000 --nfc-short --engagement me.mdoc --card $vid age-over-18
    check 2 "go with --nfc"
    run holder engage --consent all
    check 2 "how shall a reader come?"
    run holder engage --tcp example.org:80 --consent all
    check 2 "not PORT, HOST:PORT or [HOST]:PORT in numbers"
    run holder engage --tcp 0 --curve Ed25519 --consent all
    check 2 "not a curve of sessions"
    run holder engage --tcp 192.0.2.1:7000 -o gone.mdoc --consent all
    check 4 "not an address of this machine"
    [ ! -e gone.mdoc ]
}
