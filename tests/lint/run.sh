#!/bin/bash
# Everything that can be said about the source without running it; all of it blocks.
# shellcheck disable=SC2317 # the steps are called by name
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
sources=$(ls lib/*/*.c cli/*.c db/*.c transport/*.c verbs/*.c wrong/*.c issuer/*.c issuer/*/*.c holder/*.c holder/*/*.c verifier/*.c)
headers=$(ls lib/*/*.h cli/*.h db/*.h transport/*.h verbs/*.h wrong/*.h issuer/*.h issuer/*/*.h holder/*.h holder/*/*.h verifier/*.h 2>/dev/null)
flags='-std=c11 -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -Ilib -I. -isystem /usr/include/PCSC'

step() {
    local name=$1 log
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        echo "lint: $name: ok"
    else
        echo "lint: $name: FAILED" >&2
        tail -40 "$log" >&2
        failed=1
    fi
    rm -f "$log"
}

compile() { make -j2 tests BUILD="build/lint-$1" CC="$1" CFLAGS='-O2 -g -Werror' HARDEN=; }
headers_alone() {
    local h bad=0
    for h in $headers; do
        # shellcheck disable=SC2086 # flags are words
        gcc $flags -fsyntax-only -x c "$h" 2>&1 || bad=1
    done
    return "$bad"
}
tidy() {
    # shellcheck disable=SC2086
    echo "$sources" | xargs -P 2 -n 1 sh -c 'clang-tidy --quiet "$@" -- '"$flags 2>/dev/null" sh
}
check_c() {
    # shellcheck disable=SC2086
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
        --suppress=missingIncludeSystem --error-exitcode=1 -j 2 -Ilib -I. $sources
}
# A "!" in the middle of a test never fails it.
bats_negations() { ! grep -nE '^ *! ' tests/cli/*.bats; }
shells() { shellcheck packaging/*.sh tests/lint/*.sh tests/fuzz/*.sh tests/postgres/*.sh tests/run-one tests/interop/run.sh .ci/run; }

step "layers" tests/lint/layers.sh
step "words" tests/lint/words.sh
step "headers compile alone" headers_alone
step "gcc -Werror" compile gcc
step "clang -Werror" compile clang
step "exports" tests/lint/exports.sh build/lint-gcc
step "clang-tidy" tidy
step "cppcheck" check_c
step "shellcheck" shells
step "no negation that cannot fail" bats_negations
exit "$failed"
