# Read by ./run and ./test: what this machine must have, one sentence for what is missing. Plain POSIX sh.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
# With it .NET knows no Vietnamese: numbers and dates would come out wrong.
unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT
# The command line is found by the messages' words nowhere; people read English build errors.
export DOTNET_CLI_UI_LANGUAGE=en

say() { printf '%s\n' "$*" >&2; }

refuse() { say "$*"; exit 1; }

need_dotnet() {
    if ! command -v dotnet >/dev/null 2>&1 && [ -x "${HOME:-/nonexistent}/.dotnet/dotnet" ]; then
        PATH="$HOME/.dotnet:$PATH"
        export PATH
    fi
    command -v dotnet >/dev/null 2>&1 && dotnet --list-sdks 2>/dev/null | grep -q '^10\.' ||
        refuse "OcopMarket needs the .NET 10 SDK: install it as https://dotnet.microsoft.com/download says (Debian, Ubuntu: sudo apt-get install dotnet-sdk-10.0), then run this again."
}

has_icu() {
    [ "$(uname -s)" != Linux ] && return 0
    for icu in /usr/lib/*/libicuuc.so.* /usr/lib/libicuuc.so.* /usr/lib64/libicuuc.so.* /lib64/libicuuc.so.* "${CLR_ICU_VERSION_OVERRIDE:-/nonexistent}"; do
        [ -e "$icu" ] && return 0
    done
    return 1
}

# The package's name carries ICU's version, which differs by release.
icu_package() {
    found=$(apt-cache pkgnames libicu 2>/dev/null | grep -E '^libicu[0-9]+$' | sort -V | tail -n 1)
    [ -z "$found" ] && [ -r /etc/os-release ] && case $(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}") in
        bookworm) found=libicu72 ;;
        trixie) found=libicu76 ;;
        jammy) found=libicu70 ;;
        noble) found=libicu74 ;;
        *) command -v apt-get >/dev/null 2>&1 || found=libicu ;;
    esac
    printf '%s' "${found:-libicu-dev}"
}

need_icu() {
    has_icu || refuse "OcopMarket needs the ICU library for Vietnamese text: install the package $(icu_package) (Debian, Ubuntu: sudo apt-get install $(icu_package)), then run this again."
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# install PACKAGE...: as root; says what it does, its own output only when it fails.
install() {
    say "Installing $*"
    log=$(mktemp)
    if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
}
