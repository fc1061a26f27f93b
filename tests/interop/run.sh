#!/bin/bash
# Our tools among those of others: every issuer, wallet and verifier with every other, then judged.
# The peers are node scripts in OWNCARD_INTEROP (default ../shared/interop); they are copied to
# WORKFOLDER and their packages installed there once. Where they or node are absent, nothing is run.
# usage: OWNCARD_BIN=FOLDER tests/interop/run.sh WORKFOLDER
set -eu
cd "$(dirname "$0")/../.."
source=${OWNCARD_INTEROP:-../shared/interop}
work=${1:-build/interop}
export OWNCARD_BIN=${OWNCARD_BIN:-$PWD/build/release}

skip() {
    echo "skip: $1"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}
[ -f "$source/run-matrix.mjs" ] || skip "no peers in $source"
for program in node npm; do
    command -v $program >/dev/null || skip "no $program"
done

mkdir -p "$work"
# Only the sources: packages that somebody installed beside them are not ours to use.
(cd "$source" && tar -c --exclude=./node_modules --exclude=./work .) | tar -x -C "$work"
if [ ! -d "$work/node_modules/@auth0/mdl" ]; then
    if ! (cd "$work" && npm install --ignore-scripts --no-package-lock --no-audit --no-fund >npm.log 2>&1); then
        tail -20 "$work/npm.log" >&2
        echo "interop: the peers' packages could not be installed" >&2
        exit 1
    fi
fi
work=$(cd "$work" && pwd)
tools=$PWD/tests/interop/owncard

# Cards and answers of an earlier run would stand in for those a peer fails to make.
rm -rf "$work/run"
mkdir -p "$work/run"
echo "Every issuer, wallet and verifier with every other; this takes some minutes."
node "$work/run-matrix.mjs" --work "$work/run/matrix" --out "$work/run/matrix.json" \
    --extra "owncard=$tools" >"$work/run/matrix.log" 2>&1 &
matrix=$!
node tests/interop/own-rows.mjs --peers "$work" --tools "$tools" --work "$work/run/own" \
    --out "$work/run/own.json"
wait "$matrix"
node tests/interop/judge.mjs "$work/run/matrix.json" "$work/run/own.json"
