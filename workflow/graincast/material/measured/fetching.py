"""Files of measured maps: from a mirror folder, else from the user's cache, else from their address, and verified.

A file counts only with the sha256 of the table, and stands under its final name only after that was checked. What
cannot be had is recorded with the reason, and the run goes on without its map; a wrong checksum is an error, except in
the cache, which is filled again. The user's own files (rows without an address) are copied from where they are.
"""

import contextlib
import csv
import hashlib
import io
import logging
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO

from graincast.base.errors import GraincastError
from graincast.base.storage import write_text, written
from graincast.material.measured.map_rows import MeasuredFile, MeasuredMap

BLOCK = 1 << 20
SILENCE_SECONDS = 30  # without a byte from an address
LONGEST_SECONDS = 1800  # for one file
FETCHED, MISSING = "fetched", "missing"
COLUMNS = ("map", "name", "file", "state", "reason")
log = logging.getLogger("graincast")


class Unreachable(Exception):
    """A file cannot be had now; the text says why."""


@dataclass(frozen=True)
class Record:
    """What became of one file; `file` is its path within the folder of all maps."""

    map: str
    name: str
    file: str
    state: str  # FETCHED or MISSING
    reason: str  # empty if fetched


def fetch_all(maps: Sequence[MeasuredMap], folder: Path, mirror: Path | None) -> list[Record]:
    """Bring the files of all maps to `folder`/map/file, as far as they can be had."""
    if mirror is not None and not mirror.is_dir():
        raise GraincastError(f"{mirror}: is no folder, expected the mirror of measured files")
    return [record for found in maps for record in _records(found, folder, mirror)]


def _records(found: MeasuredMap, folder: Path, mirror: Path | None) -> list[Record]:
    """Of every file of a map; of its row where that cannot be meant."""
    if found.fault:
        log.info("%s: left out: %s", found.name, found.fault)
        return [Record(found.name, found.name, "its row", MISSING, found.fault)]
    return [_fetched(found, file, folder, mirror) for file in (found.main, *found.parts)]


def mirror_folder(given: Path | None) -> Path | None:
    """The mirror that was given, else the one that the environment names, else none."""
    named = os.environ.get("GRAINCAST_MIRROR")
    return given or (Path(named) if named else None)


def write(path: Path, records: Sequence[Record]) -> None:
    """The records as CSV, a row a file."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows([(each.map, each.name, each.file, each.state, each.reason) for each in records])
    write_text(path, text.getvalue())


def read(path: Path) -> list[Record]:
    """The records of a CSV that `write` wrote."""
    try:
        header, *rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), strict=True))
        records = [Record(*row) for row in rows]
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise GraincastError(f"{path}: is not a readable record of fetched files: delete it and run again") from error
    if tuple(header) != COLUMNS:
        raise GraincastError(f"{path}: has the columns {header}, expected {list(COLUMNS)}: delete it and run again")
    return records


def available(records: Sequence[Record]) -> tuple[str, ...]:
    """Names of the maps of which every file was fetched."""
    return tuple(name for name in _maps(records) if name not in missing(records))


def missing(records: Sequence[Record]) -> dict[str, str]:
    """Why each map that lacks a file is not there."""
    return {
        name: "; ".join(f"{each.file}: {each.reason}" for each in records if each.map == name and each.reason)
        for name in _maps(records)
        if any(each.map == name and each.state == MISSING for each in records)
    }


def file_of(record: Path, name: str) -> tuple[Path, str]:
    """The file of a map to read first, beside its record; and why the map is not there, or nothing."""
    mine = [each for each in read(record) if each.map == name]
    if not mine:
        raise GraincastError(f"{record}: says nothing of the map '{name}'")
    return record.parent / mine[0].file, missing(mine).get(name, "")


def _maps(records: Sequence[Record]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.map for each in records))


def _fetched(found: MeasuredMap, file: MeasuredFile, folder: Path, mirror: Path | None) -> Record:
    place = f"{found.name}/{Path(file.file).name}"
    try:
        source = _bring(file, folder / place, mirror)
    except Unreachable as reason:
        log.info("%s: not there: %s", file.name, reason)
        return Record(found.name, file.name, place, MISSING, str(reason))
    log.info("%s: from %s", file.name, source)
    return Record(found.name, file.name, place, FETCHED, "")


def _bring(file: MeasuredFile, target: Path, mirror: Path | None) -> str:
    """Bring one file to `target` from the first place that has it, and say which."""
    if not file.address:
        _copy(Path(file.file), target, file)
        return file.file
    if mirror is not None and (mirror / file.file).is_file():
        _stay_within(mirror, file)
        _copy(mirror / file.file, target, file)
        return str(mirror / file.file)
    cached = cache_folder() / file.sha256
    if cached.is_file():
        with contextlib.suppress(GraincastError, Unreachable):  # a damaged entry is filled again
            _copy(cached, target, file)
            return str(cached)
    with _download(file.address) as stream:
        _take(stream, file.address, target, file)
    with contextlib.suppress(GraincastError, Unreachable, OSError):  # a full or read-only disk is no reason to stop
        _copy(target, cached, file)
    return file.address


def cache_folder() -> Path:
    """Where this user's downloads are kept, each under its sha256."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "graincast" / "measured"


def _stay_within(mirror: Path, file: MeasuredFile) -> None:
    """A link in a mirror may not lead out of it."""
    if not (mirror / file.file).resolve().is_relative_to(mirror.resolve()):
        raise GraincastError(f"{mirror / file.file}: leads out of the mirror, expected a file in it")


def _copy(source: Path, target: Path, file: MeasuredFile) -> None:
    try:
        if not source.is_file():
            raise Unreachable(f"{source} is not a file")
        stream = source.open("rb")
    except OSError as error:
        raise Unreachable(f"{source} cannot be read: {error.strerror or error}") from error
    with stream:
        _take(stream, str(source), target, file)


def _take(stream: BinaryIO, source: str, target: Path, file: MeasuredFile) -> None:
    """Write a stream to `target`, which appears only if its sha256 is that of the table."""
    digest = hashlib.sha256()
    with written(target) as partial, open(partial, "wb") as sink:
        for block in _blocks(stream, source, file.most_bytes):
            digest.update(block)
            sink.write(block)
        if file.sha256 and digest.hexdigest() != file.sha256:
            raise GraincastError(
                f"{source}: has sha256 {digest.hexdigest()}, expected {file.sha256} ('{file.name}' in the table): "
                "it is damaged, or another file"
            )


def _blocks(stream: BinaryIO, source: str, most_bytes: int) -> Iterator[bytes]:
    """What a stream holds, block by block, in bounded time and no more than `most_bytes`."""
    begun, taken = time.monotonic(), 0
    try:
        while block := _some(stream):
            taken += len(block)
            if taken > most_bytes:
                raise GraincastError(f"{source}: has more than {most_bytes} bytes, which is what the table allows")
            if time.monotonic() - begun > LONGEST_SECONDS:
                raise Unreachable(f"{source} took longer than {LONGEST_SECONDS} s")
            yield block
    except (OSError, HTTPException) as error:
        raise Unreachable(f"{source} broke off: {_reason(error)}") from error
    promised = getattr(stream, "headers", {}).get("Content-Length")
    if promised and promised.isdigit() and taken < int(promised):
        raise Unreachable(f"{source} broke off after {taken} of {promised} bytes")


def _some(stream: BinaryIO) -> bytes:
    """What has arrived, BLOCK at most: a whole block of a server that gives a byte now and then would take for ever."""
    return stream.read1(BLOCK) if isinstance(stream, io.BufferedIOBase) else stream.read(BLOCK)


@contextlib.contextmanager
def _download(address: str) -> Iterator[BinaryIO]:
    try:
        response = _opener().open(address, timeout=SILENCE_SECONDS)
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(f"{address} cannot be reached: {_reason(error)}") from error
    if response is None:
        raise Unreachable(f"{address} cannot be reached: no handler for it")
    with response:
        yield response


def _opener() -> urllib.request.OpenerDirector:
    """Opens https, http and file, and nothing else, wherever a server redirects to."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.FileHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


def _reason(error: Exception) -> str:
    plain = isinstance(error, urllib.error.URLError) and not isinstance(error, urllib.error.HTTPError)
    reason = getattr(error, "reason", error) if plain else error
    plain_text = "".join(sign if sign.isprintable() else " " for sign in str(reason))  # a server may say anything
    return " ".join(plain_text.split())[:200] or type(error).__name__
