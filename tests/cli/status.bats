#!/usr/bin/env bats
# Revocation: what the issuer's registry and published lists say, read by perl's own zlib.

load common

setup() {
    common_setup
    printf 'a passphrase for tests\n' >passphrase
    chmod 600 passphrase
    owncard-issuer init --dir issuer
    owncard-issuer people --seed 2017 -o resident.json
}

uri=https://issuer.example/status/1

# Issue N copies into FILE: issue_to FILE N [OPTION…]
issue_to() {
    local file=$1 count=$2
    shift 2
    owncard-holder keys --vault vault --passphrase-file passphrase --count "$count" -o "$file.keys" \
        --challenge "$(owncard-issuer challenge --dir issuer)"
    owncard-issuer issue --dir issuer --type example.guangzhou.vid.1 --claims resident.json \
        --keys "$file.keys" -o "$file" "$@" 2>"$file.said"
}

# The indices of the copies in FILEs, sorted.
indices() {
    local file
    for file; do
        owncard-issuer show "$file" | sed -n 's/^ *"idx": \([0-9]*\),*$/\1/p'
    done | sort -n
}

# The entries of a published list that are not 0, as INDEX or, with two bits, INDEX=VALUE.
entries() {
    perl -MCompress::Zlib -0777 -ne '
        /dbits(.)clst(\x58(.)|\x59(..)|([\x40-\x57]))/s or die "no list\n";
        my $bits = ord $1;
        my $n = defined $3 ? ord $3 : defined $4 ? unpack("n", $4) : ord($5) - 0x40;
        my $array = uncompress(substr($_, $+[0], $n)) // die "not zlib\n";
        for my $at (0 .. length($array) - 1) {
            my $byte = ord substr $array, $at, 1 or next;
            for my $i (0 .. 8 / $bits - 1) {
                my $value = $byte >> $i * $bits & (1 << $bits) - 1 or next;
                print $at * 8 / $bits + $i, $bits > 1 ? "=$value" : "", "\n";
            }
        }' "$1"
}

publish() { owncard-issuer status publish --dir issuer -o list.cwt "$@"; }

@test "issue, revoke, publish: the copies' bits are set, and no others" {
    owncard-issuer status init --dir issuer --uri $uri
    issue_to first 3
    issue_to second 4
    [ "$(indices first second | sort -u | wc -l)" = 7 ]
    [ "$(owncard-issuer show first | grep -c "\"uri\": \"$uri\"")" = 3 ]

    publish
    [ -z "$(entries list.cwt)" ]
    run owncard-issuer revoke --dir issuer --card first
    check 0 "Revoked 3 copies in 1 batch" "links what these copies showed before"
    publish
    [ "$(entries list.cwt)" = "$(indices first)" ]

    run owncard-issuer status list --dir issuer
    check 0 "$uri" "bits 1, entries 1048576, used 7, revoked 3, suspended 0"
}

@test "a batch's copies are no neighbours in what is published" {
    owncard-issuer status init --dir issuer --uri $uri
    issue_to copies 20
    near=0 last=-10
    for index in $(indices copies); do
        [ $((index - last)) -gt 1 ] || near=$((near + 1))
        last=$index
    done
    [ "$near" -lt 2 ]
}

@test "a lost phone: all of a holder's cards, and the cards issued anew stay good" {
    owncard-issuer status init --dir issuer --uri $uri
    issue_to vid 2 --holder 5e0c1f
    issue_to age 3 --holder 5e0c1f --days 3
    issue_to other 2
    grep -q '^Holder 5e0c1f, batch 1$' vid.said
    grep -qE '^Holder [0-9a-f]{32}, batch 3$' other.said
    run owncard-issuer revoke --dir issuer --holder 5e0c1f
    check 0 "Revoked 5 copies in 2 batches"
    issue_to again 2 --holder 5e0c1f
    publish
    [ "$(entries list.cwt)" = "$(indices vid age)" ]
    run owncard-issuer revoke --dir issuer --batch 1
    check 0 "Nothing to do: 2 copies are revoked already"
}

@test "suspending: a list of two bits, and back; revoked is for good" {
    owncard-issuer status init --dir issuer --uri $uri --bits 2
    issue_to copies 2
    owncard-issuer suspend --dir issuer --batch 1
    publish
    [ "$(entries list.cwt)" = "$(indices copies | sed 's/$/=2/')" ]
    run owncard-issuer reinstate --dir issuer --batch 1
    check 0 "Reinstated 2 copies"
    publish
    [ -z "$(entries list.cwt)" ]
    run owncard-issuer reinstate --dir issuer --batch 1
    check 1 "not suspended"
    owncard-issuer suspend --dir issuer --batch 1
    owncard-issuer revoke --dir issuer --batch 1
    publish
    [ "$(entries list.cwt)" = "$(indices copies | sed 's/$/=1/')" ]
    run owncard-issuer reinstate --dir issuer --batch 1
    check 1 "revoked is for good"
    run owncard-issuer suspend --dir issuer --batch 1
    check 1 "revoked is for good"
    publish
    [ "$(entries list.cwt)" = "$(indices copies | sed 's/$/=1/')" ]
}

@test "suspending is refused for a list of one bit and for cards without a status" {
    owncard-issuer status init --dir issuer --uri $uri
    issue_to copies 1 --holder h
    issue_to bare 1 --holder h --status-list none
    run owncard-issuer suspend --dir issuer --batch 1
    check 1 "one bit for a copy" "--bits 2"
    run owncard-issuer suspend --dir issuer --batch 2
    check 1 "carry no status"
    run owncard-issuer revoke --dir issuer --batch 2
    check 1 "carry no status"
    run owncard-issuer revoke --dir issuer --card bare
    check 1 "carries no status"
    run owncard-issuer revoke --dir issuer --holder h
    check 0 "Revoked 1 copy" "1 copy carries no status, and stays good until"
}

@test "an ISO mDL stands in a list of one bit, and is not suspended" {
    owncard-issuer status init --dir issuer --uri $uri
    owncard-issuer status init --dir issuer --uri ${uri}0 --bits 2
    cat >mdl.json <<'END'
{"org.iso.18013.5.1": {"family_name": "Lin", "given_name": "Xiaoyun", "birth_date": "1990-05-01",
 "issuing_country": "CN", "issuing_authority": "Test", "document_number": "1",
 "un_distinguishing_sign": "CHN", "portrait": "_9j_2Q", "issue_date": "2026-01-01",
 "expiry_date": "2036-01-01", "driving_privileges": []}}
END
    owncard-holder keys --vault vault --passphrase-file passphrase --count 1 -o keys \
        --challenge "$(owncard-issuer challenge --dir issuer)"
    run owncard-issuer issue --dir issuer -t org.iso.18013.5.1.mDL -c mdl.json -k keys -o mdl \
        --status-list ${uri}0
    check 2 "need a list of 1 bit"
    owncard-issuer issue --dir issuer -t org.iso.18013.5.1.mDL -c mdl.json -k keys -o mdl
    owncard-issuer show mdl | grep -q "\"uri\": \"$uri\""
    run owncard-issuer suspend --dir issuer --card mdl
    check 1 "ISO mDL knows valid and revoked"
    owncard-issuer revoke --dir issuer --card mdl
}

@test "without a status list nothing changes: no status, no registry" {
    issue_to copies 1
    run owncard-issuer show copies
    check 0 '"validityInfo"'
    unsaid '"status"'
    [ ! -e issuer/registry.db ]
    [ "$(grep -c Holder copies.said)" = 0 ]
    for verb in "revoke --batch 1" "status list" "status publish -o list.cwt"; do
        # shellcheck disable=SC2086
        run owncard-issuer $verb --dir issuer
        check 4 "registry.db: there is no such file" "status init first"
    done
    [ ! -e issuer/registry.db ]
    [ ! -e list.cwt ]
}

@test "a folder made before there were status signers" {
    rm issuer/status.pem issuer/status.key
    mv issuer/iaca.key aside
    run owncard-issuer status init --dir issuer --uri $uri
    check 4 "iaca.key"
    mv aside issuer/iaca.key
    run owncard-issuer status init --dir issuer --uri $uri
    check 0 "Made status.pem and status.key" "cards can be revoked, not suspended"
    openssl verify -x509_strict -CAfile issuer/iaca.pem issuer/status.pem
    text=$(openssl x509 -in issuer/status.pem -noout -text)
    [[ $text == *"CN = Owncard Test Status Signer"* ]]
    [[ $text == *"X509v3 Key Usage: critical"*"Non Repudiation"* ]]
    [[ $text != *"Digital Signature"* ]]
    [ "$(stat -c %a issuer/status.key)" = 600 ]
    [ "$(stat -c %a issuer/registry.db)" = 600 ]
    run owncard-issuer status init --dir issuer --uri ${uri}0
    check 0 "Made the status list"
    unsaid "Made status.pem"
    run owncard-issuer status init --dir issuer --uri $uri
    check 1 "there is a status list of that URI"
}

@test "status init: what is no list" {
    run owncard-issuer status init --dir issuer
    check 2 "--uri is missing"
    for bad in status/1 "https://" "https://a b" "https://ä.example/"; do
        run owncard-issuer status init --dir issuer --uri "$bad"
        check 2 "--uri"
    done
    run owncard-issuer status init --dir issuer --uri $uri --bits 4
    check 2 "--bits"
    run owncard-issuer status init --dir issuer --uri $uri --size 999999
    check 2 "--size"
    [ ! -e issuer/registry.db ]
    run owncard-issuer status init --dir nowhere --uri $uri
    check 4 "init first"
}

@test "publish: dated to its period, whatever the hour; nothing on failure" {
    owncard-issuer status init --dir issuer --uri $uri
    at=$(date -u +%Y-%m-%d)
    run owncard-issuer status publish --dir issuer --at "${at}T09:30:00Z" -o one.cwt
    check 0 "dated ${at}T00:00:00Z" "0 revoked"
    run owncard-issuer status publish --dir issuer --at "${at}T17:45:00Z" --period 6 --days 2 -o two.cwt
    check 0 "dated ${at}T12:00:00Z"
    run owncard-issuer status publish --dir issuer --period 48 --days 1 -o three.cwt
    check 2 "--days"
    [ ! -e three.cwt ]
    run owncard-issuer status publish --dir issuer
    check 2 "neither -o nor --to"
    run owncard-issuer status publish --dir issuer -o a --to b
    check 2

    owncard-issuer status init --dir issuer --uri ${uri}0
    run owncard-issuer status publish --dir issuer -o both.cwt
    check 2 "several status lists, and one file"
    [ ! -e both.cwt ]
    run owncard-issuer status publish --dir issuer --to nowhere
    check 4 nowhere
    mkdir lists
    owncard-issuer status publish --dir issuer --to lists
    [ "$(ls lists)" = "status-1.cwt
status-2.cwt" ]
    owncard-issuer status publish --dir issuer --uri $uri -o one.cwt
    run owncard-issuer status publish --dir issuer --uri ${uri}9 -o nine.cwt
    check 2 "no such status list"
    run owncard-issuer status publish --dir issuer --at 2036-01-01 -o late.cwt
    check 1 "not valid now"
    [ ! -e late.cwt ]
}

@test "revoke: whose cards must be said, and found" {
    owncard-issuer status init --dir issuer --uri $uri
    issue_to copies 1
    run owncard-issuer revoke --dir issuer
    check 2 "one of --holder, --card and --batch"
    run owncard-issuer revoke --dir issuer --batch 1 --holder x
    check 2 "one of --holder, --card and --batch"
    run owncard-issuer revoke --dir issuer --batch 2
    check 1 "no such batch"
    run owncard-issuer revoke --dir issuer --holder nobody
    check 1 "no card was issued to that holder"
    run owncard-issuer revoke --dir issuer --card resident.json
    check 3
    run owncard-issuer issue --dir issuer -t example.guangzhou.vid.1 -c resident.json -k copies.keys \
        -o x --holder "Lin Xiaoyun"
    check 2 "--holder"
    [ ! -e x ]

    # A card of another issuer with the same place: not ours, and nobody's is revoked.
    mv issuer ours
    owncard-issuer init --dir issuer
    owncard-issuer status init --dir issuer --uri $uri
    issue_to forged 1
    rm -r issuer
    mv ours issuer
    run owncard-issuer revoke --dir issuer --card forged
    check 1 "not a card of ours"
    owncard-issuer status list --dir issuer | grep -q "revoked 0"

    chmod 644 issuer/registry.db
    run owncard-issuer status list --dir issuer
    check 4 "others may use it" "chmod 600"
}

@test "copies that did not get out leave no entry, and their places are not given again" {
    owncard-issuer status init --dir issuer --uri $uri
    issue_to first 2
    owncard-holder keys --vault vault --passphrase-file passphrase --count 2 -o keys \
        --challenge "$(owncard-issuer challenge --dir issuer)"
    mkdir gone
    run owncard-issuer issue --dir issuer -t example.guangzhou.vid.1 -c resident.json -k keys -o gone/
    [ "$status" = 4 ]
    run owncard-issuer issue --dir issuer -t example.guangzhou.vid.1 -c resident.json -k keys -o keys
    check 2 keys
    rm -r issuer/challenges
    run owncard-issuer issue --dir issuer -t example.guangzhou.vid.1 -c resident.json -k keys -o copies
    check 1 "challenge"
    for batch in 2 3; do
        run owncard-issuer revoke --dir issuer --batch $batch
        check 1 "no such batch"
    done
    owncard-issuer status list --dir issuer | grep -q "used 4,"
    issue_to second 2
    [ "$(indices first second | sort -u | wc -l)" = 4 ]
}

@test "killed at any moment, the registry is whole" {
    owncard-issuer status init --dir issuer --uri $uri
    issue_to before 2 --holder before
    for delay in 0.001 0.004 0.008 0.012 0.02 0.04; do
        owncard-holder keys --vault vault --passphrase-file passphrase --count 20 -o keys \
            --challenge "$(owncard-issuer challenge --dir issuer)"
        owncard-issuer issue --dir issuer -t example.guangzhou.vid.1 -c resident.json -k keys \
            -o "killed-$delay" 2>/dev/null &
        sleep "$delay"
        kill -9 $! 2>/dev/null || true
        wait $! 2>/dev/null || true
    done
    issue_to after 2
    owncard-issuer revoke --dir issuer --holder before
    publish
    [ "$(entries list.cwt)" = "$(indices before)" ]
    # What got out before the kill has places of its own.
    all=$(indices before after $(find . -maxdepth 1 -name 'killed-*'))
    [ "$(sort -u <<<"$all" | wc -l)" = "$(wc -l <<<"$all")" ]
}

@test "two issuing at once: no place twice, no batch lost" {
    owncard-issuer status init --dir issuer --uri $uri
    for i in 1 2 3 4; do
        owncard-holder keys --vault vault --passphrase-file passphrase --count 5 -o "keys$i" \
            --challenge "$(owncard-issuer challenge --dir issuer)"
    done
    jobs=
    for i in 1 2 3 4; do
        owncard-issuer issue --dir issuer -t example.guangzhou.vid.1 -c resident.json -k "keys$i" \
            -o "copies$i" --holder together 2>/dev/null &
        jobs="$jobs $!"
    done
    for job in $jobs; do wait "$job"; done
    [ "$(indices copies1 copies2 copies3 copies4 | sort -u | wc -l)" = 20 ]
    run owncard-issuer revoke --dir issuer --holder together
    check 0 "Revoked 20 copies in 4 batches"
}
