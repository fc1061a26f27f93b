#!/usr/bin/env bats
# What people get wrong: told before anything is asked of them, by one status for one kind of mistake,
# and with what a file is that was taken for another.

load common

vid=example.guangzhou.vid.1

setup() { desk_setup $vid 4; }

# A request, an answer to it, and a vault's passphrase that cannot be read.
more() {
    owncard-verifier request --expires 3600 age-over-18 --card $vid -o ask
    holder present --request ask --consent all -o answer
    owncard-issuer status init --uri https://issuer.example/status/1
    owncard-issuer status publish --to .
    owncard-issuer vical init
    owncard-issuer vical -t $vid -o list.vical "$data/issuer/iaca.pem"
}

# unasked COMMAND…: owncard-holder, which would say that the passphrase is missing once it wants it.
unasked() {
    run owncard-holder "$@" --passphrase-file no-passphrase
    unsaid no-passphrase
}

@test "the command line and the files are looked at before the passphrase is wanted" {
    unasked present --request ask --qr-image one.gif
    check 2 "ends in none of .png, .svg and /"
    unasked present --request ask --qr-image no/such/
    check 4 "no/such/: No such file or directory"
    unasked present --request ask -o no/such
    check 4 "no/such: No such file or directory"
    unasked present --request ask -o ask
    check 2 "the output is a file that was read"
    unasked present --request ask --consent nonsense -o out
    check 2 '"nonsense" is not asked for'
    unasked present --request ask --qr-image out/ -o resident.json/out
    check 4
    unasked show first
    check 2 "first: not the number of a card"
    unasked delete 0
    check 2 "0: not the number of a card"
    unasked accept x
    check 2 "x: not the number of a card"
    unasked export -o no/such
    check 4 "no/such: No such file or directory"
    unasked import no-backup
    check 4 "no-backup: No such file or directory"
    unasked history --export -o no/such
    check 4 "no/such: No such file or directory"
    unasked keys --challenge "$(owncard-issuer challenge)" -o no/such
    check 4 "no/such: No such file or directory"
    unasked passphrase --memory 7
    check 2 "--memory 7: not a number"
    unasked store --anchor no.pem copies.cbor
    check 4 "no.pem: No such file or directory"
    unasked store keys.cbor
    check 3 "keys.cbor: expected a map"
    unasked trust add answer
    check 3 "answer: no certificate in PEM"
    [ ! -e out ]
    run owncard-holder list --passphrase-file no-passphrase
    check 4 no-passphrase
}

@test "cards and room are looked at before a consent is asked for" {
    run holder present --request ask --card 9 -o out
    check 2 "--card 9: there is no card of this number"
    unsaid "Asked by:"
    run holder present --request ask --qr-image one.png
    check 2 "--qr-image one.png: the message takes more than one code" "FOLDER/ takes numbered pictures"
    unsaid "Asked by:"
    owncard-verifier request age-over-18 -o young 2>/dev/null
    run holder present --request young -o out
    check 1 "holds no card of the type asked for (example.guangzhou.age.1)" \
        "card 1 could answer age-over-18 as well, where the verifier asks with --card $vid"
    unsaid "Asked by:"
    [ ! -e out ] && [ ! -e one.png ]
    run holder list
    check 0 "3 left"
}

@test "a request for the default card says which others it could be made of" {
    run owncard-verifier request age-over-18 -o young
    check 0 "Cards:   of this type alone; --card asks the same of $vid, org.iso.18013.5.1.mDL"
    run owncard-verifier request age-over-18 --card $vid -o old
    check 0 "Asks of"
    unsaid "--card asks the same"
}

# mistaken STATUS FILE WHAT COMMAND…
mistaken() {
    local wanted=$1 file=$2 what=$3
    shift 3
    run "$@"
    check "$wanted" "$file: " "hint: this looks like $what"
    one_error
}

@test "a file that was taken for another is told what it looks like" {
    mistaken 3 copies.cbor "copies of a card" holder present --request copies.cbor -o out
    mistaken 3 keys.cbor "device keys with their proofs" holder present --request keys.cbor -o out
    mistaken 3 answer "an answer (DeviceResponse)" holder present --request answer -o out
    mistaken 3 resident.json "JSON" holder present --request resident.json -o out
    mistaken 3 ask.key "a private key in PEM" holder present --request ask.key -o out
    mistaken 3 data/owncard/vault "a vault or a backup" holder present --request data/owncard/vault -o out
    mistaken 3 status-1.cwt "a status list" holder present --request status-1.cwt -o out
    mistaken 3 list.vical "a list of issuing authorities (VICAL)" \
        holder present --request list.vical -o out
    mistaken 3 ask "a request (DeviceRequest)" holder present --request ask --transcript ask -o out
    mistaken 3 ask "a request (DeviceRequest)" holder store ask
    mistaken 3 answer "an answer (DeviceResponse)" holder list --vault answer
    mistaken 3 copies.cbor "copies of a card" holder trust add copies.cbor
    mistaken 3 keys.cbor "device keys with their proofs" holder store --anchor keys.cbor copies.cbor
    mistaken 3 data/owncard/issuer/iaca.pem "a certificate in PEM" \
        holder present --request data/owncard/issuer/iaca.pem -o out
    mistaken 3 copies.cbor "copies of a card" owncard-issuer issue --type $vid --claims resident.json \
        --keys copies.cbor -o out
    mistaken 3 copies.cbor "copies of a card" owncard-issuer issue --type $vid --claims copies.cbor --keys keys.cbor \
        -o out
    mistaken 3 keys.cbor "device keys with their proofs" owncard-issuer revoke --card keys.cbor
    mistaken 3 answer "an answer (DeviceResponse)" owncard-verifier trust add answer
    mistaken 3 ask "a request (DeviceRequest)" owncard-verifier verify --request ask ask
    mistaken 3 copies.cbor "copies of a card" owncard-verifier verify --request ask copies.cbor
    mistaken 3 ask "a request (DeviceRequest)" owncard-verifier verify --issuer-signed ask
    [ ! -e out ]
}

@test "verify: status 3 is said of the response alone, what it goes by and cannot use is 4" {
    echo '{ "docTypes": 7 }' >policy.json
    mistaken 4 copies.cbor "copies of a card" owncard-verifier verify --request copies.cbor answer
    mistaken 4 answer "an answer (DeviceResponse)" owncard-verifier verify --transcript answer answer
    mistaken 4 copies.cbor "copies of a card" owncard-verifier verify --anchor copies.cbor --request ask answer
    mistaken 4 ask "a request (DeviceRequest)" owncard-verifier verify --signer ask --request ask answer
    mistaken 4 list.vical "a list of issuing authorities (VICAL)" \
        owncard-verifier verify --status-list list.vical --request ask answer
    mistaken 4 status-1.cwt "a status list" \
        owncard-verifier verify --crl status-1.cwt --request ask answer
    run owncard-verifier verify --policy policy.json --request ask answer
    check 4 "policy.json: "
    run owncard-verifier verify --request ask resident.json
    check 3
    run owncard-verifier verify answer
    check 2
    run owncard-verifier verify --at 2031-01-01 --request ask answer
    check 1 REFUSED
    [ -e ask.key ]
    run owncard-verifier verify --request ask answer
    check 0 ACCEPTED
    run owncard-verifier --help
    check 0 "4 could not finish, also where" "another file, to judge by, is not what it should be"
}

@test "a short passphrase is said to be whose" {
    echo short >short && echo brief >brief
    run owncard-holder keys --challenge "$(owncard-issuer challenge)" --vault new -o other.keys \
        --passphrase-file short
    check 0 "warning: the vault's passphrase has under 8 bytes"
    run owncard-holder export --vault new --passphrase-file short --backup-passphrase-file brief -o backup
    check 0 "warning: the backup's passphrase has under 8 bytes" "0 copies, 5 pending keys"
    unsaid "the vault's passphrase"
}

@test "status, list, history and trust list: Chinese by --lang, columns by width" {
    run holder status --lang zh
    check 0 "      可用          3" "      剩余天数      " "历史记录：1 次出示。"
    unsaid fresh copies showing
    run holder list --lang zh
    check 0 "      副本    剩余 3" "      有效至  "
    unsaid copies until
    run holder history --lang zh
    check 0 "Front desk" "    证件 1，$vid，副本 " "    年满18周岁（age_over_18）"
    run holder trust list --lang zh
    check 0 "读取方  CN=" "        有效至       " "        指纹         "
    run holder history
    check 0 "    card 1, $vid, copy " "    18 or older (age_over_18)"
    run holder status
    check 0 "      fresh         3" "History: 1 showing."
}

@test "verify: elements by their label and their name, clauses within the window" {
    owncard-verifier request --type $vid --element org.iso.23220.1/sex \
        --element org.iso.23220.1/age_over_18 -o two 2>/dev/null
    holder present --request two --consent sex -o one 2>/dev/null
    run owncard-verifier verify --request two one
    check 1 "REFUSED: Elements requested: 18 or older (age_over_18) was asked for and not shown"
    run owncard-verifier verify --lang zh --request two one
    check 1 "年满18周岁（age_over_18）"
    run owncard-verifier verify --json --request two one
    check 1 '"age_over_18 was asked for and not shown"'
    run env NO_COLOR=1 script -qec "stty rows 24 cols 70; owncard-verifier verify --request ask answer" /dev/null
    check 0 "1 element, SHA-256" "[ISO/IEC 18013-5, mDL"
    unsaid "[ISO/IEC 18013-5, mDL elements, Table B.3]"
    [ "$(tr -d '\r' <<<"$output" | awk 'length > n { n = length } END { print n }')" -le 70 ]
}
