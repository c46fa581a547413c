# A throw-away PostgreSQL for the tests, under var/, on a port of its own. Sourced by bin/test.
# shellcheck shell=bash

start_postgres() {
  pg_data=$(mktemp -d "${TMPDIR:-/tmp}/portal-pg.XXXXXX")
  pg_port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  # initdb refuses root, so root hands it to the user that the package made.
  as_pg=()
  if [[ $(id -u) == 0 ]]; then
    chown postgres "$pg_data"
    as_pg=(setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$pg_data")
  fi
  # trust is for this folder's server alone: it listens on loopback and is thrown away.
  (cd "$pg_data" && "${as_pg[@]}" "$PG_BIN/initdb" -D "$pg_data/db" -U portal -A trust -E UTF8 --no-sync >/dev/null)
  (cd "$pg_data" && "${as_pg[@]}" "$PG_BIN/pg_ctl" -D "$pg_data/db" -l "$pg_data/log" -w -o \
    "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$pg_data -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=120" \
    start >/dev/null)
  POSTGRES_URL="postgres://portal@127.0.0.1:$pg_port/postgres"
  export POSTGRES_URL POSTGRES_IS_THROWN_AWAY=1
  trap stop_postgres EXIT
}

stop_postgres() {
  trap - EXIT
  [[ -n ${pg_data:-} ]] || return 0
  (cd "$pg_data" && "${as_pg[@]}" "$PG_BIN/pg_ctl" -D "$pg_data/db" -m immediate stop >/dev/null 2>&1) || true
  rm -rf "$pg_data"
  pg_data=
}
