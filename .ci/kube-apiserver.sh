#!/usr/bin/env bash
# Builds kube-apiserver from the Go module k8s.io/kubernetes. Its staging modules are replaced by the published ones of the same release,
# since a module that depends on it does not see its `replace` lines. Usage: kube-apiserver.sh CACHE_DIR
set -euo pipefail
version=1.34.4
work="$1/kube-apiserver-$version"
mkdir -p "$work"
cd "$work"
printf 'module portcullis.test/apiserver\n\ngo 1.24.0\n' > go.mod
source=$(go mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
{
  printf 'module portcullis.test/apiserver\n\n'
  grep -E '^go ' "$source/go.mod"
  printf 'require k8s.io/kubernetes v%s\nreplace (\n' "$version"
  sed -nE 's#^\s*(k8s\.io/[a-z-]+)( v[0-9.]+)? => \./staging.*#\1#p' "$source/go.mod" | sort -u | while read -r module; do
    printf '\t%s => %s v0.%s\n' "$module" "$module" "${version#*.}"
  done
  printf ')\n'
} > go.mod
printf '//go:build tools\n\npackage tools\n\nimport _ "k8s.io/kubernetes/cmd/kube-apiserver"\n' > tools.go
go mod tidy >/dev/null 2>&1
go build -trimpath -o "$1/bin/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver
