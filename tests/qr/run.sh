#!/bin/bash
# Exchanges by QR before a bad camera, with real messages: a signed request for an age, its answer,
# the answer to a hotel's check-in with a portrait. Where ImageMagick is, the model of the camera is
# then held to it, and a fifth as many exchanges run before ImageMagick's own.
# usage: run.sh [ATTEMPTS]
# The damage is "medium" of ../shared/components/qr/degrade.py where that is there, else the same
# figures from here.
set -eu
attempts=${1:-100}
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${OWNCARD_BIN:-$root/build/release}:$PATH
harness=${OWNCARD_DEGRADE:-$root/../shared/components/qr/degrade.py}
damage=$(sed -n "s/.*'medium':(\([0-9.,]*\)).*/\1/p" "$harness" 2>/dev/null || true)
damage=${damage:-8,.10,1.0,.6}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
umask 077
export XDG_DATA_HOME=$work/data LC_ALL=C
state=$XDG_DATA_HOME/owncard
vid=example.guangzhou.vid.1
echo 'only for tests' >pass
holder() { owncard-holder "$@" --passphrase-file pass; }

{
    owncard-issuer init
    owncard-verifier init --name "Front desk"
    owncard-issuer reader-cert "$state/verifier/reader.csr" -o "$state/verifier/reader.pem"
    owncard-issuer people --seed 5 -o resident.json
    holder keys --challenge "$(owncard-issuer challenge)" --count 2 -o keys
    owncard-issuer issue --type $vid --claims resident.json --keys keys -o copies
    holder store --anchor "$state/issuer/iaca.pem" copies
    owncard-verifier request --card $vid age-over-18 -o age-request
    holder present --accept-unknown-reader --request age-request --consent all -o age-answer
    owncard-verifier request --card $vid hotel-check-in -o hotel-request
    holder present --accept-unknown-reader --request hotel-request --consent all --reuse -o hotel-answer
} >log 2>&1 || { cat log >&2; exit 1; }

status=0
exchange model "$damage" "${QR_BYTES:-400}" "$attempts" age-request age-answer hotel-answer || status=1
if command -v convert >/dev/null; then
    exchange both "$damage" 600 "$attempts" hotel-answer || status=1
    exchange convert "$damage" "${QR_BYTES:-400}" $(((attempts + 4) / 5)) age-request age-answer || status=1
else
    echo "# no ImageMagick: the model of the camera is not held to it"
fi
exit $status
