"""The table of measured maps and how its files are fetched: nothing in it is trusted, nothing unverified is used."""

import contextlib
import hashlib
import http.server
import threading
import time

import pytest

import measured_files as files
from conftest import PROJECT
from graincast.errors import GraincastError
from graincast.measured import fetching, table

CONTENT = b"a map of grains"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SHIPPED = PROJECT / "config" / "measured.csv"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("GRAINCAST_MIRROR", raising=False)


def written(path, *rows, columns=table.COLUMNS + table.OPTIONAL):
    """A table of rows given as dictionaries; a plain row is one file with an address."""
    lines = [",".join(columns)]
    for row in rows:
        lines.append(",".join(f'"{row.get(name, "")}"' for name in columns))
    path.write_text("\n".join(lines) + "\n")
    return path


def row(**changed):
    plain = {"name": "mine", "file": "maps/mine.ang", "address": "https://example.org/mine.ang", "sha256": SHA256}
    return {**plain, "licence": "MIT", "credit": "me", **changed}


def load(tmp_path, *rows, **options):
    return table.load(written(tmp_path / "measured.csv", *rows, **options))


def refused(tmp_path, *rows, words, **options):
    with pytest.raises(GraincastError) as error:
        load(tmp_path, *rows, **options)
    message = str(error.value)
    assert message.startswith(str(tmp_path / "measured.csv"))
    assert "\n" not in message
    for word in words:
        assert word in message


# ---- table


def test_the_shipped_table_names_four_maps_with_licence_and_credit():
    maps = {each.name: each for each in table.load(SHIPPED)}
    assert set(maps) == {"in100", "ni_superalloy", "copper", "duplex_steel"}
    assert all(each.licence and each.credit for each in maps.values())
    assert maps["in100"].cleaning.crop == table.Crop(8, 172, 30, 180)
    assert [each.name for each in maps["copper"].parts] == ["copper_header"]
    merged = {name: each.cleaning.merge_twins for name, each in maps.items() if each.cleaning.merge_twins}
    ferrite_is_left = ("austenite/austenite",)  # Sigma3 in ferrite is no annealing twin
    assert merged == {"in100": True, "copper": True, "duplex_steel": ferrite_is_left}
    assert {each.um2_per_minute for each in maps.values()} == {None}, "nobody measured how they grew"


def test_no_measured_file_is_in_the_project():
    maps = table.load(SHIPPED)
    known = {each.sha256 for one in maps for each in (one.main, *one.parts)}
    suffixes = {".ang", ".ctf", ".crc", ".cpr", ".dream3d", ".h5", ".h5oina", ".npy", ".tif", ".tiff", ".csv"}
    folders = [PROJECT / name for name in ("config", "docs", "pretrained", "tests", "workflow", "benchmarks")]
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in suffixes]
    assert found
    assert not [path for path in found if hashlib.sha256(path.read_bytes()).hexdigest() in known]


def test_an_empty_cell_is_the_default_and_a_filled_one_is_not(tmp_path):
    (plain,) = load(tmp_path, row())
    assert plain.cleaning == table.Cleaning()
    assert plain.main.most_bytes == table.MOST_FILE_BYTES
    filled = row(crop="1:5, 2:9", phases="2 1", confidence="-1.5", misorientation="3", smallest="4", merge_twins="yes")
    (found,) = load(tmp_path, {**filled, "step": "0.25", "bytes": "99", "um2_per_minute": "0.02"})
    assert found.cleaning == table.Cleaning(table.Crop(1, 5, 2, 9), (2, 1), -1.5, 3.0, 4, True, 0.25)
    assert found.main.most_bytes == 99
    assert (plain.um2_per_minute, found.um2_per_minute) == (None, 0.02)


def test_a_table_may_do_without_the_optional_columns(tmp_path):
    assert load(tmp_path, row(), columns=table.COLUMNS) == load(tmp_path, row())


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


def test_columns_are_exactly_the_known_ones(tmp_path):
    columns = [name for name in table.COLUMNS if name != "licence"]
    refused(tmp_path, row(), columns=columns, words=["missing column 'licence'"])
    refused(tmp_path, row(), columns=[*columns, "license"], words=["'license'", "did you mean 'licence'?"])
    refused(tmp_path, row(), columns=[*table.COLUMNS, "name"], words=["'name'", "twice"])


def test_names_are_used_once(tmp_path):
    refused(tmp_path, row(), row(), words=["row 3", "'mine'", "row 2"])


def test_parts_name_a_map_and_are_not_cleaned_themselves(tmp_path):
    part = row(name="part", part_of="mine", file="maps/part.cpr")
    refused(tmp_path, row(), {**part, "part_of": "mien"}, words=["row 3", "'part_of'", "'mien'", "mine"])
    refused(tmp_path, part, row(name="x", part_of="part"), row(), words=["row 3", "'part_of'"])
    refused(tmp_path, row(), {**part, "smallest": "3"}, words=["row 3", "'smallest'", "'mine'"])
    refused(tmp_path, row(), {**part, "um2_per_minute": "3"}, words=["row 3", "'um2_per_minute'", "'mine'"])
    refused(tmp_path, row(), {**part, "file": "other/mine.ang"}, words=["two files", "mine.ang"])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0\0", b'name,"file\n', b"\0", b"name,name\n", b"a" * 200_000])
def test_what_is_no_table_is_refused(content, tmp_path):
    (tmp_path / "measured.csv").write_bytes(content)
    with pytest.raises(GraincastError, match=r"measured\.csv"):
        table.load(tmp_path / "measured.csv")


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
        table.load(path)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig"])
def test_marks_of_order_and_ends_of_lines_do_not_matter(end, code, tmp_path):
    path = written(tmp_path / "measured.csv", row(credit="Größe"))
    path.write_bytes(path.read_text().replace("\n", end).encode(code))
    assert [each.credit for each in table.load(path)] == ["Größe"]


@pytest.mark.parametrize("sign", ["\n", "\u2028", "\x85"])
def test_a_cell_keeps_what_some_take_for_the_end_of_a_line(sign, tmp_path):
    assert [each.credit for each in load(tmp_path, row(credit=f"me{sign}you"))] == [f"me{sign}you"]


def test_rows_have_as_many_cells_as_there_are_columns(tmp_path):
    path = written(tmp_path / "measured.csv", row())
    path.write_text(path.read_text() + "a,b,c\n")
    with pytest.raises(GraincastError, match=r"row 3: has 3 cells, expected 16"):
        table.load(path)


# ---- fetching


def mirrored(tmp_path, content=CONTENT):
    mirror = tmp_path / "mirror"
    (mirror / "maps").mkdir(parents=True)
    (mirror / "maps" / "mine.ang").write_bytes(content)
    return mirror


def fetch(tmp_path, *rows, mirror=None, folder="out"):
    return fetching.fetch_all(load(tmp_path, *rows), tmp_path / folder, mirror)


def local(tmp_path, content=CONTENT, **changed):
    """A row whose address is a file of this machine."""
    source = tmp_path / "source.ang"
    source.write_bytes(content)
    return row(address=source.as_uri(), **changed)


def test_a_file_is_taken_from_the_mirror(tmp_path):
    (record,) = fetch(tmp_path, row(), mirror=mirrored(tmp_path))
    assert record == fetching.Record("mine", "mine", "mine/mine.ang", fetching.FETCHED, "")
    assert (tmp_path / "out" / "mine" / "mine.ang").read_bytes() == CONTENT


def test_the_mirror_can_be_named_by_the_environment(tmp_path, monkeypatch):
    assert fetching.mirror_folder(None) is None
    monkeypatch.setenv("GRAINCAST_MIRROR", str(tmp_path))
    assert fetching.mirror_folder(None) == tmp_path
    assert fetching.mirror_folder(tmp_path / "given") == tmp_path / "given"


def test_a_mirror_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(GraincastError, match="mirror"):
        fetch(tmp_path, row(), mirror=tmp_path / "nowhere")


def test_a_wrong_checksum_is_an_error_wherever_it_comes_from(tmp_path):
    with pytest.raises(GraincastError, match="sha256"):
        fetch(tmp_path, row(), mirror=mirrored(tmp_path, b"something else"))
    with pytest.raises(GraincastError, match="sha256"):
        fetch(tmp_path, local(tmp_path, b"something else"))
    assert not list((tmp_path / "out").rglob("*mine.ang*"))  # neither whole nor partial
    assert not list((tmp_path / "cache").rglob("*"))


def test_what_was_downloaded_once_comes_from_the_cache(tmp_path):
    wanted = local(tmp_path)
    fetch(tmp_path, wanted)
    (tmp_path / "source.ang").unlink()
    (record,) = fetch(tmp_path, wanted, folder="again")
    assert record.state == fetching.FETCHED
    assert (tmp_path / "again" / "mine" / "mine.ang").read_bytes() == CONTENT


def test_a_damaged_entry_of_the_cache_is_fetched_again(tmp_path):
    wanted = local(tmp_path)
    fetch(tmp_path, wanted)
    (tmp_path / "cache/graincast/measured" / SHA256).write_bytes(b"damaged")
    fetch(tmp_path, wanted, folder="again")
    assert (tmp_path / "again" / "mine" / "mine.ang").read_bytes() == CONTENT
    assert (tmp_path / "cache/graincast/measured" / SHA256).read_bytes() == CONTENT


def test_a_cache_that_cannot_be_written_is_no_reason_to_stop(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder would be")
    (record,) = fetch(tmp_path, local(tmp_path))
    assert record.state == fetching.FETCHED


def test_a_link_may_not_lead_out_of_the_mirror(tmp_path):
    mirror = tmp_path / "mirror"
    (mirror / "maps").mkdir(parents=True)
    (tmp_path / "secret.ang").write_bytes(CONTENT)
    (mirror / "maps" / "mine.ang").symlink_to(tmp_path / "secret.ang")
    with pytest.raises(GraincastError, match="out of the mirror"):
        fetch(tmp_path, row(), mirror=mirror)


def test_a_file_larger_than_its_row_says_is_an_error(tmp_path):
    with pytest.raises(GraincastError, match="more than 5 bytes"):
        fetch(tmp_path, local(tmp_path, bytes="5"))


def test_what_cannot_be_had_is_recorded_with_its_reason_and_the_rest_goes_on(tmp_path):
    gone = row(name="gone", file="gone.ang", address=(tmp_path / "nowhere.ang").as_uri())
    records = fetch(tmp_path, gone, local(tmp_path))
    fetching.write(tmp_path / "record.csv", records)
    again = fetching.read(tmp_path / "record.csv")
    assert again == records
    assert fetching.available(again) == ("mine",)
    (reason,) = fetching.missing(again).values()
    assert "gone.ang" in reason
    assert "nowhere.ang" in reason


def test_a_map_of_which_a_part_is_missing_is_not_there(tmp_path):
    nowhere = {"address": (tmp_path / "nowhere").as_uri(), "sha256": "0" * 64}
    part = row(name="part", part_of="mine", file="maps/part.cpr", **nowhere)
    records = fetch(tmp_path, local(tmp_path), part)
    assert fetching.available(records) == ()
    assert list(fetching.missing(records)) == ["mine"]


def test_a_file_of_ones_own_needs_neither_address_nor_checksum(tmp_path):
    (tmp_path / "own.ang").write_bytes(CONTENT)
    own = {"name": "own", "file": str(tmp_path / "own.ang")}
    missing = {"name": "missing", "file": str(tmp_path / "missing.ang")}
    records = fetch(tmp_path, own, missing)
    assert fetching.available(records) == ("own",)
    assert (tmp_path / "out" / "own" / "own.ang").read_bytes() == CONTENT
    with pytest.raises(GraincastError, match="sha256"):
        fetch(tmp_path, {**own, "sha256": "0" * 64})


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "map,name,file,state,reason\n1,2\n"])
def test_a_record_that_is_none_is_refused(content, tmp_path):
    (tmp_path / "record.csv").write_text(content)
    with pytest.raises(GraincastError, match=r"record\.csv"):
        fetching.read(tmp_path / "record.csv")


class Server(http.server.BaseHTTPRequestHandler):
    """Answers as the path asks for."""

    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", self.server.elsewhere)
            self.end_headers()
            return
        if self.path == "/garbage":
            self.wfile.write(bytes(range(256)) * 4)
            return
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Length", str(len(CONTENT) + (5 if self.path == "/short" else 0)))
        self.end_headers()
        if self.path == "/slow":
            self.drip()
        else:
            self.wfile.write(CONTENT)

    def drip(self):
        """A byte now and then, until the reader has enough of it."""
        with contextlib.suppress(OSError):
            for byte in CONTENT * 10:
                self.wfile.write(bytes([byte]))
                time.sleep(0.1)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def at(server, path):
    return f"http://127.0.0.1:{server.server_port}{path}"


def test_a_file_is_downloaded_and_verified(server, tmp_path):
    (record,) = fetch(tmp_path, row(address=at(server, "/map")))
    assert record.state == fetching.FETCHED
    server.elsewhere = at(server, "/map")
    (record,) = fetch(tmp_path, row(address=at(server, "/moved")), folder="moved")
    assert record.state == fetching.FETCHED


@pytest.mark.parametrize(("path", "word"), [("/gone", "404"), ("/short", "broke off"), ("/moved", "reached")])
def test_a_server_without_the_file_is_recorded(server, path, word, tmp_path):
    (tmp_path / "secret").write_bytes(CONTENT)
    server.elsewhere = (tmp_path / "secret").as_uri()  # a server may not send a reader to files of this machine
    (record,) = fetch(tmp_path, row(address=at(server, path)))
    assert record.state == fetching.MISSING
    assert word in record.reason
    assert not list((tmp_path / "out").rglob("*mine.ang*"))


def test_a_server_that_answers_in_no_language_is_recorded_and_the_record_can_be_read(server, tmp_path):
    records = fetch(tmp_path, row(address=at(server, "/garbage")))
    fetching.write(tmp_path / "record.csv", records)
    assert fetching.read(tmp_path / "record.csv") == records
    assert "cannot be reached" in records[0].reason
    assert records[0].reason.isprintable()


def test_a_server_that_gives_a_byte_now_and_then_is_recorded_in_time(server, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "LONGEST_SECONDS", 0.3)
    begun = time.monotonic()
    (record,) = fetch(tmp_path, row(address=at(server, "/slow")))
    assert time.monotonic() - begun < 1.4, "all of it would have taken 1.5 s"
    assert record.state == fetching.MISSING
    assert "took longer than" in record.reason


def test_a_server_that_does_not_answer_is_recorded(tmp_path):
    (record,) = fetch(tmp_path, row(address="http://127.0.0.1:9/map"))
    assert record.state == fetching.MISSING
    assert "refused" in record.reason


def test_the_script_brings_all_measured_maps_from_the_mirror(tmp_path):
    import fetch as script

    folder, record = tmp_path / "out", tmp_path / "record.csv"
    script.main(
        ["--table", str(SHIPPED), "--mirror", str(files.mirror()), "--folder", str(folder), "--record", str(record)]
    )
    assert fetching.available(fetching.read(record)) == ("in100", "ni_superalloy", "copper", "duplex_steel")
    assert sorted(path.name for path in (folder / "copper").iterdir()) == ["copperSquare.cpr", "copperSquare.crc"]
