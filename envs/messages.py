"""What setting up tells the user: its progress, and why it failed, in one line that also names the cure."""

import errno
import os
import re
import sys
from pathlib import Path

SPACE = "about 2 GB, up to 8 GB where torch brings CUDA"
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
UNFETCHED = re.compile(
    r"from versions: none|ConnectionPool|[Cc]onnection|timed out|HTTP error|Proxy|SSL|IncompleteRead"
)


class SetupError(Exception):
    """Why there is no environment, in one line that also names the cure."""


def say(message: str) -> None:
    print(f"graincast: {message}", file=sys.stderr, flush=True)


def setup_log(env: Path) -> Path:
    return env.with_name("setup.log")


def explain_pip(output: str, env: Path) -> str:
    failure = output[max(output.find("ERROR"), 0) :]
    errors = re.findall(r"^(?:ERROR: (?!Exception:)|[\w.]+(?:Error|Exception): )(.+)", failure, re.MULTILINE)
    reason = errors[-1] if errors else "it ended without saying why"
    if any(os.strerror(number) in failure for number in NO_SPACE):
        return explain_full_disk(env)
    if UNFETCHED.search(failure):
        cure = "check the connection and pip's index and proxy settings, then give the same command again"
        return f"the packages could not be fetched ({reason}): {cure}; the full log is {setup_log(env)}"
    return f"pip could not install the packages ({reason}); the full log is {setup_log(env)}"


def explain_os_error(error: OSError, env: Path) -> str:
    if error.errno in NO_SPACE:
        return explain_full_disk(env)
    where = error.filename or env
    if error.errno in NOT_ALLOWED:
        return f"cannot write {where}: {error.strerror} (set GRAINCAST_ENV to a folder where you may write)"
    return f"cannot make the environment in {env}: {error.strerror}: {where}"


def explain_full_disk(env: Path) -> str:
    # pip unpacks in the folder for temporary files first, so that one may be full instead
    temporary = os.environ.get("TMPDIR", "/tmp")
    cure = "make room, or set GRAINCAST_ENV or TMPDIR to a folder that has it"
    return f"no space left for the environment in {env} ({SPACE}) or for pip's temporary files in {temporary}: {cure}"
