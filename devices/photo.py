"""The photo of a resident card as the chip holds it (WLT, 1024 bytes): decoders are makers' own, none comes with us.

An installed package offers one as an entry point of the group `congye.wlt_decoder`: a function that takes the 1024 bytes
and returns a picture (JPEG, PNG or BMP). Without one, the clerk takes or uploads the photo.
"""

import logging
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points

GROUP = "congye.wlt_decoder"
WLT_BYTES = 1024

Decoder = Callable[[bytes], bytes]
log = logging.getLogger(__name__)


@cache
def decoder() -> Decoder | None:
    """The decoder that is installed, loaded once; None where there is none or it does not load."""
    for entry in entry_points(group=GROUP):
        try:
            loaded: Decoder = entry.load()
        except Exception:  # a maker's library: anything may be wrong with it
            log.exception("the photo decoder %s does not load", entry.name)
        else:
            return loaded
    return None


def decoded(content: bytes) -> bytes | None:
    """The picture in a WLT photo; None without photo or decoder, or where the decoder fails."""
    decode = decoder()
    if decode is None or len(content) != WLT_BYTES:
        return None
    try:
        return decode(content) or None
    except Exception:  # a photo that does not decode must not cost the reading
        log.exception("the photo decoder failed")
        return None
