#!/bin/sh
# What Backerei takes for tezos-client: `-c FILE sign bytes 0x... for NAME`. FILE holds the URL of the wallet's key at
# payout-guard, which signs or says why not. Backerei reads what follows the 11 letters of "Signature: ".
set -eu

[ "$1 $3 $4" = "-c sign bytes" ] || { echo "asked for something else than a signature: $*" >&2 && exit 1; }

answer=$(wget -q -T 120 -O - --header 'Content-Type: application/json' --post-data "\"${5#0x}\"" "$(cat "$2")") ||
  { echo "payout-guard has not signed: its log says why" >&2 && exit 1; }
signature=$(echo "$answer" | sed -n 's/^ *{ *"signature" *: *"\([A-Za-z0-9]*\)" *} *$/\1/p')
[ -n "$signature" ] || { echo "payout-guard gave no signature: $answer" >&2 && exit 1; }
echo "Signature: $signature"
