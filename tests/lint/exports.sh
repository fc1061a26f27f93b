#!/bin/bash
# The shared library exports what the public headers declare and packaging/owncard.map lists:
# no more, no less. usage: exports.sh BUILD
set -u
build=$1
private='lib/codec/head.h lib/cose/parts.h lib/crypto/internal.h lib/mdoc/inspect.h lib/mdoc/ndef.h lib/mdoc/parse.h lib/mdoc/session_cipher.h lib/mdoc/session_parts.h lib/mdoc/slips.h lib/trust/status_token.h lib/trust/list_parts.h lib/wallet/parts.h'

defined=$(nm --defined-only "$build/libowncard.a" 2>/dev/null | awk '$2 ~ /[TDRB]/ {print $3}' | sort -u)
# shellcheck disable=SC2086 # a list of files on purpose
declared=$(cat $private | grep -vE '^ *(/\*|\*)')
public=$(for symbol in $defined; do
    grep -qE "\b$symbol(\(|\[|;)" <<<"$declared" || echo "$symbol"
done)
exported=$(nm -D --defined-only "$build/libowncard.so.0" | awk '$2 ~ /[TDRB]/ {print $3}' | sed 's/@.*//' | sort -u)

difference=$(diff <(echo "$public") <(echo "$exported"))
if [ -n "$difference" ]; then
    echo "exports: headers (<) and packaging/owncard.map (>) disagree:" >&2
    echo "$difference" | grep '^[<>]' >&2
    exit 1
fi
echo "exports: $(echo "$exported" | wc -l) symbols, headers and map agree"
