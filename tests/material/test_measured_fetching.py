"""How the files of measured maps are fetched: nothing unverified is used."""

import contextlib
import http.server
import threading
import time

import pytest

import measured_files as files
from graincast.base.errors import GraincastError
from graincast.material.measured import fetching
from measured_rows import CONTENT, SHA256, SHIPPED, load, row


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("GRAINCAST_MIRROR", raising=False)


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
