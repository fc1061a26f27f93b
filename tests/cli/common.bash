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
# the screen. Sets status and output as run does.
typed() {
    local command=$1 try
    shift
    rm -f typed.keys typed.screen
    mkfifo typed.keys
    # the shell lets what it starts in the background ignore Ctrl-C
    perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec @ARGV or die' \
        script -qfec "$command" typed.screen <typed.keys >/dev/null 3>&- &
    exec 9>typed.keys
    while [ $# -gt 0 ]; do
        for try in {1..300}; do
            grep -qF -- "$1" typed.screen 2>/dev/null && break
            sleep 0.1
        done
        printf '%s\n' "$2" >&9
        shift 2
    done
    status=0
    wait $! || status=$?
    exec 9>&-
    output=$(tr -d '\r' <typed.screen)
}

# A desk that is certified, an issuer it trusts, and a holder with COUNT copies of a card of TYPE who
# knows the desk. Made once a file, in $BATS_FILE_TMPDIR/world, since the vault's key derivation is
# slow on purpose; each test has a copy of it. `more`, where the file defines it, adds to it.
desk_setup() {
    common_setup
    umask 077
    world=$BATS_FILE_TMPDIR/world
    [ -d "$world" ] || make_desk "$@" 2>/dev/null
    cp -r "$world/." .
    export XDG_DATA_HOME=$PWD/data
}

make_desk() (
    set -e
    mkdir "$world.new"
    cd "$world.new"
    export XDG_DATA_HOME=$PWD/data
    data=$PWD/data/owncard
    echo 'only for tests' >pass
    owncard-issuer init
    owncard-verifier init --name "Front desk"
    owncard-issuer reader-cert "$data/verifier/reader.csr" -o "$data/verifier/reader.pem"
    owncard-verifier trust add "$data/issuer/iaca.pem"
    owncard-issuer people --seed 5 -o resident.json
    holder keys --challenge "$(owncard-issuer challenge)" --count "$2" -o keys
    owncard-issuer issue --type "$1" --claims resident.json --keys keys -o copies
    holder store --anchor "$data/issuer/iaca.pem" copies
    holder trust add "$data/issuer/reader-ca.pem"
    if declare -F more >/dev/null; then more; fi
    mv "$world.new" "$world"
)

holder() { owncard-holder "$@" --passphrase-file pass; }
