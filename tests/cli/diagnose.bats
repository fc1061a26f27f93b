#!/usr/bin/env bats
# Which session a wallet signed: owncard-verifier transcript, and verify --diagnose.
load common

setup() {
    common_setup
    umask 077
    annex_d=$vectors/annex-d
    echo a20063312e300101 >engagement.hex
    printf 9102ff >select.hex
    printf 9103ff >request.hex
    echo a10063312e31 >reader.hex
    openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out session.pem
    openssl pkey -in session.pem -pubout -out session.pub
    facts=(--client-id x509_san_dns:shop.example --nonce n-0S6 --mdoc-nonce wallet
        --response-uri https://shop.example/r --origin https://shop.example
        --jwk-thumbprint Z2xvYmFsbHkgdW5pcXVlIHRodW1icHJpbnQgb2YgMzI
        --encryption-info gmVkY2FwaQ --engagement engagement.hex --nfc-select select.hex
        --nfc-request request.hex --reader-engagement reader.hex)
}

# wallet N: a card of N copies in a vault, and ask.cbor, which asks for an age without encryption.
wallet() {
    echo "a passphrase" >pass
    {
        owncard-issuer init
        owncard-issuer people --seed 5 -o resident.json
        owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" \
            --count "$1" -o keys.cbor
        owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json \
            --keys keys.cbor -o copies.cbor
        owncard-holder store --passphrase-file pass \
            --anchor "$XDG_DATA_HOME/owncard/issuer/iaca.pem" copies.cbor
        echo 83f6f6f6 >none.hex
        owncard-verifier request --unsigned --transcript none.hex -o ask.cbor \
            --card example.guangzhou.vid.1 age-over-18
        owncard-verifier request --unsigned -o ours.cbor \
            --card example.guangzhou.vid.1 age-over-18
    } 2>/dev/null
}

# show TRANSCRIPT [OPTION…]: the wallet's answer for that session, as answer.cbor
show() {
    rm -f answer.cbor
    owncard-holder present --passphrase-file pass --accept-unknown-reader --request ask.cbor \
        --consent all --transcript "$@" -o answer.cbor 2>/dev/null
}

diagnose() {
    run owncard-verifier verify --diagnose "$@" answer.cbor
}

# outcome HANDOVER: what the JSON output says of it
outcome() {
    perl -MJSON::PP -e 'local $/; my $v = decode_json(<STDIN>);
        print map { $_->{outcome} } grep { $_->{handover} eq $ARGV[0] } @{$v->{forms}};' \
        "$1" <<<"$output"
}

@test "a response that the holder made for each handover is diagnosed as that, signed or MACed" {
    forms=$(owncard-verifier transcript --list | grep '^[a-z]')
    [ "$(wc -w <<<"$forms")" = 9 ]
    wallet 10
    for form in $forms; do
        owncard-verifier transcript --handover "$form" "${facts[@]}" --ereader-key session.pub \
            --request ours.cbor -o "$form.cbor"
        show "$form.cbor"
        diagnose "${facts[@]}" --ereader-key session.pub --request ours.cbor --json
        check 0 '"fits": true' '"verdict": null'
        [ "$(outcome "$form")" = verifies ] || { echo "$form: $output"; return 1; }
        [ "$(grep -c '"outcome": "verifies' <<<"$output")" = 1 ]
        run owncard-verifier verify --anchor "$XDG_DATA_HOME/owncard/issuer/iaca.pem" \
            --transcript "$form.cbor" --accept-unchecked-status answer.cbor
        check 0 ACCEPTED
    done
    show iso-qr.cbor --reader-key session.pub
    diagnose "${facts[@]}" --ereader-key session.pub
    check 1 "needs --reader-key"
    diagnose "${facts[@]}" --reader-key session.pem
    check 0 "made for iso-qr"
    diagnose --reader-key session.pem --engagement engagement.hex
    check 0 "made for iso-qr" "openid4vp           not tried: needs --client-id, --nonce and --response-uri"
}

@test "a slip is named in a sentence, and so is what to change" {
    wallet 1
    owncard-verifier transcript --handover openid4vp --client-id shop.example --nonce n-0S6 \
        --response-uri https://shop.example/r -o wrong.cbor
    show wrong.cbor
    owncard-verifier transcript --handover openid4vp --client-id x509_san_dns:shop.example \
        --nonce n-0S6 --response-uri https://shop.example/r -o right.cbor
    known=(--client-id x509_san_dns:shop.example --nonce n-0S6 --response-uri https://shop.example/r)
    diagnose "${known[@]}" --transcript right.cbor
    output=$(tr -s ' \n' ' ' <<<"$output")
    check 0 "DIAGNOSIS, not a verdict" "openid4vp verifies, with a slip" "annex-c not tried: needs" \
        "the wallet used the client id without its prefix x509_san_dns:" "What to change: let the wallet" \
        "--transcript does not; it first differs from the one that fits at byte" "in Handover"
    unsaid ACCEPTED REFUSED
    diagnose "${known[@]}" --json
    check 0 '"id": "client-id-without-x509_san_dns"' '"verdict": null'
    diagnose --transcript wrong.cbor
    check 0 "made for the transcript given"
    diagnose --client-id x509_san_dns:other.example --nonce n-0S6 --response-uri https://shop.example/r
    check 1 "nothing that was tried fits" "openid4vp           does not"
}

@test "annex D was made for an NFC handover" {
    need_vectors
    install -m 600 "$annex_d/EReaderKey.key.pem" session.key
    cp "$annex_d/D.4.1.2_device_response.hex" answer.cbor
    printf 'mdoc:' >engagement.uri
    perl -0777 -ne 's/\s//g; print pack("H*", substr($_, 10 + 2 + 8, 2 * 0x58))' \
        "$annex_d/D.5.1_session_transcript_bytes.hex" | base64 -w0 | tr '+/' '-_' | tr -d = >>engagement.uri
    diagnose --reader-key session.key --engagement engagement.uri \
        --nfc-select "$annex_d/D.3.3_nfc_handover_select.hex" \
        --nfc-request "$annex_d/D.3.2_nfc_handover_request.hex"
    check 0 "iso-nfc             verifies" "iso-qr              does not" "nothing in the wallet"
    diagnose --reader-key session.key --engagement engagement.uri
    check 1 "iso-nfc             not tried: needs --nfc-select"
    diagnose --transcript "$annex_d/D.5.1_session_transcript_bytes.hex" --reader-key session.key
    check 0 "--transcript        verifies"
}

@test "diagnose: what is no response, and what does not go together" {
    echo a0 >answer.cbor
    diagnose --nonce n
    check 3 "answer.cbor"
    one_error
    diagnose --nonce n --anchor x.pem
    check 2 "--anchor"
    diagnose --jwk-thumbprint short
    check 2 "not 32 bytes"
    diagnose --engagement missing.hex
    check 4 "missing.hex"
    echo "mdoc:!" >bad.uri
    diagnose --engagement bad.uri
    check 4 "no base64url after mdoc:"
    run owncard-verifier verify --nonce n --transcript none.hex answer.cbor
    check 2 "--nonce goes with --diagnose" "owncard-verifier transcript"
}

@test "a request gives no fact without encryption, and is refused when its encryption is broken" {
    asked=(owncard-verifier transcript --handover annex-c --origin o --encryption-info gmU)
    owncard-verifier request --unsigned -o ours.cbor --card example.guangzhou.vid.1 age-over-18
    echo 83f6f6f6 >none.hex
    owncard-verifier request --unsigned --transcript none.hex -o ask.cbor \
        --card example.guangzhou.vid.1 age-over-18
    "${asked[@]}" --request ask.cbor -o t.cbor
    "${asked[@]}" --request ours.cbor -o again.cbor
    cmp t.cbor again.cbor
    perl -pe 's/nonce/nonse/' ours.cbor >broken.cbor
    run "${asked[@]}" --request broken.cbor -o none.cbor
    check 4 "the nonce of EncryptionParameters is missing"
    [ ! -e none.cbor ]
}

@test "transcript: what it needs is named, and a failed run leaves no file" {
    run owncard-verifier transcript --list
    check 0 "openid4vp-dcapi" "needs --nonce and --origin; may use --jwk-thumbprint"
    run owncard-verifier transcript --handover annex-c --origin o -o t.cbor
    check 2 "annex-c needs --encryption-info"
    run owncard-verifier transcript -o t.cbor
    check 2 "which handover?" "--list"
    run owncard-verifier transcript --handover iso -o t.cbor
    check 2 "no such handover"
    echo a1 >cut.hex
    run owncard-verifier transcript --handover iso-qr --engagement cut.hex --ereader-key session.pub -o t.cbor
    check 3 "iso-qr cannot be made of this"
    [ ! -e t.cbor ]
    owncard-verifier transcript --handover iso-qr --engagement engagement.hex --ereader-key session.pub -o one
    owncard-verifier transcript --handover iso-qr --engagement engagement.hex --reader-key session.pem -o two
    cmp one two
}
