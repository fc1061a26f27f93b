#!/usr/bin/env bats
# From a revoked card to a verifier that refuses it, with nothing in between but files.

load common

setup() {
    common_setup
    (umask 077; printf 'secret' >pass)
    uri=https://issuer.example/status/1
    owncard-issuer init 2>/dev/null
    owncard-issuer status init --uri "$uri" --bits 2 2>/dev/null
    owncard-issuer people --count 1 --seed 7 -o resident.json 2>/dev/null
    owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" --count 1 \
        -o keys.cbor 2>/dev/null
    owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json --keys keys.cbor \
        --holder 5e0c1f -o copy.cbor 2>/dev/null
    owncard-verifier trust add data/owncard/issuer/iaca.pem 2>/dev/null
    mkdir lists
}

# Publish, and carry the files to the verifier.
carry() {
    owncard-issuer status publish --to lists 2>/dev/null
    owncard-verifier trust update lists >/dev/null
}

look() {
    run owncard-verifier verify --issuer-signed "$@" copy.cbor
}

@test "valid, suspended, reinstated, revoked: the verifier knows once the list has come" {
    look
    check 1 "Revocation of the card was not checked" "nobody can say whether the card is revoked"
    carry
    look
    check 0 ACCEPTED "not revoked (list"
    owncard-issuer suspend --holder 5e0c1f 2>/dev/null
    look
    check 0 ACCEPTED
    carry
    look
    check 1 "the card is suspended"
    owncard-issuer reinstate --holder 5e0c1f 2>/dev/null
    carry
    look
    check 0 ACCEPTED
    owncard-issuer revoke --holder 5e0c1f 2>/dev/null
    carry
    look
    check 1 "the card is revoked"
    look --accept-unchecked-status
    check 1 "the card is revoked"
    look --json
    check 1 '"refused_by": "mso.status"'
}

@test "a list grows stale; what was revoked in it stays revoked" {
    carry
    look --at "$(date -u -d '+5 days' +%Y-%m-%dT%H:%M:%SZ)"
    check 1 "nobody can say whether the card is revoked"
    echo '{ "status": { "stale": "warn" } }' >policy.json
    look --policy policy.json --at "$(date -u -d '+5 days' +%Y-%m-%dT%H:%M:%SZ)"
    check 0 ACCEPTED warning
    owncard-issuer revoke --holder 5e0c1f 2>/dev/null
    carry
    look --policy policy.json --at "$(date -u -d '+5 days' +%Y-%m-%dT%H:%M:%SZ)"
    check 1 "the card is revoked"
}

# says OUTCOME REGEX [OPTION…]: the whole detail of the card's revocation, in the report and in JSON,
# which has its word, age and limit apart too.
says() {
    local outcome=$1 detail=$2
    shift 2
    look "$@"
    local title="${outcome//_/ } +Revocation of the card +"
    grep -qiE "$title$detail \[" <<<"$(tr -s ' \n' ' ' <<<"$output")" || { echo "$output"; return 1; }
    owncard-verifier verify --issuer-signed --json "$@" copy.cbor >verdict.json 2>/dev/null || [ $? = 1 ]
    perl -MJSON::PP -e '
        local $/; my ($outcome, $detail) = @ARGV; my $v = decode_json(<STDIN>);
        my ($c) = grep { $_->{id} eq "mso.status" } @{$v->{documents}[0]{checks}};
        my $status = $v->{documents}[0]{status};
        exit !($c->{outcome} eq $outcome && $c->{detail} =~ /^$detail$/
            && $c->{detail} =~ /\b$status->{verdict}\b/
            && defined $status->{age_s} == ($status->{verdict} ne "unknown")
            && defined $status->{limit_s} == defined $status->{age_s});
    ' "$outcome" "$detail" <verdict.json || { cat verdict.json; return 1; }
}

@test "valid, revoked, suspended, stale, unknown: the word, the age and the limit, in text and JSON" {
    recent='\(list [0-9]+ (minutes|hours) old, limit 2 days\)'
    later=(--at "$(date -u -d '+5 days' +%Y-%m-%dT%H:%M:%SZ)")
    nobody='nobody can say whether the card is revoked'
    says not_checked "unknown, $nobody: we hold no status list that the card names"
    carry
    says pass "valid, not revoked $recent"
    says fail "stale, $nobody: the status list is too old \(list 5 days old, limit 2 days\)" "${later[@]}"
    echo '{ "status": { "maxAgeHours": 36 } }' >policy.json
    says pass "valid, not revoked ${recent/2 days/36 hours}" --policy policy.json
    owncard-issuer suspend --holder 5e0c1f 2>/dev/null
    carry
    says fail "the card is suspended $recent"
    owncard-issuer revoke --holder 5e0c1f 2>/dev/null
    carry
    says fail "the card is revoked $recent"
    says fail "the card is revoked \(list 5 days old, limit 2 days\)" "${later[@]}"
}

@test "a list by name, without the folder" {
    owncard-issuer status publish --to lists 2>/dev/null
    look --anchor data/owncard/issuer/iaca.pem --status-list lists/*.cwt
    check 0 ACCEPTED "not revoked (list"
    echo nonsense >not-a-list
    look --anchor data/owncard/issuer/iaca.pem --status-list not-a-list
    check 4 not-a-list
    one_error
}

@test "a signer's certificate is revoked" {
    carry
    owncard-issuer crl -o lists/none.crl 2>/dev/null
    look --crl lists/none.crl
    check 0 ACCEPTED "Revocation of the signer"
    owncard-issuer revoke-cert data/owncard/issuer/ds.pem 2>/dev/null
    owncard-issuer crl -o lists/ds.crl 2>/dev/null
    look --crl lists/ds.crl
    check 1 "the signer's certificate was revoked"
    owncard-verifier trust update lists >/dev/null
    look
    check 1 "the signer's certificate was revoked"
}

@test "a clock that stands before a list we hold is wrong, and nothing is accepted by it" {
    carry
    if command -v faketime >/dev/null; then
        run faketime '2 days ago' owncard-verifier verify --issuer-signed copy.cbor
        check 1 "this clock is wrong"
    else
        skip "no faketime"
    fi
}

@test "a policy that is misspelt is refused, and so is a card that it does not want" {
    carry
    echo '{ "doctypes": ["example.guangzhou.vid.1"] }' >policy.json
    look --policy policy.json
    check 4 'unknown member "doctypes"; did you mean "docTypes"?'
    echo '{ "docTypes": ["org.iso.18013.5.1.mDL"] }' >data/owncard/verifier/policy.json
    look
    check 1 "cards of this type are not accepted here"
    look --json
    check 1 '"refused_by": "policy.allowed"'
}
