#!/bin/sh
# Waits until the names in PEERS can be looked up. A node looks its peers up once, when it starts: a private node that
# starts while the cluster's DNS is still coming up would have no peer, and miss every block until somebody restarts it.
# After TRIES seconds one name is enough. With none the pod starts over, where a person sees it.
set -eu

: "${PEERS:?}" # separated by spaces
TRIES=${TRIES:-30}

trap 'exit 143' TERM INT # without a trap, a shell that is process 1 hears no TERM

found() { getent hosts "$1" >/dev/null; }
all_found() { for peer in $PEERS; do found "$peer" || return 1; done; }
one_found() { for peer in $PEERS; do if found "$peer"; then return 0; fi; done; return 1; }

command -v getent >/dev/null || { echo 'no getent in this image: not waiting' && exit 0; }

until all_found; do
  TRIES=$((TRIES - 1))
  if [ "$TRIES" -le 0 ]; then
    one_found || { echo "none of $PEERS can be looked up" >&2 && exit 1; }
    echo "some of $PEERS cannot be looked up: starting without them"
    exit 0
  fi
  sleep 1
done
