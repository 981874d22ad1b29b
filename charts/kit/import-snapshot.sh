#!/bin/sh
# Gives a node its first state, before the node starts. What it finds on the claim decides:
#
#   no data                  import
#   data, marker             nothing (a new word in REIMPORT: drop the data once, import again)
#   data, no marker          an import was interrupted: clean, import again
#   no PROVIDERS             instead of an import: an empty data directory, synced from genesis
#
# The marker is written last, so that a kill at any point leads back to one of these lines. It also says of which chain
# and history mode the data is: data of another chain is never touched, and never baked on.
# A snapshot counts only if its block is BLOCK, or what two public nodes of different operators answer for its level.
# All work is done beside the data, on the same claim, and comes into place by a rename.
#
# For busybox: no bash, curl or jq. Lists hold one "<url> <operator>" a line, in the order to try.
set -eu

: "${NODE:?}" "${VOLUME:?}" "${CHAIN:?}" # program, claim, chain id
: "${NETWORK:?}" "${HISTORY_MODE:?}"     # what `config init` is told
PROVIDERS=${PROVIDERS:-} PUBLIC_RPCS=${PUBLIC_RPCS:-} BLOCK=${BLOCK:-} REIMPORT=${REIMPORT:-}
HAS_SNAPSHOT_INFO=${HAS_SNAPSHOT_INFO:-} # empty: the release cannot say which block a snapshot holds

case $VOLUME in
  /*[!/]*) ;;
  *) echo "VOLUME is \"$VOLUME\", which is not the folder of a claim" >&2 && exit 2 ;;
esac
data=$VOLUME/data
marker=$VOLUME/imported
identity=$VOLUME/identity.json # kept while the data is replaced: peers may list the node by its identity
staging=$VOLUME/import
new=$staging/data
snapshot=$staging/snapshot

reason='' # why the last step failed
block=''  # what a verified snapshot holds
child=''

say() { printf 'import: %s\n' "$*"; }

# A shell that is process 1 waits for its child before it notices a TERM: this one would outlast the grace period.
trap 'kill "$child" 2>/dev/null || true; exit 143' TERM INT
interruptible() {
  "$@" &
  child=$!
  wait "$child"
}

free_kib() { df -Pk "$VOLUME" | tail -n 1 | { read -r _ _ _ free _ && echo "$free"; }; }

# fail_with <reason>: a full disk is the reason behind many others.
fail_with() {
  reason=$1
  free=$(free_kib)
  if [ "$free" -lt 65536 ]; then
    reason="the volume is full ($((free / 1024)) MiB left): raise diskGiB ($1)"
  fi
  return 1
}

clean_staging() { rm -rf "${staging:?}"; }

# Complete data goes only after its marker: a kill in between must not leave half of it looking complete.
drop_data() {
  if [ -e "$marker" ] && [ -s "$data/identity.json" ]; then
    cp -p "$data/identity.json" "$identity.new" && mv "$identity.new" "$identity" && sync
  fi
  rm -f "${marker:?}" && sync
  rm -rf "${data:?}"
}

init_config() {
  mkdir -p "$new" || fail_with 'cannot write to the volume' || return 1
  # An import into a directory that is configured for another network or history mode is refused.
  "$NODE" config init --data-dir "$new" --network "$NETWORK" --history-mode "$HISTORY_MODE" ||
    fail_with "cannot configure the node for network $NETWORK"
}

download() {
  interruptible wget -q -T 60 -O "$snapshot" "$1" || fail_with 'the download failed' || return 1
  [ -s "$snapshot" ] || fail_with 'the download is empty'
}

# Sets block to what may be imported.
verify() {
  block=$BLOCK
  if [ -z "$HAS_SNAPSHOT_INFO" ]; then
    [ -n "$BLOCK" ] || fail_with 'this release cannot say which block a snapshot holds: pin it (bringUp.block.hash)'
    return
  fi
  info=$("$NODE" snapshot info "$snapshot" 2>&1 | tr '\n' ' ') || true
  # Snapshot information: chain TEZOS_MAINNET, block hash BL... at level 123, timestamp ... in rolling (snapshot version 9)
  found=$(printf '%s\n' "$info" | sed -n 's/.*block hash *\(B[1-9A-Za-z]*\) at level *\([0-9]*\).*/\1 \2/p')
  [ -n "$found" ] || fail_with "it is not a snapshot that this release reads: $info" || return 1
  block=${found% *}
  if [ -z "$BLOCK" ]; then
    confirm "${found#* }"
  elif [ "$block" != "$BLOCK" ]; then
    fail_with "it holds block $block, not the pinned $BLOCK"
  fi
}

# confirm <level>: two different operators must name the block; one that names another is reason enough to refuse.
confirm() {
  confirmed=''
  while read -r url operator <&3; do
    case "$confirmed" in *"<$operator>"*) continue ;; esac
    case $url in
      '') continue ;;
      *'{level}'*) url=${url%%'{level}'*}$1${url#*'{level}'} ;;
      *) url=${url%/}/chains/main/blocks/$1/hash ;;
    esac
    answer=$(wget -q -T 20 -O - "$url") || answer=''
    case $answer in
      *"\"$block\""*) confirmed="$confirmed<$operator>" ;;
      *'"B'*) fail_with "it holds block $block at level $1, but $operator has another one there" || return 1 ;;
      *) say "$operator does not answer for level $1" ;;
    esac
    case $confirmed in '<'*'><'*'>') return 0 ;; esac
  done 3<<LIST
$PUBLIC_RPCS
LIST
  fail_with "no two operators confirm its block $block at level $1 (confirmed by: ${confirmed:-nobody})"
}

import() {
  size=$(du -k "$snapshot" | cut -f 1)
  if [ "$(free_kib)" -lt "$size" ]; then
    reason="the volume is too small: the snapshot has $((size / 1024)) MiB, and no more than that is left: raise diskGiB"
    return 1
  fi
  interruptible "$NODE" snapshot import "$snapshot" --data-dir "$new" --block "$block" || fail_with 'the import failed'
}

# attempt <url>: everything up to the state in $new. Nothing complete is dropped before the snapshot is verified.
attempt() {
  clean_staging
  mkdir -p "$staging" || fail_with 'cannot write to the volume' || return 1
  download "$1" && verify || return 1
  drop_data
  init_config && import || return 1
  rm -f "$snapshot"
}

# finish <from>: rename, then the marker.
finish() {
  if [ -e "$identity" ]; then cp -p "$identity" "$new/identity.json"; fi
  [ ! -e "$data" ] || { say "$data is in the way" && exit 1; }
  sync
  mv "$new" "$data" && sync
  printf 'reimport=%s\nfrom=%s\nchain=%s\nhistory=%s\n' "$REIMPORT" "$1" "$CHAIN" "${HISTORY_MODE%%:*}" >"$marker.new"
  sync
  mv "$marker.new" "$marker" && sync
  rm -f "$identity"
  clean_staging
  say "the node's first state is in place: $1"
}

is_complete() { [ -e "$marker" ] && [ -d "$data" ]; }
recorded() { sed -n "s/^$1=//p" "$marker"; }
wants_reimport() { [ -n "$REIMPORT" ] && [ "$(recorded reimport)" != "$REIMPORT" ]; }

if [ -e "$marker" ] && [ "$(recorded chain)" != "$CHAIN" ]; then
  say "the volume holds the chain $(recorded chain), the bakery file says $CHAIN: nothing is touched. Undo the edit" >&2
  exit 1
fi
if is_complete; then
  if ! wants_reimport; then
    if [ "$(recorded history)" != "${HISTORY_MODE%%:*}" ]; then
      say "the data has history mode $(recorded history), the bakery file says $HISTORY_MODE: write a new word in reimport" >&2
      exit 1
    fi
    rm -f "$identity" && clean_staging
    say 'the data is complete'
    exit 0
  fi
  say "reimport: $REIMPORT: the data will be dropped"
else
  drop_data
fi

if [ -z "$PROVIDERS" ]; then
  clean_staging
  init_config || { say "$reason" >&2 && clean_staging && exit 1; }
  drop_data
  finish genesis
  exit 0
fi

failures=''
while read -r source provider <&4; do
  [ -n "$source" ] || continue
  say "$provider: $source"
  if attempt "$source"; then
    finish "$source $block"
    exit 0
  fi
  say "$provider: $reason"
  failures="$failures
  $provider ($source): $reason"
done 4<<LIST
$PROVIDERS
LIST
clean_staging
say "no provider has a snapshot that can be used:$failures" >&2
if is_complete; then say 'the data is as it was: take reimport out of the bakery file to start with it' >&2; fi
exit 1
