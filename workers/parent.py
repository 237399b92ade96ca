"""Ties a process to its parent, so that a killed parent leaves nothing behind."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask Linux for a signal when the parent dies; elsewhere the parent's own stop must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
