"""A user's file as an array, in bounded memory: PNG and what else Pillow reads without another program, TIFF, NPY.

The size is read from the file's head, before a pixel is decoded. Transparent colours are laid on white, as a viewer
shows them.
"""

import contextlib
import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from graincast.base import packing
from graincast.base.errors import GraincastError

MOST_PIXELS = 36_000_000
FEWEST_PIXELS = 16  # of a side
MOST_BYTES_PER_PIXEL = 32
MOST_OF_16_BITS = 65535
FORMATS = ("PNG", "TIFF", "JPEG", "JPEG2000", "BMP", "GIF", "PPM", "WEBP")  # EPS would start Ghostscript
DEFLATED = (tifffile.COMPRESSION.ADOBE_DEFLATE, tifffile.COMPRESSION.DEFLATE)


def read(path: Path) -> NDArray:
    """The one image of a file: grey or numbers [H, W], or colours [H, W, 3] of one byte each.

    Colours that bytes would merge, and that come in patches as labels do, are numbered.
    """
    if not path.is_file():
        raise GraincastError(f"{path}: is {'a folder' if path.is_dir() else 'not there'}, expected an image file")
    if path.stat().st_size == 0:
        raise GraincastError(f"{path}: is empty, expected an image")
    try:
        stored = _stored(path)
    except (GraincastError, MemoryError):
        raise
    except Exception as error:  # the image libraries raise anything; the user needs the file
        reason = " ".join(str(error).split())[:200]
        raise GraincastError(
            f"{path}: is not a readable image ({type(error).__name__}: {reason}), expected PNG, TIFF or NPY"
        ) from error
    return plain(stored, str(path))


def central_square(picture: NDArray) -> NDArray:
    """The largest square in the middle of a picture."""
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    return picture[top : top + side, left : left + side]


def _stored(path: Path) -> NDArray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own limit is a warning; ours is an error
        if path.suffix.lower() == ".npy":
            return _array(path)
        if path.suffix.lower() in (".tif", ".tiff"):
            return _tiff(path)
        return _by_pillow(path)


def _by_pillow(path: Path) -> NDArray:
    try:
        opened = Image.open(path, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise GraincastError(_too_large(path, f"more than {MOST_PIXELS // 1_000_000}")) from error
    with opened as image:
        _check_size(path, (image.height, image.width), 4)
        return np.asarray(image if image.mode in ("1", "L", "I;16", "I;16B", "I", "F") else image.convert("RGBA"))


def _array(path: Path) -> NDArray:
    stored = np.lib.format.open_memmap(path, mode="r")  # np.load takes what is no NPY for a pickle, and says so
    _check_size(path, _of_one(stored.shape), stored.dtype.itemsize)
    return np.array(stored).reshape(_of_one(stored.shape))


def _of_one(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of an image that is a stack of one."""
    while len(shape) > 2 and shape[0] == 1:
        shape = shape[1:]
    return shape


def _tiff(path: Path) -> NDArray:
    logging.getLogger("tifffile").disabled = True  # it would tell of every damaged tag
    with tifffile.TiffFile(path) as tiff:
        series: Any = tiff.series[0]
        planar = series.axes.startswith("S")  # colours one after the other
        shape = _of_one((*series.shape[1:], series.shape[0]) if planar else series.shape)
        _check_size(path, shape, series.dtype.itemsize)
        pages = list(series.pages)
        for page in pages:
            _check_pieces(path, tiff, page)
        if all(page.compression in (tifffile.COMPRESSION.NONE, *DEFLATED) for page in pages):
            stored = np.asarray(series.asarray())
            return np.moveaxis(stored, 0, -1) if planar else stored.reshape(shape)
    return _by_pillow(path)  # tifffile does not bound the memory of LZW, and leaves others to another package


def _check_pieces(path: Path, tiff: tifffile.TiffFile, page: Any) -> None:
    """An error for tiles larger than an image may be, and for pieces that unpack to more than their place."""
    points = int(np.prod(page.chunks, dtype=float))
    if points > MOST_PIXELS:
        raise GraincastError(
            f"{path}: has tiles of {points / 1e6:.0f} million pixels, expected fewer than an image has"
        )
    most = points * page.dtype.itemsize
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        if page.compression in DEFLATED:
            tiff.filehandle.seek(offset)
            if not packing.deflated_fits(tiff.filehandle.read(count), most):
                raise GraincastError(f"{path}: has a piece that unpacks to more than its {most} bytes: it is a bomb")


def _check_size(path: Path | str, shape: tuple[int, ...], bytes_per_value: int) -> None:
    """An error for what is no single image, or too small or too large a one."""
    colour = len(shape) == 3 and shape[2] in (3, 4)
    if len(shape) != 2 and not colour:
        raise GraincastError(f"{path}: has shape {shape}, expected one image: rows and columns, and colours if any")
    pixels = shape[0] * shape[1]
    if min(shape[:2]) < FEWEST_PIXELS:
        raise GraincastError(f"{path}: has {shape[0]} x {shape[1]} pixels, expected {FEWEST_PIXELS} or more a side")
    too_wide = bytes_per_value * (shape[2] if colour else 1) > MOST_BYTES_PER_PIXEL
    if pixels > MOST_PIXELS or too_wide:
        raise GraincastError(_too_large(path, f"{pixels / 1e6:.0f}"))


def _too_large(path: Path | str, millions: str) -> str:
    return f"{path}: has {millions} million pixels, expected {MOST_PIXELS // 1_000_000} at most: crop it, or reduce it"


def plain(stored: NDArray, where: str) -> NDArray:
    """Numbers without NaN, or opaque colours of which the three differ somewhere."""
    _check_size(where, stored.shape, stored.dtype.itemsize)  # what a damaged file holds need not be what its head says
    if stored.dtype.kind not in "buif":
        raise GraincastError(f"{where}: holds {stored.dtype}, expected real numbers")
    if stored.dtype.kind == "f" and not np.isfinite(stored).all():
        raise GraincastError(f"{where}: has pixels without a finite value, expected a number in every pixel")
    if stored.ndim == 2:
        return stored.astype(np.uint8) if stored.dtype == bool else stored
    if stored.shape[2] == 3 and (stored[..., :1] == stored[..., 1:]).all():
        return np.ascontiguousarray(stored[..., 0])
    colours = _opaque(_bytes(stored))
    if stored.dtype == np.uint16 and (stored.shape[2] == 3 or (stored[..., 3] == MOST_OF_16_BITS).all()):
        numbers = _numbers(stored)
        if _are_patches(numbers) and numbers.max() > _numbers(colours).max():
            return numbers
    grey = (colours[..., :1] == colours[..., 1:]).all()
    return np.ascontiguousarray(colours[..., 0]) if grey else colours


def _numbers(colours: NDArray[np.unsignedinteger]) -> NDArray[np.int32]:
    """Colours [H, W, 3] numbered from 0."""
    codes = np.zeros(colours.shape[:2], np.int64)
    for channel in range(3):
        codes = codes << 16 | colours[..., channel].astype(np.int64)
    return np.asarray(np.unique(codes, return_inverse=True)[1].reshape(codes.shape), np.int32)


def _are_patches(numbers: NDArray[np.int32]) -> bool:
    """Whether most pixels are like the next one."""
    return bool(np.mean(numbers[:, 1:] == numbers[:, :-1]) > 0.5)


def _bytes(colours: NDArray) -> NDArray[np.uint8]:
    """Colours of any number type as bytes."""
    if colours.dtype == np.uint8:
        return colours
    with contextlib.suppress(ValueError):
        largest = float(np.iinfo(colours.dtype).max)
        return np.asarray(np.clip(colours / largest, 0, 1) * 255, np.uint8)
    return np.asarray(np.clip(colours / max(1.0, float(colours.max())), 0, 1) * 255, np.uint8)


def _opaque(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colours [H, W, 3] of colours with or without a share of transparency [H, W, 3 or 4]."""
    if colours.shape[2] == 3 or (colours[..., 3] == 255).all():
        return colours[..., :3]
    share = colours[..., 3:].astype(np.float32) / 255
    return np.asarray(np.round(share * colours[..., :3] + (1 - share) * 255), np.uint8)
