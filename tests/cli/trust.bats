#!/usr/bin/env bats
# Lists of authorities, revocation lists, roll-over and cert lint, from the issuer's folder to what
# a verifier believes.
load common

vid=example.guangzhou.vid.1

setup() {
    trust_setup
}

authorities() {
    owncard-issuer init 2>/dev/null
    owncard-issuer vical init 2>/dev/null
}

# vical [OPTION…]: a VICAL of our IACA in fetched/list.vical.
vical() {
    owncard-issuer vical -t "$vid" --provider "Test Provider" "$@" -o fetched/list.vical "$data/issuer/iaca.pem" 2>/dev/null
}

holder() {
    owncard-holder "$@" --passphrase-file pass
}

# showing: a card issued now, asked for and shown; the answer in answer.cbor.
showing() {
    owncard-verifier init --name Desk 2>/dev/null
    owncard-issuer reader-cert "$data/verifier/reader.csr" -o "$data/verifier/reader.pem" 2>/dev/null
    owncard-issuer people --seed 5 -o resident.json
    holder keys --challenge "$(owncard-issuer challenge)" --count 1 -o keys.cbor 2>/dev/null
    owncard-issuer issue --type $vid --claims resident.json --keys keys.cbor -o copies.cbor 2>/dev/null
    holder store --anchor "$data/issuer/iaca.pem" copies.cbor 2>/dev/null
    holder trust add "$data/issuer/reader-ca.pem" 2>/dev/null
    owncard-verifier request --card $vid age-over-18 -o ask.cbor 2>/dev/null
    holder present --request ask.cbor --consent all -o answer.cbor 2>/dev/null
}

old_name() { basename "$(ls "$data"/issuer/"$1"-????????.pem)" .pem; }

@test "roll: a verifier of the old IACA believes the new one by its link alone" {
    authorities
    owncard-verifier trust add "$data/issuer/iaca.pem"
    run owncard-issuer roll
    check 0 "iaca-link-" "roll --ds"
    run owncard-issuer roll --ds
    check 0 "new ds.pem"
    for name in iaca ds; do
        [ "$(stat -c %a "$data/issuer/$name.key")" = 600 ]
        openssl x509 -in "$data/issuer/$(old_name $name).pem" -noout
        [ "$(openssl x509 -in "$data/issuer/$name.pem" -noout -pubkey)" = "$(openssl pkey -in "$data/issuer/$name.key" -pubout)" ]
        run cmp -s "$data/issuer/$(old_name $name).key" "$data/issuer/$name.key"
        [ "$status" = 1 ]
    done
    openssl verify -partial_chain -trusted "$data/issuer/$(old_name iaca).pem" "$data"/issuer/iaca-link-*.pem
    openssl verify -CAfile "$data/issuer/iaca.pem" "$data/issuer/ds.pem"
    showing
    cp ask.cbor.key spare.key
    run owncard-verifier verify --request ask.cbor answer.cbor
    check 1 REFUSED
    cp "$data"/issuer/iaca-link-*.pem fetched
    run owncard-verifier trust update fetched
    check 0 "taken" "link certificate"
    run owncard-verifier verify --request ask.cbor answer.cbor
    check 0 ACCEPTED
}

@test "roll keeps the addresses that init was given, unless it is given others" {
    owncard-issuer init --issuer-uri https://id.example/ --crl-uri https://id.example/a.crl 2>/dev/null
    owncard-issuer roll 2>/dev/null
    owncard-issuer roll --ds 2>/dev/null
    for name in iaca ds status; do
        openssl x509 -in "$data/issuer/$name.pem" -noout -text >text
        grep -q URI:https://id.example/ text
        grep -q URI:https://id.example/a.crl text
        run grep issuer.example text
        [ "$status" = 1 ]
    done
    owncard-issuer roll --ds --crl-uri https://id.example/b.crl 2>/dev/null
    openssl x509 -in "$data/issuer/ds.pem" -noout -text >text
    grep -q URI:https://id.example/b.crl text
    run grep a.crl text
    [ "$status" = 1 ]
}

@test "a link that nobody we trust has signed is refused" {
    authorities
    owncard-issuer init --dir other 2>/dev/null
    owncard-issuer roll --dir other 2>/dev/null
    owncard-verifier trust add "$data/issuer/iaca.pem"
    cp other/iaca-link-*.pem fetched
    run owncard-verifier trust update fetched
    check 1 "refused" "link certificate" "nothing was fit to be taken"
    [ -z "$(ls "$trust"/*.link 2>/dev/null)" ]
}

@test "a VICAL is believed under a root that was given, and its authorities with it" {
    authorities
    vical
    run owncard-verifier trust update fetched
    check 1 "refused" "no trust anchor"
    run owncard-verifier trust add --vical-root "$data/issuer/list-ca.pem" fetched/list.vical
    check 0 "VICALs are believed under" "of Test Provider" "1 authority, 0 skipped"
    run owncard-verifier trust list
    check 0 "VICAL of Test Provider, 1 authority" "next update" "used" "Root of VICALs"
    showing
    run owncard-verifier verify --request ask.cbor answer.cbor
    check 0 ACCEPTED
}

@test "a VICAL is dropped when it has long been overdue, and said to be" {
    owncard-issuer init --dir past --at 2026-01-01 2>/dev/null
    owncard-issuer vical init --dir past --at 2026-01-01 2>/dev/null
    owncard-issuer vical --dir past -t $vid --at 2026-01-01 --next-update 1 -o fetched/list.vical past/iaca.pem 2>/dev/null
    owncard-verifier trust add --vical-root past/list-ca.pem --at 2026-01-01T12:00:00Z fetched/list.vical
    run owncard-verifier trust list --at 2026-02-01
    check 0 "overdue" "  used"
    run owncard-verifier trust list --at 2026-02-03
    check 0 "stale, not used" "the list is too old"
}

@test "newer lists replace older ones, never the reverse; a dry run writes nothing" {
    authorities
    now=$(date -u +%s)
    at() { date -u -d "@$((now + $1))" +%Y-%m-%dT%H:%M:%SZ; }
    owncard-verifier trust add "$data/issuer/iaca.pem" --vical-root "$data/issuer/list-ca.pem"
    vical --at "$(at -60)"
    cp fetched/list.vical old.vical
    owncard-issuer crl --at "$(at -60)" -o fetched/iaca.crl 2>/dev/null
    cp fetched/iaca.crl old.crl
    run owncard-verifier trust update --dry-run fetched
    check 0 "taken"
    [ -z "$(ls "$trust"/*.vical "$trust"/*.crl 2>/dev/null)" ]
    owncard-verifier trust update fetched
    cmp "$trust"/*.vical old.vical
    vical --at "$(at -30)"
    owncard-issuer crl --at "$(at -30)" -o fetched/iaca.crl 2>/dev/null
    run owncard-verifier trust update fetched
    check 0 "taken" "VICAL" "revocation list"
    unsaid refused
    cmp "$trust"/*.vical fetched/list.vical
    cmp "$trust"/*.crl fetched/iaca.crl
    [ "$(ls "$trust"/*.vical "$trust"/*.crl | wc -l)" = 2 ]
    cp old.vical fetched/list.vical
    cp old.crl fetched/iaca.crl
    run owncard-verifier trust update fetched
    check 0 "not newer than the one we hold" "older than the one we hold" "Nothing newer"
    run cmp -s "$trust"/*.vical old.vical
    [ "$status" = 1 ]
    run cmp -s "$trust"/*.crl old.crl
    [ "$status" = 1 ]
}

@test "a clock before the newest list stops an update" {
    authorities
    owncard-verifier trust add "$data/issuer/iaca.pem" --vical-root "$data/issuer/list-ca.pem"
    vical
    owncard-issuer crl -o fetched/iaca.crl 2>/dev/null
    yesterday=$(date -u -d '1 hour ago' +%Y-%m-%dT%H:%M:%SZ)
    run owncard-verifier trust update --at "$yesterday" fetched
    check 1 "this clock is wrong" "set the clock"
    [ -z "$(ls "$trust"/*.vical "$trust"/*.crl 2>/dev/null)" ]
    owncard-verifier trust update fetched
    rm fetched/*
    run owncard-verifier trust update --at 2020-01-01 fetched
    check 1 "this clock is wrong"
}

@test "everything in a folder is told its fate; what is broken spoils nothing else" {
    authorities
    owncard-verifier trust add "$data/issuer/iaca.pem" --vical-root "$data/issuer/list-ca.pem"
    vical
    owncard-issuer crl -o fetched/iaca.crl 2>/dev/null
    owncard-issuer rical -o fetched/list.rical "$data/issuer/reader-ca.pem" 2>/dev/null
    cp "$data/issuer/reader-ca.pem" fetched
    echo junk >fetched/junk
    : >fetched/empty
    head -c 200 fetched/list.vical >fetched/cut.vical
    { head -c 150 fetched/iaca.crl; printf 'x'; tail -c +152 fetched/iaca.crl; } >fetched/bad.crl
    run owncard-verifier trust update fetched
    check 0 "RICAL: for holders" "certificate: believed only if you say so" "no trust data"
    [ "$(grep -c '^taken' <<<"$output")" = 2 ]
    [ "$(ls "$trust" | grep -cE '\.(vical|crl|link)$')" = 2 ]
}

@test "revoke-cert and crl: openssl sees who is revoked, and why" {
    authorities
    run owncard-issuer revoke-cert --reason superseded "$data/issuer/ds.pem"
    check 0 "Noted"
    run owncard-issuer revoke-cert "$data/issuer/ds.pem"
    check 0 "revoked already"
    owncard-issuer crl -o iaca.crl 2>/dev/null
    openssl crl -in iaca.crl -inform DER -CAfile "$data/issuer/iaca.pem" -noout -verify 2>&1 | grep "verify OK"
    text=$(openssl crl -in iaca.crl -inform DER -noout -text)
    [[ $text == *"Version 2"*"CRL Number"*"Superseded"* ]]
    grep -qF "$(openssl x509 -in "$data/issuer/ds.pem" -noout -serial | cut -d= -f2)" <<<"$text"
    openssl crl -in iaca.crl -inform DER -out crl.pem
    run openssl verify -crl_check -CRLfile crl.pem -CAfile "$data/issuer/iaca.pem" "$data/issuer/ds.pem"
    [[ $output == *revoked* ]]
    owncard-issuer crl --authority reader-ca 2>/dev/null | openssl crl -inform DER -noout -text | grep "No Revoked"
    owncard-issuer init --dir other 2>/dev/null
    run owncard-issuer revoke-cert other/ds.pem
    check 1 "none of the authorities"
    run owncard-issuer revoke-cert --reason boredom "$data/issuer/ds.pem"
    check 2 "no reason"
    run owncard-issuer crl --days 91
    check 2
    cp "$data/issuer/revoked" note
    for line in "00 11 2026-01-01T00:00:00Z" "00 11 yesterday superseded" "00 xx 2026-01-01T00:00:00Z superseded" "" \
        " 11 2026-01-01T00:00:00Z superseded"; do
        { cat note; echo "$line"; } >"$data/issuer/revoked"
        run owncard-issuer crl -o again.crl
        check 3 "line 2 is not AUTHORITY SERIAL TIME REASON"
        [ ! -e again.crl ]
    done
}

@test "the holder takes reader CAs from a RICAL, under the root it was given" {
    authorities
    owncard-issuer rical -o fetched/list.rical "$data/issuer/reader-ca.pem" 2>/dev/null
    vical
    run holder trust update --rical-root "$data/issuer/iaca.pem" fetched
    check 1 "refused"
    run holder trust update fetched
    check 2 "--rical-root"
    run holder trust update --dry-run --rical-root "$data/issuer/list-ca.pem" fetched
    check 0 "taken"
    run holder trust update --rical-root "$data/issuer/list-ca.pem" fetched
    check 0 "1 authority, 1 of them new" "VICAL"
    unsaid "Nothing newer"
    run holder trust update --rical-root "$data/issuer/list-ca.pem" fetched
    check 0 "held" "0 of them new" "Nothing newer"
    run holder trust list
    check 0 "Reader CA"
}

@test "vical and rical say which rules of its profile an authority breaks, and go on" {
    authorities
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout odd.key -subj /CN=Odd -days 9000 -out odd.pem 2>/dev/null
    run owncard-issuer vical -t $vid -o fetched/list.vical "$data/issuer/iaca.pem" odd.pem
    check 0 "warning: CN=Odd: departs from the profile of an issuing authority: iaca.country is not kept" "a list of 2"
    run owncard-issuer rical -o fetched/list.rical odd.pem
    check 0 "warning: CN=Odd: departs from the profile of a reader CA: reader_ca." "a list of 1"
    run owncard-issuer rical -o fetched/good.rical "$data/issuer/reader-ca.pem"
    check 0
    unsaid departs
}

@test "trust add is all or nothing: a list that is refused leaves no root behind" {
    authorities
    owncard-issuer init --dir other 2>/dev/null
    owncard-issuer vical init --dir other 2>/dev/null
    vical
    mkdir -p "$trust"
    run owncard-verifier trust add --vical-root other/list-ca.pem other/iaca.pem fetched/list.vical
    check 1 refused "nothing was fit to be taken"
    unsaid "believed under" "Trusted from now on"
    [ -z "$(ls "$trust")" ]
    run owncard-verifier trust add --vical-root "$data/issuer/list-ca.pem" "$data/issuer/iaca.pem" fetched/list.vical
    check 0 taken "believed under" "Trusted from now on"
    [ "$(ls "$trust" | wc -l)" = 3 ]
}

@test "a folder inside the fetched one is left alone, by verifier and holder" {
    authorities
    owncard-verifier trust add "$data/issuer/iaca.pem" --vical-root "$data/issuer/list-ca.pem"
    vical
    mkdir fetched/deeper
    run owncard-verifier trust update fetched
    check 0 "taken     fetched/list.vical"
    unsaid deeper
    mkdir -p readers/deeper
    run owncard-holder trust update --passphrase-file pass --rical-root "$data/issuer/list-ca.pem" readers
    check 0
    unsaid deeper
}

@test "trust remove takes lists and roots too" {
    authorities
    vical
    owncard-verifier trust add --vical-root "$data/issuer/list-ca.pem" fetched/list.vical
    file=$(basename "$trust"/*.vical .vical)
    run owncard-verifier trust remove "${file:0:8}"
    check 0 "No longer trusted" ".vical"
    [ ! -e "$trust/$file.vical" ]
    run owncard-verifier trust remove 00000000
    check 2 "no trusted authority"
}

@test "the AAMVA VICAL of November 2025 is taken at its date" {
    need_vectors
    run owncard-verifier trust add --at 2025-11-19 --vical-root "$vectors/vical/aamva_ca_root.crt" "$vectors/vical/aamva_2025-11-18.cbor"
    check 0 "of AAMVA, 2025-11-18"
    run owncard-verifier trust list --at 2025-11-20
    check 0 "VICAL of AAMVA"
}

@test "cert lint: what we make conforms, in every role" {
    authorities
    owncard-issuer roll 2>/dev/null
    for file in iaca ds reader-ca list-signer; do
        run owncard-issuer cert lint "$data/issuer/$file.pem"
        check 0 "conforms" "guessed"
        unsaid FAIL
    done
    run owncard-verifier cert lint --role iaca-link --issuer "$data/issuer/$(old_name iaca).pem" "$data"/issuer/iaca-link-*.pem
    check 0 "link.aki" "link.issuer"
    unsaid FAIL guessed "not given"
    run owncard-verifier cert lint --role ds --issuer "$data/issuer/reader-ca.pem" "$data/issuer/ds.pem"
    check 1 "FAIL  certificate.signed"
    run owncard-issuer cert lint --role reader-ca "$data/issuer/reader-ca.pem"
    check 0 "reader_ca.basic_constraints"
}

@test "cert lint: the broken rule is named, with a way to mend it" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key -subj /CN=x -days 9000 -out rsa.pem 2>/dev/null
    run owncard-verifier cert lint --role iaca rsa.pem
    check 1 "FAIL  iaca.key " "FAIL  iaca.lifetime" "FAIL  iaca.country" "openssl ecparam" "keyUsage = critical" \
        "the issuer's key is EC or EdDSA, so that the signature upon it can be looked at"
    unsaid "made the signature upon it"
    run owncard-issuer cert lint --json --role iaca rsa.pem
    check 1 '"conforms": false' '"rule": "iaca.key"'
    perl -MJSON::PP -e 'local $/; my $r = decode_json(<STDIN>)->[0]{rules};
        exit !((grep { !$_->{pass} && $_->{rule} eq "iaca.key" } @$r) && (grep { $_->{pass} } @$r));' <<<"$output"
    owncard-issuer init 2>/dev/null
    run owncard-verifier cert lint "$data/issuer/ds.pem"
    check 0 "its issuer is not given" "there is an authority key identifier"
    unsaid "is the issuer's subject key identifier" certificate.signed
    run owncard-verifier cert lint --issuer "$data/issuer/iaca.pem" "$data/issuer/ds.pem"
    check 0 "is the issuer's subject key identifier" certificate.signed
    echo junk >junk
    run owncard-verifier cert lint junk
    check 3 "not a certificate"
    run owncard-verifier cert lint --role king rsa.pem
    check 2 "no role"
}

@test "of several lists of one authority in a folder the newest is taken, whatever their names" {
    authorities
    now=$(date -u +%s)
    at() { date -u -d "@$((now + $1))" +%Y-%m-%dT%H:%M:%SZ; }
    owncard-verifier trust add "$data/issuer/iaca.pem" --vical-root "$data/issuer/list-ca.pem"
    for age in 60 30 90; do
        vical --at "$(at -$age)"
        mv fetched/list.vical "fetched/$age.vical"
        owncard-issuer crl --at "$(at -$age)" -o "fetched/$age.crl" 2>/dev/null
    done
    run owncard-verifier trust update fetched
    check 0 "taken     fetched/30.vical" "taken     fetched/30.crl"
    [ "$(grep -c '^held' <<<"$output")" = 4 ]
    cmp "$trust"/*.vical fetched/30.vical
    cmp "$trust"/*.crl fetched/30.crl
}

@test "an update that is run again finds nothing newer, which is no fault; something unfit is" {
    authorities
    owncard-verifier trust add "$data/issuer/iaca.pem" --vical-root "$data/issuer/list-ca.pem"
    vical
    owncard-issuer crl -o fetched/iaca.crl 2>/dev/null
    owncard-issuer roll 2>/dev/null
    cp "$data"/issuer/iaca-link-*.pem fetched
    run owncard-verifier trust update fetched
    check 0 taken
    unsaid "Nothing newer"
    run owncard-verifier trust update fetched
    check 0 "Nothing newer"
    [ "$(grep -c '^held' <<<"$output")" = 3 ]
    owncard-issuer init --dir other 2>/dev/null
    owncard-issuer crl --dir other -o fetched/other.crl 2>/dev/null
    run owncard-verifier trust update fetched
    check 0 "refused" "Nothing newer"
    mkdir unfit
    mv fetched/other.crl unfit
    run owncard-verifier trust update unfit
    check 1 "refused" "nothing was fit to be taken"
}
