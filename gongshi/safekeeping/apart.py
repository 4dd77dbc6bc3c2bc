"""The process in which HEIC photos are decoded: ``python -m gongshi.safekeeping.apart``, photo in, JPEG out.

It has no settings, no keys and no database; a file that makes its decoder crash, run on or fill the memory ends this
process and nothing else.
"""

import resource
import sys

import pillow_heif

from gongshi.safekeeping.photos import TOO_MANY_PIXELS, UploadError, copied

MEMORY = 500_000_000
SECONDS = 15


def main() -> int:
    """Reads a HEIC photo from standard input and writes the JPEG. Returns the exit status."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    try:
        copy = copied(sys.stdin.buffer.read(), "HEIF")
    except UploadError as error:
        return TOO_MANY_PIXELS if error.code == "too_many_pixels" else 1
    sys.stdout.buffer.write(copy)
    return 0


if __name__ == "__main__":
    sys.exit(main())
