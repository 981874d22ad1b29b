#!/bin/sh
# Brings a node's config.json up to what the bakery file says, at every start: `config init` froze the peers of its day, and
# there is no flag for how often a lost peer is dialled, nor for what may be asked on a listener. A private node that dials its sentries later and later, up to two days apart
# by Octez' default, misses blocks long after they are back.
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

# Strings may hold brackets: [::1]:9732.
now=$(tr '\n' ' ' <"$CONFIG" | sed \
  -e 's/"rpc": *{"acl":\[{[^}]*}\]}, *//' \
  -e "s|^ *{ *|{ $rpc|" \
  -e 's/"greylisting_config": *{[^}]*} *, *//' \
  -e 's/, *"greylisting_config": *{[^}]*}//' \
  -e "s/\"bootstrap-peers\": *\\[ *\\(\"[^\"]*\" *,* *\\)*\\]/$redial\"bootstrap-peers\": [ $list ]/" \
  -e 's/ *$//')

case $now in
  *"$redial\"bootstrap-peers\": [ $list ]"*) ;;
  *) echo "$CONFIG has no list of peers: those of the network count" ;;
esac
[ "$now" != "$(cat "$CONFIG")" ] || exit 0 # a full disk must not keep a node down

printf '%s\n' "$now" >"$CONFIG.new"
sync
mv "$CONFIG.new" "$CONFIG"
sync
echo "$CONFIG follows the bakery file: $PEERS"
