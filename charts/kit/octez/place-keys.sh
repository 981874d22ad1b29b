#!/bin/sh
# Puts the signer's wallet into BASE_DIR: the public files from PUBLIC_KEYS, and a link to secret_keys in SECRET, so that
# the key stays in the Secret and never reaches a disk. Each comes into place by a rename, so that a kill leaves the
# old one or the new one. Nothing else in BASE_DIR is touched: the watermarks there are what keeps the signer from
# signing twice.
set -eu

: "${PUBLIC_KEYS:?}" "${SECRET:?}" "${BASE_DIR:?}"

[ -s "$SECRET/secret_keys" ] || { echo "the Secret holds no secret_keys" >&2 && exit 1; }

for name in public_key_hashs public_keys secret_keys; do
  new=$BASE_DIR/.$name.new
  rm -f "$new"
  if [ "$name" = secret_keys ]; then ln -s "$SECRET/$name" "$new"; else cat "$PUBLIC_KEYS/$name" >"$new"; fi
  mv "$new" "$BASE_DIR/$name"
done
sync
