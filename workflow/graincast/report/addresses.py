"""Images as addresses that hold the image itself, for a page that has no files, in as few bytes as lose nothing."""

import base64
import io
import re
from urllib.parse import quote

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

LONGEST_WEBP = 16383  # pixels of a side
EFFORT = 4  # 6 takes a hundred times as long for a hundredth less
UNSEEN = re.compile(
    r' (?:(?:class|role|aria-[a-z]+|pointer-events)="[^"]*"|(?:opacity|stroke-width|stroke-opacity)="1")'
    r'|<path(?: d="[^"]*")? display="none"/>|<path d="M0,0h0v0h0Z"/>'
)
DIGITS = re.compile(r"-?\d+\.\d{3,}")  # of a position, more than can be seen
SAFE = " /:;,=()'!*@$?~[]{}|^`<>"  # in an address in double quotes, beside letters and digits


def of_pixels(image: NDArray[np.uint8]) -> str:
    """An image [H, W] or [H, W, 3], each pixel kept."""
    return _of_image(Image.fromarray(image))


def of_png(content: bytes) -> str:
    """A PNG, each pixel kept."""
    with Image.open(io.BytesIO(content)) as image:
        return _of_image(image)


def of_drawing(svg: str) -> Markup:
    """A drawing of Vega's, without what is not seen: notes for style sheets, sizes that are the usual ones.

    It needs no further escape in double quotes: " and & are written in another way.
    """
    seen = DIGITS.sub(lambda found: f"{float(found.group()):.2f}", UNSEEN.sub("", svg))
    return Markup("data:image/svg+xml," + quote(seen.replace('"', "'"), safe=SAFE))


def _of_image(image: Image.Image) -> str:
    """As WebP, or as PNG where it is too long for that."""
    stored = io.BytesIO()
    if max(image.size) > LONGEST_WEBP:
        image.save(stored, format="PNG", optimize=True)
        kind = "png"
    else:
        image.save(stored, format="WEBP", lossless=True, method=EFFORT)
        kind = "webp"
    return f"data:image/{kind};base64,{base64.b64encode(stored.getvalue()).decode()}"
