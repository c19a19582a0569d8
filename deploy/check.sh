#!/usr/bin/env bash
# Checks the files beside it: systemd units, nginx and Caddy configurations, and what the two proxies really pass on,
# with stand-ins for gate, application and node. Changes nothing on the machine; needs no root.
# Debian packages: systemd nginx openssl curl python3, and caddy (optional).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tmp=$(mktemp -d)
passed=0 failed=0
started=()

finish() {
    for process in "${started[@]}"; do
        kill "$process" 2>/dev/null && wait "$process" 2>/dev/null || true
    done
    rm -rf "$tmp"
}
trap finish EXIT

# check NAME COMMAND…: the command's output is shown if it fails.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name"
        sed 's/^/        /' <<<"$output"
    fi
}

# until_ok COMMAND…: tries for five seconds.
until_ok() {
    for _ in {1..50}; do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "gave up waiting for: $*"
    return 1
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

for tool in systemd-analyze nginx openssl curl python3; do
    command -v "$tool" >/dev/null || PATH=$PATH:/usr/sbin
    check "$tool is installed" command -v "$tool"
done
if ((failed)); then
    echo "$passed passed, $failed failed"
    exit 1
fi

# --- systemd -------------------------------------------------------------------------------------------------------

# The program need not be on this machine, so copies of the units name one that is. systemd-analyze only warns about a
# misspelt setting; here any word about the unit is a failure.
unit() {
    mkdir -p "$tmp/units"
    sed 's|^ExecStart=/usr/local/bin/beadle|ExecStart=/bin/true|' "$here/$1" >"$tmp/units/$1"
    local words
    words=$(SYSTEMD_LOG_LEVEL=notice systemd-analyze verify --man=no "$tmp/units/$1" 2>&1) || { echo "$words"; return 1; }
    ! grep -F "$1" <<<"$words"
}
check "beadle.service" unit beadle.service
check "beadle-gate.service" unit beadle-gate.service

# --- stand-ins -----------------------------------------------------------------------------------------------------

python3 "$here/check_stub.py" "$tmp/ports" &
started+=($!)
check "stand-ins start" until_ok test -s "$tmp/ports"
read -r gate app node <"$tmp/ports"

same() {
    [[ $1 == "$2" ]] || { echo "expected: $2"; echo "got:      $1"; return 1; }
}

# seen BODY EXPRESSION: Python about what the application received (r), its headers (h).
seen() {
    python3 -c 'import json, sys; r = json.loads(sys.argv[1]); h = r["headers"]; sys.exit(not eval(sys.argv[2]))' \
        "$1" "$2" || { echo "not true: $2"; echo "received: $1"; return 1; }
}

SPOOFED=(-H "X-Beadle-User-Id: user_evil" -H "X-Beadle-Actor: user_evil"
    -H "X_Beadle_User_Id: user_evil" -H "X-Beadle_Session-Id: evil" -H "x_beadle-actor: evil"
    -H "X-Beadle-Auth-Reason: evil")

# gate_works PROXY BASE: the same is expected of every proxy.
gate_works() {
    local proxy=$1 base=$2 body again head
    body=$(ask "$base/x" -H "Authorization: Bearer good" "${SPOOFED[@]}" -d hello) || true
    check "$proxy: the application learns who it is" \
        seen "$body" 'h["x-beadle-user-id"] == "user_1" and h["x-beadle-session-id"].startswith("sess_")'
    check "$proxy: it does not learn what the client made up" \
        seen "$body" 'not h.get("x-beadle-actor") and not h.get("x-beadle-auth-reason") and "evil" not in str(h)'
    check "$proxy: method, body, host and token arrive" \
        seen "$body" 'r["method"] == "POST" and r["body"] == "hello" and h["host"].startswith("app.example.com") and h["authorization"] == "Bearer good"'
    again=$(ask "$base/x" -H "Cookie: __session=good") || true
    check "$proxy: a cookie will do" seen "$again" 'h["x-beadle-user-id"] == "user_1"'
    if [[ $proxy == nginx ]]; then
        check "$proxy: the connection to the gate is kept" \
            same "$(grep -o 'sess_[0-9]*' <<<"$again")" "$(grep -o 'sess_[0-9]*' <<<"$body")"
    fi
    again=$(ask "$base/x" -H "Authorization: Bearer acting") || true
    check "$proxy: the application learns who acts as the user" seen "$again" 'h["x-beadle-actor"] == "user_2"'
    head=$(ask "$base/x" -H "Authorization: Bearer bad" "${SPOOFED[@]}" -o /dev/null -D - | tr -d '\r') || true
    check "$proxy: a refusal is 401" grep -qE '^HTTP/[0-9.]+ 401' <<<"$head"
    check "$proxy: and says why" grep -qi '^x-beadle-auth-reason: revoked$' <<<"$head"
}

# node_works PROXY BASE
node_works() {
    local proxy=$1 base=$2
    check "$proxy: a request arrives with its host and address" \
        seen "$(ask "$base/v1/users" -H "X-Forwarded-For: 6.6.6.6")" \
        'h["host"].startswith("clerk.example.com") and h["x-forwarded-for"] == "127.0.0.1" and h["x-forwarded-proto"] in ("http", "https")'
    check "$proxy: metrics are hidden" same "$(ask "$base/metrics" -o /dev/null -w '%{http_code}')" 404
    # The stand-in says one thing and then nothing for four seconds.
    check "$proxy: the feed is not held back" \
        same "$(ask "$base/v1/revocations" -N --max-time 2 -H "Accept: text/event-stream" || true)" "data: first"
}

ask() {
    curl -sk --max-time 5 --resolve "*:$port:127.0.0.1" "$@"
}

# --- nginx ---------------------------------------------------------------------------------------------------------

openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=example.com \
    -keyout "$tmp/privkey.pem" -out "$tmp/fullchain.pem" 2>/dev/null

# nginx_config FILE: a whole configuration around the file, with other ports, certificates and upstreams.
nginx_config() {
    local name=${1%.conf} dir
    dir=$tmp/nginx-$name
    mkdir "$dir"
    sed -E -e '/listen \[::\]/d' -e "s/listen 80;/listen 127.0.0.1:$(free_port);/" \
        -e "s/listen 443/listen 127.0.0.1:$port/" -e "s|/etc/beadle/tls|$tmp|" \
        -e "s/127.0.0.1:3900/127.0.0.1:$node/" -e "s/127.0.0.1:3901/127.0.0.1:$gate/" \
        -e "s/127.0.0.1:8080/127.0.0.1:$app/" "$here/nginx/$1" >"$dir/$1"
    cat >"$dir/nginx.conf" <<END
pid $dir/nginx.pid;
error_log stderr warn;
daemon off;
events { }
http {
    access_log off;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;
    include $dir/$1;
}
END
}

for file in beadle.conf gate.conf; do
    port=$(free_port)
    nginx_config "$file"
    config=$tmp/nginx-${file%.conf}/nginx.conf
    check "nginx/$file" nginx -t -q -e stderr -p "$tmp" -c "$config"
    nginx -e stderr -p "$tmp" -c "$config" &
    started+=($!)
    check "nginx/$file: nginx starts" until_ok ask "https://example.com:$port/" -o /dev/null
    case $file in
        beadle.conf) node_works nginx "https://clerk.example.com:$port" ;;
        gate.conf) gate_works nginx "https://app.example.com:$port" ;;
    esac
done

# --- Caddy ---------------------------------------------------------------------------------------------------------

if command -v caddy >/dev/null; then
    export XDG_DATA_HOME=$tmp/caddy-data XDG_CONFIG_HOME=$tmp/caddy-config
    check "caddy/Caddyfile" caddy validate --adapter caddyfile --config "$here/caddy/Caddyfile"
    port=$(free_port)
    # Without TLS and the control port; the rest as it is.
    {
        printf '{\n\tadmin off\n}\n'
        sed -E -e "s|^clerk.example.com, api.example.com |http://clerk.example.com:$port |" \
            -e "s|^app.example.com |http://app.example.com:$port |" -e "s/127.0.0.1:3900/127.0.0.1:$node/" \
            -e "s/127.0.0.1:3901/127.0.0.1:$gate/" -e "s/127.0.0.1:8080/127.0.0.1:$app/" "$here/caddy/Caddyfile"
    } >"$tmp/Caddyfile"
    caddy run --adapter caddyfile --config "$tmp/Caddyfile" 2>"$tmp/caddy.log" &
    started+=($!)
    check "caddy/Caddyfile: caddy starts" until_ok ask "http://app.example.com:$port/" -o /dev/null
    node_works caddy "http://clerk.example.com:$port"
    gate_works caddy "http://app.example.com:$port"
else
    echo "NOT CHECKED  caddy/Caddyfile: caddy is not installed"
fi

echo "NOT CHECKED  Containerfile, and the snippets in README.md: they need a container engine, Traefik and Envoy"
echo "$passed passed, $failed failed"
((failed == 0))
