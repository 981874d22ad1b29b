"""Takes the power from a file system: nothing more is written to its disk, and what was not written yet is lost.
   power-cut.py FOLDER"""

import fcntl
import os
import struct
import sys

EXT4_IOC_SHUTDOWN = 0x8004587D
WITHOUT_THE_LOG = 2  # what is only in the journal's memory is lost too

folder = os.open(sys.argv[1], os.O_RDONLY)
fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", WITHOUT_THE_LOG))
