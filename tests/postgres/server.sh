#!/bin/bash
# A PostgreSQL of its own for a test, on a free port of this machine, as a user who is not root.
#
#   server.sh run FOLDER PID   make and start one in FOLDER, new and empty; stop it, and remove
#                              FOLDER, once FOLDER/stop is there or the process PID is gone.
#                              Status 77: there are no binaries of PostgreSQL here
#   server.sh kill FOLDER      as if the machine had lost its power
#   server.sh start FOLDER     once more, after that
#
# FOLDER/url appears when it is ready: the URL of the role "owner", whose password FOLDER/pass has,
# in the form that PGPASSFILE wants. By the socket in FOLDER every role may come without one.
set -eu
command=$1
folder=$2

# The server refuses to be root's; Debian's package has a user for it.
as_user=()
[ "$(id -u)" != 0 ] || as_user=(setpriv --reuid postgres --regid postgres --init-groups)

binaries() {
    local folder
    for folder in "$(pg_config --bindir 2>/dev/null)" /usr/lib/postgresql/*/bin; do
        [ ! -x "$folder/initdb" ] || [ ! -x "$folder/postgres" ] || { echo "$folder"; return; }
    done
    return 1
}

bin=$(binaries) || { echo "no PostgreSQL here" >&2; exit 77; }

control() { (cd "$folder" && "${as_user[@]}" "$bin/pg_ctl" -D "$folder/data" -s "$@" >/dev/null); }

free_port() {
    perl -MIO::Socket::INET -e \
        'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}

# A port that was free a moment ago may be taken by now.
start() {
    for _ in 1 2 3 4 5; do
        [ -s "$folder/port" ] || free_port >"$folder/port"
        if control -w -t 120 -l "$folder/server.log" start \
            -o "-p $(cat "$folder/port") -k $folder -c listen_addresses=127.0.0.1"
        then
            return
        fi
        rm "$folder/port"
    done
    cat "$folder/server.log" >&2
    return 1
}

make() {
    local password
    password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
    umask 077
    echo "127.0.0.1:*:*:*:$password" >"$folder/pass"
    echo "$password" >"$folder/first"
    [ "$(id -u)" != 0 ] || chown -R postgres: "$folder"
    (cd "$folder" && "${as_user[@]}" "$bin/initdb" -D "$folder/data" -U owner \
        --pwfile "$folder/first" --auth-local=trust --auth-host=scram-sha-256 \
        --no-locale -E UTF8 --no-sync >"$folder/log" 2>&1) ||
        { cat "$folder/log" >&2; return 1; }
    # libpq takes it from whoever runs the test
    [ "$(id -u)" != 0 ] || chown root: "$folder/pass"
    start
    echo "postgresql://owner@127.0.0.1:$(cat "$folder/port")/postgres" >"$folder/url.new"
    mv "$folder/url.new" "$folder/url"
}

case $command in
run)
    trap 'control -m immediate stop || true; rm -rf "$folder"' EXIT
    make
    while [ ! -e "$folder/stop" ] && kill -0 "$3" 2>/dev/null; do sleep 0.2; done
    ;;
kill) control -m immediate stop ;;
start) start ;;
*) exit 2 ;;
esac
