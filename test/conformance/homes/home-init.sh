#!/bin/sh
# The first process of a home: mounts its card, waits for its uplinks, becomes systemd.
#   home-init.sh CARD NAME INTERFACE...
# Runs in new namespaces of mounts, processes, names and network. What cannot be had for one machine alone is taken away
# first: clock, modules, and settings of the kernel other than those of the network.
set -eu
card=$1
name=$2
shift 2

root=/mnt
mount --make-rprivate /
# As a card that fails: the file system of Linux then lets nobody write any more.
mount -t ext4 -o loop,noatime,errors=remount-ro "$card" "$root"
cd "$root"
mount -t proc -o nosuid,nodev,noexec proc proc
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755,nosuid tmpfs dev
while read -r file major minor; do
  mknod -m 666 "dev/$file" c "$major" "$minor"
done <<NODES
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
console 1 3
kmsg 1 3
NODES
mkdir -p dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mount -t tmpfs -o nosuid,nodev tmpfs dev/shm
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs run
mount --bind proc/sys/net proc/sys/net
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,rw proc/sys/net

ip link set lo up
hostname "$name"
echo "waits for its uplinks"
for interface in "$@"; do
  until ip link show "$interface" >/dev/null 2>&1; do sleep 0.02; done
done

pivot_root . mnt # a folder that is there: a full card starts too
exec chroot . /bin/sh -c '
  umount -l /mnt
  exec setpriv --bounding-set -sys_time,-sys_module,-sys_rawio,-mknod,-syslog --inh-caps -all /sbin/init
' </dev/null
