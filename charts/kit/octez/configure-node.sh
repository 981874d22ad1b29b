#!/bin/sh
# Brings a node's config.json up to what the bakery file says, at every start: `config init` froze the peers of its day,
# and there is no flag for how often a lost peer is dialled, nor for what may be asked on a listener. A private node that
# dials its sentries later and later, up to two days apart by Octez' default, misses blocks long after they are back.
#
# It edits text. A file that it could break is left as it is, and the node does not start; a list of peers that it does
# not find stops no node.
set -eu

: "${CONFIG:?}" "${PEERS?}"        # peers: separated by spaces, or none
REDIAL_SECONDS=${REDIAL_SECONDS:-} # at most this long between two attempts; empty: as Octez does
RPC=${RPC:-}                       # file of its section "rpc", which is an access list, in one line; empty: none

[ -e "$CONFIG" ] || { echo "there is no $CONFIG" && exit 0; }

list=''
for peer in $PEERS; do list="$list${list:+, }\"$peer\""; done
redial=''
[ -z "$REDIAL_SECONDS" ] || redial="\"greylisting_config\": { \"increase-cap\": $REDIAL_SECONDS }, "
rpc=''
[ -z "$RPC" ] || rpc="\"rpc\": $(cat "$RPC"), "

refuse() { echo "$CONFIG $1: it is left as it is, and the node does not start" >&2; exit 1; }

# Strings may hold brackets: [::1]:9732. The section "rpc" goes where it is one of ours, in one line.
now=$(tr '\n' ' ' <"$CONFIG" | sed \
  -e 's/"rpc" *: */"rpc": /g' \
  -e 's/"rpc": {"acl":\[{[^}]*}\]} *,\{0,1\} *//' \
  -e "s|^ *{ *|{ $rpc|" \
  -e 's/, *} *$/ }/' \
  -e 's/"greylisting_config": *{[^}]*} *, *//' \
  -e 's/, *"greylisting_config": *{[^}]*}//' \
  -e "s/\"bootstrap-peers\": *\\[ *\\(\"[^\"]*\" *,* *\\)*\\]/$redial\"bootstrap-peers\": [ $list ]/" \
  -e 's/ *$//')

case $now in '{'*'}') ;; *) refuse 'is no object of JSON' ;; esac
case $now in
  *'"rpc":'*'"rpc":'*) refuse 'has a section "rpc" of somebody else, beside which the list of the bakery file would be a second one' ;;
esac
case $now in
  *"$redial\"bootstrap-peers\": [ $list ]"*) ;;
  *) echo "$CONFIG has no list of peers: those of the network count${redial:+, and a lost sentry is dialled later and later}" ;;
esac
[ "$now" != "$(cat "$CONFIG")" ] || exit 0 # a full disk must not keep a node down

printf '%s\n' "$now" >"$CONFIG.new"
sync
mv "$CONFIG.new" "$CONFIG"
sync
echo "$CONFIG follows the bakery file: $PEERS"
