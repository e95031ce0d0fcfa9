# shellcheck shell=bash
# Shared part of the scripts in this folder; they source it.

# shellcheck disable=SC2034 # the scripts use it
top=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
needed_jdk=25

say() {
    printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
}

# Prints the major version of the JDK under the folder $1, or nothing when there is none or it has no compiler.
jdk_version() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Sets JAVA_HOME to the first JDK that is new enough: JAVA_HOME, /usr/lib/jvm, PATH. Exits with 2 when there is none.
find_jdk() {
    local candidates=() candidate version seen=
    [ -z "${JAVA_HOME:-}" ] || candidates+=("$JAVA_HOME")
    candidates+=(/usr/lib/jvm/*)
    if candidate=$(command -v javac); then
        candidates+=("$(dirname -- "$(dirname -- "$(readlink -f -- "$candidate")")")")
    fi
    for candidate in "${candidates[@]}"; do
        version=$(jdk_version "$candidate")
        [ -n "$version" ] || continue
        if [ "$version" -ge "$needed_jdk" ]; then
            export JAVA_HOME=$candidate
            return
        fi
        seen="$seen $candidate ($version)"
    done
    say "no JDK of version $needed_jdk or newer: looked at JAVA_HOME, /usr/lib/jvm and PATH, found${seen:- none}."
    say "Where the distribution has one: apt-get install openjdk-$needed_jdk-jdk-headless."
    say "Debian 12 has none: take temurin-$needed_jdk-jdk from https://adoptium.net/installation/linux, or set JAVA_HOME to an unpacked one."
    exit 2
}
