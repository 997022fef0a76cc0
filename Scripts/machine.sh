# What Hearth needs of a machine. Sourced by the scripts beside it, never run.

# Debian's packages: libraries the program links, and what their headers need.
packages=(
    libopenblas-dev libdnnl-dev libsentencepiece-dev
    libsqlite3-dev libyaml-dev libmicrohttpd-dev libgnutls28-dev pkg-config
)
# What an unpacked Swift stands on, where it does not start or finds no C headers; and what fetches models.
swift_packages=(g++ libcurl4-openssl-dev libncurses-dev libxml2-dev uuid-dev zlib1g-dev tzdata git)
python_packages=(python3 python3-pip ca-certificates)

# Hearth's own folder: models and the registry.
hearth_home=${HEARTH_HOME:-$HOME/.hearth}

say() { printf '==> %s\n' "$*" >&2; }

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# swift_starts: whether Swift and its build system find the libraries they are linked with.
swift_starts() { swift --version >/dev/null 2>&1 && swift build --version >/dev/null 2>&1; }

# need_swift: a Swift that can read Package.swift.
need_swift() {
    command -v swift >/dev/null ||
        fail "Swift is not installed: install Swift 6.2 or later (swift.org/install) and run this again."
    swift_starts || need_packages
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "Swift is installed but does not start: run 'swift --version' to see why."
    printf '6.2\n%s\n' "$version" | sort -CV ||
        fail "Swift $version is too old: install Swift 6.2 or later (swift.org/install) and run this again."
}

# need_disk FOLDER MEGABYTES WHAT-FOR: room where FOLDER is, or will be.
need_disk() {
    local folder=$1 free
    while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
    free=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
    [ "$free" -ge "$2" ] ||
        fail "The disk is too full $3: $2 MB are needed at $folder and $free MB are free."
}

# missing_packages: what is needed here and not installed, one a line.
missing_packages() {
    local package wanted=("${packages[@]}")
    if ! command -v g++ >/dev/null || ! swift_starts; then wanted+=("${swift_packages[@]}"); fi
    python3 -m pip --version >/dev/null 2>&1 || wanted+=("${python_packages[@]}")
    for package in "${wanted[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
    done
}

# need_packages: installs what is missing, where that can be done.
need_packages() {
    if ! command -v apt-get >/dev/null; then
        say "No apt-get here, so nothing is installed; needed are the likes of: ${packages[*]}"
        return
    fi
    local missing as_root=() log
    mapfile -t missing < <(missing_packages)
    if [ ${#missing[@]} -eq 0 ]; then
        say "Debian packages: all there"
        return
    fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "Packages are missing and only root can install them: run 'apt-get install ${missing[*]}' as root."
        as_root=(sudo env)
    fi
    say "Installing Debian packages: ${missing[*]}"
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        local reason
        reason=$(grep '^E:' "$log" | head -n 1)
        rm -f "$log"
        fail "apt-get could not install ${missing[*]}: ${reason:-no reason given} (is the network there?)"
    fi
    rm -f "$log"
}
