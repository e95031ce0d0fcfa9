# shellcheck shell=bash
# Shared part of the launchers in this folder; they source it and call "launch".
#
#   launch MAIN_CLASS [ARGUMENT…]   builds if necessary, then replaces itself by the JVM that runs MAIN_CLASS
#   need_program NAME PACKAGE       installs PACKAGE by apt where permitted, else prints the command to run and exits with 2
#
# A launcher may set, before "launch", the array jvm_options. NOVA_METAL_JAVA_OPTIONS adds options to it.

needed_java=25
launcher_folder=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
home_folder=$(dirname -- "$launcher_folder")
jvm_options=()

say() {
    printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
}

# Prints the major version of the Java under the folder $1, or nothing when there is none.
java_version() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Sets java_home to the first Java that is new enough: JAVA_HOME, /usr/lib/jvm, PATH.
find_java() {
    local candidates=() candidate version seen=
    [ -n "${JAVA_HOME:-}" ] && candidates+=("$JAVA_HOME")
    for candidate in /usr/lib/jvm/*; do
        candidates+=("$candidate")
    done
    if candidate=$(command -v java); then
        candidates+=("$(dirname -- "$(dirname -- "$(readlink -f -- "$candidate")")")")
    fi
    for candidate in "${candidates[@]}"; do
        version=$(java_version "$candidate")
        [ -n "$version" ] || continue
        if [ "$version" -ge "$needed_java" ]; then
            java_home=$candidate
            return
        fi
        seen="$seen $candidate ($version)"
    done
    say "no Java of version $needed_java or newer: looked at JAVA_HOME, /usr/lib/jvm and PATH, found${seen:- none}."
    say "Install one: openjdk-$needed_java-jdk-headless where the distribution has it (Debian 12 does not have it), else temurin-$needed_java-jdk from https://adoptium.net; or set JAVA_HOME to an unpacked one."
    exit 2
}

need_program() {
    local program=$1 package=$2 become=()
    command -v "$program" >/dev/null && return
    if command -v apt-get >/dev/null; then
        if [ "$(id -u)" != 0 ]; then
            become=(sudo -n)
        fi
        if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
            say "installing $package, which contains $program"
            if "${become[@]}" apt-get install -y -q "$package" >&2 && command -v "$program" >/dev/null; then
                return
            fi
        fi
    fi
    say "needs the program $program; run: sudo apt-get install $package"
    exit 2
}

# Sets class_path: that of an unpacked distribution, or of the build in this source tree.
find_class_path() {
    if [ -d "$home_folder/lib" ]; then
        class_path="$home_folder/lib/*"
        return
    fi
    local jar
    for jar in "$home_folder"/target/examples-*.jar; do
        case $jar in
            *-sources.jar | *-javadoc.jar | *-tests.jar | *'*.jar') ;;
            *)
                if [ -d "$home_folder/target/lib" ]; then
                    class_path="$jar:$home_folder/target/lib/*"
                    return
                fi
                ;;
        esac
    done
    return 1
}

# Whether a source file of the build is newer than the build. The stamp file has the time at which the build began.
is_outdated() {
    local stamp=$home_folder/target/.built
    [ ! -d "$home_folder/lib" ] || return 1
    [ -e "$stamp" ] || return 0
    [ -n "$(find "$home_folder/.." \( -name target -o -name .git -o -path '*/src/test' \) -prune -o \
        -type f \( -path '*/src/main/*' -o -name pom.xml \) -newer "$stamp" -print -quit)" ]
}

build() {
    need_program mvn maven
    mkdir -p "$home_folder/target"
    if ! (
        # If two launchers run at the same time, only the first one builds.
        flock 9
        if find_class_path && ! is_outdated; then
            exit 0
        fi
        say "${1}; building (mvn package, without tests)"
        touch "$home_folder/target/.build.begin"
        mvn -q -B -f "$home_folder/../pom.xml" -pl examples -am -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip \
            -Dspotless.check.skip package >&2 && mv "$home_folder/target/.build.begin" "$home_folder/target/.built"
    ) 9>"$home_folder/target/.build.lock" || ! find_class_path; then
        say "the build failed; its messages are above"
        exit 1
    fi
}

# In the locale C, in which cron and systemd run programs, the JVM could not open files whose names have other letters.
use_utf8_locale() {
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
        C | POSIX) ;;
        *) return ;;
    esac
    if [ -n "${LC_ALL:-}" ]; then
        export LC_ALL=C.UTF-8
    else
        export LC_CTYPE=C.UTF-8
    fi
}

# The cache that prepare-start writes: classes as the JVM had loaded them, and what it had learned about their code.
start_cache() {
    if [ -d "$home_folder/lib" ]; then
        printf '%s\n' "$home_folder/lib/nova-metal.aot"
    else
        printf '%s\n' "$home_folder/target/nova-metal.aot"
    fi
}

launch() {
    local more=()
    # If a standard stream is closed, the first file that the JVM itself opens would become that stream. Output that nobody
    # reads must fail, as it does on a full disk.
    if [ -d /dev/fd ]; then
        [ -e /dev/fd/0 ] || exec </dev/null
        [ -e /dev/fd/1 ] || exec >/dev/full
        [ -e /dev/fd/2 ] || exec 2>/dev/null
    fi
    use_utf8_locale
    find_java
    if ! find_class_path; then
        build "nothing is built yet"
    elif is_outdated; then
        build "the sources are newer than the build"
    fi
    read -r -a more <<<"${NOVA_METAL_JAVA_OPTIONS:-}"
    exec "$java_home/bin/java" --enable-native-access=ALL-UNNAMED "${jvm_options[@]}" "${more[@]}" \
        -cp "$class_path" "$@"
}
