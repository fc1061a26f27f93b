#!/bin/bash
# Run every fuzz target for its share of the time, from the seeds and what earlier runs found.
# Prints executions, speed, edges covered and findings of each. A finding is kept, with the command
# that repeats it, and makes the status 1.
# usage: run.sh BUILD SECONDS [TARGET…]
set -u
build=$1
seconds=$2
shift 2
crashes=$build/crashes
mkdir -p "$crashes" "$build/logs"

# How much of the time a target gets: verification is where the checks are. Of four minutes in all
# every target gets four seconds or more.
weight() {
    case $1 in
    verify | verify_qr | verify_issuer) echo 4 ;;
    date | policy | status_ref | text | transcript | vault | zip) echo 1 ;;
    *) echo 2 ;;
    esac
}

# The longest input that a target is given. The largest allocation allowed is a little more than
# that of the largest status list.
longest() {
    case $1 in
    verify | verify_qr | verify_issuer) echo 1048576 ;;
    date) echo 64 ;;
    *) echo 65536 ;;
    esac
}

targets=("$@")
if [ ${#targets[@]} = 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        name=${source##*/fuzz_}
        targets+=("${name%.c}")
    done
fi
total=0
for target in "${targets[@]}"; do
    total=$((total + $(weight "$target")))
done

findings=0
executions=0
printf '%-14s %10s %8s %7s %s\n' target executions exec/s edges findings
for target in "${targets[@]}"; do
    corpus=$build/corpus/$target
    log=$build/logs/$target
    share=$((seconds * $(weight "$target") / total))
    before=$(find "$crashes" -name "$target-*" | wc -l)
    mkdir -p "$corpus"
    "$build/fuzz/$target" -max_total_time=$((share > 0 ? share : 1)) -timeout=5 -rss_limit_mb=1024 \
        -malloc_limit_mb=80 -max_len="$(longest "$target")" -dict="$build/fuzz.dict" -print_final_stats=1 \
        -artifact_prefix="$crashes/$target-" "$corpus" "$build/seeds/$target" >"$log" 2>&1
    status=$?
    found=$(($(find "$crashes" -name "$target-*" | wc -l) - before))
    [ "$status" = 0 ] || [ "$found" -gt 0 ] || found=1
    ran=$(awk '/stat::number_of_executed_units/ {print $2}' "$log")
    speed=$(awk '/stat::average_exec_per_sec/ {print $2}' "$log")
    edges=$(grep -oE 'cov: [0-9]+' "$log" | tail -1 | cut -d' ' -f2)
    printf '%-14s %10s %8s %7s %s\n' "$target" "${ran:-0}" "${speed:-0}" "${edges:-0}" "$found"
    if [ "$found" -gt 0 ]; then
        grep -E 'does not hold|ERROR: |SUMMARY: |runtime error' "$log" | head -3
        for crash in $(find "$crashes" -name "$target-*" -newer "$build/fuzz.dict" | head -3); do
            echo "    repeat: $build/fuzz/$target $crash"
        done
    fi
    findings=$((findings + found))
    executions=$((executions + ${ran:-0}))
done
echo "fuzz: ${#targets[@]} targets, $executions executions, $findings findings"
[ "$findings" = 0 ]
