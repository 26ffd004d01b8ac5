#!/bin/sh
# Installs what this machine lacks, system packages and .venv, and says what it does. Run again, it takes about a second.
# usage: deploy/bootstrap.sh run|test      PYTHON=python3.12 in the environment chooses another Python.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
profile=${1:-}
case $profile in
run) package_lists=deploy/packages-run.txt requirements=requirements.txt ;;
test)
    package_lists="deploy/packages-run.txt deploy/packages-test.txt"
    requirements="requirements.txt requirements-dev.txt"
    ;;
*)
    echo "usage: $0 run|test" >&2
    exit 2
    ;;
esac

say() { echo "» $*"; }

stop() {
    echo "» $*" >&2
    exit 1
}

retry() {
    "$@" && return
    say "That failed; trying once more in 5 seconds."
    sleep 5
    "$@"
}

has() { command -v "$1" >/dev/null 2>&1; }

# --- system packages ---------------------------------------------------------------------------------------------

can_make_venv() { has uv || "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; }

can_build_pyscard() {
    [ "$(uname -s)" = Linux ] || return 0 # there are wheels
    has gcc || return 1
    headers=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    printf '#include <Python.h>\n#include <winscard.h>\n' |
        gcc -E -I"$headers" -I/usr/include/PCSC -I/usr/local/include/PCSC - >/dev/null 2>&1
}

has_python_headers() { "$PYTHON" -c 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")' 2>/dev/null; }

wanted_packages() {
    # shellcheck disable=SC2086 # a list of files
    sed 's/#.*//' $package_lists
    has "$PYTHON" || echo python3
    can_make_venv || echo python3-venv
    has_python_headers || echo python3-dev
}

missing_packages() {
    wanted=$(wanted_packages | tr -s '[:space:]' ' ')
    # shellcheck disable=SC2086 # a list of names
    installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^ii *//p' | tr '\n' ' ')
    for package in $wanted; do
        case " $installed " in *" $package "*) ;; *) printf '%s ' "$package" ;; esac
    done
}

# Says nothing unless it fails.
apt() {
    if ! told=$(DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" 2>&1); then
        echo "$told" >&2
        return 1
    fi
}

# Debian's server package makes and starts a cluster unless told otherwise before it is installed.
refuse_main_cluster() {
    config=/etc/postgresql-common/createcluster.conf
    [ -e $config ] && return
    mkdir -p "$(dirname $config)"
    printf '# Written by deploy/bootstrap.sh of Congye: its tests start a private server.\ncreate_main_cluster = false\n' >$config
}

install_packages() {
    say "Installing system packages: $*"
    case " $* " in *" postgresql "*) refuse_main_cluster ;; esac
    retry apt update && retry apt install --yes --no-install-recommends "$@"
}

provide_packages() {
    if ! has dpkg-query; then
        say "Not Debian: install what $package_lists name(s) by your system's own means."
        return
    fi
    missing=$(missing_packages)
    if [ -z "$missing" ]; then
        say "System packages: all there"
        return
    fi
    # shellcheck disable=SC2086 # a list of names
    if [ "$(id -u)" = 0 ] && install_packages $missing; then
        return
    fi
    say "These system packages are missing; the one line to run:"
    echo "    sudo apt-get update && sudo apt-get install --yes --no-install-recommends $missing"
    [ "$profile" = run ] || stop "The tests need them all."
    say "Going on without them."
}

# --- Python packages ---------------------------------------------------------------------------------------------

make_venv() {
    .venv/bin/python -c '' 2>/dev/null && return
    say "Making the virtual environment .venv with $("$PYTHON" --version)"
    if has uv; then
        uv venv --quiet --clear --python "$PYTHON" .venv
    else
        "$PYTHON" -m venv --clear .venv
    fi
}

# Prints the names of requirement files to install, the first without pyscard where it cannot be built.
requirement_files() {
    if [ "$cards" = yes ]; then
        echo "$requirements"
        return
    fi
    awk '/^pyscard==/ { skipped = 1 } !skipped { print } !/\\$/ { skipped = 0 }' requirements.txt >.venv/without-pyscard.txt
    echo "$requirements" | sed 's|requirements.txt|.venv/without-pyscard.txt|'
}

install_requirements() {
    options=$(requirement_files | sed 's/[^ ][^ ]*/-r &/g')
    if has uv; then
        say "Installing Python packages with uv: $requirements"
        # shellcheck disable=SC2086 # a list of options
        retry uv pip install --quiet --python .venv/bin/python --require-hashes $options
    else
        say "Installing Python packages with pip, some minutes the first time: $requirements"
        .venv/bin/python -c 'import pip' 2>/dev/null || .venv/bin/python -m ensurepip >/dev/null
        # shellcheck disable=SC2086 # a list of options
        retry .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes $options
    fi
}

# What is installed, in one line; kept in .venv so that nothing is done twice.
state_of() { cat "$@" | cksum | sed "s/\$/ pyscard=$cards/"; }

provide_requirements() {
    cards=no
    if can_build_pyscard; then cards=yes; else
        say "Card readers will not work: pyscard is built from source, with gcc, Python.h and winscard.h. Once they are there, run this again."
    fi
    # shellcheck disable=SC2086 # a list of files
    state=$(state_of $requirements)
    if [ "$state" = "$(cat ".venv/installed-$profile" 2>/dev/null)" ] && .venv/bin/python -c '' 2>/dev/null; then
        say "Python packages: all there"
        return
    fi
    make_venv
    install_requirements
    state_of requirements.txt >.venv/installed-run
    echo "$state" >".venv/installed-$profile"
}

provide_packages
has "$PYTHON" || stop "There is no $PYTHON. Install Python 3.11 or newer."
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$("$PYTHON" --version) is too old: Python 3.11 or newer is needed. PYTHON=… chooses another one."
provide_requirements
