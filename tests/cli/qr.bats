#!/usr/bin/env bats
# Requests and answers as QR codes: pictures, drawings, loops, and back from pictures.

load common

setup() { desk_setup $vid 3; }

# A request and its answer as pictures.
more() {
    owncard-verifier request --expires 3600 age-over-18 --card $vid -o ask --qr-image ask.svg
    owncard-verifier request --expires 3600 age-over-18 --card $vid -o ask --qr-image ask.png --qr-bytes 1200
    holder present --request-image ask.png --consent all --qr-image answer/
}

@test "request and answer as pictures: accepted, and any six of nine are enough" {
    [ "$(ls answer | wc -l)" = 9 ]
    run owncard-verifier verify --request ask --response-image answer/frame-00[3-8].png
    check 0 ACCEPTED
    [ ! -e ask.key ]
    run owncard-verifier verify --request ask --response-image answer/frame-00[3-8].png
    check 4 "the one-time key is gone"
}

@test "frames that are missing are named, and their want does not cost the key" {
    run owncard-verifier verify --request ask --response-image answer/frame-001.png \
        --response-image answer/frame-003.png answer/frame-00[4-5].png
    check 3 "frames 2, 6, 7, 8 and 9 of 9 are not in these pictures" "any 2 of them complete"
    one_error
    run owncard-verifier verify --json --request ask --response-image answer/frame-001.png
    check 3 '"error": "truncated"'
    [ -e ask.key ]
    run owncard-verifier verify --request ask --response-image answer/*.png
    check 0 ACCEPTED
}

@test "pictures without a frame, and files that are no pictures" {
    run owncard-verifier verify --request ask --response-image resident.json
    check 3 "resident.json: neither PNG nor JPEG"
    head -c 300 ask.png >cut.png
    run holder present --request-image cut.png --consent all -o again
    check 3 "cut.png: a picture that is damaged"
    run holder present --request ask --request-image ask.png --consent all -o again
    check 2
    run holder present --request ask --consent all -o again ask.png
    check 2 "only pictures after --request-image are arguments"
    run owncard-verifier verify --request ask one two
    check 2 "one response at a time"
    [ ! -e again ] && [ -e ask.key ]
}

@test "a request photographed and shown after its end is refused" {
    run holder present --at "$(date -u -d '+2 hours' +%FT%TZ)" --request-image ask.png --consent all \
        --qr-image late/
    check 1 "the request expired"
    [ ! -e late ]
}

@test "an answer in plain is refused, and does not cost the key" {
    holder present --request-image ask.png --consent all --defect encryption-missing --qr-image plain/ 2>/dev/null
    run owncard-verifier verify --json --request ask --response-image plain/*.png
    check 1 '"refused_by": "response.decryption"'
    unsaid age_over_18
    [ -e ask.key ]
    run owncard-verifier verify --request ask --response-image answer/*.png
    check 0 ACCEPTED
}

@test "garbage does not cost the key: another's answer, and one that nobody can open" {
    owncard-verifier request --expires 3600 age-over-18 --card $vid -o other --qr-image other.png --qr-bytes 1200 2>/dev/null
    holder present --request-image other.png --consent all --qr-image others/ 2>/dev/null
    run owncard-verifier verify --json --request ask --response-image others/*.png
    check 1 '"refused_by": "response.decryption"'
    run owncard-verifier verify --request ask --response-image ask.png
    check 3
    [ -e ask.key ]
    # Frames of the other answer among those of ours do no harm while it is incomplete.
    run owncard-verifier verify --request ask --response-image others/frame-00[1-5].png answer/*.png
    check 0 ACCEPTED
    run owncard-verifier verify --request other --response-image others/*.png answer/*.png
    check 2 "frames of 2 messages in these pictures, of which 2 are complete"
}

@test "pictures of an answer in plain are for their owner alone, as its file is" {
    umask 022
    echo 83f6f6f6 >session
    owncard-verifier request --unsigned --transcript session --card $vid -o plain.ask age-over-18 2>/dev/null
    for pictures in plain/ plain.svg; do
        run holder present --accept-unknown-reader --request plain.ask --consent all --transcript session \
            -o plain.cbor --qr-image $pictures
        check 0
    done
    [ "$(stat -c %a plain/*.png plain.svg plain.cbor | sort -u)" = 600 ]
    owncard-verifier request --unsigned age-over-18 -o open --qr-image open.svg 2>/dev/null
    [ "$(stat -c %a open.svg)" = 644 ]
}

@test "a picture for one code, a folder or a loop for several" {
    run owncard-verifier request --unsigned age-over-18 -o big --qr-image big.png --qr-bytes 200
    check 2 "the message takes" "FOLDER/ takes numbered pictures"
    [ ! -e big ] && [ ! -e big.key ] && [ ! -e big.png ]
    run owncard-verifier request --unsigned age-over-18 -o big --qr-image big.gif
    check 2 "none of .png, .svg and /"
    [ "$(grep -c '<animate ' ask.svg)" = 5 ]
    if grep -q script ask.svg; then false; fi
    run owncard-verifier request --unsigned age-over-18 -o big --qr-loops 2
    check 2 "--qr-loops goes with --qr"
}

@test "a folder has the frames of one message, and appears with them" {
    owncard-verifier request --unsigned age-over-18 -o first --qr-image shots/ --qr-bytes 150 2>/dev/null
    touch shots/note shots/frame-9.png
    [ "$(ls shots/frame-0*.png | wc -l)" = 5 ]
    owncard-verifier request --unsigned age-over-18 --card $vid -o second --qr-image shots/ --qr-bytes 600 2>/dev/null
    [ "$(ls shots/frame-0*.png | wc -l)" = 1 ]
    [ -e shots/note ] && [ -e shots/frame-9.png ]
    run holder present --request-image shots/frame-0*.png --accept-unknown-reader --consent all \
        -o /dev/full --qr-image fresh/
    check 4 "/dev/full"
    [ ! -e fresh ]
    run owncard-verifier request --unsigned age-over-18 -o third --qr-image nowhere/shots/
    check 4 "nowhere/shots/: No such file or directory"
    [ ! -e third ] && [ ! -e nowhere ]
}

@test "on a terminal frames loop, and the terminal is left as it was" {
    command -v script >/dev/null || skip "no script"
    run script -qec "owncard-verifier request --unsigned --qr --qr-bytes 300 --qr-loops 2 -o loop age-over-18" /dev/null
    check 0 "1 of " $'\e[?25l' $'\e[?25h' "Any key ends this"
    [ "$(grep -o '2 of [0-9]*\. Any' <<<"$output" | wc -l)" = 2 ]
    for signal in INT TERM HUP QUIT TSTP; do
        cat >looped <<END
before=\$(stty -g)
timeout --foreground -s $signal 1 owncard-verifier request --unsigned --qr --qr-bytes 300 -o $signal age-over-18
[ "\$before" = "\$(stty -g)" ] && echo as it was
END
        run timeout 20 script -qec "bash looped" /dev/null
        check 0 $'\e[?25h' "as it was"
        [ -s $signal ]
    done
}

@test "a loop ends when its request does, and says so" {
    command -v script >/dev/null || skip "no script"
    run timeout 60 script -qec "owncard-verifier request --unsigned --qr --qr-bytes 300 --expires 10 -o short age-over-18" /dev/null
    check 0 "it expires in 0:0" $'\e[?25h' "the request expired, so its codes are not shown any more"
}

@test "a terminal too small for a code is told, with what to do, and nothing is made" {
    command -v script >/dev/null || skip "no script"
    run script -qec "stty cols 60 rows 50; owncard-verifier request --unsigned --qr -o small age-over-18" /dev/null
    check 4 "the terminal has 60 and 50" "fewer --qr-bytes" "--qr-image FOLDER/ makes pictures"
    [ ! -e small ] && [ ! -e small.key ]
    run script -qec "stty cols 200 rows 24; owncard-holder present --passphrase-file pass --request-image ask.png --consent all --qr" /dev/null
    check 4 "the terminal has 200 and 24"
    run holder list
    check 0 "copies  2 left"
}
