# What the commands beside this file share. Sourced, never run.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root" || exit 1
mkdir -p var
python=var/venv/bin/python
export PYTHONDONTWRITEBYTECODE="${PYTHONDONTWRITEBYTECODE-}"

say() { printf '\033[1m%s\033[0m\n' "$*"; }
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Run a step, its output kept in var/log; its end is shown if it fails, and 1 returned.
try_step() {
  local what=$1
  shift
  step_log="var/log/$(tr -c 'a-z0-9\n' '-' <<<"${what,,}").log"
  mkdir -p var/log
  printf '  %-42s' "$what …"
  local started=$SECONDS
  if "$@" >"$step_log" 2>&1; then
    printf '%3s s\n' "$((SECONDS - started))"
  else
    printf 'failed\n'
    tail -n 30 "$step_log" >&2
    return 1
  fi
}

# A step without which nothing goes on.
step() { try_step "$@" || fail "“$1” did not work; the whole output is in $step_log"; }

# Is the stamp NAME as old as these files? A stamp holds a hash of what was installed or built.
fresh() { [[ -f var/stamps/$1 && "$(<"var/stamps/$1")" == "$2" ]]; }
stamp() {
  mkdir -p var/stamps
  echo "$2" >"var/stamps/$1"
}
hash_of() { find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

find_python() {
  local candidate
  for candidate in python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  fail "Python 3.11, 3.12 or 3.13 with venv is needed (on Debian: apt-get install python3 python3-venv)"
}

need_node() {
  command -v node >/dev/null || fail "Node.js 20 or newer is needed to build the style and scripts"
  command -v npm >/dev/null || fail "npm is needed to build the style and scripts"
  node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' ||
    fail "Node.js 20 or newer is needed; this one is $(node --version)"
}

# The locked packages, with their hashes checked: "base" to run, "dev" to test as well.
install_packages() {
  local uv=var/venv/bin/uv
  if [[ ! -x $python ]]; then "$(find_python)" -m venv var/venv; fi
  if [[ ! -x $uv ]]; then "$python" -m pip install -q --require-hashes -r requirements/uv.txt; fi
  if ! VIRTUAL_ENV=$root/var/venv "$uv" pip install -q --require-hashes -r "requirements/$1.txt"; then
    echo "uv could not install; trying pip"
    "$python" -m pip install -q --require-hashes -r "requirements/$1.txt"
  fi
}

ensure_packages() {
  local kind=$1 hash
  hash=$(hash_of requirements)
  if [[ -x $python ]] && { fresh packages-dev "$hash" || fresh "packages-$kind" "$hash"; }; then return; fi
  [[ -x $python ]] || find_python >/dev/null
  step "Installing Python packages ($kind)" install_packages "$kind"
  stamp "packages-$kind" "$hash"
}

ensure_static() {
  need_node
  local hash
  hash=$(hash_of package-lock.json)
  if [[ ! -d node_modules ]] || ! fresh node "$hash"; then
    step "Installing front-end packages" npm ci --ignore-scripts --no-audit --no-fund
    stamp node "$hash"
  fi
  step "Building style and scripts" bin/build-static
}

can_apt() { [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; }
apt_install() { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; }

# What WeasyPrint draws PDFs with. Without it the portal says so, and offers the page to print instead.
ensure_pango() {
  if "$python" -c 'import weasyprint' 2>/dev/null; then return; fi
  if ! can_apt || ! try_step "Installing Pango" apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; then
    echo "  Pango is missing: no PDFs are made (on Debian: apt-get install libpangoft2-1.0-0)."
  fi
}
