"""Where a training runs: one GPU that no other training on this machine uses, or the CPU threads it was given."""

import ctypes
import fcntl
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

import torch
from torch import nn

from graincast.base.command import log

POLL_SECONDS = 1.0


M_MMAP_MAX, M_TRIM_THRESHOLD, M_TOP_PAD = -4, -1, -2  # of glibc's mallopt


def keep_memory() -> None:
    """Let this process keep the memory that it frees: tensors of some megabytes would otherwise be mapped anew, page by
    page, at every operation, which halves the speed of small models on a CPU. Does nothing without glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, 2**31 - 1), (M_TOP_PAD, 2**28)):
            mallopt(option, value)


def mixed_precision(device: torch.device) -> AbstractContextManager[object]:
    """bfloat16 where it is safe, on a GPU; full precision on a CPU."""
    return torch.autocast("cuda", torch.bfloat16) if device.type == "cuda" else nullcontext()


def compile_chains(model: nn.Module, device: torch.device, backend: str = "inductor") -> None:
    """On a GPU let every chain of layers become fused kernels, which share its weights; elsewhere it would not pay.

    A chain that a machine cannot compile (no C compiler, an old GPU) runs as it is, with a warning from torch.
    """
    if device.type == "cuda":
        torch.use_deterministic_algorithms(True, warn_only=True)  # the compiler's choices too
        torch._dynamo.config.suppress_errors = True
        for chain in (module for module in model.modules() if isinstance(module, nn.Sequential)):
            chain.compile(backend=backend)


def uncompiled(device: torch.device) -> AbstractContextManager[object]:
    """Chains run as they are written: what is only looked at must not have kernels compiled that a training may use."""
    return torch.compiler.set_stance("force_eager") if device.type == "cuda" else nullcontext()


def bound_threads(threads: int) -> None:
    """Let torch use this many CPU threads and no more, and ask it for reproducible kernels."""
    torch.set_num_threads(threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_deterministic_debug_mode("warn")  # the same for the compiler would import it, which takes a second


@contextmanager
def device() -> Iterator[torch.device]:
    """A GPU of its own for this process, waiting for one if need be; the CPU where there is none."""
    if not torch.cuda.is_available():
        yield torch.device("cpu")
    elif "LOCAL_RANK" in os.environ:  # torchrun gave each process its place
        yield torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    else:
        names = [str(torch.cuda.get_device_properties(index).uuid) for index in range(torch.cuda.device_count())]
        with claimed(names, Path(tempfile.gettempdir())) as index:
            yield torch.device("cuda", index)


@contextmanager
def claimed(names: Sequence[str], folder: Path) -> Iterator[int]:
    """Index of the first of the named devices that no other process on this machine has claimed, once there is one.

    The claim is a lock on a file: it ends with the process, however that ends.
    """
    waiting = False
    while True:
        for index, name in enumerate(names):
            with ExitStack() as claim:
                stream = claim.enter_context(open(folder / f"graincast-gpu-{os.getuid()}-{name}.lock", "a"))
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield index
                return
        if not waiting:
            log.info("waiting for a free GPU: all %d are in use by other trainings", len(names))
            waiting = True
        time.sleep(POLL_SECONDS)
