"""What compressed pieces of a file unpack to, found out in bounded memory before a library unpacks them.

Libraries unpack a piece whole before they compare it with its place: some kilobytes can become gigabytes.
"""

import zlib

BLOCK = 1 << 20


def deflated_fits(packed: bytes, most: int) -> bool:
    """Whether a piece packed by deflate unpacks to `most` bytes or fewer, or is damaged before it unpacks to more."""
    unpacker, taken = zlib.decompressobj(), 0
    while packed and not unpacker.eof and taken <= most:
        try:
            taken += len(unpacker.decompress(packed, BLOCK))
        except zlib.error:
            return True
        packed = unpacker.unconsumed_tail
    return taken <= most
