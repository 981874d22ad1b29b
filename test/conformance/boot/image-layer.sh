#!/bin/sh
# Does what RUN and COPY lines of a Dockerfile say, above a base, and packs what they changed as one layer.
#   BASE     the root folder of the base, only read
#   CONTEXT  the folder that COPY copies from
#   STEPS    a file of one step a line: "RUN <base64 of the command>" or "COPY <source> <target>"
#   DRAFT    an empty folder; layer.tar appears in it
# Every mount is of this process' own (unshare --mount): whatever ends it leaves none behind.
set -eu

: "${BASE:?}" "${CONTEXT:?}" "${STEPS:?}" "${DRAFT:?}"
mkdir "$DRAFT/upper" "$DRAFT/work" "$DRAFT/root"
mount -t overlay overlay -o "lowerdir=$BASE,upperdir=$DRAFT/upper,workdir=$DRAFT/work" "$DRAFT/root"
# What a RUN finds as under docker build: processes, and names of the internet as this machine knows them.
mount -t proc proc "$DRAFT/root/proc"
[ ! -e "$DRAFT/root/etc/resolv.conf" ] || mount --bind /etc/resolv.conf "$DRAFT/root/etc/resolv.conf"

while read -r word one two; do
  if [ "$word" = RUN ]; then
    chroot "$DRAFT/root" /bin/sh -euc "$(printf '%s' "$one" | base64 -d)" </dev/null
  elif [ -d "$CONTEXT/$one" ]; then
    mkdir -p "$DRAFT/root/$two"
    cp -R --preserve=mode "$CONTEXT/$one/." "$DRAFT/root/$two"
  else
    mkdir -p "$(dirname "$DRAFT/root/$two")"
    cp --preserve=mode "$CONTEXT/$one" "$DRAFT/root/$two"
  fi
done <"$STEPS"
umount --recursive "$DRAFT/root"

# What a step removed is a device 0:0 to overlayfs, and an empty file of that name to an image.
find "$DRAFT/upper" -type c | while read -r gone; do
  rm "$gone"
  : >"${gone%/*}/.wh.${gone##*/}"
done
tar -C "$DRAFT/upper" -cf "$DRAFT/layer.tar" .
rm -r "$DRAFT/upper" "$DRAFT/work" "$DRAFT/root"
