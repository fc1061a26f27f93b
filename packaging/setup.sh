#!/bin/sh
# Install the Debian packages that are missing; say which. Does nothing when all are there.
# usage: setup.sh build | test | lint   (each includes the ones before it)
set -eu
build="pkg-config libssl-dev libcbor-dev zlib1g-dev libqrencode-dev libjansson-dev libargon2-dev libsqlite3-dev libpq-dev libjpeg62-turbo-dev libpng-dev libzbar-dev libisal-dev libpcsclite-dev"
test="perl bats openssl postgresql softhsm2 opensc libengine-pkcs11-openssl pcscd vsmartcard-vpcd iproute2 util-linux"
lint="clang clang-tidy libclang-rt-14-dev cppcheck shellcheck gcovr valgrind"

case ${1:-} in
build) wanted=$build ;;
test) wanted="$build $test" ;;
lint) wanted="$build $test $lint" ;;
*) echo "usage: setup.sh build|test|lint" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "setup: not a Debian system; wanted are: $wanted" >&2
    exit 0
fi

missing=
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    echo "setup: these packages are missing, and there is neither root nor sudo:$missing" >&2
    exit 1
fi
echo "setup: installing Debian packages:$missing" >&2
# Tests start a server of their own. Debian's package would start one for this machine, unless it
# is told not to before it comes.
no_cluster=/etc/postgresql-common/createcluster.d/owncard.conf
case $missing in
*postgresql*)
    $as_root mkdir -p "${no_cluster%/*}"
    echo "create_main_cluster = false" | $as_root tee "$no_cluster" >/dev/null ;;
esac
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # the list is words on purpose
if ! { $as_root apt-get update -qq &&
       $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing; } \
       >"$log" 2>&1; then
    cat "$log" >&2
    echo "setup: they could not be installed" >&2
    exit 1
fi
