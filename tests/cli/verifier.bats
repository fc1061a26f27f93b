#!/usr/bin/env bats
# owncard-verifier as people and scripts use it. Vectors: OWNCARD_VECTORS (../shared/vectors).

load common

setup() {
    common_setup
    annex_d=$vectors/annex-d
}

# sample NAME: its message as NAME.hex, its certificates as NAME-0.pem and so on.
sample() {
    perl -MJSON::PP -e '
        local $/; my $s = decode_json(<STDIN>); my $i = 0;
        sub put { open(my $f, ">", $_[0]) or die; print $f $_[1]; close $f; }
        put("$ARGV[0].hex", $s->{hex});
        put("$ARGV[0]-" . $i++ . ".pem", "$_\n") for @{$s->{trust_anchors_pem}};
        put("$ARGV[0].$_", $s->{transcript_inputs}{$_}) for keys %{$s->{transcript_inputs}};
    ' "$1" <"$vectors/mdoc-samples/$1.json"
}

# CBOR as hexadecimal: text of a file, and the SHA-256 of what stdin has in hexadecimal.
cbor_text() {
    perl -e 'local $/; my $t = <STDIN>; my $n = length $t;
        print unpack("H*", ($n < 24 ? pack("C", 0x60 + $n) : $n < 256 ? pack("CC", 0x78, $n)
                                    : pack("Cn", 0x79, $n)) . $t)' <"$1"
}
cbor_sha256() {
    printf 5820
    perl -e 'local $/; my $h = <STDIN>; $h =~ s/\s//g; print pack("H*", $h)' | sha256sum | cut -c 1-64 | tr -d '\n'
}

annex_d() {
    install -m 600 "$annex_d/EReaderKey.key.pem" session.key
    run owncard-verifier verify --anchor "$annex_d/iaca.pem" --reader-key session.key \
        --transcript "$annex_d/D.5.1_session_transcript_bytes.hex" "$@"
}

response=D.4.1.2_device_response.hex

@test "annex D is accepted in its time, and its claims are shown" {
    need_vectors
    annex_d --at 2020-12-01T00:00:00Z "$annex_d/$response"
    check 0 "device MAC holds" "123456789" "6 elements, SHA-256" \
        "Category: A, Date of issue: 2018-08-09, Date of expiry:" "2024-10-20; Category: B"
    unsaid "{" "THE CHAIN"
    [ "${lines[0]}" = ACCEPTED ]
    grep -Eq '^ +Family name +Doe$' <<<"$output"
    unsaid FAIL
}

@test "annex D is refused today because it expired, and no claim is shown" {
    need_vectors
    annex_d "$annex_d/$response"
    check 1 "expired"
    [[ ${lines[0]} == REFUSED:*expired* ]]
    unsaid Doe
    annex_d --json "$annex_d/$response"
    check 1 '"refused_by": "signer.chain"' '"verdict": "refused"'
    unsaid Doe claims
}

@test "the JSON of annex D holds the claims as values" {
    need_vectors
    annex_d --at 2020-12-01 --json "$annex_d/$response"
    check 0
    perl -MJSON::PP -e '
        local $/; my $v = decode_json(<STDIN>); my $d = $v->{documents}[0];
        my %claim = map { $_->{element} => $_->{value} } @{$d->{claims}};
        my %check = map { $_->{id} => $_->{outcome} } @{$v->{checks}}, @{$d->{checks}};
        exit !($v->{verdict} eq "accepted" && $v->{device_checked} && !defined $v->{refused_by}
            && keys %claim == 6 && $claim{issue_date} eq "2019-10-20"
            && $claim{driving_privileges}[1]{vehicle_category_code} eq "B"
            && keys %check == 27 && $check{"device.authentication"} eq "pass"
            && $check{"mso.signer_end"} eq "warning" && $check{"mso.status"} eq "not_checked");
    ' <<<"$output"
}

@test "annex D: labels in Chinese by option and by locale" {
    need_vectors
    annex_d --at 2020-12-01 --lang zh "$annex_d/$response"
    check 0
    unsaid "Family name"
    by_option=$output
    LC_ALL='' LANG=zh_CN.UTF-8 annex_d --at 2020-12-01 "$annex_d/$response"
    [ "$output" = "$by_option" ]
    annex_d --lang fr "$annex_d/$response"
    check 2 "expected en or zh"
}

# ids FILE: what a program goes by, which no language changes
ids() {
    perl -MJSON::PP -e '
        local $/; my $v = decode_json(<STDIN>);
        print join " ", $v->{verdict}, $v->{refused_by} // "-",
            map { "$_->{id}=$_->{outcome}=$_->{blocks}=" . ($_->{error} // "-") . "="
                  . (defined $_->{hint} ? "hinted" : "-") }
            @{$v->{checks}}, map { @{$_->{checks}} } @{$v->{documents}};' <"$1"
}

@test "annex D, refused: each language says why and what to do, and programs see no difference" {
    need_vectors
    annex_d --lang en "$annex_d/$response"
    check 1 "REFUSED: Chain to a trust anchor: a certificate on the path has expired" \
        "FAIL         Validity of the card" "hint: the holder needs a new copy from the issuer;" \
        "not checked  Revocation of the card" "pass         Issuer's signature"
    annex_d --lang zh "$annex_d/$response"
    check 1 "拒绝：证书链通向信任锚：路径上有一张证书已过期" "不通过       证件有效期" \
        "提示：持有人需向签发机构领取新的副本" "未检查       证件吊销状态" "通过         签发者签名"
    unsaid 'hint: ' 'not reached' REFUSED Validity 'means nothing'
    annex_d --lang zh --json "$annex_d/$response"
    check 1 '"language": "zh"' "证书链通向信任锚"
    echo "$output" >zh.json
    annex_d --lang en --json "$annex_d/$response"
    check 1 '"language": "en"'
    echo "$output" >en.json
    [ "$(ids zh.json)" = "$(ids en.json)" ]
    grep -q 'mso.validity=fail=1=expired=hinted' <(ids en.json)
    grep -q 'issuer.signature=pass=0=-=-' <(ids en.json)
}

@test "what is no response: said in Chinese too" {
    need_vectors
    tr -d '\n' <"$annex_d/$response" | head -c 1000 >cut.hex
    annex_d --lang zh --json cut.hex
    check 3 '"reason": "消息在此项中间结束"' '"error": "truncated"'
}

@test "annex D: the portrait is written on acceptance only, for its owner alone" {
    need_vectors
    annex_d --portrait face.jpg "$annex_d/$response"
    check 1
    [ ! -e face.jpg ]
    annex_d --at 2020-12-01 --portrait face.jpg "$annex_d/$response"
    check 0 "delete it once compared"
    [ "$(stat -c '%a %s' face.jpg)" = "600 1042" ]
    [ "$(od -An -tx1 -N3 face.jpg)" = " ff d8 ff" ]
}

@test "annex D: another session, no reader key, another issuer" {
    need_vectors
    at=(--at 2020-12-01)
    echo 83f6f6f6 >other.hex
    install -m 600 "$annex_d/EReaderKey.key.pem" session.key

    run owncard-verifier verify "${at[@]}" --anchor "$annex_d/iaca.pem" --reader-key session.key \
        --transcript other.hex --json "$annex_d/$response"
    check 1 '"refused_by": "device.authentication"'
    run owncard-verifier verify "${at[@]}" --anchor "$annex_d/iaca.pem" \
        --transcript "$annex_d/D.5.1_session_transcript_bytes.hex" "$annex_d/$response"
    check 1 "no reader key was given"
    run owncard-verifier verify "${at[@]}" --anchor "$annex_d/reader_root.pem" --reader-key session.key \
        --transcript "$annex_d/D.5.1_session_transcript_bytes.hex" --json "$annex_d/$response"
    check 1 '"refused_by": "signer.chain"'
}

@test "what is no response: status 3, the byte, and an object for programs" {
    need_vectors
    tr -d '\n' <"$annex_d/$response" | head -c 1000 >cut.hex
    annex_d cut.hex
    check 3 "owncard-verifier: error: cut.hex: " "(at byte "
    annex_d --json cut.hex
    check 3 '"verdict": "not_a_message"' '"error": "truncated"' '"offset": ' '"accepted": false'
    { tr -d '\n' <"$annex_d/$response"; echo 00; } >long.hex
    annex_d long.hex
    check 3 "long.hex"
    echo "hello, world" >text
    annex_d --json text
    check 3 "neither CBOR nor hexadecimal nor base45 text" '"verdict": "not_a_message"'
    printf '\x9b\0\0\0\0\x40\0\0\0' >claims.cbor
    annex_d claims.cbor
    check 3 "at byte 0"
    : >empty
    annex_d empty
    check 3
    annex_d --json absent.cbor
    check 4 '"verdict": "unfinished"' '"accepted": false' '"reason": "absent.cbor: No such file' \
        '"offset": null'
    annex_d --json --copy 1 "$annex_d/$response"
    check 2 "--copy goes with --issuer-signed"
    unsaid accepted
}

@test "a response comes by standard input and as CBOR too" {
    need_vectors
    perl -e 'local $/; my $h = <STDIN>; $h =~ s/\s//g; print pack("H*", $h)' \
        <"$annex_d/$response" >response.cbor
    annex_d --at 2020-12-01 <response.cbor
    check 0 ACCEPTED
    annex_d --at 2020-12-01 - <"$annex_d/$response"
    check 0 ACCEPTED
}

@test "a wallet's OpenID4VP response: accepted at its date under its root" {
    need_vectors
    sample animo_pid
    info=84$(cbor_text animo_pid.client_id)$(cbor_text animo_pid.nonce)5820$(
        cat animo_pid.jwk_thumbprint)$(cbor_text animo_pid.response_uri)
    printf OpenID4VPHandover >name
    { printf '83f6f682'; cbor_text name; cbor_sha256 <<<"$info"; } >transcript.hex
    run owncard-verifier verify --anchor animo_pid-1.pem --transcript transcript.hex \
        --at 2026-01-12 --json animo_pid.hex
    check 1 '"refused_by": "signer.profile"' '"detail": "ds.crl is not kept: ' \
        "--accept-profile accepts a certificate"
    unsaid "another use"
    [ "$(grep -c '"outcome": "fail"' <<<"$output")" = 1 ]
    run owncard-verifier verify --anchor animo_pid-1.pem --transcript transcript.hex \
        --at 2026-01-12 --accept-profile --json animo_pid.hex
    check 0 '"verdict": "accepted"' '"detail": "device signature holds"' \
        "its signer's certificate only until 2026-11-28T16:28:30Z"
}

@test "a playground's response of 18013-7: accepted under the same root as annex D" {
    need_vectors
    sample france_playground
    mdoc_nonce=$(cbor_text france_playground.mdoc_generated_nonce)
    {
        printf '83f6f683'
        cbor_sha256 <<<"82$(cbor_text france_playground.client_id)$mdoc_nonce"
        cbor_sha256 <<<"82$(cbor_text france_playground.response_uri)$mdoc_nonce"
        cbor_text france_playground.nonce
    } >transcript.hex
    run owncard-verifier verify --anchor "$annex_d/iaca.pem" --transcript transcript.hex \
        --at 2021-09-25 france_playground.hex
    check 0 ACCEPTED "device signature holds"
}

@test "an IssuerSigned alone, its signer pinned: the device is said not to be checked" {
    need_vectors
    sample bdr_mdl_issuersigned
    verify=(verify --issuer-signed --signer bdr_mdl_issuersigned-0.pem --at 2026-01-01)
    run owncard-verifier "${verify[@]}" bdr_mdl_issuersigned.hex
    check 0 "THE DEVICE WAS NOT CHECKED" "THE CHAIN WAS NOT CHECKED"
    [ "${lines[0]}" = ACCEPTED ]
    run owncard-verifier "${verify[@]}" --json bdr_mdl_issuersigned.hex
    check 0 '"device_checked": false' "the document signer was named by the caller"
    # Without --issuer-signed it is not a response.
    echo 83f6f6f6 >t.hex
    run owncard-verifier verify --signer bdr_mdl_issuersigned-0.pem --transcript t.hex \
        bdr_mdl_issuersigned.hex
    check 3
}

@test "verify needs to know whom to believe and what is answered" {
    run owncard-verifier verify --issuer-signed x
    check 2 "nobody is trusted" "trust add"
    run owncard-verifier verify x
    check 2 "which request or session" "--issuer-signed"
    run owncard-verifier verify --issuer-signed --transcript t x
    check 2 "exclude each other"
    run owncard-verifier verify --issuer-signed --reader-key k x
    check 2 "--reader-key goes with --transcript"
    run owncard-verifier verify --issuer-signed --json --brief x
    check 2 "exclude each other"
    run owncard-verifier verify --issuer-signed --json --signer absent.pem x
    check 4 '"verdict": "unfinished"' '"accepted": false'
}

@test "verify --anchor: what is no authority is refused as trust add does" {
    authority leaf -addext basicConstraints=critical,CA:FALSE
    run owncard-verifier trust add leaf.pem
    check 1 "hint: verify --signer"
    by_add=$output
    run owncard-verifier verify --issuer-signed --anchor leaf.pem x
    check 1
    [ "$output" = "$by_add" ]
    run owncard-verifier verify --issuer-signed --json --anchor leaf.pem x
    check 1 '"error": "untrusted"' '"accepted": false'
}

@test "verify --brief: the verdict and the claims, no checks" {
    need_vectors
    annex_d --at 2020-12-01 --brief "$annex_d/$response"
    check 0 ACCEPTED "Doe"
    unsaid "SHA-256" "pass" "The response"
    annex_d --brief "$annex_d/$response"
    check 1 "REFUSED: " "expired"
    unsaid "[ISO/IEC" "not checked"
}

@test "verify --issuer-signed: of several copies in a file one is named" {
    world
    verify=(verify --issuer-signed --anchor root.pem)
    run owncard-verifier "${verify[@]}" copies
    check 2 "copies: holds 5 copies" "--copy 1 to --copy 5"
    run owncard-verifier "${verify[@]}" --copy 5 --brief copies
    check 0 ACCEPTED "1 (male)" "[example.guangzhou.vid.1]" "THE DEVICE WAS NOT CHECKED"
    unsaid "THE CHAIN"
    run owncard-verifier "${verify[@]}" --copy 6 copies
    check 2 "--copy 6: copies holds 5"
    run owncard-verifier "${verify[@]}" --copy 0 copies
    check 2 "--copy 0"
    head -c 100 copies >cut
    run owncard-verifier "${verify[@]}" cut
    check 3
}

# authority NAME [OPTION…]: a self-signed NAME.pem
authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" \
        -out "$1.pem" -days 30 -subj "/C=CN/CN=$1" "${@:2}" 2>/dev/null
}

@test "trust: add, list, remove" {
    authority one
    authority two
    run owncard-verifier trust list
    check 0 "No authority is trusted yet"
    run owncard-verifier trust add one.pem two.pem
    check 0 "departs from the profile of an issuing authority: iaca." \
        "Trusted from now on: CN=one,C=CN" "Trusted from now on: CN=two,C=CN" "fingerprint  "
    run owncard-verifier trust list
    check 0 "CN=one" "CN=two" "valid  "
    print=$(openssl x509 -in one.pem -outform DER | sha256sum | cut -c 1-64)
    [ -f "$XDG_DATA_HOME/owncard/verifier/trust/${print:0:16}.pem" ]
    grep -qF "$print" <<<"$output"
    run owncard-verifier trust add one.pem
    check 0 "trusted already"
    unsaid "from now on"
    run owncard-verifier trust remove "${print:0:3}"
    check 2 "expected 4 to 64 hexadecimal digits"
    run owncard-verifier trust remove 00000000
    check 2 "no trusted authority"
    run owncard-verifier trust remove "${print^^}"
    check 0 "No longer trusted: CN=one,C=CN" "$print"
    run owncard-verifier trust list
    check 0 "CN=two"
    unsaid "CN=one"
}

@test "trust: what is no authority is not added, nor anything beside it" {
    authority good
    authority leaf -addext basicConstraints=critical,CA:FALSE
    run owncard-verifier trust add good.pem leaf.pem
    check 1 "leaf.pem" "not an authority" "may not sign certificates"
    run owncard-verifier trust list
    check 0 "No authority"
    echo nothing >none.pem
    run owncard-verifier trust add none.pem
    check 3 "no certificate in PEM"
}

# A reader whose certificate another tool signed.
reader() {
    owncard-verifier init --name "Front desk" 2>/dev/null
    home=$XDG_DATA_HOME/owncard/verifier
    authority readers
    openssl x509 -req -in "$home/reader.csr" -CA readers.pem -CAkey readers.key -days 20 \
        -out "$home/reader.pem" 2>/dev/null
}

@test "init: a key for its owner alone, a request that others accept, and no second time" {
    run owncard-verifier init --dir desk --name "Front desk"
    check 0 "owncard-issuer reader-cert desk/reader.csr -o desk/reader.pem"
    [ "$(stat -c %a desk/reader.key)" = 600 ]
    openssl req -in desk/reader.csr -verify -noout 2>/dev/null
    openssl req -in desk/reader.csr -noout -subject | grep -q "Front desk"
    before=$(sha256sum desk/reader.key)
    run owncard-verifier init --dir desk
    check 4 "exists already"
    [ "$(sha256sum desk/reader.key)" = "$before" ]
    run owncard-verifier init --dir curve --curve X25519
    check 2 "no curve that signs"
    [ ! -e curve ]
}

@test "request: signed, said in words, with its key beside it" {
    reader
    run owncard-verifier request --at 2030-01-01T00:00:00Z -o ask age-over-18
    check 0 "Guangzhou age card (test)" "18 or older" "not kept" "Check that you are 18 or older" \
        "Until:   2030-01-01T00:05:00Z" "not valid at this time"
    run owncard-verifier request -o ask age-over-18
    check 0 "Signed:  by Front desk"
    [ "$(stat -c %a ask.key)" = 600 ]
    openssl pkey -in ask.key -noout
    first=$(sha256sum <ask.key)
    owncard-verifier request -o again age-over-18
    [ "$(sha256sum <again.key)" != "$first" ]
}

@test "request: own elements, alternatives, and what is refused" {
    run owncard-verifier request -o ask age-over-18
    check 4 "owncard-verifier init makes the key" "--unsigned"
    [ ! -e ask ] && [ ! -e ask.key ]
    run owncard-verifier request --unsigned -o ask --type org.example.1 \
        --element org.example.1/a --element org.example.2/b --element org.example.1/c,retain
    check 0 "Signed:  NO" "not kept  org.example.1/a" "kept      org.example.1/c"
    run owncard-verifier request --unsigned -o ask2 --card org.iso.18013.5.1.mDL age-over-18
    check 0 "org.iso.18013.5.1/age_over_18"
    run owncard-verifier request --unsigned -o no --card org.example.1 age-over-18
    check 2 "not to be asked of org.example.1" "--card example.guangzhou.vid.1"
    run owncard-verifier request --unsigned -o no age
    check 2 "no such request" "hotel-check-in"
    run owncard-verifier request --list
    check 0 "hotel-check-in" "Check that you are 18 or older"
    run owncard-verifier request --unsigned -o no
    check 2 "what is asked?"
    run owncard-verifier request --unsigned -o no --type t --element nothing
    check 2 "expected NAMESPACE/ELEMENT"
    run owncard-verifier request --unsigned -o no --type t --element a/b --element a/b
    check 2 "given twice"
    run owncard-verifier request --unsigned -o no --expires 9 age-over-18
    check 2 "from 10 to 86400"
    run owncard-verifier request --unsigned age-over-18
    check 2 "--output must name a file"
    [ ! -e no ] && [ ! -e no.key ]
}

@test "request: of a file" {
    cat >desk.json <<'EOF'
{ "name": "front-desk", "purpose": { "en": "Let you in", "zh": "放行" },
  "cards": [ { "docType": "example.guangzhou.vid.1",
               "namespaces": { "org.iso.23220.1": { "age_over_18": false } } } ] }
EOF
    run owncard-verifier request --unsigned -o ask desk.json
    check 0 "18 or older" "Let you in"
    mv desk.json desk
    run owncard-verifier request --unsigned -o ask2 ./desk
    check 0 "Let you in"
    run owncard-verifier request --unsigned -o ask3 desk
    check 2 "no such request"
    echo '{}' >bad.json
    run owncard-verifier request --unsigned -o ask3 bad.json
    check 3 "bad.json: "
    run owncard-verifier request --unsigned -o ask3 absent.json
    check 4 "absent.json"
    [ ! -e ask3 ]
}

@test "request: an element that the card type does not have is warned about" {
    ask=(request --unsigned -o ask --type example.guangzhou.vid.1)
    run owncard-verifier "${ask[@]}" --element org.iso.23220.1/famly_name
    check 0 "warning: example.guangzhou.vid.1 has no element org.iso.23220.1/famly_name" \
        "did you mean org.iso.23220.1/family_name?"
    run owncard-verifier "${ask[@]}" --element org.iso.23220.1/ethnicity
    check 0 "did you mean example.guangzhou.vid.1/ethnicity?"
    rm -f ask.key *.key
    run owncard-verifier "${ask[@]}" --element org.iso.23220.1/age_over_37 \
        --element org.iso.23220.1/sex
    check 0 "37 or older"
    unsaid warning
}

@test "request: the certificate must be this key's" {
    reader
    cp readers.pem "$home/reader.pem"
    run owncard-verifier request -o ask age-over-18
    check 2 "not the certificate of this reader's key"
    [ ! -e ask ]
}

@test "request: for another session there is no encryption and no key" {
    echo 83f6f6f6 >t.hex
    run owncard-verifier request --unsigned --transcript t.hex -o ask age-over-18
    check 0
    [ -s ask ] && [ ! -e ask.key ]
    echo 82f6f6 >bad.hex
    run owncard-verifier request --unsigned --transcript bad.hex -o ask2 age-over-18
    check 3 "expected a SessionTranscript"
}

@test "request: as QR codes where it fits" {
    run owncard-verifier request --unsigned --qr -o ask age-over-18
    check 0 "▄"
    ask=()
    for i in {1..200}; do ask+=(--element "org.example.1/an_element_of_some_length_$i"); done
    run owncard-verifier request --unsigned --qr --qr-bytes 64 -o big --type org.example.1 "${ask[@]}"
    check 4 "too many for QR codes"
    [ ! -e big ] && [ ! -e big.key ]
}

@test "verify: without its one-time key a request is over" {
    authority root
    owncard-verifier request --unsigned -o ask age-over-18 2>/dev/null
    printf '\xa3gversionc1.0fstatus\0idocuments\x80' >empty.cbor
    run owncard-verifier verify --anchor root.pem --request ask --json empty.cbor
    check 1 '"refused_by": "response.decryption"'
    [ -e ask.key ]
    rm ask.key
    run owncard-verifier verify --anchor root.pem --request ask empty.cbor
    check 4 "ask.key: the one-time key is gone: it was used, or has expired" \
        "looked for as ask.key, beside the request"
}

# A holder with a card, and an answer to a request of ours: desk/, root.pem, ask, answer.
# Made once, since the vault's key derivation is slow on purpose.
world() {
    local world=$BATS_FILE_TMPDIR/world
    if [ ! -d "$world" ]; then
        mkdir -p "$world.new"
        (
            set -e
            cd "$world.new"
            echo 'only for tests' >passphrase
            chmod 600 passphrase
            vault=(--vault vault --passphrase-file passphrase)
            owncard-issuer init --dir issuer
            owncard-verifier init --dir desk
            owncard-issuer reader-cert --dir issuer desk/reader.csr -o desk/reader.pem
            cp issuer/iaca.pem root.pem
            owncard-issuer people --count 1 --seed 7 -o person
            owncard-holder keys "${vault[@]}" -o keys \
                --challenge "$(owncard-issuer challenge --dir issuer)"
            owncard-issuer issue --dir issuer --type example.guangzhou.vid.1 \
                --claims person --keys keys -o copies
            owncard-holder store "${vault[@]}" --anchor root.pem copies
            owncard-holder trust add "${vault[@]}" issuer/reader-ca.pem
            owncard-verifier request --dir desk -o ask --type example.guangzhou.vid.1 \
                --element org.iso.23220.1/age_over_18 --element org.iso.23220.1/age_over_17 \
                --element org.iso.23220.1/sex,retain
            owncard-holder present "${vault[@]}" --request ask --consent all -o answer
        ) >"$world.log" 2>&1 || { cat "$world.log"; return 1; }
        mv "$world.new" "$world"
    fi
    cp -r "$world/." .
}

@test "verify: an accepted answer uses its request up, a refused one does not" {
    world
    run owncard-verifier verify --anchor root.pem --request ask --at 2020-01-01 answer
    check 1
    [ -e ask.key ]
    run owncard-verifier verify --anchor root.pem --request ask answer
    check 0 "decrypted with the request's" "answered by age_over_18" "all 3"
    [ "${lines[0]}" = ACCEPTED ]
    [ ! -e ask.key ]
    run owncard-verifier verify --anchor root.pem --request ask answer
    check 4 "the one-time key is gone"
    unsaid ACCEPTED
}

@test "verify: the JSON of an answer says what was asked and by what it is answered" {
    world
    run owncard-verifier verify --anchor root.pem --request ask --json answer
    check 0
    perl -MJSON::PP -e '
        local $/; my $v = decode_json(<STDIN>);
        my %claim = map { $_->{element} => $_ } @{$v->{documents}[0]{claims}};
        exit !(keys %claim == 3 && !defined $claim{age_over_18}{answered_by}
            && $claim{age_over_17}{answered_by} eq "age_over_18" && $claim{age_over_17}{value}
            && $claim{sex}{intent_to_retain} && !$claim{age_over_18}{intent_to_retain});
    ' <<<"$output"
}

@test "verify: an answer replayed to another request, and one that comes too late" {
    world
    owncard-verifier request --dir desk -o other --type example.guangzhou.vid.1 \
        --element org.iso.23220.1/age_over_18 2>/dev/null
    run owncard-verifier verify --anchor root.pem --request other --json answer
    check 1 '"refused_by": "response.decryption"'
    [ -e other.key ]
    run owncard-verifier verify --anchor root.pem --request ask --json \
        --at "$(date -u -d '10 minutes' +%Y-%m-%dT%H:%M:%SZ)" answer
    check 1 '"refused_by": "request.expiry"'
    [ -e ask.key ]
    owncard-verifier request --dir desk -o old --at 2020-01-01 --type example.guangzhou.vid.1 \
        --element org.iso.23220.1/age_over_18 2>/dev/null
    run owncard-verifier verify --anchor root.pem --request old --json answer
    check 1 '"refused_by": "request.expiry"'
    [ ! -e old.key ]
}

@test "verify: the trust folder stands in for --anchor" {
    world
    run owncard-verifier verify --dir desk --request ask answer
    check 2 "nobody is trusted"
    owncard-verifier trust add --dir desk root.pem
    run owncard-verifier verify --dir desk --request ask answer
    check 0 ACCEPTED
}

@test "verify: a session's key that others may read is warned about, and used" {
    need_vectors
    annex_d --at 2020-12-01T00:00:00Z "$annex_d/$response"
    chmod 644 session.key
    run owncard-verifier verify --at 2020-12-01T00:00:00Z --anchor "$annex_d/iaca.pem" \
        --reader-key session.key --transcript "$annex_d/D.5.1_session_transcript_bytes.hex" \
        "$annex_d/$response"
    check 0 ACCEPTED "warning: session.key: a secret that others may use"
}

@test "an output never takes the place of a key, nor a certificate that of nothing like it" {
    owncard-verifier init 2>/dev/null
    key=data/owncard/verifier/reader.key
    before=$(sha256sum "$key")
    run owncard-verifier request --unsigned age-over-18 -o "$key"
    check 2 "holds a private key, which is not overwritten"
    run owncard-verifier request --unsigned age-over-18 -o data/owncard/verifier/reader.csr
    check 2 "holds PEM, which is not overwritten"
    run owncard-verifier request --unsigned age-over-18 -o /dev/null
    check 2 "/dev/null: expected a file"
    [ ! -e /dev/null.key ] && [ "$before" = "$(sha256sum "$key")" ]
    owncard-verifier request --unsigned age-over-18 -o ask 2>/dev/null
    run owncard-verifier request --unsigned age-over-18 -o ask
    check 0 "warning: ask.key: replaced"
    run owncard-verifier verify --issuer-signed --anchor data/owncard/verifier/reader.csr ask
    check 4
}
