"""The plug of a Ledger: a terminal in raw mode under the name that udev would give it. Bytes of programs go to standard
output, what comes on standard input goes to programs. The terminal goes when standard input ends.
   pty-bridge.py NAME GROUP"""

import fcntl
import os
import select
import signal
import sys
import termios
import tty

name, group = sys.argv[1:]
with open("/etc/group") as groups:
    numbers = {line.split(":")[0]: int(line.split(":")[2]) for line in groups if ":" in line}
# It is this program's own terminal: whoever opens it does not make it his, and so is not hung up when it goes.
os.setsid()
signal.signal(signal.SIGHUP, signal.SIG_IGN)
device, program = os.openpty()
fcntl.ioctl(program, termios.TIOCSCTTY, 0)
tty.setraw(program)  # held open: the terminal outlives the programs that open it
file = os.ttyname(program)
os.chown(file, 0, numbers.get(group, 0))
os.chmod(file, 0o660)
if os.path.lexists(name):
    os.unlink(name)
os.symlink(file, name)
sys.stderr.write("plugged in\n")
sys.stderr.flush()
try:
    while True:
        for source in select.select([0, device], [], [])[0]:
            data = os.read(source, 4096)
            if not data:
                raise SystemExit
            os.write(1 if source == device else device, data)
finally:
    os.unlink(name)
