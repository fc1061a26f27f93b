#!/usr/bin/env bats
# What the holder is told and asked before anything leaves, at the terminal as a person has it, and
# the standing rules that answer instead.
load common

setup() {
    desk_setup $vid 2
    export NO_COLOR=1
}

# A request of each kind.
more() {
    ask=(owncard-verifier request --expires 86400)
    "${ask[@]}" --type $vid --element $ns/age_over_18 --element $ns/family_name -o two
    "${ask[@]}" --type $vid --element $ns/age_over_18 -o age
    "${ask[@]}" --unsigned --type $vid --element $ns/age_over_18 -o age-unsigned
    "${ask[@]}" --type $vid --element $ns/age_over_18 --element $ns/age_over_60 \
        --element $ns/age_over_16 -o ages
    "${ask[@]}" hotel-check-in -o hotel
}

present="owncard-holder present --passphrase-file pass -o answer"

# Where nobody can be asked: without a terminal.
# shellcheck disable=SC2086 # a command of several words
alone() { setsid -w $present "$@" </dev/null; }

# Nothing was sent, and no copy is used up.
kept() { [ ! -e answer ] && [ "$(left)" = 2 ]; }

rules() { printf '{ "rules": [ %s ] }\n' "$1" >rules.json; }

age_by_anyone='{ "reader": "anyone", "show": [ "org.iso.23220.1/age_over_NN" ] }'

@test "the holder sees who asks, what for, what would be kept, and values with their labels" {
    run $present --request hotel --consent all
    check 0 "Asked by:  Front desk (certified by a CA that you trust)" \
        "Purpose:   Register you as a hotel guest" "[will be kept]" "Shown: "
    [ "$(grep -c 'will be kept' <<<"$output")" = 7 ]
    unsaid "more than this purpose needs"
}

@test "yes to one element, no to another; only the first leaves" {
    typed "$present --request two" "Show 18 or older?" y "Show Family name?" n
    check 0 "A verifier may refuse an answer that leaves something out." "Shown: 1 of 2"
    run owncard-verifier verify --request two --json answer
    check 1 '"refused_by": "elements.requested"' "family_name was asked for and not shown"
    [ "$(left)" = 1 ]
}

@test "no to everything, answers that are none, Ctrl-D and Ctrl-C send nothing and use nothing up" {
    typed "$present --request two" "Show 18 or older?" n "Show Family name?" n
    check 1 "nothing was agreed to"
    kept
    typed "$present --request age" "Show 18 or older?" maybe "maybe" hm "hm" ja
    check 1 "nothing was agreed to"
    kept
    typed "$present --request two" "Show 18 or older?" y "Show Family name?" $'\x04'
    check 4 "no answer was given"
    kept
    typed "$present --request two" "Show 18 or older?" y "Show Family name?" $'\x03'
    [ "$status" != 0 ]
    kept
}

@test "an unknown reader alarms, and no to it ends the showing" {
    typed "$present --request age-unsigned" "Go on all the same?" n
    check 1 "AN UNKNOWN READER - nobody signed the request." "not answered: the reader is unknown"
    unsaid "Show 18"
    kept
    typed "$present --request age-unsigned" "Go on all the same?" y "Show 18 or older?" y
    check 0 "Shown: 1 of 1"
}

@test "in Chinese: what is told and what is asked, in aligned columns" {
    typed "$present --lang zh --request age-unsigned" "仍要继续吗？" 是 "出示" 是
    check 0 "请求方：   ！身份不明的读取方！——请求未签名。" "用途：     未说明" "出示年满18周岁？"
    unsaid "Asked by" "Purpose"
}

@test "a standing rule agrees to what it covers, for an unknown reader too" {
    rules "$age_by_anyone"
    run $present --consent-file rules.json --request age-unsigned </dev/null
    check 0 "AN UNKNOWN READER" "Agreed to by standing rule 1." "Shown: 1 of 1"
    [ "$(left)" = 1 ]
}

@test "what no rule covers is asked, or refused where nobody can be asked" {
    rules "$age_by_anyone"
    for request in two ages hotel; do
        run alone --consent-file rules.json --request $request
        check 4 "No standing rule covers all of this." "there is no terminal to ask on"
        kept
    done
    typed "$present --consent-file rules.json --request two" "Show 18 or older?" y "Show Family name?" n
    check 0 "No standing rule covers all of this." "Shown: 1 of 2"
}

@test "rules by name and purpose; a name that nobody backs is none" {
    rules '{ "reader": { "name": "Front desk" }, "show": [ "org.iso.23220.1/age_over_18" ] }'
    holder trust remove "$(holder trust list | sed -n 's/.*fingerprint *//p')"
    run alone --consent-file rules.json --request age
    check 4 'It calls itself "Front desk"; nothing backs that up.' "No standing rule covers"
    kept
    holder trust add data/owncard/issuer/reader-ca.pem
    run $present --consent-file rules.json --request age
    check 0 "Agreed to by standing rule 1."
}

@test "a forged request is answered by no rule and no yes" {
    rules "$age_by_anyone"
    LC_ALL=C sed 's/age_over_18/age_over_16/' age >forged
    run $present --consent-file rules.json --request forged
    check 1 "the request claims to be signed, but its signature does not hold"
    kept
}

@test "a file of rules with a slip is refused whole" {
    rules '{ "reader": "anyone", "shows": [ "org.iso.23220.1/age_over_18" ] }'
    run $present --consent-file rules.json --request age
    check 3 'rules.json: rule 1: unknown member "shows"'
    one_error
    rules '{ "reader": "anyone", "purpose": "age-over-81", "show": [ "org.iso.23220.1/age_over_N" ] }'
    run alone --consent-file rules.json --request age
    check 4 'rule 1: no request here has the purpose "age-over-81"' \
        'rule 1: no card type here has "org.iso.23220.1/age_over_N"' "No standing rule covers"
    run $present --consent-file missing.json --request age
    check 4 "missing.json"
    rules "$age_by_anyone"
    run $present --consent-file rules.json --consent all --request age
    check 2 "--consent"
    kept
}
