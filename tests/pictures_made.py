"""Pictures as laboratories have them: lines between grains, photographs of grains, data bars and captions."""

import io
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.spatial import cKDTree

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def as_bytes(shades):
    return np.clip(shades, 0, 255).astype(np.uint8)


def cells(seed, rows=300, columns=300, grains=60, width=3.0):
    """Grains [rows, columns] around points by chance, and lines between them [rows, columns], 1 on a line."""
    points = np.random.default_rng(seed).random((grains, 2)) * [rows, columns]
    places = np.stack(np.indices((rows, columns)), axis=-1).reshape(-1, 2)
    distance, nearest = cKDTree(points).query(places, k=2)
    gap = (distance[:, 1] - distance[:, 0]).reshape(rows, columns)
    return nearest[:, 0].reshape(rows, columns).astype(np.int32), np.clip(width / 2 + 0.5 - gap / 2, 0, 1)


def dark_lines(seed, noise=10.0, **size):
    """A micrograph with dark lines between grains."""
    lines = cells(seed, **size)[1]
    return as_bytes(190 - 130 * lines + np.random.default_rng(seed).normal(0, noise, lines.shape))


def photograph(seed, noise=10.0, channels=(), **size):
    """Grains of a shade, or a colour, each and no lines between them: channelling contrast, or colour etching."""
    rng = np.random.default_rng(seed)
    grains = cells(seed, **size)[0]
    shades = rng.uniform(40, 220, (grains.max() + 1, *channels))[grains]
    return as_bytes(shades + rng.normal(0, noise, shades.shape))


def as_jpeg(picture, quality=85):
    """What is left of a picture that was saved as JPEG."""
    stored = io.BytesIO()
    Image.fromarray(picture).save(stored, "JPEG", quality=quality)
    with Image.open(stored) as image:
        return np.asarray(image.convert("L" if picture.ndim == 2 else "RGB"))


def _font(name, size):
    return ImageFont.truetype(str(FONTS / name), size)


def bar_with_frames(columns, rows, plain, ink):
    """As FEI and Thermo Fisher draw it: two lines of text in boxes, framed."""
    image = Image.new("L", (columns, rows), plain)
    draw, font, left = ImageDraw.Draw(image), _font("DejaVuSans.ttf", rows // 3), 6
    draw.rectangle([0, 0, columns - 1, rows - 1], outline=ink)
    for word, value in (("HV", "15.00 kV"), ("mag", "2 000 x"), ("WD", "9.8 mm")):
        draw.text((left, 2), word, fill=ink, font=font)
        draw.text((left, rows // 2), value, fill=ink, font=font)
        left += int(draw.textlength(value, font=font)) + 12
        draw.line([left - 6, 0, left - 6, rows], fill=ink)
    return np.asarray(image)


def bar_with_a_scale(columns, rows, plain, ink):
    """As JEOL and Zeiss draw it: one line of text and a scale bar."""
    image = Image.new("L", (columns, rows), plain)
    draw = ImageDraw.Draw(image)
    draw.text((10, rows // 4), "15kV  X2,000  10\u00b5m", fill=ink, font=_font("DejaVuSansMono.ttf", rows // 3))
    draw.rectangle([columns - 90, rows // 2, columns - 20, rows // 2 + 3], fill=ink)
    return np.asarray(image)


def scale_bar_in(picture, ink, box, size=20):
    """A picture with a scale bar and its length in the lower right corner, on a box."""
    image = Image.fromarray(picture)
    draw, top, left = ImageDraw.Draw(image), len(picture) - 2 * size - 24, picture.shape[1] - 160
    draw.rectangle([left - 10, top - 8, left + 140, top + 2 * size], fill=box)
    draw.text((left, top), "10 \u00b5m", fill=ink, font=_font("DejaVuSans-Bold.ttf", size))
    draw.rectangle([left, top + 3 * size // 2, left + 120, top + 3 * size // 2 + 3], fill=ink)
    return np.asarray(image)
