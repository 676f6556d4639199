"""Makes the environment that ./graincast runs in, and mends it when it is no longer what was made.

An environment is made whole or not at all: a stamp in it is written empty before anything else, and filled with the
digest of the lock and the size of every file once all is there. Whatever does not match its stamp is made anew. The
stamp also tells an environment of ours, which may be emptied, from a folder of somebody else, which may not.
"""

import contextlib
import errno
import fcntl
import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from messages import SPACE, SetupError, explain_os_error, explain_pip, say, setup_log
from packages import LOCK, install_lock, python_of

OWN_FOLDER = LOCK.parents[1] / ".graincast" / "env"
STAMP = "graincast.json"
NO_FILE_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


def main() -> int:
    env = Path(sys.argv[1])
    try:
        if not is_whole(env):
            make_alone(env)
    except (SetupError, OSError) as error:
        print(f"graincast: {explain_os_error(error, env) if isinstance(error, OSError) else error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def is_whole(env: Path) -> bool:
    try:
        stamp = json.loads((env / STAMP).read_bytes())
        return stamp == {**describe(env), "files": stamp["files"]} and has_every_file(env, stamp["files"])
    except (OSError, ValueError, KeyError, TypeError, subprocess.SubprocessError):
        return False


def describe(env: Path) -> dict[str, str]:
    """What an environment is made from; asking its interpreter also shows that it still runs."""
    ask = [python_of(env), "-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    python = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    return {"lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(), "python": python}


def has_every_file(env: Path, sizes: dict[str, int]) -> bool:
    # plain strings: with Path objects this would take several times as long, at every call
    return all(os.lstat(f"{env}/{name}").st_size == size for name, size in sizes.items())


def list_files(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """The files that nothing changes after setting up: no bytecode, and no links to what belongs to the machine."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and entry.name != "__pycache__":
                yield from list_files(entry.path)
            elif entry.is_file(follow_symlinks=False) and not entry.name.endswith((".pyc", STAMP)):
                yield entry


def make_alone(env: Path) -> None:
    refuse_foreign_folder(env)
    env.parent.mkdir(parents=True, exist_ok=True)
    with only_one_at_a_time(env) as held:
        if not is_whole(env):
            make(env, held)


def refuse_foreign_folder(env: Path) -> None:
    ours = (env / STAMP).exists() or env.resolve() == OWN_FOLDER
    if not ours and env.exists() and not (env.is_dir() and not any(env.iterdir())):
        raise SetupError(f"{env} was not made by graincast and is left as it is (set GRAINCAST_ENV to another folder)")


@contextlib.contextmanager
def only_one_at_a_time(env: Path) -> Iterator[int]:
    with env.with_name(f"{env.name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another call is making the environment; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            # some cluster file systems have no file locks; there two calls at once are the user's to avoid
            if error.errno not in NO_FILE_LOCKS:
                raise
        yield file.fileno()


def make(env: Path, held: int) -> None:
    say(f"setting up the environment in {env}: about a minute, and disk space of {SPACE}")
    start = time.monotonic()
    setup_log(env).write_text("")
    start_afresh(env)
    install_lock(env, held, renew=start_afresh)
    know_library(env)
    files = {os.path.relpath(file.path, env): file.stat(follow_symlinks=False).st_size for file in list_files(env)}
    unfinished = env / f"new-{STAMP}"
    unfinished.write_text(json.dumps({**describe(env), "files": files}))
    unfinished.replace(env / STAMP)
    say(f"the environment is ready after {time.monotonic() - start:.0f} s")


def know_library(env: Path) -> None:
    """Let the checkout's own environment import graincast from it, wherever both are moved."""
    if env.resolve() == OWN_FOLDER.resolve():
        for site in env.glob("lib/python*/site-packages"):
            (site / "graincast.pth").write_text(os.path.relpath(LOCK.parents[1] / "workflow", site) + "\n")


def start_afresh(env: Path) -> None:
    empty(env)
    create_venv(env)


def empty(env: Path) -> None:
    """Leaves nothing but the empty stamp, so that even a half-emptied environment is known as ours."""
    env.mkdir(exist_ok=True)
    (env / STAMP).write_text("")
    for entry in env.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != STAMP:
            entry.unlink()


def create_venv(env: Path) -> None:
    if not can_import("venv") or not (can_import("ensurepip") or can_import("pip")):
        lacking = "pip" if can_import("venv") else "the venv module"
        raise SetupError(f"{sys.executable} lacks {lacking} (on Debian and Ubuntu install the package python3-venv)")
    import venv

    try:
        venv.EnvBuilder(symlinks=True, with_pip=can_import("ensurepip")).create(env)
    except subprocess.CalledProcessError as error:
        output = error.output.decode(errors="replace")
        setup_log(env).write_text(output)
        raise SetupError(explain_pip(output, env)) from error
    except ValueError as error:
        raise SetupError(f"cannot make an environment in {env}: {error}") from error


def can_import(module: str) -> bool:
    try:
        return bool(importlib.import_module(module))
    except ImportError:
        return False


if __name__ == "__main__":
    sys.exit(main())
