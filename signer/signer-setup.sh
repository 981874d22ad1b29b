#!/bin/sh
# Sets this machine up from what lies on its boot partition. The service that runs it tries again until it has worked, and
# at each start; then it does nothing, unless something else lies there: what a person has written on the card since.
# BAKERY, SIGNER: which of the machines this one is.
set -eu

card=/boot/firmware/tezos-bakery
state=/var/lib/signer-setup

lies_there=$(cd "$card" && find . -type f -exec sha256sum {} + | sort | sha256sum | cut -d ' ' -f 1)
if [ -e "$state/done" ] && [ "$(cat "$state/done")" = "$lies_there" ]; then
  echo "this machine is set up as the card says"
  exit 0
fi

# On the partition every file may be run and is everybody's: an inventory that may be run is taken for a program.
rm -rf "$state/files"
mkdir -p "$state/files"
cp -R --no-preserve=mode,ownership "$card/." "$state/files"

if ! command -v ansible-playbook >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  dpkg --configure -a # what a power cut has left half done stops apt
  apt-get --option=DPkg::Lock::Timeout=300 update
  apt-get --option=DPkg::Lock::Timeout=300 install --yes --no-install-recommends ansible-core
fi
cd "$state/files"
ansible-playbook --connection=local --inventory "$BAKERY/inventory.yml" --limit "$SIGNER" site.yml

printf '%s\n' "$lies_there" >"$state/done.new"
sync "$state/done.new"
mv "$state/done.new" "$state/done"
