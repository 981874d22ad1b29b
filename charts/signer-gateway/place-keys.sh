#!/bin/sh
# Puts the signer's wallet into BASE_DIR: public files from PUBLIC_KEYS, secret_keys from SECRET. Each file comes into
# place by a rename, so that a kill leaves the old one or the new one. Nothing else in BASE_DIR is touched: the
# watermarks there are what keeps the signer from signing twice.
set -eu

: "${PUBLIC_KEYS:?}" "${SECRET:?}" "${BASE_DIR:?}"

umask 077
for file in "$PUBLIC_KEYS/public_key_hashs" "$PUBLIC_KEYS/public_keys" "$SECRET/secret_keys"; do
  new=$BASE_DIR/.${file##*/}.new
  rm -f "$new"
  cat "$file" >"$new"
  mv "$new" "$BASE_DIR/${file##*/}"
done
sync
