#!/bin/sh
# Runs the DAL node ("$@", without its --endpoint) behind the first of NODES that is synced.
#
# It must hear of the chain from one node alone: an error while it looks a new head up, as when another node does not
# have that block yet, ends its crawler and nothing else (lib_dal_node/crawler.ml). It would go on answering and never
# follow again, and nobody would notice. So it is tied to the node it started with. When that one is no longer synced and
# another is, or when it processes nothing new although its node is synced, it ends, and its next start chooses again.
#
# Where HALTS_ON_TRAPS says that the release does so, it ends by itself with code 2 when a delegate of ours has attested
# a slot that holds traps (lib_dal_node/accuser.ml), to lose no more rewards. Other errors end with 2 too (those that
# nobody catches, of Lwt), so its log must say it as well (registered_attester_attested_trap in event.ml). Then HELD is
# written, and as long as this file is there nothing is started, after a restart neither. The baker attests blocks
# without the DAL meanwhile. Where HELD cannot be written, HELD_FOR_NOW is, which goes with the pod.
#
# Kubernetes knows how the last container of a pod has ended, and monitoring reads it there: in each pod that is held this
# ends once with code 2 (TOLD notes that it has), with 0 when it is let go, and with 2 for nothing else.
set -eu

: "${NODES:?}" "${HELD:?}" "${RPC:?}" # URLs, separated by spaces; a file on the claim; URL of the DAL node's own RPC
HALTS_ON_TRAPS=${HALTS_ON_TRAPS:-} HELD_FOR_NOW=${HELD_FOR_NOW:-$HELD}
TOLD=${TOLD:-$HELD_FOR_NOW.told}
# Seconds between two looks; how often in a row a node may be found not synced, or nothing new processed.
PACE=${PACE:-30} PATIENCE=${PATIENCE:-6} STILL=${STILL:-20}

child='' watcher=''
say() { printf 'dal-node: %s\n' "$*"; }

# A shell that is process 1 hears no TERM without a trap, and hands none on.
trap 'if [ -z "$child" ]; then exit 143; fi; kill "$child" 2>/dev/null || true' TERM INT
pause() { sleep "$1" & wait "$!"; }

synced() {
  case $(wget -q -T 5 -O - "$1/chains/main/is_bootstrapped" 2>/dev/null) in *'"synced"'*) ;; *) return 1 ;; esac
}

# other_than <node>: sets found to the first one that is synced.
other_than() {
  for found in $NODES; do
    if [ "$found" != "$1" ] && synced "$found"; then return 0; fi
  done
  return 1
}

# watch <node> <process>
watch() {
  lost=0 still=0 level=''
  while sleep "$PACE"; do
    last=$level
    level=$(wget -q -T 5 -O - "$RPC/last_processed_level" 2>/dev/null) || level=''
    if synced "$1"; then
      lost=0
      if [ -n "$level" ] && [ "$level" = "$last" ]; then still=$((still + 1)); else still=0; fi
      [ "$still" -ge "$STILL" ] || continue
      say "it has processed nothing since level $level, although $1 is synced: it starts again"
    else
      still=0
      if other_than "$1"; then lost=$((lost + 1)); else lost=0; fi
      [ "$lost" -ge "$PATIENCE" ] || continue
      say "$1 is not synced, and $found is: it starts again behind that one"
    fi
    kill "$2" && return
  done
}

is_held() { [ -e "$HELD" ] || [ -e "$HELD_FOR_NOW" ]; }

# note <file>: writes the time into it, at once or not at all.
note() { { date -u '+%Y-%m-%d %H:%M:%S' >"$1.new" && sync && mv "$1.new" "$1" && sync; } 2>/dev/null; }

hold() {
  if is_held && [ ! -e "$TOLD" ] && note "$TOLD"; then
    say 'HELD: it ends with code 2, which monitoring sees, and waits at its next start'
    exit 2
  fi
  file=$HELD
  [ -e "$file" ] || file=$HELD_FOR_NOW
  since=$(cat "$file" 2>/dev/null) || since='now, and only while this container runs'
  say "HELD since $since: a delegate of this bakery attested a DAL slot that holds traps, and its rewards of the cycle may be lost. Nothing is started; the baker goes on without the DAL. Find out why (docs/operating.md), then: rm $file"
  if ! is_held; then while :; do pause 2; done; fi # no file to wait for: a person ends the pod
  while is_held; do pause 2; done
  rm -f "$TOLD"
  say 'no longer held: it starts again'
  exit 0
}

# pass_on: prints the log, and tells at its end whether it has named the trap. In no terminal a line of the message has
# 80 columns, and these words stand in its first one.
pass_on() {
  named=1
  while IFS= read -r line; do
    printf '%s\n' "$line"
    case $line in *'egistered attester '*' attested a trap'*) named=0 ;; esac
  done
  return "$named"
}

if is_held; then hold; fi

if ! other_than ''; then
  say "none of $NODES is synced: waiting"
  until other_than ''; do pause 5; done
fi
node=$found
say "follows $node"

log=$(mktemp -d)/log
mkfifo "$log"
pass_on <"$log" &
reader=$!
"$@" --endpoint "$node" >"$log" 2>&1 &
child=$!
watch "$node" "$child" &
watcher=$!

code=0
wait "$child" || code=$?
while kill -0 "$child" 2>/dev/null; do # a signal came in between: it has been handed on
  code=0
  wait "$child" || code=$?
done
child=''
kill "$watcher" 2>/dev/null || true

trapped=yes
wait "$reader" || trapped=''
rm -r "${log%/*}"

if [ -n "$HALTS_ON_TRAPS" ] && [ "$code" -eq 2 ] && [ -n "$trapped" ]; then
  note "$HELD" || { say "cannot write $HELD" && note "$HELD_FOR_NOW"; } || say "cannot write $HELD_FOR_NOW"
  hold
fi
[ "$code" -ne 2 ] || code=1
exit "$code"
