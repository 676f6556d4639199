"""The rim of every script: progress lines, one-line errors, exit codes."""

import argparse
import logging
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn, TypeVar

from graincast.base.errors import GraincastError, Interrupted

Item = TypeVar("Item")
log = logging.getLogger("graincast")


def arguments(description: str | None) -> argparse.ArgumentParser:
    """A parser whose help is the script's docstring."""
    return argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)


def run(main: Callable[[], object], refused: int = 1) -> NoReturn:
    """Run a script's `main` and turn what went wrong into one line and an exit code: `refused` for wrong input."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        main()
    except Interrupted as stop:
        print(f"stopped: {stop}", file=sys.stderr)
        raise SystemExit(143) from None
    except GraincastError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(refused) from None
    log.info(_cost())
    raise SystemExit(0)


def _cost() -> str:
    """What this process and its children have taken so far."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = sum(used.ru_utime + used.ru_stime for used in (own, others))
    return f"took {seconds:.1f} s of CPU and {max(own.ru_maxrss, others.ru_maxrss) / 1024:.0f} MB at most"


def stop_on_sigterm() -> Callable[[], bool]:
    """Catch SIGTERM (scancel, a time limit, a shutdown) from now on; the result tells whether it came."""
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    return asked.is_set


def progress(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """`items` with a bar in a terminal and a plain line about every tenth of the way in a log."""
    if sys.stderr.isatty():
        yield from _drawn(items, desc=what, total=total)
        return
    step = max(1, total // 10)
    for done, item in enumerate(items, start=1):
        yield item
        if done % step == 0 or done == total:
            log.info("%s: %d of %d", what, done, total)


def bar(items: Iterable[Item], what: str, shown: bool) -> Iterator[Item]:
    """`items` with a passing bar in a terminal, if `shown`; a log has lines of its own for what is done."""
    yield from _drawn(items, desc=what, leave=False) if shown and sys.stderr.isatty() else items


def _drawn(items: Iterable[Item], **looks: Any) -> Iterable[Item]:
    """`items` with a bar; without one where there is no tqdm, as on a machine that was lent."""
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        return items
    drawn: Iterable[Item] = tqdm(items, **looks)
    return drawn
