#!/bin/bash
# A libFuzzer dictionary out of our schemas: every text key and word of schemas/wire/*.cddl as
# CBOR text, COSE labels and tags, and the object identifiers of certificates.
# usage: dictionary.sh SCHEMA-FOLDER
set -eu

# One entry: the words are bytes in hexadecimal.
# shellcheck disable=SC2001 # two characters at a time is more than a substitution can do
entry() { printf '"%s"\n' "$(sed 's/../\\x&/g' <<<"$1")"; }

# CBOR text of a word.
text() {
    local hex n=${#1}
    hex=$(printf %s "$1" | od -An -v -tx1 | tr -d ' \n')
    if [ "$n" -lt 24 ]; then
        entry "$(printf '%02x' $((0x60 + n)))$hex"
    else
        entry "$(printf '78%02x' "$n")$hex"
    fi
}

sed 's/;.*//' "$1"/*.cddl | grep -oE '"[^"]+"' | tr -d '"' | sort -u | while read -r word; do
    text "$word"
done
for word in SHA-256 SHA-384 SHA-512 2026-11-24T00:00:00Z age_over_18 age_over_21 portrait; do
    text "$word"
done

# Algorithms -7, -8, -35, -36, 5; labels 1, 2, 33; tags 0, 17, 18, 24, 1004.
for hex in 26 27 3822 3823 05 01 02 1821 c0 d1 d2 d818 d903ec 43a10126 44a1013822 43a10105 f6 f7; do
    entry "$hex"
done

# In DER: id-mdl-kp-mdlDS, …-mdlReaderAuth, basicConstraints, keyUsage, extKeyUsage, subject and
# authority key identifiers, issuerAltName, cRLDistributionPoints, policyMappings, nameConstraints,
# id-ecPublicKey, P-256, P-384, P-521, ecdsa-with-SHA256, Ed25519.
for hex in 060728818c5d050102 060728818c5d050106 0603551d13 0603551d0f 0603551d25 0603551d0e \
    0603551d23 0603551d12 0603551d1f 0603551d21 0603551d1e 06072a8648ce3d0201 06082a8648ce3d030107 \
    06052b81040022 06052b81040023 06082a8648ce3d040302 06032b6570; do
    entry "$hex"
done

for word in 'BEGIN CERTIFICATE' 'BEGIN PRIVATE KEY' 'BEGIN PUBLIC KEY' 'BEGIN CERTIFICATE REQUEST' \
    OwncardVault OwncardKeyProof OwncardQRHandover; do
    entry "$(printf %s "$word" | od -An -v -tx1 | tr -d ' \n')"
done
