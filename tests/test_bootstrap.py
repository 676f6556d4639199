"""What ./graincast promises about the environment that it makes and mends, tried by real calls in copies of it.

To be quick and to need no network, the copies lock one small wheel made here, whose snakemake and pytest only say how
they were called. Where the real Snakemake matters, the environment that runs these tests is used.
"""

import fcntl
import json
import os
import platform
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
ROOT = Path(__file__).resolve().parents[1]
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
CALL_SNAKEMAKE = "import sys; from snakemake.cli import main; main(sys.argv[1:])"


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        info = f"standin-{version}.dist-info"
        with zipfile.ZipFile(folder / f"standin-{version}-py3-none-any.whl", "w") as wheel:
            for module in ("snakemake", "pytest"):
                wheel.writestr(f"{module}.py", SAY_HOW_CALLED % (module, version))
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: standin\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in [*wheel.namelist(), f"{info}/RECORD"]))
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
    lines = [line for line in result.stderr.splitlines() if "setting up the environment" not in line]
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
        assert 8 <= len(result.stdout.splitlines()) <= 13
        assert "results/report/index.html" in result.stdout
        assert "--help-snakemake" in result.stdout
    assert not checkout.env.parent.exists()


def test_a_word_that_is_no_command_is_refused_before_an_environment_is_made(checkout: Checkout) -> None:
    result = checkout.call("frobnicate", "-n")
    assert result.returncode == 2
    assert result.stderr == "graincast: there is no command 'frobnicate'; ./graincast --help names them\n"
    assert not checkout.env.parent.exists()


def test_rules_and_files_are_handed_to_snakemake(ready: Checkout) -> None:
    shutil.copy2(ROOT / "Snakefile", ready.root)
    shutil.copytree(ROOT / "workflow" / "rules", ready.root / "workflow" / "rules")
    for target in ("all", "report", "fetch", "results/report/index.html"):
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
    (ready.root / "workflow").mkdir()
    (ready.root / "workflow" / "predict.py").write_text(SAY_HOW_CALLED % ("predict", "1.0"))
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    said = report_of(ready.call("predict", "a b.png", "--frames", "3"))
    assert said["arguments"] == ["a b.png", "--frames", "3"]
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


def test_the_real_snakemake_gets_the_arguments(real: Checkout) -> None:
    result = real.call("--version")
    assert result.returncode == 0
    assert f"snakemake=={result.stdout.strip()}\n" in real.lock.read_text()


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
