#!/bin/sh
# Copies the wallet (names, addresses, where to sign; nothing secret) from WALLET into BASE_DIR before a client daemon
# starts. The client locks and writes its base directory, so the files cannot be mounted there. Each file comes into
# place by a rename; watermarks, nonces and everything else in BASE_DIR are not touched.
set -eu

: "${WALLET:?}" "${BASE_DIR:?}"

for name in public_key_hashs public_keys secret_keys; do
  cp "$WALLET/$name" "$BASE_DIR/.$name.new"
done
sync
for name in public_key_hashs public_keys secret_keys; do
  mv "$BASE_DIR/.$name.new" "$BASE_DIR/$name"
done
sync
