"""What ./graincast promises about the environment that it makes and mends, tried by real calls in copies of it.

To be quick and to need no network, the copies lock one small wheel made here, whose snakemake and pytest only say how
they were called. Where the real Snakemake matters, the environment that runs these tests is used.
"""

import fcntl
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Result = subprocess.CompletedProcess[str]
ROOT = Path(__file__).resolve().parents[2]
UV = re.findall(r'^UV = "(.+)"$', (ROOT / "envs" / "packages.py").read_text(), re.MULTILINE)[0]
OWN_SETTINGS = ("GRAINCAST_ENV", "PYTHON", "PYTHONPATH", "PIP_NO_INDEX", "PIP_FIND_LINKS", "UV_CACHE_DIR")
NO_NETWORK = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
    "PIP_NO_INDEX": "0",
    "PIP_CONFIG_FILE": "/dev/null",
    "PIP_RETRIES": "0",
}
SAY_HOW_CALLED = """
import json, os, sys
print(json.dumps({"module": %r, "version": %r, "arguments": sys.argv[1:], "folder": os.getcwd()}))
"""
SLOW_THE_FIRST_TIME = """
rule slow:
    output: "done.txt"
    shell: "test -e go || (touch started; sleep 60); ls -l /proc/self/fd > {output}"
"""
PIP_FILE = """
[global]
index-url = https://index.example/simple
extra-index-url =
    https://one.example/simple
    https://two.example/simple
find-links = /not/heeded
cert = /etc/certificates.pem
client-cert = /etc/client.pem
proxy = proxy.example:3128
trusted-host = one.example
               two.example
[install]
constraint = {constraint}
timeout = 60
[download]
retries = 99
"""
STANDIN_UV = """#!/bin/sh
echo "$@" > "$RECORD"
env > "$RECORD.env"
python=$4
{then}
"""
INSTALL_WITH_PIP = '"$python" -m pip install --quiet standin==1.0'
INSTALL_HALF = f'{INSTALL_WITH_PIP}; : > "$("$python" -c "import snakemake; print(snakemake.__file__)")"; exit 1'
CALL_SNAKEMAKE = "import sys; from snakemake.cli import main; main(sys.argv[1:])"


def write_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> None:
    info = f"{name}-{version}.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr, entry.compress_type = 0o100755 << 16, zipfile.ZIP_DEFLATED
            wheel.writestr(entry, content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in [*wheel.namelist(), f"{info}/RECORD"]))


def write_standin(folder: Path, version: str) -> None:
    modules = ("snakemake", "pytest")
    write_wheel(folder, "standin", version, {f"{name}.py": SAY_HOW_CALLED % (name, version) for name in modules})


def write_standin_uv(folder: Path, then: str) -> None:
    name, version = UV.split("==")
    write_wheel(folder, name, version, {f"uv-{version}.data/scripts/uv": STANDIN_UV.format(then=then)})


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        write_standin(folder, version)
    return folder


@pytest.fixture(scope="session")
def uv_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel of the real uv."""
    folder = tmp_path_factory.mktemp("uv")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", f"--dest={folder}", UV]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip(f"{UV} cannot be had here")
    return folder


class Checkout:
    """A copy of what ./graincast needs, in a folder of its own."""

    def __init__(self, root: Path, settings: dict[str, str]) -> None:
        (root / "envs").mkdir(parents=True)
        shutil.copy2(ROOT / "graincast", root)
        for script in (ROOT / "envs").glob("*.py"):
            shutil.copy2(script, root / "envs")
        self.root, self.lock, self.env = root, root / "envs" / "requirements.txt", root / ".graincast" / "env"
        self.settings = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS} | settings

    def start(self, *arguments: str, **settings: str | Path) -> subprocess.Popen[str]:
        pipe, variables = subprocess.PIPE, self.settings | {name: str(value) for name, value in settings.items()}
        command = [str(self.root / "graincast"), *arguments]
        return subprocess.Popen(
            command,
            stdout=pipe,
            stderr=pipe,
            text=True,
            env=variables,
            start_new_session=True,
            preexec_fn=heed_interrupts,
        )

    def call(self, *arguments: str, **settings: str | Path) -> Result:
        return finish(self.start(*arguments, **settings))


def heed_interrupts() -> None:
    """A test run in the background of a shell ignores SIGINT, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finish(process: subprocess.Popen[str]) -> Result:
    output, errors = process.communicate(timeout=120)
    return Result(process.args, process.returncode, output, errors)


@pytest.fixture
def checkout(tmp_path: Path, wheels: Path) -> Checkout:
    copy = Checkout(tmp_path / "a checkout", {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)})
    copy.lock.write_text("standin==1.0\n")
    return copy


@pytest.fixture(scope="session")
def first_calls(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> tuple[Checkout, list[Result]]:
    folder = tmp_path_factory.mktemp("first")
    copy = Checkout(folder / "a copy", {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)})
    copy.lock.write_text("standin==1.0\n")
    return copy, [finish(call) for call in [copy.start("-n", "--config", "a b=*"), copy.start("test", "-k", "c d")]]


@pytest.fixture
def ready(checkout: Checkout, first_calls: tuple[Checkout, list[Result]]) -> Checkout:
    shutil.copytree(first_calls[0].env, checkout.env, symlinks=True)
    return checkout


@pytest.fixture
def real(tmp_path: Path) -> Checkout:
    copy = Checkout(tmp_path / "real", {"GRAINCAST_ENV": sys.prefix})
    shutil.copy2(ROOT / "envs" / "requirements.txt", copy.lock)
    ask = "import environment, pathlib, sys; sys.exit(not environment.is_whole(pathlib.Path(sys.prefix)))"
    if subprocess.run([sys.executable, "-c", ask], cwd=copy.lock.parent, check=False).returncode:
        pytest.skip("these tests do not run in an environment that ./graincast made from the present lock")
    return copy


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    folder = tmp_path / "mounted"
    folder.mkdir()

    def mount_with(option: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", option, "tmpfs", str(folder)]
        if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting a small file system is not permitted here")
        return folder

    yield mount_with
    if folder.is_mount():
        subprocess.run(["umount", folder], check=True)


def report_of(result: Result) -> dict[str, object]:
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout))


def only_complaint(result: Result) -> str:
    progress = ("setting up the environment", "all packages fetched")
    lines = [line for line in result.stderr.splitlines() if not any(words in line for words in progress)]
    assert result.returncode != 0
    assert result.stdout == ""
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("graincast: ")
    return lines[0]


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_help_is_short_and_needs_no_environment(checkout: Checkout) -> None:
    for option in ("--help", "-h", "help"):
        result = checkout.call(option)
        assert result.returncode == 0
        assert 8 <= len(result.stdout.splitlines()) <= 16
        assert "results/growth/report/index.html" in result.stdout
        assert "--help-snakemake" in result.stdout
    assert not checkout.env.parent.exists()


def test_the_version_is_that_of_graincast_and_needs_no_environment(checkout: Checkout) -> None:
    shutil.copy2(ROOT / "pyproject.toml", checkout.root)
    assert re.fullmatch(r"graincast \d+\.\d+\.\d+\n", checkout.call("--version").stdout)
    assert not checkout.env.parent.exists()


def test_a_word_that_is_no_command_is_refused_before_an_environment_is_made(checkout: Checkout) -> None:
    result = checkout.call("frobnicate", "-n")
    assert result.returncode == 2
    assert (
        result.stderr == "graincast: there is no study, command or rule 'frobnicate'; ./graincast --help names them\n"
    )
    assert not checkout.env.parent.exists()


def test_rules_and_files_are_handed_to_snakemake(ready: Checkout) -> None:
    shutil.copy2(ROOT / "Snakefile", ready.root)
    shutil.copytree(ROOT / "workflow" / "rules", ready.root / "workflow" / "rules")
    for target in ("all", "growth", "growth_report", "fetch", "results/growth/report/index.html"):
        assert report_of(ready.call(target))["arguments"] == [target]


def test_the_first_call_makes_an_environment_and_hands_every_argument_on(
    first_calls: tuple[Checkout, list[Result]],
) -> None:
    copy, results = first_calls
    common = {"version": "1.0", "folder": str(copy.root)}
    assert report_of(results[0]) == {"module": "snakemake", "arguments": ["-n", "--config", "a b=*"], **common}
    assert report_of(results[1]) == {"module": "pytest", "arguments": ["-k", "c d"], **common}


def test_two_calls_at_once_make_one_environment(first_calls: tuple[Checkout, list[Result]]) -> None:
    said = "".join(result.stderr for result in first_calls[1])
    assert said.count("setting up the environment") == 1
    assert said.count("waiting for it") == 1


def test_the_next_call_uses_the_same_environment_silently(ready: Checkout) -> None:
    result = ready.call()
    assert report_of(result)["arguments"] == []
    assert result.stderr == ""


def test_modules_are_compiled_once_even_where_the_machine_says_that_none_be_kept(ready: Checkout) -> None:
    (module,) = ready.env.rglob("snakemake.py")
    module.write_text("import helper\n" + module.read_text())
    helper = module.with_name("helper.py")
    helper.write_text("")
    stamp = json.loads((ready.env / "graincast.json").read_text())
    stamp["files"][str(module.relative_to(ready.env))] = module.stat().st_size
    (ready.env / "graincast.json").write_text(json.dumps(stamp))
    report_of(ready.call(PYTHONDONTWRITEBYTECODE="1"))
    assert list(helper.parent.glob("__pycache__/helper.*.pyc"))


def test_the_help_of_snakemake_is_one_option_away(ready: Checkout) -> None:
    assert report_of(ready.call("--help-snakemake"))["arguments"] == ["--help"]


def test_a_call_works_through_a_link_and_from_another_folder(
    ready: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "link").symlink_to(ready.root / "graincast")
    monkeypatch.chdir(elsewhere)
    result = subprocess.run(["./link"], capture_output=True, text=True, env=ready.settings, check=False)
    assert report_of(result)["folder"] == str(ready.root)
    assert result.stderr == ""


def test_a_prediction_runs_where_the_caller_is_and_gets_the_arguments(
    ready: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = ready.root / "workflow/graincast/growth/commands"
    commands.mkdir(parents=True)
    (commands / "predict.py").touch()
    (ready.root / "workflow" / "run_command.py").write_text(SAY_HOW_CALLED % ("command", "1.0"))
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    said = report_of(ready.call("predict", "a b.png", "--frames", "3"))
    assert said["arguments"] == ["predict", "a b.png", "--frames", "3"]
    assert said["folder"] == str(elsewhere)


def test_a_relative_folder_for_the_environment_is_meant_from_where_the_caller_is(
    ready: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ready.env.parent)
    result = ready.call(GRAINCAST_ENV="env")
    assert report_of(result)["folder"] == str(ready.root)
    assert result.stderr == ""


def remove_a_module(env: Path) -> None:
    next(env.glob("lib/python*/site-packages/snakemake.py")).unlink()


def cut_a_module_short(env: Path) -> None:
    os.truncate(next(env.glob("lib/python*/site-packages/snakemake.py")), 10)


def remove_the_stamp(env: Path) -> None:
    (env / "graincast.json").unlink()


def replace_the_interpreter_by_a_dead_link(env: Path) -> None:
    for name in env.glob("bin/python*"):
        name.unlink()
    (env / "bin" / "python").symlink_to("/nowhere/python3")


@pytest.mark.parametrize(
    "damage", [remove_a_module, cut_a_module_short, remove_the_stamp, replace_the_interpreter_by_a_dead_link]
)
def test_a_damaged_environment_heals_at_the_next_call(ready: Checkout, damage: Callable[[Path], None]) -> None:
    damage(ready.env)
    assert report_of(ready.call("-n"))["arguments"] == ["-n"]
    assert ready.call().stderr == ""


def test_a_set_up_that_was_broken_off_heals_at_the_next_call(checkout: Checkout) -> None:
    for how in (signal.SIGINT, signal.SIGKILL):
        for _ in range(5):  # on a busy machine the signal may come when all is done
            (checkout.env / "bin" / "python").unlink(missing_ok=True)
            call = checkout.start()
            wait_for((checkout.env / "bin" / "python").exists)
            os.killpg(call.pid, how)
            broken_off = finish(call)
            if broken_off.returncode != 0:
                break
        assert broken_off.returncode != 0
        assert len(broken_off.stderr.splitlines()) == 1, broken_off.stderr
    assert report_of(checkout.call("-n"))["arguments"] == ["-n"]


def test_a_changed_lock_is_followed(ready: Checkout) -> None:
    ready.lock.write_text("standin==2.0\n")
    assert report_of(ready.call())["version"] == "2.0"


def test_an_old_python_ends_in_one_line(checkout: Checkout, tmp_path: Path) -> None:
    known = [path for minor in (8, 9, 10) for path in Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python")]
    named = [Path(path) for minor in (8, 9, 10) if (path := shutil.which(f"python3.{minor}"))]
    works = {path: subprocess.run([path, "--version"], capture_output=True).returncode == 0 for path in known + named}
    if not (old := [path.resolve() for path in works if works[path]]):  # a version manager's stand-in may lead nowhere
        pytest.skip("no Python older than 3.11 on this machine")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("bash", "dirname", "readlink"):
        (tools / name).symlink_to(str(shutil.which(name)))
    (tools / "python3").symlink_to(old[0])
    complaint = only_complaint(checkout.call(PATH=tools))
    assert "needs Python 3.11 or later; found 3." in complaint
    assert f" at {tools}/python3 " in complaint


def test_a_python_that_is_named_goes_first(checkout: Checkout, tmp_path: Path) -> None:
    named = tmp_path / "named"
    named.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "graincast: called $*" >&2; exit 7\n')
    named.chmod(0o755)
    assert only_complaint(checkout.call(PYTHON=named)) == f"graincast: called envs/environment.py {checkout.env}"


@pytest.mark.parametrize("missing", [["venv"], ["ensurepip", "pip"]])
def test_a_python_without_venv_or_pip_ends_in_one_line_with_the_cure(
    checkout: Checkout, tmp_path: Path, missing: list[str]
) -> None:
    complaint = only_complaint(checkout.call(PYTHONPATH=hide_modules(tmp_path, missing)))
    assert missing[-1] in complaint
    assert "python3-venv" in complaint


def test_a_python_without_ensurepip_uses_its_own_pip(checkout: Checkout, tmp_path: Path) -> None:
    hidden = hide_modules(tmp_path, ["ensurepip"])
    environment = [sys.executable, "envs/environment.py", str(checkout.env)]
    settings = checkout.settings | {"PYTHONPATH": str(hidden)}
    subprocess.run(environment, cwd=checkout.root, env=settings, check=True, capture_output=True)
    assert not (checkout.env / "bin" / "pip").exists()
    assert report_of(checkout.call())["version"] == "1.0"


def hide_modules(tmp_path: Path, names: list[str]) -> Path:
    folder = tmp_path / "hidden"
    folder.mkdir()
    for name in names:
        (folder / f"{name}.py").write_text(f"raise ModuleNotFoundError('No module named {name}')\n")
    return folder


def test_packages_that_cannot_be_fetched_end_in_one_line(checkout: Checkout) -> None:
    complaint = only_complaint(checkout.call(**NO_NETWORK))
    assert "could not be fetched" in complaint
    assert "check the connection" in complaint
    assert "standin" in (checkout.env.parent / "setup.log").read_text()


def test_another_failure_of_pip_ends_in_one_line_that_names_the_log(checkout: Checkout) -> None:
    checkout.lock.write_text("standin==9.9\n")
    complaint = only_complaint(checkout.call())
    assert "No matching distribution found for standin==9.9" in complaint
    assert str(checkout.env.parent / "setup.log") in complaint


@pytest.mark.parametrize("size", ["16k", "16m"])
def test_a_full_disk_ends_in_one_line_that_names_the_folder(
    checkout: Checkout, mount: Callable[[str], Path], size: str
) -> None:
    folder = mount(f"size={size}")
    complaint = only_complaint(checkout.call(GRAINCAST_ENV=folder / "env"))
    assert f"no space left for the environment in {folder / 'env'} (about 2 GB" in complaint


def test_a_folder_that_cannot_be_written_ends_in_one_line(checkout: Checkout, mount: Callable[[str], Path]) -> None:
    folder = mount("ro")
    complaint = only_complaint(checkout.call(GRAINCAST_ENV=folder / "env"))
    assert f"cannot write {folder}/env" in complaint
    assert "Read-only file system" in complaint


def test_a_folder_of_somebody_else_is_left_as_it_is(checkout: Checkout, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    complaint = only_complaint(checkout.call(GRAINCAST_ENV=foreign))
    assert str(foreign) in complaint
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]


def test_an_environment_in_use_by_others_needs_no_writable_folder(
    ready: Checkout, mount: Callable[[str], Path]
) -> None:
    folder = mount("size=40m")
    shutil.copytree(ready.env, folder / "env", symlinks=True)
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    assert report_of(ready.call(GRAINCAST_ENV=folder / "env"))["arguments"] == []


def uses_uv(copy: Checkout) -> bool:
    """Whether the environment was made by uv, told by the log; uv itself is gone in either case."""
    log = (copy.env.parent / "setup.log").read_text()
    assert not (copy.env / "uv").exists()
    assert ("pip installs, as uv cannot" in log) == ("Installed 1 package in" not in log), log
    return "Installed 1 package in" in log


def record_of(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in Path(f"{path}.env").read_text().splitlines() if "=" in line)


def test_uv_makes_the_environment_where_it_can_be_had(checkout: Checkout, uv_wheel: Path, wheels: Path) -> None:
    assert report_of(checkout.call(PIP_FIND_LINKS=f"{wheels} {uv_wheel}"))["version"] == "1.0"
    assert uses_uv(checkout)
    assert checkout.call().stderr == ""


def test_pip_makes_the_environment_where_uv_cannot_be_had(checkout: Checkout) -> None:
    assert report_of(checkout.call())["version"] == "1.0"
    assert not uses_uv(checkout)


@pytest.mark.parametrize("then", ["exit 3", "kill -9 $$", INSTALL_HALF], ids=["fails", "is killed", "half done"])
def test_pip_makes_the_environment_where_uv_fails(checkout: Checkout, tmp_path: Path, wheels: Path, then: str) -> None:
    write_standin_uv(tmp_path / "uv", then)
    settings = {"PIP_FIND_LINKS": f"{wheels} {tmp_path / 'uv'}", "RECORD": tmp_path / "record"}
    assert report_of(checkout.call(**settings))["version"] == "1.0"
    assert (tmp_path / "record").exists()
    assert not uses_uv(checkout)
    assert checkout.call().stderr == ""


def test_what_the_machine_has_set_for_pip_holds_for_uv(checkout: Checkout, tmp_path: Path, wheels: Path) -> None:
    """Of the configuration file `install` goes before `global`, and variables go before both."""
    write_standin_uv(tmp_path / "uv", INSTALL_WITH_PIP)
    places = [str(wheels), str(tmp_path / "uv")]
    (tmp_path / "constraints.txt").write_text("standin<2\n")
    (tmp_path / "pip.conf").write_text(PIP_FILE.format(constraint=tmp_path / "constraints.txt"))
    settings = {"PIP_CONFIG_FILE": tmp_path / "pip.conf", "PIP_FIND_LINKS": " ".join(places), "PIP_QUIET": "1"}
    user_of_uv = {"UV_INDEX": "https://not.example/simple", "PIP_RETRIES": "2", "PIP_INDEX_URL": "", "PIP_CERT": ""}
    result = checkout.call(RECORD=tmp_path / "record", **settings, **user_of_uv)
    assert report_of(result)["version"] == "1.0"
    assert "--no-index" in (tmp_path / "record").read_text().split()
    expected = {
        "UV_DEFAULT_INDEX": "https://index.example/simple",
        "UV_EXTRA_INDEX_URL": "https://one.example/simple https://two.example/simple",
        "UV_FIND_LINKS": ",".join(places),
        "UV_CONSTRAINT": str(tmp_path / "constraints.txt"),
        "UV_INSECURE_HOST": "one.example two.example",
        "UV_HTTP_RETRIES": "2",
        "UV_HTTP_TIMEOUT": "60",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "SSL_CERT_FILE": "/etc/certificates.pem",
        "SSL_CLIENT_CERT": "/etc/client.pem",
    }
    handed_on = record_of(tmp_path / "record")
    assert {name: handed_on.get(name) for name in expected} == expected
    assert "UV_INDEX" not in handed_on


def test_a_setting_of_pip_that_uv_has_no_equal_of_leaves_the_work_to_pip(
    checkout: Checkout, tmp_path: Path, wheels: Path
) -> None:
    write_standin_uv(tmp_path / "uv", INSTALL_WITH_PIP)
    settings = {"PIP_FIND_LINKS": f"{wheels} {tmp_path / 'uv'}", "PIP_NO_BINARY": "other"}
    assert report_of(checkout.call(RECORD=tmp_path / "record", **settings))["version"] == "1.0"
    assert "no-binary" in (checkout.env.parent / "setup.log").read_text()
    assert not (tmp_path / "record").exists()


def write_index(folder: Path, version: str) -> str:
    """A package index on the disk with one version of the stand-in; its address."""
    write_standin(folder / "standin", version)
    [wheel] = (folder / "standin").glob("*.whl")
    (folder / "standin" / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    return folder.as_uri()


@pytest.mark.parametrize("special_first", [True, False])
def test_uv_takes_a_cpu_build_from_whichever_index_has_it_as_pip_does(
    checkout: Checkout, tmp_path: Path, uv_wheel: Path, special_first: bool
) -> None:
    indexes = [write_index(tmp_path / "general", "1.0"), write_index(tmp_path / "special", "1.0+cpu")]
    first, second = reversed(indexes) if special_first else indexes
    settings = {"PIP_INDEX_URL": first, "PIP_EXTRA_INDEX_URL": second, "PIP_FIND_LINKS": str(uv_wheel)}
    result = checkout.call(PIP_NO_INDEX="0", PIP_CONFIG_FILE="/dev/null", **settings)
    assert report_of(result)["version"] == "1.0+cpu"
    assert uses_uv(checkout)


def test_an_environment_heals_from_a_kept_cache_of_uv(
    checkout: Checkout, tmp_path: Path, uv_wheel: Path, wheels: Path
) -> None:
    """Were its files shared with the cache, the damage would come back with them."""
    settings = {"PIP_FIND_LINKS": f"{wheels} {uv_wheel}", "UV_CACHE_DIR": tmp_path / "cache"}
    checkout.call(**settings)
    cut_a_module_short(checkout.env)
    assert report_of(checkout.call(**settings))["version"] == "1.0"
    assert uses_uv(checkout)
    assert any((tmp_path / "cache").rglob("snakemake.py"))


def test_a_disk_that_fills_up_under_uv_ends_in_one_line(
    checkout: Checkout, mount: Callable[[str], Path], tmp_path: Path, uv_wheel: Path
) -> None:
    write_wheel(tmp_path / "bulky", "standin", "1.0", {"bulk.py": "#" * 130_000_000})
    folder = mount("size=100m")
    complaint = only_complaint(
        checkout.call(GRAINCAST_ENV=folder / "env", PIP_FIND_LINKS=f"{tmp_path / 'bulky'} {uv_wheel}")
    )
    assert "No space left on device" in (folder / "setup.log").read_text()
    assert f"no space left for the environment in {folder / 'env'} (about 2 GB" in complaint


def test_the_real_snakemake_gets_the_arguments(real: Checkout) -> None:
    (real.root / "Snakefile").write_text('rule one:\n    output: "done.txt"\n    shell: "touch {output}"\n')
    result = real.call("--cores", "1", "done.txt")
    assert result.returncode == 0, result.stderr
    assert (real.root / "done.txt").exists()


def start_slow_run(copy: Checkout, *command: str) -> subprocess.Popen[str]:
    (copy.root / "Snakefile").write_text(SLOW_THE_FIRST_TIME)
    run = subprocess.Popen(
        [*command, "--cores", "1"],
        cwd=copy.root,
        env=copy.settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    wait_for((copy.root / "started").exists)
    return run


def kill(run: subprocess.Popen[str]) -> None:
    os.killpg(run.pid, signal.SIGKILL)
    finish(run)


def leave_a_lock_behind(copy: Checkout) -> Path:
    """The log of the run that left it."""
    kill(start_slow_run(copy, "./graincast"))
    (copy.root / "go").touch()
    [log] = copy.root.glob(".snakemake/log/*.log")
    return log


def refuses_to_run(copy: Checkout) -> bool:
    locks = sorted(copy.root.glob(".snakemake/locks/*"))
    result = copy.call("--cores", "1")
    assert "cleared" not in result.stderr
    assert locks
    assert sorted(copy.root.glob(".snakemake/locks/*")) == locks
    return result.returncode != 0 and "cannot be locked" in result.stderr


def test_the_lock_of_a_killed_run_is_cleared_and_that_of_a_live_one_is_not(real: Checkout) -> None:
    (real.root / ".graincast").mkdir()
    with (real.root / ".graincast" / "run.lock").open("w") as earlier_run:
        fcntl.flock(earlier_run, fcntl.LOCK_SH)
        alive = start_slow_run(real, "./graincast")
    assert refuses_to_run(real)
    assert real.call("-n").returncode == 0

    kill(alive)
    (real.root / "go").touch()
    after = real.call("--cores", "1")
    assert after.returncode == 0
    assert after.stderr.count("graincast: cleared the lock that a killed run left") == 1
    assert "run.lock" not in (real.root / "done.txt").read_text()


@pytest.mark.parametrize(
    "command",
    [("-m", "snakemake"), ("-m", "snakemake", "--quiet", "all"), ("-c", CALL_SNAKEMAKE)],
    ids=["by name", "without a word", "from a program"],
)
def test_the_lock_of_a_live_snakemake_that_was_called_without_us_is_kept(
    real: Checkout, command: tuple[str, ...]
) -> None:
    alive = start_slow_run(real, sys.executable, *command)
    assert refuses_to_run(real)
    assert alive.poll() is None
    kill(alive)


def test_the_lock_of_a_live_snakemake_is_kept_even_if_another_run_wrote_the_only_log(real: Checkout) -> None:
    alive = start_slow_run(real, sys.executable, "-m", "snakemake")
    [log] = real.root.glob(".snakemake/log/*.log")
    shutil.copy(log, log.with_name("later.snakemake.log"))
    log.unlink()
    assert refuses_to_run(real)
    kill(alive)


def test_the_lock_of_a_run_on_another_host_is_kept(real: Checkout) -> None:
    log = leave_a_lock_behind(real)
    assert f"  Host: {platform.node()}\n" in log.read_text()
    log.write_text(log.read_text().replace(f"  Host: {platform.node()}\n", "  Host: elsewhere\n"))
    assert refuses_to_run(real)


def test_a_lock_is_kept_if_no_log_tells_whose_it_is(real: Checkout) -> None:
    log = leave_a_lock_behind(real)
    earlier = min(lock.stat().st_mtime for lock in real.root.glob(".snakemake/locks/*")) - 1
    os.utime(log, (earlier, earlier))
    assert refuses_to_run(real)


def test_the_lock_of_another_user_is_kept(real: Checkout) -> None:
    leave_a_lock_behind(real)
    if os.geteuid():
        pytest.skip("only root can give a file to another user")
    for lock in real.root.glob(".snakemake/locks/*"):
        os.chown(lock, 12345, -1)
    assert refuses_to_run(real)
