#!/bin/sh
# Writes what may be asked on a listener into a node's config.json (there is no flag for it), before each start: the
# bakery file may have changed since the file was made. The list is a line of its own, which the next run replaces, and
# the rest stays as `config init` wrote it. For busybox: no jq.
set -eu

: "${CONFIG:?}" "${RPC:?}" # config.json; the file that holds its section "rpc", in one line

[ -s "$CONFIG" ] || { echo "there is no $CONFIG to write the access list into" >&2 && exit 1; }
{
  printf '{\n"rpc": %s,\n' "$(cat "$RPC")"
  sed -e '/^"rpc": {"acl"/d' -e '1{' -e '/^{$/d' -e 's/^{//' -e '}' "$CONFIG"
} >"$CONFIG.new"
sync
mv "$CONFIG.new" "$CONFIG"
sync
