"""The database file is brought into memory when the installation starts.

After a start nothing of the file is there, and a search that needs some hundred scattered pages waits for the
disk at each: with a million people many times as long as later. Reading it from end to end takes seconds.
"""

from __future__ import annotations

import threading
from pathlib import Path

from django.db import connection

#: Bytes read at a time.
BLOCK = 4 << 20
#: The part of the free memory a file may take: the rest is for the work.
SHARE = 0.5
_MEMORY = Path("/proc/meminfo")


def free_memory() -> int:
    """Bytes the system could give without pushing anything out; 0 where it does not say."""
    try:
        lines = _MEMORY.read_text().splitlines()
    except OSError:
        return 0
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


def read_ahead() -> int:
    """Read the database file once, when it is SQLite's and small enough; gives the bytes read."""
    if connection.vendor != "sqlite":
        return 0
    file = Path(str(connection.settings_dict["NAME"]))
    try:
        if file.stat().st_size > SHARE * free_memory():
            return 0
        read, block = 0, bytearray(BLOCK)
        with file.open("rb", buffering=0) as stream:
            while part := stream.readinto(block):
                read += part
    except OSError:
        # Only a convenience: who opens the database says what is wrong with it.
        return 0
    return read


def read_ahead_aside() -> threading.Thread:
    """The same beside other work; the thread ends with the process."""
    thread = threading.Thread(target=read_ahead, name="read-ahead", daemon=True)
    thread.start()
    return thread
