"""The table of measured maps: nothing in it is trusted."""

import hashlib

import pytest

import fetch
import measure
from conftest import PROJECT
from graincast.base.errors import GraincastError
from graincast.material.measured import cleaned, fetching, map_rows, map_table
from measured_rows import SHIPPED, load, row, written


def refused(tmp_path, *rows, words, **options):
    with pytest.raises(GraincastError) as error:
        load(tmp_path, *rows, **options)
    message = str(error.value)
    assert message.startswith(str(tmp_path / "measured.csv"))
    assert "\n" not in message
    for word in words:
        assert word in message


def test_the_shipped_table_names_four_maps_with_licence_and_credit():
    maps = {each.name: each for each in map_table.load(SHIPPED)}
    assert set(maps) == {"in100", "ni_superalloy", "copper", "duplex_steel"}
    assert all(each.licence and each.credit for each in maps.values())
    assert maps["in100"].cleaning.crop == map_rows.Crop(8, 172, 30, 180)
    assert [each.name for each in maps["copper"].parts] == ["copper_header"]
    merged = {name: each.cleaning.merge_twins for name, each in maps.items() if each.cleaning.merge_twins}
    ferrite_is_left = ("austenite/austenite",)  # Sigma3 in ferrite is no annealing twin
    assert merged == {"in100": True, "copper": True, "duplex_steel": ferrite_is_left}
    assert {each.um2_per_minute for each in maps.values()} == {None}, "nobody measured how they grew"


def test_no_measured_file_is_in_the_project():
    maps = map_table.load(SHIPPED)
    known = {each.sha256 for one in maps for each in (one.main, *one.parts)}
    suffixes = {".ang", ".ctf", ".crc", ".cpr", ".dream3d", ".h5", ".h5oina", ".npy", ".tif", ".tiff", ".csv"}
    folders = [PROJECT / name for name in ("config", "docs", "pretrained", "tests", "workflow", "benchmarks")]
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in suffixes]
    assert found
    assert not [path for path in found if hashlib.sha256(path.read_bytes()).hexdigest() in known]


def test_an_empty_cell_is_the_default_and_a_filled_one_is_not(tmp_path):
    (plain,) = load(tmp_path, row())
    assert plain.cleaning == map_rows.Cleaning()
    assert plain.main.most_bytes == map_table.MOST_FILE_BYTES
    filled = row(crop="1:5, 2:9", phases="2 1", confidence="-1.5", misorientation="3", smallest="4", merge_twins="yes")
    (found,) = load(tmp_path, {**filled, "step": "0.25", "bytes": "99", "um2_per_minute": "0.02"})
    assert found.cleaning == map_rows.Cleaning(map_rows.Crop(1, 5, 2, 9), (2, 1), -1.5, 3.0, 4, True, 0.25)
    assert found.main.most_bytes == 99
    assert (plain.um2_per_minute, found.um2_per_minute) == (None, 0.02)


def test_a_table_may_do_without_the_optional_columns(tmp_path):
    assert load(tmp_path, row(), columns=map_table.COLUMNS) == load(tmp_path, row())


def test_twins_are_merged_everywhere_nowhere_or_in_the_phases_that_are_named(tmp_path):
    for cell, meant in {
        "yes": True,
        "no": False,
        "Austenite": ("Austenite",),
        "Iron fcc, Ni": ("Iron fcc", "Ni"),
        "a/b;c": ("a/b", "c"),
    }.items():
        (found,) = load(tmp_path, row(merge_twins=cell))
        assert found.cleaning.merge_twins == meant


def test_a_mobility_is_no_part_of_how_a_map_is_cleaned(tmp_path):
    """Or another one would clean and evolve the map again."""
    (one,), (other,) = (load(tmp_path, row(um2_per_minute=value)) for value in ("", "3"))
    assert repr(one.cleaning) == repr(other.cleaning)


def test_parts_belong_to_the_map_that_they_name(tmp_path):
    part = row(name="mine_header", part_of="mine", file="maps/mine.cpr")
    (found,) = load(tmp_path, part, row())  # a part may stand before its map
    assert found.name == "mine"
    assert [each.name for each in found.parts] == ["mine_header"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a b", "a;rm -rf", "a\u200bb", "é", "{x}", "x" * 81, "a.b", "-a"])
def test_a_name_is_letters_digits_and_underscores(name, tmp_path):
    refused(tmp_path, row(name=name), words=["row 2", "'name'"])


@pytest.mark.parametrize("file", ["../x.ang", "a/../../x.ang", "/etc/passwd", "", ".", "..", "a\\b.ang", "a\0.ang"])
def test_a_file_stays_within_the_mirror(file, tmp_path):
    refused(tmp_path, row(file=file), words=["row 2", "'file'"])


@pytest.mark.parametrize("file", ["a{b}.ang", "a\nb.ang", "a\0.ang", "a" * 160 + ".ang", "a/" * 600 + "a.ang"])
def test_a_path_that_a_rule_or_a_disk_cannot_hold_is_refused(file, tmp_path):
    refused(tmp_path, row(file=file, address="", sha256=""), words=["row 2", "'file'", "path of"])


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/x",
        "example.org/x",
        "https:///x",
        "javascript:1",
        "https://[x",
        "https://a b",
        "http://é.org/",
    ],
)
def test_an_address_is_https_http_or_file(address, tmp_path):
    refused(tmp_path, row(address=address), words=["row 2", "'address'", "https://"])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("sha256", value) for value in ("", "abc", "g" * 64, "0" * 63)),
        *(("bytes", value) for value in ("-1", "0", "1e3", "many", "9" * 30)),
        *(("crop", value) for value in ("8:172", "5:5, 1:2", "9:3, 1:2", "a:b, 1:2", "-1:5, 1:2")),
        *(("phases", value) for value in ("0", "1 1", "iron", "1.5")),
        *(("confidence", value) for value in ("nan", "inf", "high")),
        *(("misorientation", value) for value in ("0", "-5", "90", "nan")),
        *(("smallest", value) for value in ("0", "-1", "2.5")),
        *(("merge_twins", value) for value in ("true", "1", "Yes", "NO", "fcc,", "fcc, fcc", "-", "fcc, yes")),
        *(("um2_per_minute", value) for value in ("0", "-1", "inf", "nan", "fast")),
        *(("step", value) for value in ("0", "-1", "inf", "nan", "1 um")),
    ],
)
def test_a_cell_that_is_wrong_is_named_with_its_row(column, value, tmp_path):
    refused(tmp_path, row(name="other"), row(**{column: value}), words=["row 3", f"'{column}'", "expected"])


@pytest.mark.parametrize(
    ("column", "may_hold"),
    [
        ("step", "micrometres above 0, or nothing"),
        ("um2_per_minute", "square micrometres a minute, above 0, or nothing"),
        ("bytes", "a whole number from 1 on, or nothing"),
        ("crop", "rows and columns to keep, such as '8:172, 30:180', or nothing"),
    ],
)
def test_a_refused_cell_says_what_it_may_hold(column, may_hold, tmp_path):
    refused(tmp_path, row(**{column: "-1"}), words=[f"'{column}' is '-1', expected {may_hold}"])


def test_columns_are_exactly_the_known_ones(tmp_path):
    columns = [name for name in map_table.COLUMNS if name != "licence"]
    refused(tmp_path, row(), columns=columns, words=["missing column 'licence'"])
    refused(tmp_path, row(), columns=[*columns, "license"], words=["'license'", "did you mean 'licence'?"])
    refused(tmp_path, row(), columns=[*map_table.COLUMNS, "name"], words=["'name'", "twice"])


def test_names_are_used_once(tmp_path):
    refused(tmp_path, row(), row(), words=["row 3", "'mine'", "row 2"])


def test_parts_name_a_map_and_are_not_cleaned_themselves(tmp_path):
    part = row(name="part", part_of="mine", file="maps/part.cpr")
    refused(tmp_path, row(), {**part, "part_of": "mien"}, words=["row 3", "'part_of'", "'mien'", "mine"])
    refused(tmp_path, part, row(name="x", part_of="part"), row(), words=["row 3", "'part_of'"])
    refused(tmp_path, row(), {**part, "smallest": "3"}, words=["row 3", "'smallest'", "'mine'"])
    refused(tmp_path, row(), {**part, "um2_per_minute": "3"}, words=["row 3", "'um2_per_minute'", "'mine'"])
    refused(tmp_path, row(), {**part, "file": "other/mine.ang"}, words=["two files", "mine.ang"])


def test_a_bad_row_keeps_its_place_and_says_why_among_those_that_are_kept(tmp_path):
    path = written(
        tmp_path / "measured.csv",
        row(),
        row(name="askew", crop="8"),
        row(name="with part", sha256="abc"),
        row(),
        row(name="last"),
        row(name="header", part_of="last", file="maps/x.cpr", step="1"),
        row(name="lost", part_of="nobody"),
    )
    path.write_text(path.read_text() + "a,b\n")
    found = map_table.load_all(path)
    assert [each.name for each in found] == ["mine", "askew", "row_4", "row_5", "last", "lost", "row_9"]
    assert [each.fault.split(",")[1].split(":")[0].strip() for each in found if each.fault] == [
        *(f"row {number}" for number in (3, 4, 5, 7, 8, 9)),
    ]
    assert found[0] == load(tmp_path, row())[0]


def test_a_table_without_a_row_of_use_is_refused_with_its_first_fault(tmp_path):
    map_table.check_any(written(tmp_path / "one.csv", row(), row(name="other", crop="8")))
    with pytest.raises(GraincastError, match=r"none\.csv, row 2, column 'crop'.*no other row"):
        map_table.check_any(written(tmp_path / "none.csv", row(crop="8"), row(name="other", crop="9")))


def test_what_is_fetched_of_a_bad_row_is_the_reason_and_measuring_it_by_name_is_an_error(tmp_path):
    path = written(tmp_path / "measured.csv", row(address="", sha256="", file="no.ang", crop="8"), row(name="good"))
    record = tmp_path / "mine.csv"
    fetch.main(["--table", str(path), "--map", "mine", "--folder", str(tmp_path / "to"), "--record", str(record)])
    ((name, reason),) = fetching.missing(fetching.read(record)).items()
    assert name == "mine"
    assert "row 2, column 'crop' is '8', expected" in reason
    to = ["--cleaned", str(tmp_path / "c.npz"), "--measures", str(tmp_path / "m.parquet")]
    measure.main(["--table", str(path), "--map", "mine", "--fetched", str(record), *to])
    assert cleaned.why_absent(tmp_path / "c.npz") == reason
    with pytest.raises(GraincastError, match="row 2, column 'crop'"):
        measure.main(["--table", str(path), "--map", "mine", "--file", "no.ang", *to])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0\0", b'name,"file\n', b"\0", b"name,name\n", b"a" * 200_000])
def test_what_is_no_table_is_refused(content, tmp_path):
    (tmp_path / "measured.csv").write_bytes(content)
    with pytest.raises(GraincastError, match=r"measured\.csv"):
        map_table.load(tmp_path / "measured.csv")


@pytest.mark.parametrize(
    ("before", "after", "code", "word"),
    [
        *((",", ";", "utf-8", "semicolons"), (",", "\t", "utf-8", "tabs")),
        *(("MIT", "für", "latin-1", "UTF-8"), (",", ",", "utf-16", "UTF-8")),
    ],
)
def test_a_table_as_another_program_saves_it_is_refused_with_the_cure(before, after, code, word, tmp_path):
    path = written(tmp_path / "measured.csv", row())
    path.write_bytes(path.read_text().replace(before, after).encode(code))
    with pytest.raises(GraincastError, match=rf"measured\.csv: .*{word}"):
        map_table.load(path)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig"])
def test_marks_of_order_and_ends_of_lines_do_not_matter(end, code, tmp_path):
    path = written(tmp_path / "measured.csv", row(credit="Größe"))
    path.write_bytes(path.read_text().replace("\n", end).encode(code))
    assert [each.credit for each in map_table.load(path)] == ["Größe"]


@pytest.mark.parametrize("sign", ["\n", "\u2028", "\x85"])
def test_a_cell_keeps_what_some_take_for_the_end_of_a_line(sign, tmp_path):
    assert [each.credit for each in load(tmp_path, row(credit=f"me{sign}you"))] == [f"me{sign}you"]


def test_rows_have_as_many_cells_as_there_are_columns(tmp_path):
    path = written(tmp_path / "measured.csv", row())
    path.write_text(path.read_text() + "a,b,c\n")
    with pytest.raises(GraincastError, match=r"row 3: has 3 cells, expected 16"):
        map_table.load(path)
