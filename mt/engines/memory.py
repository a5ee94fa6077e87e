"""Memory that is free in this process, given back to the machine."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """Return freed memory to the system, where the C library can (glibc's `malloc_trim`); elsewhere nothing happens.

    glibc keeps what a model took that was loaded and dropped, for later use by this process alone.
    """
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # musl has none
        trim(0)
