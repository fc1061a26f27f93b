#!/bin/sh
# Turn data files into a C table, so that the tools need no data folder.
# usage: embed.sh TABLE FILE… ; the entry's name is the file's name without folder and ending
set -eu
table=$1
shift
printf '#include "cli/embedded.h"\n\n'
i=0
for file in "$@"; do
    printf 'static const unsigned char file_%d[] = {\n' "$i"
    od -An -v -tx1 "$file" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
    printf '0 };\n'
    i=$((i + 1))
done
printf 'const struct embedded_file %s[] = {\n' "$table"
i=0
for file in "$@"; do
    name=$(basename "$file")
    printf '    { "%s", file_%d, sizeof file_%d - 1 },\n' "${name%.*}" "$i" "$i"
    i=$((i + 1))
done
printf '    { 0, 0, 0 },\n};\n'
