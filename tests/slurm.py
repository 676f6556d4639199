"""A real SLURM on this machine for the tests: munged, slurmctld and some slurmd nodes with fake GPUs, on loopback.

Each daemon runs below a guard: this file, run as a script. The guard adopts whatever the daemon leaves behind (job
steps outlive a killed slurmd) and ends all of it once its standard input closes, however the tests ended.
"""

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

CLIENTS = ("sbatch", "srun", "squeue", "scancel", "scontrol", "sinfo", "sacct", "sacctmgr", "sshare")
DAEMONS = ("munged", "munge", "slurmctld", "slurmd")
ACTIVE = ("PENDING", "CONFIGURING", "RUNNING", "COMPLETING")
PR_SET_CHILD_SUBREAPER = 36

# Times are short so that faults show soon; cred_expire is how long a requeued job waits. But squeue, which the tests'
# Snakemake asks, must know jobs that ended (MinJobAge). In `frail` nodes are killed; in `closed` jobs wait.
CONFIGURATION = """\
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmctldParameters=enable_configless
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock,cred_expire=10
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=2,sched_min_interval=0,bf_interval=2,batch_sched_delay=0
GresTypes=gpu
SlurmdParameters=config_overrides
ReturnToService=2
MinJobAge=3600
SlurmdTimeout=6
KillWait=5
MessageTimeout=10
NodeName=DEFAULT CPUs={cpus} RealMemory=64000 Gres=gpu:{gpus} State=UNKNOWN
{nodes}
PartitionName=cpu Nodes=n[1-2] Default=YES
PartitionName=gpu Nodes=n[1-2]
PartitionName=frail Nodes=n[3-4]
PartitionName=closed Nodes=n[1-2] State=DOWN
"""


def absence() -> str | None:
    """Why no SLURM can be started here, if so."""
    missing = [name for name in (*DAEMONS, "sbatch") if shutil.which(name) is None]
    if missing:
        packages = "slurmctld slurmd slurm-client munge"
        return f"SLURM is not installed ({', '.join(missing)} not found): apt-get install {packages}"
    return None if os.geteuid() == 0 else "SLURM's daemons need root"


@dataclass
class Cluster:
    """Nodes n1 to n4 that this machine plays; a context manager that leaves nothing running."""

    folder: Path
    size: int = 4
    cpus: int = 8
    gpus: int = 2
    daemons: dict[str, subprocess.Popen] = field(default_factory=dict)

    def __enter__(self) -> "Cluster":
        try:
            self._configure()
            self._start_munge()
            self._guard("slurmctld", "slurmctld", "-c", "-D", "-f", str(self.conf))
            wait_for("slurmctld", lambda: "UP" in self.call("scontrol", "ping", check=False))
            for name in self.nodes:
                self.start_node(name)
            wait_for(
                "idle nodes",
                lambda: set(self.nodes) <= set(self.call("sinfo", "-h", "-N", "-t", "idle", "-o", "%N").split()),
            )
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def conf(self) -> Path:
        return self.folder / "slurm.conf"

    @property
    def nodes(self) -> list[str]:
        return [f"n{number}" for number in range(1, self.size + 1)]

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process use this cluster. Snakemake strips SLURM_CONF from jobs: the clients know it instead."""
        return {"PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}

    def call(self, client: str, *arguments: str, check: bool = True) -> str:
        """What a SLURM client prints."""
        command = [str(self.folder / "bin" / client), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=check, timeout=60).stdout

    def jobs(self, folder: Path, rule: str = "") -> list[dict[str, str]]:
        """Jobs submitted from `folder`, the ended ones too, oldest first; `rule` is how the plugin's comment starts."""
        listing = self.call("scontrol", "show", "job", "-d", "-o").splitlines()
        jobs = [dict(re.findall(r"(\S+?)=(\S*)", line)) for line in listing if line.startswith("JobId=")]
        here = [job for job in jobs if job["WorkDir"] == str(folder) and job.get("Comment", "").startswith(rule)]
        return sorted(here, key=lambda job: int(job["JobId"]))

    def active(self, folder: Path) -> list[dict[str, str]]:
        """Jobs submitted from `folder` that have not ended."""
        return [job for job in self.jobs(folder) if job["JobState"] in ACTIVE]

    def cancel(self, folder: Path) -> None:
        """End all jobs submitted from `folder`."""
        self.call("scancel", *(job["JobId"] for job in self.active(folder)))

    def start_node(self, name: str) -> None:
        (self.folder / f"spool.{name}").mkdir(exist_ok=True)
        self._guard(name, "slurmd", "-D", "-N", name, "-f", str(self.conf))

    def kill_node(self, name: str) -> None:
        """SIGKILL to a node's slurmd; what runs on the node lives on, as behind a broken network."""
        os.kill(int((self.folder / f"slurmd.{name}.pid").read_text()), signal.SIGKILL)

    def stop(self) -> None:
        """End all daemons and what they started, last one first."""
        for name in reversed(list(self.daemons)):
            self._end(name)

    def _configure(self) -> None:
        """Write what the daemons and the clients read."""
        port, *ports = free_ports(1 + self.size)
        host = socket.gethostname().split(".")[0]
        nodes = "\n".join(
            f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port}"
            for name, port in zip(self.nodes, ports, strict=True)
        )
        values = {"host": host, "folder": self.folder, "cpus": self.cpus, "gpus": self.gpus}
        self.conf.write_text(CONFIGURATION.format(port=port, nodes=nodes, **values))
        devices = [self.folder / f"gpu{number}" for number in range(self.gpus)]
        for device in devices:
            device.touch()
        files = ",".join(map(str, devices))
        (self.folder / "gres.conf").write_text(f"AutoDetect=off\nName=gpu File={files}\n")
        (self.folder / "cgroup.conf").write_text("CgroupAutomount=no\n")
        (self.folder / "bin").mkdir()
        (self.folder / "state").mkdir()
        for client in filter(shutil.which, CLIENTS):
            wrapper = self.folder / "bin" / client
            wrapper.write_text(f'#!/bin/sh\nSLURM_CONF={self.conf} exec {shutil.which(client)} "$@"\n')
            wrapper.chmod(0o755)

    def _start_munge(self) -> None:
        key, sock = self.folder / "munge.key", self.folder / "munge.sock"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        own = [f"--{name}-file={self.folder / f'munged.{name}'}" for name in ("pid", "seed", "log")]
        self._guard("munged", "munged", "--foreground", "--force", f"--key-file={key}", f"--socket={sock}", *own)
        wait_for("munged", lambda: subprocess.run(["munge", "-n", "-S", sock], capture_output=True).returncode == 0)

    def _guard(self, name: str, *command: str) -> None:
        with ExitStack() as closing:
            output = closing.enter_context(open(self.folder / f"{name}.log", "a"))
            guard = [sys.executable, __file__, "setpriv", "--pdeathsig", "KILL", *command]
            # a session of its own: what is sent to the tests' process group (Ctrl-C, timeout) does not reach the guard
            self.daemons[name] = subprocess.Popen(
                guard, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True
            )

    def _end(self, name: str) -> None:
        guard = self.daemons.pop(name)
        guard.stdin.close()
        guard.wait(timeout=30)


def wait_for(what: str, condition: Callable[[], object], seconds: float = 30.0, pause: float = 0.1) -> None:
    """Return once `condition` holds; an error that says `what` was awaited if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(pause)


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nothing listens at."""
    with ExitStack() as closing:
        sockets = [closing.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def guard(command: list[str]) -> None:
    """Run a daemon until standard input closes, then end it and every process that came of it."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    sys.stdin.read()
    daemon.terminate()
    try:
        daemon.wait(timeout=10)
    except subprocess.TimeoutExpired:
        daemon.kill()
    while left := descendants(os.getpid()):
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        with suppress(ChildProcessError):  # the last one is gone
            os.waitpid(-1, 0)


def descendants(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children")
    try:
        own = [int(child) for child in children.read_text().split()]
    except FileNotFoundError:
        return []
    return own + [grandchild for child in own for grandchild in descendants(child)]


if __name__ == "__main__":
    guard(sys.argv[1:])
