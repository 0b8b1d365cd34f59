# Builds what the tests compare with, once, in a cache outside the checkout: OPA's library as an oracle, `gator`, kube-apiserver, etcd, Chromium.
# Sourced by .ci/run. A part that cannot be had is left out with a line; its tests then skip with a line of their own.
export PORTCULLIS_CACHE="${PORTCULLIS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/portcullis}"
mkdir -p "$PORTCULLIS_CACHE/bin" .cache
export GOBIN="$PORTCULLIS_CACHE/bin"

have() { command -v "$1" >/dev/null 2>&1; }

debian() { # debian COMMAND PACKAGE
  have "$1" && return
  have apt-get || { echo "ci: no apt-get, so no $1"; return; }
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null || echo "ci: could not install $2"
}

debian etcd etcd-server
debian chromium chromium

if have go; then
  if [ -d ../shared/tools/oracle ] && [ ! -x "$GOBIN/oracle" ]; then
    rm -rf "$PORTCULLIS_CACHE/oracle" && cp -r ../shared/tools/oracle "$PORTCULLIS_CACHE/oracle" && chmod -R u+w "$PORTCULLIS_CACHE/oracle"
    (cd "$PORTCULLIS_CACHE/oracle" && go mod tidy >/dev/null 2>&1 && go build -o "$GOBIN/oracle" .) || echo "ci: could not build the oracle"
  fi
  [ -x "$GOBIN/opa" ] || go install github.com/open-policy-agent/opa@v1.19.0 2>/dev/null || echo "ci: could not build opa"
  [ -x "$GOBIN/gator" ] || go install github.com/open-policy-agent/gatekeeper/v3/cmd/gator@v3.23.0 2>/dev/null || echo "ci: could not build gator"
  [ -x "$GOBIN/kube-apiserver" ] || bash .ci/kube-apiserver.sh "$PORTCULLIS_CACHE" || echo "ci: could not build kube-apiserver"
else
  echo "ci: no go, so no oracle, opa, gator or kube-apiserver"
fi
export PATH="$GOBIN:$PATH"
if [ -z "${KUBEBUILDER_ASSETS:-}" ] && [ -x "$GOBIN/kube-apiserver" ] && have etcd; then
  [ -e "$GOBIN/etcd" ] || ln -sf "$(command -v etcd)" "$GOBIN/etcd" # on a second run the first etcd in PATH is the link itself
  export KUBEBUILDER_ASSETS="$GOBIN"
fi
