#!/usr/bin/env bats
# Status lists from the issuer's registry into the verifier's folder, and out of it again.
load common

uri=https://issuer.example/status/1

setup() {
    trust_setup
    hour=$(($(date -u +%s) / 3600 * 3600))
    owncard-issuer init 2>/dev/null
    owncard-issuer status init --uri $uri 2>/dev/null
    owncard-verifier trust add "$data/issuer/iaca.pem"
}

# at SECONDS: the moment so far from the hour that runs.
at() { date -u -d "@$((hour + $1))" +%Y-%m-%dT%H:%M:%SZ; }

# publish SECONDS [OPTION…]: the list, dated so far from this hour, in fetched/list.cwt.
publish() {
    local when=$1
    shift
    owncard-issuer status publish --period 1 --at "$(at "$when")" -o fetched/list.cwt "$@" 2>/dev/null
}

# flip OFFSET: that byte of the list, from the end when below 0.
flip() {
    perl -0777 -i -pe 'substr($_, '"$1"', 1) ^= "\1"' fetched/list.cwt
}

# Nothing of a status list is in the folder.
nothing_kept() { [ -z "$(ls "$trust"/*.status 2>/dev/null)" ]; }

@test "issue, publish, update, list, remove" {
    owncard-issuer people --seed 5 -o resident.json
    owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" --count 2 -o keys.cbor 2>/dev/null
    owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json --keys keys.cbor -o copies.cbor 2>/dev/null
    owncard-issuer revoke --card copies.cbor 2>/dev/null
    publish 0
    run owncard-verifier trust update --dry-run fetched
    check 0 "taken" "status list: $uri, $(at 0), 1048576 entries, good until $(at 7200)"
    nothing_kept
    run owncard-verifier trust update fetched
    check 0 "taken"
    cmp fetched/list.cwt "$trust"/*.status
    run owncard-verifier trust update fetched
    check 0 "held" "the same as the one we hold"
    unsaid taken

    run owncard-verifier trust list --at "$(at 7200)"
    check 0 "Status list $uri, 1048576 entries" "issued       $(at 0 | cut -c1-10), 0 days ago" \
        "good until   $(at 7200)" "authority    $(openssl x509 -in "$data/issuer/iaca.pem" -noout -subject -nameopt RFC2253 | cut -d= -f2-)"
    unsaid stale
    run owncard-verifier trust list --at "$(at 7201)"
    check 0 "good until   $(at 7200), stale: it tells who is revoked, and no more"

    file=$(basename "$trust"/*.status .status)
    grep -qF "trust/$file.status" <<<"$output"
    run owncard-verifier trust remove "${file:0:8}"
    check 0 "No longer trusted" ".status"
    nothing_kept
    run owncard-verifier trust list
    check 0
    unsaid "Status list"
}

@test "a newer list replaces an older one, never the reverse" {
    publish -7200
    cp fetched/list.cwt old.cwt
    owncard-verifier trust update fetched
    publish 0
    run owncard-verifier trust update fetched
    check 0 "taken" "$(at 0)"
    cmp fetched/list.cwt "$trust"/*.status
    [ "$(ls "$trust"/*.status | wc -l)" = 1 ]
    cp fetched/list.cwt new.cwt
    cp old.cwt fetched/list.cwt
    run owncard-verifier trust update fetched
    check 0 "held" "older than the one we hold" "Nothing newer"
    cmp new.cwt "$trust"/*.status
}

@test "a list published again in the same period is taken" {
    publish 0
    owncard-verifier trust update fetched
    publish 60
    run owncard-verifier trust update fetched
    check 0 "taken" "$(at 0)"
    cmp fetched/list.cwt "$trust"/*.status
}

@test "of several in one folder the newest is taken, whatever their names" {
    publish 0
    cp fetched/list.cwt fetched/middle.cwt
    publish -3600
    cp fetched/list.cwt fetched/a.cwt
    cp fetched/list.cwt fetched/z.cwt
    cp fetched/middle.cwt fetched/list.cwt
    run owncard-verifier trust update fetched
    check 0 "held      fetched/middle.cwt" "held      fetched/a.cwt" "held      fetched/z.cwt"
    [ "$(grep -c '^taken' <<<"$output")" = 1 ]
    cmp fetched/middle.cwt "$trust"/*.status
    [ "$(ls "$trust"/*.status | wc -l)" = 1 ]
}

@test "two authorities may have a list of one URI, each its own" {
    publish 0
    mv fetched/list.cwt fetched/first.cwt
    owncard-issuer init --dir other 2>/dev/null
    owncard-issuer status init --dir other --uri $uri 2>/dev/null
    publish 0 --dir other
    run owncard-verifier trust update fetched
    check 0 "taken     fetched/first.cwt" "refused   fetched/list.cwt" "no authority we trust vouches for its signer" \
        "a list of a CA that cards name themselves is not kept here"
    owncard-verifier trust add other/iaca.pem
    run owncard-verifier trust update fetched
    check 0 "held      fetched/first.cwt" "taken     fetched/list.cwt"
    [ "$(ls "$trust"/*.status | wc -l)" = 2 ]

    run owncard-verifier trust remove "$(openssl x509 -in other/iaca.pem -outform DER | sha256sum | cut -c1-16)"
    check 0
    run owncard-verifier trust list
    check 0 "not used"
    [ "$(grep -c '^Status list' <<<"$output")" = 1 ]
}

@test "a list that was tampered with is refused, and one in the folder no longer used" {
    for place in 5 200 -300 -1; do
        publish 0
        flip "$place"
        run owncard-verifier trust update fetched
        unsaid "taken  "
        nothing_kept
    done
    check 1 "refused" "signature" "nothing was fit to be taken"
    publish 0
    owncard-verifier trust update fetched
    flip -1
    cat fetched/list.cwt >"$(ls "$trust"/*.status)"
    run owncard-verifier trust list
    check 0 ".status: not used: " "signature"
    unsaid "Status list"
}

@test "a signer that is made for something else signs no status list" {
    cp "$data/issuer/ds.pem" "$data/issuer/status.pem"
    cp "$data/issuer/ds.key" "$data/issuer/status.key"
    publish 0
    run owncard-verifier trust update fetched
    check 1 "refused" "made for something else"
    nothing_kept
}

@test "a clock that stands before a list stops an update" {
    publish 0
    run owncard-verifier trust update --at "$(at -3600)" fetched
    check 1 "this clock is wrong" "fetched/list.cwt was issued at $(at 0)" "set the clock"
    nothing_kept
    owncard-verifier trust update fetched
    file=$(basename "$trust"/*.status)
    rm fetched/*
    run owncard-verifier trust update --at "$(at -3600)" fetched
    check 1 "this clock is wrong" "$file was issued at"
    run owncard-verifier trust list --at "$(at -3600)"
    check 0 "not used: the list is dated in the future"
}

@test "lists, authorities and links come together in one folder" {
    rm "$trust"/*.pem
    publish 0
    run owncard-verifier trust add "$data/issuer/iaca.pem" fetched/list.cwt
    check 0 "Trusted from now on" "taken     fetched/list.cwt"
    cmp fetched/list.cwt "$trust"/*.status
}

@test "roll: both signers' lists are published, each for the cards of its IACA" {
    cp "$data/issuer/status.pem" old.pem
    run owncard-issuer roll --ds
    check 0 "new ds.pem"
    unsaid status.pem
    cmp old.pem "$data/issuer/status.pem"

    owncard-issuer roll 2>/dev/null
    cmp old.pem "$data/issuer/status.pem"
    run owncard-issuer roll --ds
    check 0 "new ds.pem" "new status.pem" "keep both"
    kept=$(basename "$data"/issuer/status-????????.pem .pem)
    cmp old.pem "$data/issuer/$kept.pem"
    [ "$(stat -c %a "$data/issuer/$kept.key")" = 600 ]
    openssl verify -CAfile "$data/issuer/iaca.pem" "$data/issuer/status.pem"
    run owncard-issuer cert lint --role status-signer "$data/issuer/status.pem"
    check 0
    unsaid FAIL

    owncard-issuer status publish --to fetched 2>/dev/null
    [ "$(ls fetched)" = "status-1-${kept#status-}.cwt
status-1.cwt" ]
    run owncard-verifier trust update fetched
    check 0 "taken     fetched/status-1-${kept#status-}.cwt" "refused   fetched/status-1.cwt"
    cp "$data"/issuer/iaca-link-*.pem fetched
    run owncard-verifier trust update fetched
    check 0 "taken     fetched/status-1.cwt" "held      fetched/status-1-"
    [ "$(ls "$trust"/*.status | wc -l)" = 2 ]
    run owncard-verifier trust list
    [ "$(grep -c "^Status list $uri" <<<"$output")" = 2 ]
    owncard-verifier trust add "$data/issuer/iaca.pem"
    run owncard-verifier trust update fetched
    unsaid "taken  " refused

    mkdir one
    owncard-issuer status publish --to one --signer "$kept" 2>/dev/null
    [ "$(ls one)" = status-1.cwt ]
    run owncard-verifier trust update --dry-run one
    check 0 "taken     one/status-1.cwt"
    for name in ds ../issuer/status status-../status status-$(printf %060d 1); do
        run owncard-issuer status publish --to one --signer "$name"
        check 2 "neither status nor status-TAG"
    done
    run owncard-issuer status publish --to one --signer status-none
    check 4 "status-none.pem"
}

@test "a kept signer that has ended is left out, and said to be" {
    owncard-issuer roll 2>/dev/null
    owncard-issuer roll --ds 2>/dev/null
    kept=$(basename "$data"/issuer/status-????????.pem .pem)
    owncard-issuer init --dir past --at 2020-01-01 2>/dev/null
    cp past/status.pem "$data/issuer/$kept.pem"
    cp past/status.key "$data/issuer/$kept.key"
    run owncard-issuer status publish --to fetched
    check 0 "$kept.pem is not valid now: nothing is signed by it"
    [ "$(ls fetched)" = status-1.cwt ]
}

# card NAME: a card of one copy in NAME.cbor.
card() {
    owncard-holder keys --passphrase-file pass --challenge "$(owncard-issuer challenge)" --count 1 -o keys.cbor 2>/dev/null
    owncard-issuer issue --type example.guangzhou.vid.1 --claims resident.json --keys keys.cbor -o "$1.cbor" 2>/dev/null
    rm keys.cbor
}

# update: publish for now, by every signer, and fetch it all.
update() {
    owncard-issuer status publish --to fetched 2>/dev/null
    owncard-verifier trust update fetched
}

@test "cards from before and after a roll share a list, and each has its status" {
    owncard-issuer people --seed 5 -o resident.json
    card before
    run owncard-verifier verify --issuer-signed before.cbor
    check 1 "we hold no status list that the card names"
    owncard-issuer roll 2>/dev/null
    owncard-issuer roll --ds 2>/dev/null
    card after
    cp "$data"/issuer/iaca-link-*.pem fetched
    update
    for name in before after; do
        run owncard-verifier verify --issuer-signed "$name.cbor"
        check 0 ACCEPTED
    done
    run owncard-issuer revoke --card before.cbor
    check 0
    update
    run owncard-verifier verify --issuer-signed before.cbor
    check 1 REFUSED "the card is revoked"
    run owncard-verifier verify --issuer-signed after.cbor
    check 0 ACCEPTED
}

@test "of two lists of one date the one that revokes more stays, whichever is fetched last" {
    owncard-issuer people --seed 5 -o resident.json
    card copy
    mkdir before after
    owncard-issuer status publish --to before 2>/dev/null
    owncard-issuer revoke --card copy.cbor 2>/dev/null
    owncard-issuer status publish --to after 2>/dev/null
    for folder in before after before; do
        owncard-verifier trust update $folder
    done
    run owncard-verifier trust update before
    check 0 "held" "revoking less"
    run owncard-verifier verify --issuer-signed copy.cbor
    check 1 "the card is revoked"
}

@test "verify --status-list: beside --anchor; what does not verify is neither verdict nor message" {
    owncard-issuer people --seed 5 -o resident.json
    card copy
    publish 0
    run owncard-verifier verify --anchor "$data/issuer/iaca.pem" --status-list fetched/list.cwt --issuer-signed copy.cbor
    check 0 ACCEPTED
    nothing_kept
    flip -1
    run owncard-verifier verify --anchor "$data/issuer/iaca.pem" --status-list fetched/list.cwt --issuer-signed copy.cbor
    check 4 "fetched/list.cwt: no status list to go by: the signature does not hold"
    one_error
    unsaid ACCEPTED REFUSED
}
