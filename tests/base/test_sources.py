"""Which code a job runs, and a digest that moves with what code does and not with how it is told."""

import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graincast.base import sources, specs, wording
from graincast.base.errors import GraincastError

PLACE = Path(sources.__file__).relative_to(sources.LIBRARY.parent)


class Copy:
    """A small library that finds its own sources."""

    def __init__(self, root):
        self.root = root
        self.write(PLACE, Path(sources.__file__).read_text())

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def process(self):
        """`sources` as a process of its own has it, which has read nothing yet."""
        spec = importlib.util.spec_from_file_location("sources_of_a_copy", self.root / PLACE)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def files(self, *starts):
        found = self.process().source_files(*(self.root / start for start in starts))
        return {str(path.relative_to(self.root.resolve())) for path in found} - set(starts)

    def digest(self, *starts):
        return self.process().code_digest(*(self.root / start for start in starts))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The user's cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "graincast" / "code"


@pytest.fixture
def copy(tmp_path, cache):
    assert not cache.exists()
    made = Copy(tmp_path / "copy")
    for name in ("a", "b", "c", "base/errors", "base/command", "solvers/one", "solvers/two"):
        made.write(f"graincast/{name}.py", f"NAME = '{name}'\n")
    return made


IMPORTS = {
    "a name": ("from graincast.a import NAME", ["a"]),
    "a module": ("from graincast import a", ["a"]),
    "several": ("from graincast import a, b as other, c", ["a", "b", "c"]),
    "in brackets": ("from graincast import (\n    a,  # the first :)\n    b as other,\n)\n", ["a", "b"]),
    "in brackets without a space": ("from graincast.solvers import(one, two)", ["solvers/one", "solvers/two"]),
    "all": ("from graincast.solvers.one import *", ["solvers/one"]),
    "a dotted name": ("import graincast.solvers.one", ["solvers/one"]),
    "under another name": ("import os, graincast.a as first, graincast.b", ["a", "b"]),
    "in a function": ("def f():\n    from graincast.a import NAME\n    return NAME\n", ["a"]),
    "for types only": ("if TYPE_CHECKING:\n    from graincast import a\n", ["a"]),
    "behind a colon": ("if True: from graincast import a", ["a"]),
    "behind a semicolon": ("import os; import graincast.a; from graincast import b; x = 1", ["a", "b"]),
    "over two lines": ("from graincast \\\n    import a, \\\n    b\n", ["a", "b"]),
    "over two lines of Windows": ("from graincast import a, \\\r\n    b\r\n", ["a", "b"]),
    "before a comment": ("from graincast import a  # not b, c", ["a"]),
    "what is not there": ("from graincast.missing import a\nimport graincast_a\nimport os", []),
}


@pytest.mark.parametrize("way", IMPORTS)
def test_an_import_is_found_however_it_is_written(copy, way):
    code, expected = IMPORTS[way]
    path = copy.write("script.py", "")
    path.write_bytes(code.encode())
    assert copy.files("script.py") == {f"graincast/{name}.py" for name in expected}


def test_an_import_of_an_import_is_found(copy):
    copy.write("graincast/a.py", "from graincast import b")
    copy.write("graincast/b.py", "from graincast.solvers import one")
    copy.write("script.py", "import graincast.a")
    assert copy.files("script.py") == {"graincast/a.py", "graincast/b.py", "graincast/solvers/one.py"}


@pytest.mark.parametrize(
    "prose", ["from graincast import (what\n", "import graincast (see below\n", "import (", "from "]
)
def test_prose_about_imports_hides_none(copy, prose):
    imports = "from graincast import a\nimport graincast.b\nEND = ')'\nfrom graincast import (c)\n"
    copy.write("script.py", f'"""Text: {prose}"""\n{imports}')
    assert copy.files("script.py") == {"graincast/a.py", "graincast/b.py", "graincast/c.py"}


@pytest.mark.parametrize("start", ["script.py", "graincast/solvers/two.py"])
def test_a_package_counts_if_importing_it_does_something(copy, start):
    copy.write("graincast/__init__.py", "")
    copy.write("graincast/solvers/__init__.py", "from graincast import a")
    copy.write("script.py", "from graincast import solvers")
    assert copy.files(start) == {"graincast/solvers/__init__.py", "graincast/a.py"}


def test_progress_lines_and_the_texts_of_errors_are_no_sources(copy):
    copy.write("script.py", "from graincast.base import command\nfrom graincast.base.errors import GraincastError")
    assert copy.files("script.py") == set()


def imports_as_python_reads_them(path):
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
    files = (sources.LIBRARY.parent.joinpath(*name.split(".")).with_suffix(".py") for name in names)
    return {file for file in files if file.is_relative_to(sources.LIBRARY) and file.is_file()}


def test_no_import_of_the_whole_library_is_missed():
    files = sorted(sources.LIBRARY.parent.rglob("*.py"))
    assert len(files) > 100
    for path in files:
        assert imports_as_python_reads_them(path) <= {path, *sources._imports(path)}, path


SAME = {
    "a comment": ("x = 1  # one\n", "# first\nx = 1\n"),
    "layout": ("f(a, [1, 2], 'b')", 'f(\n    (a),\n    [1, 2,],\n    "b"\n)'),
    "the docstring of a file": ('"""One."""\nx = 1', '"""Two."""\nx = 1'),
    "the docstring of a function": ('def f():\n    """One."""\n    return 1', "def f():\n    return 1"),
    "the docstring of a class": ('class A:\n    """One."""', "class A:\n    pass"),
    "the docstring of an attribute": ('class A:\n    a: int\n    "One."', "class A:\n    a: int"),
    "the text of an error": ("raise ValueError('one')", "raise ValueError('two')"),
    "the text around values": ("raise ValueError(f'{a} is {b:.1f}')", "raise ValueError(f'not {a}, but {b:.2f}')"),
    "a joined text": ("raise GraincastError('a' + ', '.join(b))", "raise GraincastError('b' + '; '.join(b))"),
    "the text of an error from afar": ("return errors.ReadError('one', x)", "return errors.ReadError('two', x)"),
    "a line of the log": ("if x:\n    log.info('one')\n    y()", "if x:\n    y()"),
    "a line of another's log": ("command.log.warning('%s', x)\nz()", "z()"),
    "a line of logging": ("logging.error(f'{x}')\nz()", "z()"),
    "the text of a line that calls": ("log.info('one %d', f(x))", "log.info('two %d', f(x))"),
    "a printed line": ("print('one', x, flush=True)\nz()", "z()"),
    "a last block that only logs": ("try:\n    f()\nfinally:\n    log.info('x')", "try:\n    f()\nfinally:\n    pass"),
    "help": ("p.add_argument('--a', type=int, help='one')", "p.add_argument('--a', type=int)"),
    "a description": ("p = ArgumentParser(description='one')", "p = ArgumentParser(description='two')"),
}
OTHER = {
    "a number": ("x = 1", "x = 2"),
    "a kind of number": ("x = 1", "x = 1.0"),
    "nothing": ("x = None", "x = False"),
    "a name": ("x = a", "x = b"),
    "an operator": ("x = a + b", "x = a - b"),
    "order": ("f()\ng()", "g()\nf()"),
    "depth": ("if a:\n    f()\n    g()", "if a:\n    f()\ng()"),
    "a text": ("x = 'one'", "x = 'two'"),
    "a text that is formatted": ("x = f'{a} one'", "x = f'{a} two'"),
    "a format": ("x = f'{a:.1f}'", "x = f'{a:.2f}'"),
    "a text of a figure": ("chart(description='one', help='a')", "chart(description='two', help='a')"),
    "a default": ("def f(a=1): return a", "def f(a=2): return a"),
    "a default that is a text": ("p.add_argument('--a', default='b')", "p.add_argument('--a', default='c')"),
    "an option": ("p.add_argument('--a', help='x')", "p.add_argument('--b', help='x')"),
    "a decorator": ("@cache\ndef f(): return 1", "def f(): return 1"),
    "a type": ("class A:\n    a: int", "class A:\n    a: float"),
    "what is asked of an argument": ("def f(a, /): return a", "def f(a): return a"),
    "which error": ("raise ValueError('one')", "raise TypeError('one')"),
    "which error a table names": ("raise ERRORS['a']('one')", "raise ERRORS['b']('one')"),
    "where an error comes from": ("raise TABLE['a'].ReadError('one')", "raise TABLE['b'].ReadError('one')"),
    "a value in an error": ("raise ValueError(f'{a}')", "raise ValueError(f'{b}')"),
    "a number in an error": ("raise ReadError(1)", "raise ReadError(2)"),
    "a reason, which results keep": ("raise LeftOut('one')", "raise LeftOut('two')"),
    "whether it is raised": ("f()\nraise ValueError('one')", "f()\nValueError('one')"),
    "what a line of the log calls": ("log.info('%d', next(x))", "log.info('%d', 1)"),
    "what is drawn for a line of the log": ("print(rng.random())\ny()", "y()"),
    "a name given in a line of the log": ("print(a := 1)\ny()", "y()"),
    "what is printed to a file": ("print('one', file=out)", "print('two', file=out)"),
    "a logarithm": ("x = np.log(a)", "x = a"),
    "another's method info": ("table.info('one')", "table.info('two')"),
    "a logger that is turned off": ("logging.getLogger('a').disabled = True", "logging.getLogger('b').disabled = True"),
}


@pytest.mark.parametrize("kind", SAME)
def test_wording_does_not_count(copy, kind):
    first, second = (copy.digest(copy.write("script.py", code).name) for code in SAME[kind])
    assert first == second


@pytest.mark.parametrize("kind", OTHER)
def test_what_code_does_counts(copy, kind):
    first, second = (copy.digest(copy.write("script.py", code).name) for code in OTHER[kind])
    assert first != second


def test_code_that_is_laid_out_anew_is_the_same():
    files = sorted(sources.LIBRARY.rglob("*.py"))[::4]
    assert len(files) > 25
    for path in files:
        other = ast.unparse(ast.parse(path.read_text()))
        assert other != path.read_text()
        assert wording.removed(other.encode(), "") == wording.removed(path.read_bytes(), ""), path


def test_what_is_imported_counts_and_what_is_not_does_not(copy):
    copy.write("script.py", "from graincast import a")
    first = copy.digest("script.py")
    copy.write("graincast/b.py", "NAME = 2")
    assert copy.digest("script.py") == first
    copy.write("graincast/a.py", "NAME = 2")
    assert copy.digest("script.py") != first


def test_the_name_of_a_file_counts(copy):
    assert copy.digest("graincast/a.py") != copy.digest(
        copy.write("graincast/d.py", "NAME = 'a'\n").relative_to(copy.root)
    )


def test_copies_of_the_project_agree_and_so_do_links_to_it(copy, tmp_path):
    copy.write("script.py", "from graincast import a")
    shutil.copytree(copy.root, tmp_path / "elsewhere" / "deep")
    (tmp_path / "link").symlink_to(copy.root, target_is_directory=True)
    for root in ("elsewhere/deep", "link"):
        assert Copy(tmp_path / root).digest("script.py") == copy.digest("script.py")


def test_a_digest_is_short_and_the_same_for_every_process(copy):
    copy.write("script.py", "x = {'b', 'a', 'c'}")
    digests = {copy.digest("script.py") for _ in range(3)}
    assert [len(digest) for digest in digests] == [16]


def test_a_file_that_is_not_python_is_named(copy):
    path = copy.write("script.py", "x = 1\nfrom graincast import a b\n")
    with pytest.raises(GraincastError, match=rf"{path}: is not Python: .*line 2"):
        copy.digest("script.py")


def test_what_was_parsed_once_is_not_parsed_again_by_the_next_process_or_copy(copy, tmp_path, monkeypatch):
    copy.write("script.py", "from graincast import a")
    first = copy.digest("script.py")
    shutil.copytree(copy.root, tmp_path / "other")
    monkeypatch.delattr(wording, "removed")
    assert copy.digest("script.py") == Copy(tmp_path / "other").digest("script.py") == first


def test_an_edit_of_the_same_size_and_time_is_seen(copy):
    path = copy.write("script.py", "x = 1")
    first, times = copy.digest("script.py"), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    copy.write("script.py", "x = 2")
    os.utime(path, ns=times)
    assert path.stat().st_mtime_ns == times[1]
    assert copy.digest("script.py") != first


DAMAGED = [b"", b"{", b"[]", b"7", b'{"%s": 1}', b"\xff\xfe", b"null"]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_memory_is_as_none_and_is_written_anew(copy, cache, content):
    path = copy.write("script.py", "x = 1")
    first = copy.digest("script.py")
    (memory,) = cache.iterdir()
    whole = memory.read_bytes()
    memory.write_bytes(content.replace(b"%s", sources.file_sha256(path).encode()))
    assert copy.digest("script.py") == first
    assert memory.read_bytes() == whole


def test_without_a_place_for_a_memory_all_goes_on(copy, cache):
    cache.parent.parent.write_text("a file where the folder should be")
    copy.write("script.py", "x = 1")
    first = copy.digest("script.py")
    copy.write("script.py", "x = 2")
    assert copy.digest("script.py") != first


def test_other_rules_and_another_python_do_not_share_a_memory(copy, cache, monkeypatch):
    copy.write("script.py", "x = 1")
    copy.digest("script.py")
    monkeypatch.setattr(sys, "version", "another")
    copy.digest("script.py")
    (copy.root / PLACE).write_text(Path(sources.__file__).read_text() + "# another rule\n")
    copy.digest("script.py")
    assert len(list(cache.iterdir())) == 3


def test_a_memory_forgets_what_it_met_first(copy, cache):
    for number in range(5):
        path = copy.write("script.py", f"x = {number}")
        module = copy.process()
        module.MOST_REMEMBERED = 3
        module.code_digest(path)
    (memory,) = cache.iterdir()
    assert len(json.loads(memory.read_bytes())) == 3
    assert sources.file_sha256(path) in json.loads(memory.read_bytes())


def test_processes_that_remember_at_once_leave_a_whole_memory(cache):
    code = (
        "from pathlib import Path; from graincast.base import sources; "
        "print(sources.code_digest(*Path().glob('[fm]*.py')))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code], cwd=sources.LIBRARY.parent, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    digests = {process.communicate()[0].strip() for process in started}
    assert [len(digest) for digest in digests] == [16]
    (memory,) = cache.iterdir()
    assert len(json.loads(memory.read_bytes())) > 20


def test_the_choices_of_a_folder_are_its_files_that_have_settings_not_those_that_speak_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr(specs, "LIBRARY", tmp_path)
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "one.py").write_text("class Settings:\n    pass\n")
    (tmp_path / "laws" / "two.py").write_text('"""What a class Settings shares."""\n')
    with pytest.raises(GraincastError, match=r"\(choices: one\)"):
        specs.part_file("laws", "three", "x.yaml")
