"""How a long-running process gives memory back: settings of the C library's allocator, where it has them (glibc).

By itself glibc keeps a heap for each thread, and raises the size from which a block is given back as soon as it is free
with every large block that was freed: the buffers of one photo leave holes that stay (mallopt(3)).
"""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENAS = -1, -3, -8
BLOCK_BYTES = 131_072
"""What is at least so large goes back when it is free: glibc's own first value, here for good."""


def give_back() -> bool:
    """One heap for all threads, large blocks apart; False where the C library knows no such settings."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    taken = [
        mallopt(setting, value)
        for setting, value in (
            (_ARENAS, 1),
            (_MMAP_THRESHOLD, BLOCK_BYTES),
            (_TRIM_THRESHOLD, BLOCK_BYTES),
        )
    ]
    return all(taken)
