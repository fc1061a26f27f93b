# What the tests of the tools share. Each test runs in a folder of its own, with state of its own.

common_setup() {
    local root
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    PATH=${OWNCARD_BIN:-$root/build/release}:$PATH
    vectors=${OWNCARD_VECTORS:-$root/../shared/vectors}
    vectors=$(cd "$vectors" 2>/dev/null && pwd) || vectors=
    cd "$BATS_TEST_TMPDIR"
    export XDG_DATA_HOME=$PWD/data LC_ALL=C
    unset LANG LC_MESSAGES
    umask 022
}

# Where issuer and verifier keep what they have by default, and a folder for what is fetched.
trust_setup() {
    common_setup
    umask 077
    echo "a passphrase" >pass
    data=$XDG_DATA_HOME/owncard
    trust=$data/verifier/trust
    mkdir fetched
}

need_vectors() {
    [ -n "$vectors" ] || skip "no vectors"
}

# check STATUS [TEXT…]: the run's status, and text that its output holds.
check() {
    [ "$status" = "$1" ] || { echo "status $status, wanted $1"; echo "$output"; return 1; }
    shift
    for text; do
        grep -qF -- "$text" <<<"$output" || { echo "not said: $text"; echo "$output"; return 1; }
    done
}

# Text that the output must not hold.
unsaid() {
    for text; do
        if grep -qF -- "$text" <<<"$output"; then echo "said: $text"; return 1; fi
    done
}

# The last run said one line of error on standard error and nothing else but hints.
one_error() {
    [ "$(grep -c ': error: ' <<<"$output")" = 1 ] || { echo "not one error:"; echo "$output"; return 1; }
}

# typed COMMAND [QUESTION ANSWER]…: at a terminal of its own, each answer once its question is on
# the screen after what was asked before. "hang up" closes the terminal; an answer that ends in a
# control character is no line. Sets status and output as run does; status 99 where the terminal is
# not left as it was. Its own files are called typed.something.
typed() {
    local command=$1 seen=0 screen terminal try
    shift
    rm -f typed.*
    mkfifo typed.keys
    cat >typed.run <<END
trap : INT QUIT
before=\$(stty -g)
$command
status=\$?
[ "\$before" = "\$(stty -g)" ] || { echo "THE TERMINAL IS NOT AS IT WAS"; exit 99; }
exit \$status
END
    # the shell lets what it starts in the background ignore Ctrl-C
    perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec @ARGV or die' \
        script -qfec "exec bash typed.run" typed.screen <typed.keys >/dev/null 3>&- &
    terminal=$!
    exec 9>typed.keys
    while [ $# -gt 0 ]; do
        for try in {1..600}; do
            IFS= read -r -d '' screen 2>/dev/null <typed.screen || true
            screen=${screen:seen}
            [[ $screen != *"$1"* ]] || break
            sleep 0.05
        done
        [[ $screen = *"$1"* ]] || { echo "not asked: $1"; cat typed.screen; kill $terminal; return 1; }
        screen=${screen%%"$1"*}
        seen=$((seen + ${#screen} + ${#1}))
        case $2 in
        "hang up") kill -KILL $terminal ;;
        *[[:cntrl:]]) printf %s "$2" >&9 ;;
        *) printf '%s\n' "$2" >&9 ;;
        esac
        shift 2
    done
    status=0
    wait $terminal || status=$?
    exec 9>&-
    output=$(tr -d '\r' <typed.screen)
}

# All that is in this folder, but what typed has there: names, modes and content, as a hash.
disk() { tar -c --exclude='typed.*' --sort=name --mtime=@0 . | sha256sum; }

# refused STATUSES LINE [QUESTION ANSWER]…: the line once for each status, one after the other at one
# terminal; nothing on disk is then other than it was.
refused() {
    local statuses=$1 line=$2 before
    shift 2
    echo "# $line"
    before=$(disk)
    typed "for i in $statuses; do $line; printf '\nstatus %s\n' \$?; done" "$@"
    check 0
    [ "$(sed -n 's/^status //p' <<<"$output" | xargs)" = "$statuses" ] || { echo "$output"; return 1; }
    [ "$before" = "$(disk)" ] || { find . -newer typed.run; return 1; }
}

vid=example.guangzhou.vid.1
ns=org.iso.23220.1

# desk_setup [TYPE COUNT]: an issuer, a desk that it certified and that trusts it, claims of a
# resident, and a holder who knows the desk and has COUNT copies of a card of TYPE, if any. Made
# once a file, in $BATS_FILE_TMPDIR/world, with a vault that is cheap to open; each test has a copy
# of it. `more`, where the file defines it, adds to it.
desk_setup() {
    local world=$BATS_FILE_TMPDIR/world
    common_setup
    umask 077
    if [ ! -d "$world" ]; then
        # in the background, since what an "or" follows goes on after an error
        make_desk "$@" >"$world.log" 2>&1 3>&- &
        wait $! || { cat "$world.log"; return 1; }
        mv "$world.new" "$world"
    fi
    cp -r "$world/." .
    enter
}

# Where everybody keeps what they have by default.
enter() {
    export XDG_DATA_HOME=$PWD/data
    data=$PWD/data/owncard
    vault=$data/vault
}

make_desk() {
    set -e
    rm -rf "$world.new"
    mkdir "$world.new"
    cd "$world.new"
    enter
    echo "a passphrase" >pass
    owncard-issuer init
    owncard-verifier init --name "Front desk"
    owncard-issuer reader-cert "$data/verifier/reader.csr" -o "$data/verifier/reader.pem"
    owncard-verifier trust add "$data/issuer/iaca.pem"
    owncard-issuer people --seed 5 -o resident.json
    holder trust add "$data/issuer/reader-ca.pem"
    holder passphrase --new-passphrase-file pass --memory 8 --passes 1
    [ $# = 0 ] || card "$2" "$1"
    if declare -F more >/dev/null; then more; fi
}

holder() { owncard-holder "$@" --passphrase-file "${pass:-pass}"; }

# copies COUNT [TYPE]: keys made, in keys.cbor, and copies issued to them, not stored yet.
copies() {
    holder keys --challenge "$(owncard-issuer challenge)" --count "$1" -o keys.cbor
    issue keys.cbor "${2:-$vid}"
}

# issue KEYS [TYPE]
issue() {
    owncard-issuer issue --type "${2:-$vid}" --claims resident.json --keys "$1" -o copies.cbor
}

# card COUNT [TYPE]: a card of so many copies, which stay in copies.cbor.
card() {
    copies "$@"
    holder store --anchor "$data/issuer/iaca.pem" copies.cbor
}

# How many copies were not shown yet.
left() { holder list 2>/dev/null | sed -n 's/^ *copies *\([0-9]*\) left.*/\1/p'; }
