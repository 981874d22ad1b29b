#!/bin/sh
# The files of a gateway's pod where its programs look for them: gateway-init.sh FOLDER PROGRAM WORD...
# In a namespace of mounts of its own. FOLDER holds etc/, which is laid over the machine's, and becomes the pod's /run.
set -eu
folder=$1
shift
mount --make-rprivate /
mount -t overlay -o "lowerdir=/etc,upperdir=$folder/etc,workdir=$folder/work" overlay /etc
mount --bind "$folder/run" /run
exec "$@"
