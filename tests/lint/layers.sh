#!/bin/bash
# Who may include what. A folder sees itself and what stands to its left:
#   core ← codec, crypto ← cose ← trust ← mdoc ← wallet ← roles
#                  crypto, cose ← cli ← roles         (cli: keys as files hold them); core ← db ← issuer
#   core, crypto ← transport ← roles                       (how bytes cross the room)
#   mdoc, cli, transport ← verbs ← roles: verbs that two roles have, so that neither sees the other
#   mdoc ← wrong ← issuer/defects, holder/defects ← issuer, holder: what is wrong on purpose
# and each third-party header has one owning folder. lib/ neither prints nor touches files,
# sockets, clock or environment, and never ends the program.
set -u
failed=0

complain() {
    echo "layers: $*" >&2
    failed=1
}

# allowed FOLDER: the first path components its files may include with quotes
allowed() {
    case $1 in
    lib/core) echo core ;;
    lib/codec) echo core codec ;;
    lib/crypto) echo core crypto ;;
    lib/cose) echo core codec crypto cose ;;
    lib/trust) echo core codec crypto cose trust ;;
    lib/mdoc) echo core codec crypto cose trust mdoc ;;
    lib/wallet) echo core codec crypto cose trust mdoc wallet ;;
    cli) echo core crypto cose cli ;;
    db) echo core db ;;
    transport) echo core crypto transport ;;
    verbs) echo core crypto trust mdoc cli transport verbs ;;
    # These write what is wrong, byte by byte, which the library cannot and shall not; what the
    # defects of cards and those of responses share is in wrong, so that no role sees another.
    wrong) echo core codec crypto mdoc wrong ;;
    issuer/defects | holder/defects) echo core codec crypto cose trust mdoc wrong "${1%%/*}" ;;
    issuer) echo core crypto trust mdoc wallet cli db verbs wrong issuer ;;
    holder) echo core crypto trust mdoc wallet cli transport verbs wrong holder ;;
    verifier) echo core crypto trust mdoc wallet cli transport verbs verifier ;;
    *) complain "$1 is no folder that the layers know"; echo ;;
    esac
}

for folder in lib/* cli db transport verbs wrong issuer issuer/defects holder holder/defects verifier; do
    may=" $(allowed "$folder") "
    while IFS=: read -r file line text; do
        part=${text#*\"}
        part=${part%%/*}
        [[ $may == *" $part "* ]] || complain "$file:$line: may not include ${text#*include }"
    done < <(grep -n '^#include "' "$folder"/*.[ch] /dev/null)
done

# owner HEADER-PATTERN FOLDER…: only these files may include it
owner() {
    local pattern=$1 owners=$2 file
    grep -lE "^#include <$pattern" lib/*/*.[ch] cli/*.[ch] db/*.[ch] transport/*.[ch] verbs/*.[ch] wrong/*.[ch] issuer/*.[ch] \
        issuer/*/*.[ch] holder/*.[ch] holder/*/*.[ch] verifier/*.[ch] |
        while read -r file; do
            [[ $file =~ ^($owners)$ ]] || echo "$file: <$pattern belongs to $owners"
        done
}
wrong=$(
    owner 'cbor' 'lib/codec/.*'
    owner 'zlib' 'lib/codec/zip\.c'
    owner 'openssl/' 'lib/crypto/.*|lib/core/secret\.c'
    owner 'argon2' 'lib/crypto/.*'
    owner 'jansson' 'cli/json\.h'
    owner 'qrencode' 'transport/qr\.c'
    owner 'zbar' 'transport/scan\.c'
    owner 'png' 'transport/png\.c'
    owner 'winscard' 'transport/pcsc\.c'
    owner 'isa-l' 'transport/erasure\.c'
    owner 'sqlite3' 'db/sqlite\.c'
    owner 'postgresql/' 'db/postgres\.h'
    owner 'jpeglib' 'issuer/portrait\.c|transport/jpeg\.c'
)
[ -z "$wrong" ] || complain "$wrong"

outside='(^|[^A-Za-z0-9_])(printf|fprintf|puts|putchar|perror|fopen|open|socket|time|clock_gettime|gettimeofday|getenv|exit|abort|system)\('
inside=$(grep -nE "$outside" lib/*/*.c | grep -vE '^[^:]+:[0-9]+: *(/?\*|//)' || true)
[ -z "$inside" ] || complain "lib/ reaches outside itself:
$inside"

tree=$(grep -n 'cbor_load' -r lib cli db transport verbs wrong issuer holder verifier | grep -vE '^[^:]+:[0-9]+: *(/?\*)' || true)
[ -z "$tree" ] || complain "libcbor's tree loader is not for hostile input: $tree"

[ "$failed" = 0 ] && echo "layers: every include points to the left"
exit "$failed"
