#!/bin/sh
# Gives a node its first state, before the node starts. What it finds on the claim decides:
#
#   no data                  import
#   data, marker             nothing (a new word in REIMPORT: import once more, and replace the data)
#   data, no marker          an import was interrupted: clean, import again
#   no PROVIDERS             instead of an import: an empty data directory, synced from genesis. No data of the same
#                            chain goes for it, and it is refused where the peers have not kept every block
#
# The marker is written last, so that a kill at any point leads back to one of these lines. Of which chain and history
# mode the data is, its store says, and the marker. Data of another chain is never baked on; it is replaced by a new word
# in REIMPORT alone, where neither chain is MAINNET: test networks are started anew.
# A snapshot counts only if it is of the chain, not older than what the node's peers keep, and its block is BLOCK, or what
# two public nodes answer for its level that differ in host and in operator.
# All work is done beside the data, on the same claim, and comes into place by a rename. Complete data goes when the new
# state is complete; where the claim cannot hold both, when a snapshot is verified.
#
# For busybox: no bash, curl or jq. Lists hold one "<url> <operator>" a line, in the order to try.
set -eu

: "${NODE:?}" "${VOLUME:?}" "${CHAIN:?}" # program, claim, chain id
: "${NETWORK:?}" "${HISTORY_MODE:?}"     # what `config init` is told
# shellcheck source=/dev/null
[ -z "${SOURCES:-}" ] || . "$SOURCES" # sets what follows, up to DOWNLOAD_SECONDS
PROVIDERS=${PROVIDERS:-} PUBLIC_RPCS=${PUBLIC_RPCS:-} BLOCK=${BLOCK:-}
CHAIN_NAME=${CHAIN_NAME:-}                      # the chain as snapshots and configurations name it, if known
MAINNET=${MAINNET:-} MAINNET_NAME=${MAINNET_NAME:-} # id and name of a chain to keep
KEPT_SECONDS=${KEPT_SECONDS:-}                  # what the node's peers keep of the chain; empty: everything, or unknown
DOWNLOAD_SECONDS=${DOWNLOAD_SECONDS:-43200}
REIMPORT=${REIMPORT:-}
HAS_SNAPSHOT_INFO=${HAS_SNAPSHOT_INFO:-}           # empty: the release cannot say which block a snapshot holds
CAN_SWITCH_HISTORY_MODE=${CAN_SWITCH_HISTORY_MODE:-} # empty: the node runs in the mode of its data alone

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

reason='' block='' child=''     # why the last step failed, what a verified snapshot holds, what runs
left='the volume holds no data' # after a failure

say() { printf 'import: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

# A shell that is process 1 waits for its child before it notices a TERM: this one would outlast the grace period.
trap 'kill "$child" 2>/dev/null || true; exit 143' TERM INT
interruptible() {
  "$@" &
  child=$!
  wait "$child"
}

# amount <KiB>: as a person reads it.
amount() { if [ "$1" -lt 1024 ]; then echo "$1 KiB"; else echo "$(($1 / 1024)) MiB"; fi; }
kib() { du -sk "$1" 2>/dev/null | { read -r kib _ && echo "$kib"; }; }
free_kib() { df -Pk "$VOLUME" | tail -n 1 | { read -r _ _ _ free _ && echo "$free"; }; }

# fail_with <reason>: a full disk is the reason behind many others.
fail_with() {
  reason=$1 free=$(free_kib)
  [ "$free" -ge 65536 ] || reason="the volume is full ($((free / 1024)) MiB left): raise diskGiB ($1)"
  return 1
}

clean_staging() { rm -rf "${staging:?}"; }

# Complete data goes only after its marker: a kill in between must not leave half of it looking complete.
drop_data() {
  if [ -e "$marker" ] && [ -s "$data/identity.json" ]; then
    cp -p "$data/identity.json" "$identity.new" && mv "$identity.new" "$identity" && sync || return 1
  fi
  rm -f "${marker:?}" && sync && rm -rf "${data:?}"
}

prepare() {
  clean_staging
  mkdir -p "$new" || fail_with 'cannot write to the volume' || return 1
  # An import into a directory that is configured for another network or history mode is refused.
  "$NODE" config init --data-dir "$new" --network "$NETWORK" --history-mode "$HISTORY_MODE" ||
    fail_with "cannot configure the node for network $NETWORK" || return 1
  check_described
}

# What NETWORK leads to must not describe another chain. Of a network that it knows by name a node writes no more than
# that. Names can be forged, so the baker also waits until its node answers with CHAIN.
check_described() {
  described=$(tr '\n' ' ' <"$new/config.json" | sed -n 's/.*"chain_name": *"\([^"]*\)".*/\1/p')
  [ -n "$described" ] || return 0
  expected=${CHAIN_NAME:-$described}
  [ "$described" != "$MAINNET_NAME" ] || [ "$CHAIN" = "$MAINNET" ] || expected="the chain $CHAIN"
  [ "$described" = "$expected" ] || fail_with "$NETWORK describes the chain $described, the bakery file says $expected"
}

# -T counts from one byte to the next: what trickles would trickle for ever.
download() {
  began=$(date +%s)
  if ! interruptible timeout "$DOWNLOAD_SECONDS" wget -q -T 60 -O "$snapshot" "$1" 2>"$staging/said"; then
    arrived=$(kib "$snapshot") said=$(tr '\n' ' ' <"$staging/said") said=${said% }
    [ $(($(date +%s) - began)) -lt "$DOWNLOAD_SECONDS" ] || said="too slow, it was stopped after $DOWNLOAD_SECONDS seconds"
    fail_with "the download failed after $(amount "${arrived:-0}")${said:+: $said}" || return 1
  fi
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
  named=$(printf '%s\n' "$info" | sed -n 's/.*chain *\([^ ,]*\), *block hash.*/\1/p')
  [ -z "$CHAIN_NAME" ] || [ "$named" = "$CHAIN_NAME" ] ||
    fail_with "it is of the chain $named, the bakery file says $CHAIN_NAME" || return 1
  check_age "$(printf '%s\n' "$info" | sed -n 's/.*timestamp *\([0-9-]*\)T\([0-9:]*\).*/\1 \2/p')" || return 1
  block=${found% *}
  if [ -z "$BLOCK" ]; then
    confirm "${found#* }"
  elif [ "$block" != "$BLOCK" ]; then
    fail_with "it holds block $block, not the pinned $BLOCK"
  fi
}

hours() { echo "$(($1 / 3600)) hours"; }

# check_age <date and time>: peers that have dropped the blocks behind a snapshot cannot bring a node on from it.
check_age() {
  [ -n "$KEPT_SECONDS" ] || return 0
  made=''
  [ -z "$1" ] || made=$(date -u -d "$1" +%s 2>/dev/null) || made=''
  [ -n "$made" ] || { say "cannot tell how old the snapshot is (\"$1\")" && return 0; }
  age=$(($(date +%s) - made))
  [ "$age" -le "$KEPT_SECONDS" ] || fail_with "it is $(hours "$age") old, and the sentries keep $(hours "$KEPT_SECONDS") \
of blocks: the node would never catch up. Raise historyMode.rolling.additionalCycles of the sentries, or name a provider \
with a newer one"
}

small() { printf '%s' "$1" | tr '[:upper:]' '[:lower:]'; }

# one_spelling <text>: upper case, blanks and signs make no other operator.
one_spelling() { small "$1" | tr -d '[:space:][:punct:]'; }

# host_of <url>: upper case, port 443 and a dot at the end make no other host.
host_of() {
  host=${1#*://} && host=${host%%[/?#]*} && host=${host##*@} && host=${host%:} && host=${host%:443}
  while [ "$host" != "${host%.}" ]; do host=${host%.}; done
  small "$host"
}

# has_another <host> <operator>: whether one that differs in both is among the witnesses.
has_another() {
  while read -r other_host other_operator <&5; do
    [ -z "$other_host" ] || [ "$other_host" = "$1" ] || [ "$other_operator" = "$2" ] || return 0
  done 5<<LIST
$witnesses
LIST
  return 1
}

# confirm <level>: two nodes that differ in host and in operator must name the block; one that names another is reason
# enough to refuse.
confirm() {
  confirmed='' witnesses=''
  while read -r url operator <&3; do
    [ -n "$url" ] || continue
    at=$(host_of "$url") by=$(one_spelling "$operator")
    case $url in
      *'{level}'*) url=${url%%'{level}'*}$1${url#*'{level}'} ;;
      *) url=${url%/}/chains/main/blocks/$1/hash ;;
    esac
    answer=$(timeout 60 wget -q -T 20 -O - "$url") || answer=''
    case $answer in
      *"\"$block\""*)
        if has_another "$at" "$by"; then return 0; fi
        confirmed="$confirmed<$operator>" witnesses="$witnesses$at $by
" ;;
      *'"B'*) fail_with "it holds block $block at level $1, but $operator has another one there" || return 1 ;;
      *) say "$operator does not answer for level $1" ;;
    esac
  done 3<<LIST
$PUBLIC_RPCS
LIST
  fail_with "no two operators on two hosts confirm its block $block at level $1 (confirmed by: ${confirmed:-nobody})"
}

# No certificate is for an address alone: a wget that accepts one there accepts any, and whoever sits in between could be
# both public nodes. The first host whose answer tells decides; many do not even begin without a name.
prove_tls() {
  while read -r url _ <&6; do
    case $url in https://*) ;; *) continue ;; esac
    at=$(host_of "$url") at=${at%%:*}
    address=$(getent hosts "$at" 2>/dev/null | { read -r first _ && echo "$first"; }) || continue
    case $address in *:*) address="[$address]" ;; esac
    status=0 said=$(timeout 20 wget -q -T 10 -O /dev/null "https://$address/" 2>&1) || status=$?
    case $status:$said in
      0:* | *HTTP/* | *'not implemented'*)
        die "wget takes the certificate of $at under another name, and so any: nobody can be believed here. Pin bringUp.block.hash" ;;
      *ertificate*) say "certificates are checked: the one of $at was refused under another name" && return 0 ;;
    esac
  done 6<<LIST
$PUBLIC_RPCS
$PROVIDERS
LIST
  say 'cannot tell whether wget checks certificates: no host answered under another name'
}

# An import needs as much as the data and a tenth, or four times its snapshot where a full store replaces a rolling one.
make_room() {
  size=$(kib "$snapshot") free=$(free_kib) held=0
  if is_complete; then held=$(kib "$data"); fi
  need=$((held + held / 10 > 4 * size ? held + held / 10 : 4 * size))
  [ $((free + held)) -ge "$size" ] ||
    fail_with "the volume is too small: the snapshot has $((size / 1024)) MiB, less is left: raise diskGiB" || return 1
  if [ "$held" -gt 0 ] && [ "$free" -lt "$need" ]; then
    left="the data is gone: it was dropped for the import from $provider, as the volume has no room for both"
    say "the data has $((held / 1024)) MiB, $((free / 1024)) MiB are free, no room for both: the data is dropped first"
    drop_data || fail_with 'cannot drop the data'
  fi
}

import() {
  interruptible "$NODE" snapshot import "$snapshot" --data-dir "$new" --block "$block" ||
    fail_with 'the import failed, for the reason that stands above' || return 1
  is_of_chain "$new" || fail_with "it is of the chain $(stored_chain "$new"), the bakery file says $CHAIN"
}

# attempt <url>: everything up to the state in $new.
attempt() { prepare && download "$1" && verify && make_room && import && rm -f "$snapshot"; }

# finish <from>: rename, then the marker, and the end.
finish() {
  drop_data
  if [ -e "$identity" ]; then cp -p "$identity" "$new/identity.json"; fi
  sync
  mv "$new" "$data"
  printf 'reimport=%s\nfrom=%s\nchain=%s\nhistory=%s\n' "$REIMPORT" "$1" "$CHAIN" "${HISTORY_MODE%%:*}" >"$marker.new"
  sync
  mv "$marker.new" "$marker"
  sync
  rm -f "$identity" && clean_staging
  say "the node's first state is in place: $1"
  exit 0
}

# stored_chain <data>: since Octez 10 a folder of the store is named after its chain, with the beginning of the id.
stored_chain() { for folder in "$1"/store/chain_*; do [ ! -d "$folder" ] || echo "${folder##*/chain_}"; done; }
is_of_chain() { case $CHAIN in "$(stored_chain "$1")"*) return 0 ;; *) return 1 ;; esac; }

# The kind of history that the data has: its store's word, or the marker's.
stored_mode() {
  mode=$(cat "$data"/store/chain_*/config.json 2>/dev/null | tr '\n' ' ' |
    sed -n 's/.*"history_mode": *{* *"\([a-z]*\)".*/\1/p')
  echo "${mode:-$(recorded history)}"
}

# can_become <mode> <mode>: what is not there cannot be added.
can_become() {
  [ "$1" != "$2" ] || return 0
  [ -n "$CAN_SWITCH_HISTORY_MODE" ] || return 1
  case "$1 $2" in 'archive full' | 'archive rolling' | 'full rolling') return 0 ;; *) return 1 ;; esac
}

# must_be_of_chain: ends where the data is of another chain, unless a word of the bakery file lets it go.
must_be_of_chain() {
  other=''
  [ "$(recorded chain)" = "$CHAIN" ] || other=$(recorded chain)
  is_of_chain "$data" || other=$(stored_chain "$data")
  [ -n "$other" ] || return 0
  refusal="the volume holds the chain $other, the bakery file says $CHAIN: nothing is touched. Undo the edit"
  case $MAINNET in "$CHAIN" | "$other"*) die "$refusal" ;; esac
  wants_reimport ||
    die "$refusal, or, if the test network was started anew, write a new word in reimport: the data is replaced"
  kept='the data is as it was, and of another chain'
}

is_complete() { [ -e "$marker" ] && [ -d "$data" ]; }
recorded() { sed -n "s/^$1=//p" "$marker"; }
wants_reimport() { [ -n "$REIMPORT" ] && [ "$(recorded reimport)" != "$REIMPORT" ]; }

other='' # the chain of the data, where it is another one
kept='the data is as it was: take reimport out of the bakery file to start with it'
if [ -e "$marker" ]; then must_be_of_chain; fi
if ! is_complete; then
  drop_data
elif wants_reimport; then
  say "reimport: $REIMPORT: the data will be replaced"
elif ! can_become "$(stored_mode)" "${HISTORY_MODE%%:*}"; then
  way='write a new word in reimport'
  [ -n "$PROVIDERS" ] || way='no snapshot has it either. Undo the edit, or delete the claim: the node then begins at genesis'
  die "the data has history mode $(stored_mode), the bakery file says $HISTORY_MODE: it lacks that history; $way"
else
  rm -f "$identity" && clean_staging
  say 'the data is complete'
  exit 0
fi

if [ -z "$PROVIDERS" ]; then
  [ -z "$KEPT_SECONDS" ] || die "a node that begins at genesis needs peers that keep every block, and the sentries keep \
$(hours "$KEPT_SECONDS"): nothing is touched. Give the sentries historyMode full or archive, or this node snapshots"
  # Data of another chain is of no use, and its node finds the whole of the new one.
  if is_complete && [ -z "$other" ]; then
    die "no snapshot would replace the data, only an empty directory, which needs every block since genesis: nothing is \
touched. Take reimport out; to begin anew all the same, delete the claim"
  fi
  prepare || { clean_staging && die "$reason"; }
  finish genesis
fi

[ -n "$BLOCK" ] || prove_tls
failures=''
while read -r source provider <&4; do
  [ -n "$source" ] || continue
  say "$provider: $source"
  if attempt "$source"; then finish "$source $block"; fi
  say "$provider: $reason"
  failures="$failures
  $provider ($source): $reason"
done 4<<LIST
$PROVIDERS
LIST
clean_staging
say "no provider has a snapshot that can be used:$failures" >&2
if is_complete; then left=$kept; fi
die "$left"
