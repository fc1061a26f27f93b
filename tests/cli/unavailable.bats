#!/usr/bin/env bats
# An OpenSSL that lacks curves: what cannot be checked is neither good nor bad, and says so.

load common

setup() {
    common_setup
    without="${OWNCARD_BIN:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/build/release}/tests/no_brainpool.so"
    [ -e "$without" ]
}

# lacking COMMAND…: run it where OpenSSL has no brainpool curves.
lacking() {
    run env LD_PRELOAD="$without" ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" "$@"
}

# card SIGNER-CURVE DEVICE-CURVE: copies.cbor, issued to keys on the one by a signer on the other.
card() {
    (umask 077; printf 'secret' >pass)
    owncard-issuer init --curve "$1" 2>/dev/null
    owncard-issuer people --count 1 --seed 1 -o resident.json 2>/dev/null
    owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" --count 1 \
        --curve "$2" -o keys.cbor 2>/dev/null
    owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json --keys keys.cbor \
        -o copies.cbor 2>/dev/null
    iaca=data/owncard/issuer/iaca.pem
}

@test "a signer on a curve that this OpenSSL lacks: not finished, status 4" {
    card brainpoolP256r1 P-256
    run owncard-verifier verify --issuer-signed --anchor "$iaca" copies.cbor
    check 0 ACCEPTED "ES256 on brainpoolP256r1"
    lacking owncard-verifier verify --issuer-signed --anchor "$iaca" copies.cbor
    check 4 "curve that this OpenSSL does not offer"
    one_error
    unsaid ACCEPTED REFUSED invalid
    lacking owncard-verifier verify --json --issuer-signed --anchor "$iaca" copies.cbor
    check 4 '"verdict": "unfinished"' '"error": "unavailable"'
    lacking owncard-verifier verify --issuer-signed --signer data/owncard/issuer/ds.pem copies.cbor
    check 4 "curve that this OpenSSL does not offer"
}

@test "a device key on such a curve" {
    card P-256 brainpoolP384r1
    run owncard-verifier verify --issuer-signed --anchor "$iaca" copies.cbor
    check 0 ACCEPTED
    lacking owncard-verifier verify --issuer-signed --anchor "$iaca" copies.cbor
    check 4 "does not offer the curve"
    unsaid ACCEPTED REFUSED
    lacking owncard-holder store --passphrase-file pass --anchor "$iaca" copies.cbor
    check 4
}

@test "keys are not made on such a curve, and others are as ever" {
    (umask 077; printf 'secret' >pass)
    lacking owncard-holder keys --passphrase-file pass --curve brainpoolP512r1 \
        --challenge 00112233445566778899aabbccddeeff -o keys.cbor
    check 4 "not available in this OpenSSL"
    [ ! -e keys.cbor ]
    lacking owncard-issuer init --curve brainpoolP320r1
    check 4 "not available in this OpenSSL"
    lacking owncard-issuer init
    check 0
}
