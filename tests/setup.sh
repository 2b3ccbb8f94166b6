#!/usr/bin/env bash
# Install the programs that tests run and this machine lacks: on Debian, as root. Elsewhere the suite skips
# what it cannot run and says so at its end.
#   tests/setup.sh                    every program of tests/programs.tsv, and the packages of node
#   tests/setup.sh --venv python3.11  what `python3.11 -m venv` needs, and nothing else
# CI=true: whatever stays missing is an error.
set -euo pipefail
cd "$(dirname "$0")"
PARSER=contract/asyncapi
say() { printf 'setup: %s\n' "$*" >&2; }

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install() { # packages; false where it could not be done
    say "installing with apt-get:" "$@"
    apt-get -qq -o DPkg::Lock::Timeout=120 update &&
        DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq -o DPkg::Lock::Timeout=120 -y \
            --no-install-recommends install "$@" >/dev/null # RUNLEVEL=1: start no service
}

present() {
    case $1 in
    *.so.*) [ "$(uname)" != Linux ] || [ -n "$(compgen -G "/usr/lib*/$1")$(compgen -G "/usr/lib/*/$1")" ] ;;
    docker-compose) command -v "$1" >/dev/null || docker compose version >/dev/null 2>&1 ;;
    *) command -v "$1" >/dev/null || [ -n "$(compgen -G "/usr/lib/postgresql/*/bin/$1")" ] ;;
    esac
}

lacking() { # programs, or with `2` their packages
    grep -v '^#' programs.tsv | while IFS=$'\t' read -r program package _; do
        present "$program" || if [ "${1:-1}" = 2 ]; then echo "$package"; else echo "$program"; fi
    done | sort -u
}

venv() { # interpreter
    command -v "$1" >/dev/null || { say "$1 is missing: install Python 3.11"; exit 2; }
    "$1" -c 'import ensurepip' 2>/dev/null && return
    if may_install && install "$1-venv"; then return; fi
    say "$1 lacks its module ensurepip. Debian: apt-get install $1-venv"
    exit 2
}

parser() { # the packages of node, when the lock file is newer
    present npm && [ -z "${SUDO_USER:-}" ] || return 0 # under sudo they would not be the user's own
    [ $PARSER/node_modules/.package-lock.json -nt $PARSER/package-lock.json ] && return
    say "npm ci --prefix tests/$PARSER"
    npm ci --silent --no-audit --no-fund --prefix $PARSER || { say "npm ci failed"; return 1; }
}

if [ "${1:-}" = --venv ]; then
    venv "$2"
    exit
fi
failed=0
packages=$(lacking 2)
# shellcheck disable=SC2086  # a list of words
if [ -n "$packages" ] && may_install; then install $packages || failed=1; fi
parser || failed=1
programs=$(lacking)
# shellcheck disable=SC2086
[ -z "$programs" ] || { say "not on this machine:" $programs; failed=1; }
[ $failed = 0 ] || [ "${CI:-}" != true ] || { say "CI=true: nothing may be missing"; exit 2; }
