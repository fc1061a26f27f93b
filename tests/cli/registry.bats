#!/usr/bin/env bats
# The issuer's registry at a PostgreSQL: the same cards, from issuing to the verifier's refusal.

load common

setup_file() {
    BATS_TEST_DIRNAME=${BATS_TEST_FILENAME%/*}
    script=$BATS_TEST_DIRNAME/../postgres/server.sh
    pg=$(mktemp -d /tmp/owncard-pg-XXXXXX)
    export script pg
    "$script" run "$pg" $$ >&2 3>&- &
    until [ -e "$pg/url" ]; do
        kill -0 $! 2>/dev/null || { [ ! -d "$pg" ] || rmdir "$pg" || true; break; }
        sleep 0.1
    done
    [ -e "$pg/url" ] || [ ! -d "$pg" ] || wait $!
}

teardown_file() {
    [ ! -d "$pg" ] || touch "$pg/stop"
    wait
}

# An issuer of its own in each test, with a database of its own.
setup() {
    [ -e "$pg/url" ] || skip "no PostgreSQL on this machine"
    common_setup
    export PGPASSFILE=$pg/pass
    (umask 077; echo 'a passphrase for tests' >pass)
    first=$(cat "$pg/url")
    database=d$BATS_TEST_NUMBER
    psql -qX "$first" -c "CREATE DATABASE $database"
    url=${first%/*}/$database
    uri=https://issuer.example/status/1
    issuer=$PWD/data/owncard/issuer
    owncard-issuer init 2>/dev/null
    owncard-issuer people --seed 7 -o resident.json 2>/dev/null
}

# Issue COUNT copies into FILE: issue_to FILE COUNT [OPTION…]
issue_to() {
    local file=$1 count=$2
    shift 2
    owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" \
        --count "$count" -o "$file.keys" 2>/dev/null
    owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json \
        --keys "$file.keys" -o "$file" "$@"
}

ask() { psql -qXAt "$url" -c "$1"; }

@test "init, issue, suspend, revoke, publish, verify" {
    run owncard-issuer status init --uri $uri --bits 2 --registry "$url"
    check 0 "Made the status list"
    [ "$(cat "$issuer/registry.url")" = "$url" ]
    [ "$(stat -c %a "$issuer/registry.url")" = 600 ]
    [ ! -e "$issuer/registry.db" ]
    run issue_to copy 1 --holder 5e0c1f
    check 0 "Holder 5e0c1f, batch 1"
    run issue_to other 2
    check 0 "batch 2"
    owncard-verifier trust add "$issuer/iaca.pem" 2>/dev/null
    mkdir lists
    for step in "reinstate:1:not suspended" "suspend:0:suspended" "reinstate:0:" "revoke:0:revoked"; do
        IFS=: read -r verb want says <<<"$step"
        run owncard-issuer "$verb" --holder 5e0c1f
        check "$want"
        owncard-issuer status publish --to lists 2>/dev/null
        owncard-verifier trust update lists >/dev/null
        run owncard-verifier verify --issuer-signed copy
        case $verb in
        reinstate) check 0 ACCEPTED "not revoked (list" ;;
        *) check 1 "the card is $says" ;;
        esac
    done
    run owncard-issuer status list
    check 0 "Registry postgresql://127.0.0.1:" "used 3, revoked 1, suspended 0"
    unsaid owner "$(sed 's/.*://' "$pg/pass")"
    run owncard-issuer revoke --card other
    check 0 "Revoked 2 copies in 1 batch"
    run owncard-issuer revoke --batch 2 --registry "$url"
    check 0 "Nothing to do"
}

@test "four issuing at once: no place twice, no batch lost" {
    owncard-issuer status init --uri $uri --registry "$url" 2>/dev/null
    for i in 1 2 3 4; do
        owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" \
            --count 5 -o "keys$i" 2>/dev/null
    done
    jobs=
    for i in 1 2 3 4; do
        owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json \
            --keys "keys$i" -o "copies$i" --holder together 2>/dev/null 3>&- &
        jobs="$jobs $!"
    done
    for job in $jobs; do wait "$job"; done
    for i in 1 2 3 4; do owncard-issuer show "copies$i"; done | grep '"idx"' | sort -u >indices
    [ "$(wc -l <indices)" = 20 ]
    [ "$(ask "SELECT string_agg(first::text, ' ' ORDER BY first) FROM owncard.batch")" = "0 5 10 15" ]
    run owncard-issuer revoke --holder together
    check 0 "Revoked 20 copies in 4 batches"
}

@test "issuers killed at any moment leave nothing half done" {
    owncard-issuer status init --uri $uri --registry "$url" 2>/dev/null
    for delay in 0.005 0.02 0.05 0.1; do
        owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" \
            --count 20 -o keys 2>/dev/null
        owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json --keys keys \
            -o "killed-$delay" 2>/dev/null 3>&- &
        sleep "$delay"
        kill -9 $! 2>/dev/null || true
        wait $! 2>/dev/null || true
    done
    issue_to after 2 2>/dev/null
    # ranges follow one another without a gap: what was undone took nothing
    [ "$(ask "SELECT sum(copies) = max(first + copies) AND sum(copies) = (SELECT used FROM owncard.list)
              FROM owncard.batch")" = t ]
    for file in killed-* after; do
        [ ! -e "$file" ] || owncard-issuer show "$file"
    done | grep '"idx"' | sort >indices
    [ -z "$(uniq -d indices)" ]
}

@test "copies that did not get out leave no entry" {
    owncard-issuer status init --uri $uri --registry "$url" 2>/dev/null
    issue_to first 2 2>/dev/null
    owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" --count 2 \
        -o keys 2>/dev/null
    rm -r "$issuer/challenges"
    run owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json --keys keys -o late
    check 1 challenge
    run owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json --keys first.keys \
        -o first.keys
    [ "$status" != 0 ]
    [ "$(ask "SELECT count(*) FROM owncard.batch")" = 1 ]
}

@test "one registry an issuer" {
    run owncard-issuer status list --registry "$url"
    check 4 "there is no schema owncard in this database" "status init first"
    owncard-issuer status init --uri $uri 2>/dev/null
    for verb in "status init --uri ${uri}0" "status list" "revoke --batch 1"; do
        # shellcheck disable=SC2086
        run owncard-issuer $verb --registry "$url"
        check 2 "registry.db: the issuer's registry is this file"
        one_error
    done
    rm "$issuer"/registry.db*
    owncard-issuer status init --uri $uri --registry "$url" 2>/dev/null
    run owncard-issuer status init --uri ${uri}0 --registry "$first"
    check 2 "registry.url: another URL"
    [ "$(cat "$issuer/registry.url")" = "$url" ]
    run owncard-issuer status init --uri $uri
    check 1 "there is a status list of that URI"
    run owncard-issuer status init --uri ${uri}0
    check 0 "Made the status list ${uri}0"
    chmod 644 "$issuer/registry.url"
    run owncard-issuer status list
    check 4 "others may use it" "chmod 600"
}

@test "what is no registry, and no secret in what is said" {
    secret=correct-horse
    for bad in "postgresql://owner:$secret@127.0.0.1/owncard" \
        "postgresql://127.0.0.1/owncard?password=$secret" "mysql://owner:$secret@127.0.0.1/x" \
        "postgresql://owner:$secret@[127.0.0.1/owncard" "owner:$secret" \
        "postgresql://owner:$secret @127.0.0.1/owncard"; do
        run owncard-issuer status init --uri $uri --registry "$bad"
        check 2 "error: "
        one_error
        unsaid "$secret"
    done
    run owncard-issuer status init --uri $uri --registry "postgresql://owner@127.0.0.1:1/owncard"
    check 4 "postgresql://127.0.0.1:1/owncard: " "refused" "hint: the server must run"
    one_error
    run owncard-issuer status init --uri $uri --registry "${url}x"
    check 4 "does not exist"
    [ ! -e "$issuer/registry.url" ]
    [ ! -e "$issuer/registry.db" ]
    run env PGPASSFILE=/no/such/file owncard-issuer status init --uri $uri --registry "$url"
    check 4 "no password supplied" "PGPASSFILE"
}

@test "the server is gone, and back" {
    owncard-issuer status init --uri $uri --registry "$url" 2>/dev/null
    issue_to first 2 --holder h 2>/dev/null
    "$script" kill "$pg"
    run owncard-issuer revoke --holder h
    check 4 "refused" "hint: the server must run"
    one_error
    run issue_to second 2
    check 4 "refused"
    [ ! -e second ]
    "$script" start "$pg"
    run owncard-issuer revoke --holder h
    check 0 "Revoked 2 copies in 1 batch"
}

@test "an older and a newer schema, and a role that may only read" {
    owncard-issuer status init --uri $uri --registry "$url" 2>/dev/null
    issue_to first 1 --holder h 2>/dev/null
    for version in 0 2; do
        ask "UPDATE owncard.version SET version = $version"
        run owncard-issuer revoke --holder h
        check 3 "made by another version of this program"
    done
    ask "UPDATE owncard.version SET version = 1"
    ask "CREATE ROLE auditor LOGIN; GRANT USAGE ON SCHEMA owncard TO auditor;
         GRANT SELECT ON ALL TABLES IN SCHEMA owncard TO auditor"
    reading="postgresql://auditor@/$database?host=$pg&port=$(cat "$pg/port")"
    run owncard-issuer status list --registry "$reading"
    check 0 "used 1, revoked 0"
    run owncard-issuer revoke --holder h --registry "$reading"
    check 4 "permission denied" "hint: "
    one_error
}
