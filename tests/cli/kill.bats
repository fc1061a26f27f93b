#!/usr/bin/env bats
# kill -9 at random moments while storing, presenting and refilling: the vault always opens, no copy
# that was not sent is lost, none that was or may have been sent is offered again. What was sent is
# what left the process: the answer under its own name. KILL_ROUNDS says how many (make kill-test).
load common

counted() {
    sed -n "s/^ *$1  *\([0-9]*\).*/\1/p" state
}

look() {
    holder status >state || { echo "round $round: the vault does not open"; return 1; }
    fresh=$(counted fresh) maybe=$(counted "perhaps sent") shown=$(counted shown) keys=$(counted "keys pending")
    fresh=${fresh:-0} maybe=${maybe:-0} shown=${shown:-0} keys=${keys:-0}
}

# killed COMMAND…: ended at a random moment of about twice what opening the vault takes, or before
# that by itself. Not a function: the tool itself must be what is killed.
killed() {
    "$@" >/dev/null 2>&1 3>&- &
    sleep "0.$(printf %03d $((RANDOM % ${span:-100})))"
    kill -9 $! 2>/dev/null || true
    wait $! 2>/dev/null || true
}

fail() {
    echo "round $round: $*: fresh $was_fresh to $fresh, perhaps sent $was_maybe to $maybe, keys $keys"
    return 1
}

device_key() {
    perl -0777 -ne 'print unpack "H*", $1 if /deviceKey\xa4\x01\x02\x20\x01\x21\x58\x20(.{32})/s' "$1"
}

one_present() {
    killed owncard-holder present --passphrase-file pass --request ask.cbor --transcript transcript --consent all --accept-unknown-reader \
        -o "answer-$round.cbor"
    look
    if [ -e "answer-$round.cbor" ]; then
        [ "$fresh" = $((was_fresh - 1)) ] || fail "sent, and its copy is offered still"
        device_key "answer-$round.cbor" >>sent
        echo >>sent
        [ -z "$(sort sent | uniq -d)" ] || fail "a copy was sent twice"
        sent=$((sent + 1))
    elif [ "$fresh" != "$was_fresh" ]; then
        [ "$fresh" = $((was_fresh - 1)) ] && [ "$maybe" = $((was_maybe + 1)) ] || fail "a copy was lost"
    fi
}

one_refill() {
    rm -f card-1.cbor
    killed owncard-holder refill --passphrase-file pass --anew --threshold $((was_fresh + 1)) --count $((was_fresh + 2)) \
        --challenge 00112233445566778899aabbccddeeff -o card-1.cbor
    look
    [ "$fresh" = "$was_fresh" ] && [ "$maybe" = "$was_maybe" ] || fail "refill changed copies"
    [ ! -e card-1.cbor ] || [ "$keys" = 2 ] || fail "keys left that the vault does not have"
}

one_store() {
    rm -f card-1.cbor
    holder refill --anew --threshold $((was_fresh + 1)) --count $((was_fresh + 2)) \
        --challenge "$(owncard-issuer challenge)" -o card-1.cbor 2>/dev/null
    owncard-issuer issue --type $vid --claims resident.json --keys card-1.cbor -o copies.cbor 2>/dev/null
    killed owncard-holder store --passphrase-file pass --card 1 copies.cbor
    look
    if [ "$fresh" = "$was_fresh" ]; then
        [ "$keys" = 2 ] || fail "the keys of copies were lost"
        holder store --card 1 copies.cbor 2>/dev/null
    else
        [ "$fresh" = $((was_fresh + 2)) ] || fail "half of the copies were stored"
    fi
}

# Four copies, and a request that they answer.
setup() {
    desk_setup $vid 4
    shim=${OWNCARD_BIN:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/build/release}/tests/kill_at.so
}

more() {
    holder trust add --issuer "$data/issuer/iaca.pem"
    echo 83f6f683616161626163 >transcript
    owncard-verifier request --unsigned --transcript transcript --type $vid --element $ns/age_over_18 -o ask.cbor
}

present() {
    holder present --request ask.cbor --transcript transcript --consent all --accept-unknown-reader "$@"
}

# each_moment CHECK COMMAND…: the command killed at each of its changes to files in turn, always
# from the same vault, until it ends by itself. CHECK then says whether what it left is whole.
each_moment() {
    local check=$1 at status
    shift
    cp "$data/vault" vault.before
    for ((at = 1; at < 100; at++)); do
        cp vault.before "$data/vault"
        rm -rf out "$data"/.vault* && mkdir out
        status=0
        { env LD_PRELOAD="$shim" KILL_AT=$at ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" \
            owncard-holder "$@" --passphrase-file pass >out/stdout 2>out/stderr; } 2>/dev/null || status=$?
        round="$1 killed at $at"
        [ "$status" = 0 ] || [ "$status" = 137 ] || { echo "$round: status $status"; cat out/stderr; return 1; }
        $check
        [ "$status" != 0 ] || break
    done
    # A vault is written, flushed, renamed, and its folder flushed.
    [ "$at" -gt 4 ] && [ "$status" = 0 ] || { echo "$round: $at moments"; return 1; }
    moments=$((moments + at - 1))
    cp vault.before "$data/vault"
}

either() { [ "$1" = "$2" ] || [ "$1" = "$3" ] || fail "$4: $1, not $2 or $3"; }

# What left is in the file under its own name, or what standard output took.
sent_or_kept() {
    look
    if [ -e out/answer ] || [ -s out/stdout ]; then
        [ "$fresh" = $((was_fresh - 1)) ] || fail "sent, and its copy is offered still"
    else
        either "$fresh" "$was_fresh" $((was_fresh - 1)) fresh
        [ "$((fresh + maybe))" = "$was_fresh" ] || fail "a copy was lost"
    fi
    [ "$status" != 0 ] || [ "$maybe" = 0 ] || fail "sent, and in doubt"
}

stored_or_not() {
    look
    either "$fresh" "$was_fresh" $((was_fresh + 2)) fresh
    [ "$fresh" != "$was_fresh" ] || [ "$keys" = 2 ] || fail "the keys of copies were lost"
}

refilled_or_not() {
    look
    [ "$fresh" = "$was_fresh" ] || fail "refill changed copies"
    [ ! -e out/card-1.cbor ] || [ "$keys" = 2 ] || fail "keys left that the vault does not have"
}

accepted_or_not() {
    look
    either "$fresh" 0 "$was_fresh" fresh
    quarantined=$(counted quarantined)
    [ $((fresh + ${quarantined:-0})) = "$was_fresh" ] || fail "a copy was lost"
}

deleted_or_not() {
    look
    either "$fresh" 0 "$was_fresh" fresh
}

opens_by_either() {
    holder status >state 2>/dev/null ||
        owncard-holder status --passphrase-file pass2 >state || { echo "$round: opens by neither"; return 1; }
    [ "$(counted fresh)" = "$was_fresh" ] || { echo "$round: copies were lost"; return 1; }
}

cleared_or_not() {
    look
    [ "$fresh" = "$was_fresh" ] || fail "copies changed"
    grep -q "History: [01] showing" state
}

@test "killed at every change to a file, whichever verb makes it: as before or as after" {
    [ -e "$shim" ]
    moments=0
    present -o first.cbor 2>/dev/null
    round=0
    look
    was_fresh=$fresh was_maybe=$maybe
    each_moment sent_or_kept present --request ask.cbor --transcript transcript --consent all \
        --accept-unknown-reader -o out/answer
    each_moment sent_or_kept present --request ask.cbor --transcript transcript --consent all \
        --accept-unknown-reader -o -
    each_moment refilled_or_not refill --threshold $((was_fresh + 1)) --count $((was_fresh + 2)) -c 00112233445566778899aabbccddeeff -o out/card-1.cbor
    each_moment cleared_or_not history --clear --yes
    each_moment deleted_or_not delete --yes 1
    echo "another one" >pass2
    each_moment opens_by_either passphrase --new-passphrase-file pass2 --memory 8 --passes 1

    holder refill --threshold $((was_fresh + 1)) --count $((was_fresh + 2)) --challenge "$(owncard-issuer challenge)" -o card-1.cbor 2>/dev/null
    owncard-issuer issue --type $vid --claims resident.json --keys card-1.cbor -o copies.cbor 2>/dev/null
    each_moment stored_or_not store copies.cbor

    holder export --backup-passphrase-file pass -o backup 2>/dev/null
    cp backup "$data/vault"
    each_moment accepted_or_not accept --yes
    echo "# $moments moments" >&3
}

@test "killed at random moments ${KILL_ROUNDS:=20} times" {
    begin=$(date +%s%N)
    holder list >/dev/null
    span=$((($(date +%s%N) - begin) / 1000000 * 2 + 20))
    sent=0
    : >sent
    for ((round = 1; round <= KILL_ROUNDS; round++)); do
        look
        was_fresh=$fresh was_maybe=$maybe
        case $((was_fresh == 0 ? 0 : RANDOM % 4)) in
        0) one_store ;;
        1) one_refill ;;
        *) one_present ;;
        esac
    done
    echo "# $KILL_ROUNDS kills, $sent answers left, $maybe perhaps sent, $fresh fresh" >&3
}
