"""Fuzzed measured maps: whatever bytes a file holds, its reader gives a sound map or one line that names the file.

Each run explores anew, and what fails says the seed: GRAINCAST_FUZZ_SEED=SEED tries the same again. What fuzzing found
stands at the end, each as a test of its own.
"""

import os
import secrets
import time
import warnings
from functools import cache

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

import measured_files as files
from graincast.base.errors import GraincastError
from graincast.material.measured import formats
from graincast.material.measured.scan import GrainMap

SECONDS = 2.0  # of the processor
SEED = int(os.environ.get("GRAINCAST_FUZZ_SEED") or secrets.randbits(32))
ANEW = seed(SEED)
HDF5 = formats.HDF5
MADE = files.sample()
KINDS = (*files.WRITERS, "map.cpr", "map.npy", "map.png", "map.tif", "orix.h5")
QUICK = settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WORDS = (b"-1", b"0", b"1e30", b"nan", b"99999999", b"4294967295", b"\t", b"\n", b"\0", b"\xff\xff\xff\xff", b"#", b",")


@pytest.fixture(autouse=True)
def seed_is_told_of_what_fails():
    print(f"GRAINCAST_FUZZ_SEED={SEED}")


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """A way to a valid file of each kind, written once."""
    folder = tmp_path_factory.mktemp("originals")

    @cache
    def original(name):
        if name == "map.cpr":
            return files.crc(folder / "of_cpr.crc", MADE).with_suffix(".cpr")
        if name == "orix.h5":
            return orix_file(folder / name)
        if name in files.WRITERS:
            return files.WRITERS[name](folder / name, MADE)
        return files.label_image(folder / name, files.grain_map())

    return original


def orix_file(path):
    """orix's layout, written by hand so that fuzzing need not import orix."""
    euler, phase, confidence, quality = MADE.flat
    x, y = MADE.places
    data, header = "crystal_map/data", "crystal_map/header"
    angles = {f"{data}/{name}": euler[:, place] for place, name in enumerate(("phi1", "Phi", "phi2"))}
    phases = {
        f"{header}/phases/{number}/{key}": np.array([value])
        for number, group in ((1, b"m-3m"), (2, b"6/mmm"))
        for key, value in (("name", b"Iron"), ("point_group", group))
    }
    columns = {"x": x, "y": y, "phase_id": np.where(phase > 0, phase, -1), "ci": confidence, "iq": quality}
    steps = {f"{header}/{name}": np.array([0.5]) for name in ("x_step", "y_step")}
    unit = {f"{header}/scan_unit": np.array([b"um"])}
    return files.tree(path, {**angles, **phases, **{f"{data}/{n}": v for n, v in columns.items()}, **steps, **unit})


def judge(path):
    """Read a file; it must be a sound map or a refusal of one line, soon."""
    begun = time.process_time()
    found = outcome(path)
    assert time.process_time() - begun < SECONDS
    if isinstance(found, GraincastError):
        assert "\n" not in str(found)
        assert str(path.with_suffix("")) in str(found)
    else:
        sound(found)


def outcome(path):
    """The map of a file or why it was refused; a warning of floating point numbers is an error of the reader."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return formats.read(path)
        except GraincastError as error:
            return error


def sound(scan):
    if isinstance(scan, GrainMap):
        assert scan.labels.dtype == np.int32
        assert len(np.unique(scan.labels)) > 1
        return
    shape = scan.phase.shape
    assert scan.euler.shape == (*shape, 3)
    assert np.isfinite(scan.euler).all()
    assert np.abs(scan.euler).max() < 4 * np.pi + 0.02
    assert set(np.unique(scan.phase)) - {0} == set(scan.phases)
    assert 0 < scan.step < 1e7
    for channel in (scan.confidence, scan.quality):
        assert channel is None or (channel.shape == shape and np.isfinite(channel).all())


def fuzzed(original, content, folder):
    """A file of the given content beside what belongs to it."""
    path = folder / original.name
    path.write_bytes(content)
    for partner in (".cpr", ".crc"):
        beside = original.with_suffix(partner)
        if beside.is_file() and beside.suffix != original.suffix:
            (folder / beside.name).write_bytes(beside.read_bytes())
    return path


@pytest.mark.parametrize("name", KINDS)
def test_an_original_is_sound(name, originals):
    sound(formats.read(originals(name)))


@pytest.mark.parametrize("name", KINDS)
@QUICK
@ANEW
@given(data=st.data())
def test_bytes_changed_anywhere(name, originals, tmp_path, data):
    content = bytearray(originals(name).read_bytes())
    places = st.integers(0, len(content) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=20)):
        content[place] = byte
    judge(fuzzed(originals(name), bytes(content), tmp_path))


@pytest.mark.parametrize("name", KINDS)
@QUICK
@ANEW
@given(data=st.data())
def test_pieces_cut_out_put_in_and_exchanged(name, originals, tmp_path, data):
    content = originals(name).read_bytes()
    places = st.integers(0, min(len(content), 1500))  # where headers are
    first, last = sorted((data.draw(places), data.draw(places)))
    piece = data.draw(st.one_of(st.sampled_from(WORDS), st.binary(max_size=20), st.just(content[first:last])))
    after = data.draw(st.sampled_from((first, first + len(piece), last)))
    judge(fuzzed(originals(name), content[:first] + piece + content[after:], tmp_path))


@pytest.mark.parametrize("name", [kind for kind in KINDS if kind.endswith((".ang", ".ctf", ".cpr"))])
@QUICK
@ANEW
@given(data=st.data())
def test_words_of_a_header_replaced(name, originals, tmp_path, data):
    words = originals(name).read_bytes().split(b" ")
    lines = originals(name).read_bytes().splitlines(keepends=True)
    number = data.draw(st.integers(0, min(len(lines), 30) - 1))
    words = lines[number].replace(b"=", b" = ").replace(b"\t", b" \t ").split(b" ")
    words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(WORDS))
    lines[number] = b" ".join(words).replace(b" \t ", b"\t").replace(b" = ", b"=") + b"\n"
    judge(fuzzed(originals(name), b"".join(lines), tmp_path))


SUBSTITUTES = (
    *(np.int64(-1), np.float32(np.nan), np.float64(1e300), np.uint64(2**64 - 1), np.int8(0), True, "text", b"\xff", 1j),
    *(np.zeros(0), np.zeros(1), np.zeros(54), np.full((54, 3), np.inf), np.full(54, -5), np.zeros((6, 9), "u1")),
    *(np.full(54, 1e300), np.array([9, 6, 1]), np.array([1e9, 1e9, 1]), np.zeros(54, [("a", "f4")]), h5py.Empty("f4")),
    *(np.array([2**62, 4, 1]), np.array([-6, -9, 1]), np.array([b"a", b"b"]), np.zeros((54, 3), "f2"), {}, None),
    *(h5py.SoftLink("/"), h5py.SoftLink("nowhere"), h5py.ExternalLink("nowhere.h5", "/")),
)


def substitute(parent, name, value):
    """Put something else in the place of a member; None takes it away."""
    del parent[name]
    if isinstance(value, dict):
        parent.create_group(name)
    elif value is not None:
        parent[name] = value


@pytest.mark.parametrize("name", [kind for kind in KINDS if kind.endswith(HDF5)])
@settings(QUICK, max_examples=40)
@ANEW
@given(data=st.data())
def test_members_of_hdf5_replaced(name, originals, tmp_path, data):
    path = fuzzed(originals(name), originals(name).read_bytes(), tmp_path)
    with h5py.File(path, "r+") as root:
        places: list[str] = []
        root.visit(places.append)
        for _ in range(data.draw(st.integers(1, 2))):
            place = data.draw(st.sampled_from(places))
            above, member = ("/" + place).rsplit("/", 1)
            parent = root.get(above or "/")
            if isinstance(parent, h5py.Group) and parent.get(member, getlink=True) is not None:
                substitute(parent, member, data.draw(st.sampled_from(SUBSTITUTES)))
    judge(path)


@pytest.mark.parametrize("name", KINDS)
@settings(QUICK, max_examples=15)
@ANEW
@given(content=st.binary(max_size=300))
def test_any_bytes_at_all(name, originals, tmp_path, content):
    head = originals(name).read_bytes()[:8]
    judge(fuzzed(originals(name), content, tmp_path))
    judge(fuzzed(originals(name), head + content, tmp_path))


# ---- finds


def test_a_group_whose_name_is_not_utf8_does_not_hide_the_others(originals, tmp_path):
    path = fuzzed(originals("map.h5oina"), originals("map.h5oina").read_bytes(), tmp_path)
    with h5py.File(path, "r+") as root:
        root.create_group(b"\xb1")
    sound(formats.read(path))


def test_a_head_of_an_array_as_python_2_wrote_it_is_read_without_a_warning(tmp_path):
    path = files.label_image(tmp_path / "map.npy", files.grain_map())
    path.write_bytes(path.read_bytes().replace(b"(24, 30), }", b"(24L, 30),}"))
    sound(outcome(path))


def test_angles_in_degrees_are_not_taken_for_those_of_points_without_a_solution(tmp_path):
    plain = files.sample()
    degrees = files.Sample(np.degrees(plain.euler), np.ones_like(plain.phase), plain.confidence, plain.quality)
    assert formats.read(files.ang(tmp_path / "map.ang", degrees)).phase.all()
