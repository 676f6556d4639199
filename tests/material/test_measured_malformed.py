"""Files that lie, are cut off, unpack to gigabytes or lead elsewhere are refused and named, in bounded memory."""

import resource
import struct
import time
import zlib

import h5py
import numpy as np
import pytest
from PIL import Image

import measured_files as files
from graincast.material.measured import formats
from graincast.material.measured.readers import limits
from measured_files import edited, refused

MADE = files.sample()


@pytest.mark.parametrize("name", files.WRITERS)
@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.98])
def test_a_truncated_file_is_refused(name, share, tmp_path):
    path = files.WRITERS[name](tmp_path / name, MADE)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    refused(path)


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("map.ang", "NROWS: 6", "NROWS: 7", ("54", "63", "truncated")),
        ("map.ang", "NROWS: 6", "NROWS: 5", ("more", "45")),
        ("map.ang", "NROWS: 6", "NROWS: 4000", ("NROWS", "bytes")),
        ("map.ang", "NROWS: 6", "NROWS: -6", ("NROWS", "'-6'")),
        ("map.ang", "NROWS: 6", "NROWS: 99999999999999999999", ("NROWS",)),
        ("map.ang", "# NROWS: 6", "#", ("NROWS",)),
        ("map.ang", "SqrGrid", "TriGrid", ("GRID", "TriGrid")),
        ("map.ang", "XSTEP: 0.5", "XSTEP: 0.7", ("column x",)),
        ("map.ang", "XSTEP: 0.5", "XSTEP: nan", ("XSTEP",)),
        ("map.ang", "XSTEP: 0.5", "XSTEP: 1e30", ("XSTEP",)),
        ("map.ctf", "XCells\t9", "XCells\t10000000", ("XCells", "25000000")),
        ("map.ctf", "XCells\t9", "XCells\t6", ("more", "36")),
        ("map.ctf", "XCells\t9\nYCells\t6", "XCells\t6\nYCells\t9", ("column X",)),
        ("map.ctf", "JobMode\tGrid", "JobMode\tInteractive", ("JobMode", "Interactive")),
        ("map.ctf", "Phases\t2", "Phases\t1000000", ("Phases",)),
        ("map.ctf", "Euler1\t", "Eulerone\t", ("Euler1",)),
        ("map.cpr", "xCells=9", "xCells=10", ("bytes", "60 points")),
        ("map.cpr", "xCells=9", "xCells=0", ("xCells",)),
        ("map.cpr", "Field1=3", "Field1=2", ("field 3",)),
        ("map.cpr", "Field1=3", "Field1=4", ("twice",)),
        ("map.cpr", "Count=9", "Count=99999", ("Count",)),
        ("map.cpr", "RegularGrid", "LineScan", ("JobMode", "LineScan")),
        ("map.cpr", "LaueGroup=11\nSpaceGroup=229", "LaueGroup=99\nSpaceGroup=0", ("symmetry of phase 1", "99")),
    ],
)
def test_a_lying_header_is_refused(name, before, after, words, tmp_path):
    writer = files.WRITERS[name.replace("cpr", "crc")]
    path = writer(tmp_path / name.replace("cpr", "crc"), MADE).with_name(name)
    refused(edited(path, before, after), *words)


@pytest.mark.parametrize("value", ["nan", "inf", "1e39", "hello", "", "9999"])
def test_an_angle_that_is_none_is_refused(value, tmp_path):
    path = files.ang(tmp_path / "map.ang", MADE)
    lines = path.read_text().splitlines()
    lines[-1] = " ".join([value, *lines[-1].split()[1:]])
    path.write_text("\n".join(lines))
    refused(path)


def test_one_hundred_million_points_are_refused_before_any_is_read(tmp_path):
    path = files.ang(tmp_path / "map.ang", MADE)
    edited(path, "NROWS: 6", "NROWS: 10000")
    edited(path, "NCOLS_ODD: 9", "NCOLS_ODD: 10000")
    with open(path, "ab") as stream:
        stream.truncate(3_000_000_000)  # a hole: no disk is used
    begun = time.monotonic()
    refused(path, "100000000 points", str(limits.MOST_POINTS))
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("name", ["map.ang", "map.ctf"])
def test_an_endless_line_after_the_points_is_refused_in_bounded_memory(name, tmp_path):
    path = files.WRITERS[name](tmp_path / name, MADE)
    with open(path, "ab") as stream:
        stream.truncate(300_000_000)  # a hole: no disk is used
    refused_in_little_memory(path, "points", "300000000 bytes", "54")


def bomb(path, shape):
    """A DREAM.3D file of a few kilobytes whose angles claim gigabytes."""
    files.dream3d(path, MADE)
    with h5py.File(path, "r+") as root:
        section = root["DataContainers/Section"]
        section["_SIMPL_GEOMETRY/DIMENSIONS"][...] = [shape[1], shape[0], 1]
        points = section["EBSD Scan Data"]
        del points["Confidence Index"]
        for name, components, kind in (("EulerAngles", 3, "f4"), ("Phases", 1, "i4"), ("Image Quality", 1, "f4")):
            del points[name]
            whole = (1, *shape, components)
            points.create_dataset(name, whole, kind, chunks=(1, 500, 500, components), compression="gzip", fillvalue=1)
    return path


@pytest.mark.parametrize(("shape", "word"), [((4000, 4000), "are stored"), ((20000, 20000), str(limits.MOST_POINTS))])
def test_a_bomb_is_refused_within_bounded_memory(shape, word, tmp_path):
    path = bomb(tmp_path / "map.dream3d", shape)
    assert path.stat().st_size < 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(path, word)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def packed_zeros(megabytes):
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def replaced_angles(path, times=1):
    """A DREAM.3D file of which the angles are one chunk, packed by gzip so many times; where to put it."""
    root = h5py.File(files.dream3d(path, MADE), "r+")
    points = root["DataContainers/Section/EBSD Scan Data"]
    del points["EulerAngles"]
    layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout.set_chunk((1, 6, 9, 3))
    for _ in range(times):
        layout.set_filter(h5py.h5z.FILTER_DEFLATE, h5py.h5z.FLAG_MANDATORY, (9,))
    place = h5py.h5s.create_simple((1, 6, 9, 3))
    return root, h5py.h5d.create(points.id, b"EulerAngles", h5py.h5t.IEEE_F32LE, place, layout)


def refused_in_little_memory(path, *words, kilobytes=50_000):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(path, *words)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < kilobytes


@pytest.mark.parametrize(("times", "word"), [(1, "EulerAngles"), (2, "expected gzip, once")])
def test_a_chunk_that_unpacks_to_more_than_its_place_is_refused(times, word, tmp_path):
    packed = packed_zeros(150)
    for _ in range(times - 1):
        packed = zlib.compress(packed)
    root, angles = replaced_angles(tmp_path / "map.dream3d", times)
    with root:
        angles.write_direct_chunk((0, 0, 0, 0), packed)
    refused_in_little_memory(tmp_path / "map.dream3d", word)


def test_a_chunk_of_a_few_bytes_that_unpacks_to_megabytes_is_refused(tmp_path):
    root, angles = replaced_angles(tmp_path / "map.dream3d")
    with root:
        angles.write_direct_chunk((0, 0, 0, 0), packed_zeros(1))
    refused(tmp_path / "map.dream3d", "unpacks to more than its")


@pytest.mark.parametrize(
    "options", [{"compression": "gzip", "shuffle": True}, {"compression": "gzip", "fletcher32": True}]
)
def test_chunks_as_programs_write_them_are_read(options, tmp_path):
    path = files.dream3d(tmp_path / "map.dream3d", MADE)
    with h5py.File(path, "r+") as root:
        points = root["DataContainers/Section/EBSD Scan Data"]
        plain = points["EulerAngles"][()]
        del points["EulerAngles"]
        points.create_dataset("EulerAngles", data=plain, chunks=(1, 4, 4, 3), **options)
    assert (formats.read(path).euler[MADE.phase > 0] == plain[0][MADE.phase > 0]).all()


def test_a_long_text_that_many_names_share_is_refused_before_it_is_copied_for_each(tmp_path):
    path = files.dream3d(tmp_path / "map.dream3d", MADE)
    with h5py.File(path, "r+") as root:
        phases = root["DataContainers/Section/Phase Data"]
        del phases["MaterialName"]
        names = phases.create_dataset("MaterialName", (1000,), h5py.string_dtype())
        names[0] = "a" * 5_000_000
        place = names.id.get_offset()
    content = bytearray(path.read_bytes())
    content[place : place + 16_000] = content[place : place + 16] * 1000  # 16 bytes say where a text is
    path.write_bytes(content)
    refused_in_little_memory(path, "MaterialName", "5000000 bytes")


def png_bomb(path, side):
    """A PNG that says side x side of one grey, a thousandth of its size."""
    packer = zlib.compressobj(9)
    row = bytes(side + 1)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b""))
    return path


def test_a_picture_that_unpacks_to_too_much_is_refused(tmp_path):
    path = png_bomb(tmp_path / "map.png", 10_000)
    assert path.stat().st_size < 300_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(path, "100 million pixels")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def tiff(path, packed, **tags):
    """A TIFF of 64 x 64 bytes in one strip, or tile, packed by deflate."""
    codes = {"ImageWidth": 256, "ImageLength": 257, "BitsPerSample": 258, "Compression": 259, "Photometric": 262}
    codes |= {"Offset": 273, "Samples": 277, "Rows": 278, "Bytes": 279}
    codes |= {"TileWidth": 322, "TileLength": 323, "TileOffset": 324, "TileBytes": 325}
    size = {"ImageWidth": 64, "ImageLength": 64, "BitsPerSample": 8, "Compression": 8, "Photometric": 1, "Samples": 1}
    entries = sorted((codes[name], value) for name, value in {**size, **tags}.items())
    listed = b"".join(struct.pack("<HHII", code, 4, 1, value) for code, value in entries)
    head = struct.pack("<2sHI", b"II", 42, 8 + len(packed))
    path.write_bytes(head + packed + struct.pack("<H", len(entries)) + listed + bytes(4))
    return path


def test_a_strip_of_a_tiff_that_unpacks_to_more_than_its_place_is_refused(tmp_path):
    sound = zlib.compress(b"".join(bytes([row // 16]) * 64 for row in range(64)))
    of_strip = {"Offset": 8, "Rows": 64}
    assert formats.read(tiff(tmp_path / "map.tif", sound, Bytes=len(sound), **of_strip)).labels.max() == 3
    packed = packed_zeros(150)
    path = tiff(tmp_path / "map.tif", packed, Bytes=len(packed), **of_strip)
    refused_in_little_memory(path, "unpacks to more than its 4096 bytes")


def test_a_tile_of_a_tiff_that_is_larger_than_an_image_may_be_is_refused(tmp_path):
    packed = packed_zeros(1)
    tags = {"TileWidth": 60_000, "TileLength": 60_000, "TileOffset": 8, "TileBytes": len(packed)}
    refused(tiff(tmp_path / "map.tif", packed, **tags), "tiles of 3600 million pixels")


def test_a_picture_that_another_program_would_have_to_draw_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "gs").write_text(f"#!/bin/sh\n: > '{tmp_path}/started'\n")
    (tmp_path / "gs").chmod(0o755)
    Image.fromarray(files.grain_map().astype(np.uint8)).save(tmp_path / "map.png", "EPS")
    refused(tmp_path / "map.png", "not a readable image")
    assert not (tmp_path / "started").exists()


def test_hdf5_is_not_followed_out_of_the_file(tmp_path):
    files.dream3d(tmp_path / "secret.dream3d", MADE)
    path = files.dream3d(tmp_path / "map.dream3d", MADE)
    with h5py.File(path, "r+") as root:
        points = root["DataContainers/Section/EBSD Scan Data"]
        del points["EulerAngles"]
        points["EulerAngles"] = h5py.ExternalLink("secret.dream3d", "DataContainers/Section/EBSD Scan Data/EulerAngles")
        assert points["EulerAngles"].shape == (1, 6, 9, 3)  # h5py itself would follow
    refused(path, "EulerAngles")


@pytest.mark.parametrize("kind", ["virtual", "external"])
def test_numbers_that_lie_in_another_file_are_refused(kind, tmp_path):
    files.dream3d(tmp_path / "secret.dream3d", MADE)
    path = files.dream3d(tmp_path / "map.dream3d", MADE)
    with h5py.File(path, "r+") as root:
        points = root["DataContainers/Section/EBSD Scan Data"]
        del points["EulerAngles"]
        if kind == "virtual":
            layout = h5py.VirtualLayout((1, 6, 9, 3), "f4")
            name = "DataContainers/Section/EBSD Scan Data/EulerAngles"
            layout[...] = h5py.VirtualSource(str(tmp_path / "secret.dream3d"), name, (1, 6, 9, 3))
            points.create_virtual_dataset("EulerAngles", layout)
        else:
            external = [(str(tmp_path / "secret.dream3d"), 0, 648)]
            points.create_dataset("EulerAngles", (1, 6, 9, 3), "f4", external=external)
    refused(path, "another file")


def test_an_unknown_layout_names_the_groups_that_there_are(tmp_path):
    refused(files.tree(tmp_path / "map.h5", {"Something/else": 1}), "Something", "orix")


def test_the_first_of_several_maps_in_a_file_is_read_and_named(tmp_path):
    path = files.h5oina(tmp_path / "map.h5oina", MADE)
    with h5py.File(path, "r+") as root:
        root.copy("1", "2")
    assert any("'1' is read, 2 not" in decision for decision in formats.read(path).decisions)


@pytest.mark.parametrize("name", ["map.doc", "map", "map.ang.gz"])
def test_a_suffix_that_no_reader_knows_is_refused(name, tmp_path):
    (tmp_path / name).write_bytes(b"content")
    refused(tmp_path / name, "suffix", ".ang")
