#!/bin/bash
# Every sentence that a report of a verification can hold has its Chinese in lib/mdoc/words.c: all
# string literals with a blank in them, of the files that say such sentences, and every word given
# to a check by itself.
set -u
said="$(grep -l 'mdoc_check_[a-z]*(' lib/mdoc/*.c | grep -v '/report\.c$' | tr '\n' ' ')"'
lib/mdoc/parse.c lib/mdoc/issuer_signed.c lib/mdoc/mso.c lib/mdoc/device_response.c
lib/mdoc/encryption.c lib/mdoc/reader.c lib/mdoc/authorizations.c lib/trust/signer.c lib/trust/profile.c
lib/trust/status_lists.c lib/trust/crl.c lib/trust/status_ref.c lib/codec/cbr.c lib/codec/head.c
lib/codec/scan.c lib/cose/key.c lib/cose/mac0.c lib/cose/parts.c lib/cose/sign1.c
lib/crypto/x509_chain.c lib/core/err.c'
# said by no report: an errand of the caller's, a mistake of ours, an error of the tool's
never='^(the call makes no sense|the signature does not hold|a value is not the one that was signed|nobody we trust vouches for it|outside its validity|reading or writing failed|internal error|unknown error|no error|owncard reader|libcbor hands .*)$'

sentences() {
    perl -e '
        local $/;
        for my $file (@ARGV) {
            open my $in, "<", $file or die "$file: $!";
            my $text = <$in>;
            $text =~ s{/\*.*?\*/}{}gs;          # comments
            $text =~ s{^\s*#.*?[^\\]$}{}gms;    # directives
            while ($text =~ /(mdoc_check_\w+\([^;]*?)?((?:"(?:[^"\\]|\\.)*"\s*)+)/g) {
                my ($call, $literals) = ($1, $2);
                my $said = join "", $literals =~ /"((?:[^"\\]|\\.)*)"/g;
                (my $plain = $said) =~ s/%[-.*0-9]*(?:ll|z)?[a-z]//g;
                print "$said\n" if $plain =~ /[a-z]{2}/ and ($said =~ / / or $call);
            }
        }' "$@"
}

titles() {
    grep -oE '\{ "[a-z_.]+", "[^"]+"' lib/mdoc/report.c | sed -E 's/.*, "(.*)"/\1/'
}

# shellcheck disable=SC2086 # one file each
missing=$({ sentences $said; titles; } | sort -u | grep -vE "$never" | while IFS= read -r sentence; do
    grep -qF "{ \"$sentence\"," lib/mdoc/words.c || echo "$sentence"
done)
if [ -n "$missing" ]; then
    echo "no Chinese in lib/mdoc/words.c for:" >&2
    echo "$missing" >&2
    exit 1
fi
echo "words: every sentence of a report has its Chinese"
