"""Installs the lock into a fresh environment: with uv in seconds, or with pip where uv cannot be had or fails.

pip fetches uv into a folder of the environment that also holds uv's cache and goes in the end: hard links make the
packages from it without a copy, and nothing stays behind elsewhere on the disk.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, CalledProcessError, Popen, SubprocessError, check_output

import pip_settings
from messages import SetupError, explain_pip, say, setup_log

LOCK = Path(__file__).resolve().with_name("requirements.txt")
UV = "uv==0.13.9"
# compiling uv where there is no wheel of it would take longer than pip takes for everything
UV_ONLY = ["--quiet", "--no-deps", "--no-compile", "--only-binary=:all:", "--retries=1"]
PIP_SETTINGS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
UV_SETTINGS = {"UV_NO_CONFIG": "1", "UV_NO_PROGRESS": "1", "UV_INDEX_STRATEGY": "unsafe-best-match"}


def install_lock(env: Path, held: int, renew: Callable[[Path], None]) -> None:
    """`renew` makes the environment fresh again: what uv left half installed would count as whole for pip."""
    try:
        install_with_uv(env, held)
    except (pip_settings.UntranslatableError, SubprocessError, OSError) as error:
        if uv_folder(env).exists():
            renew(env)
        with setup_log(env).open("a") as log:
            log.write(f"pip installs, as uv cannot: {error}\n")
        install_with_pip(env, held)


def install_with_uv(env: Path, held: int) -> None:
    arguments, variables = pip_settings.to_uv(read_pip_settings(env))
    folder = uv_folder(env)
    check([*pip_for(env), "install", *UV_ONLY, "--target", str(folder), UV], PIP_SETTINGS, env, held)
    command = [str(folder / "bin" / "uv"), "pip", "install", "--python", python_of(env), "--requirement", str(LOCK)]
    check([*command, *arguments], UV_SETTINGS | cache_settings(env) | variables, env, held)
    shutil.rmtree(folder)


def install_with_pip(env: Path, held: int) -> None:
    status, output = run([*pip_for(env), "install", "--requirement", str(LOCK)], PIP_SETTINGS, env, held)
    if status:
        raise SetupError(explain_pip(output, env))


def read_pip_settings(env: Path) -> dict[str, str]:
    # a pip that its user has told to be quiet would list nothing
    settings = without_own_settings() | PIP_SETTINGS | {"PIP_QUIET": "0"}
    return pip_settings.read(check_output([*pip_for(env), "config", "list"], env=settings, stderr=DEVNULL, text=True))


def cache_settings(env: Path) -> dict[str, str]:
    """A cache that its user wants to keep must not share files with an environment that may be damaged."""
    if kept := os.environ.get("UV_CACHE_DIR"):
        return {"UV_CACHE_DIR": kept, "UV_LINK_MODE": "copy"}
    return {"UV_CACHE_DIR": str(uv_folder(env) / "cache"), "UV_LINK_MODE": "hardlink"}


def check(command: list[str], settings: dict[str, str], env: Path, held: int) -> None:
    status, output = run(command, settings, env, held)
    if status:
        raise CalledProcessError(status, command, output)


def run(command: list[str], settings: dict[str, str], env: Path, held: int) -> tuple[int, str]:
    """Exit status and output, which also goes to the log. The lock stays held if only we are killed."""
    output = ""
    with (
        setup_log(env).open("ab") as log,
        Popen(command, env=without_own_settings() | settings, pass_fds=[held], stdout=PIPE, stderr=STDOUT) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            output += line.decode(errors="replace")
            show_progress(line.decode(errors="replace"))
    return process.returncode, output


def without_own_settings() -> dict[str, str]:
    """What PYTHONPATH names would count as installed, and what uv is to do is only pip's to say."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("UV_")}


def show_progress(line: str) -> None:
    if large := re.search(r"Downloading (\S+) \((\d{3,})[.\d]* ?Mi?B\)", line):
        say(f"fetching {large[1]} ({large[2]} MB)")
    elif line.startswith("Installing collected packages"):
        say(f"all packages fetched; installing {line.count(',') + 1}")
    elif ready := re.match(r"Prepared (\d+) packages? in", line):
        say(f"all packages fetched; installing {ready[1]}")


def pip_for(env: Path) -> list[str]:
    if (env / "bin" / "pip").exists():
        return [python_of(env), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", python_of(env)]


def python_of(env: Path) -> str:
    return str(env / "bin" / "python")


def uv_folder(env: Path) -> Path:
    return env / "uv"
