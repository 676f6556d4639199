"""Kills, damaged files and full disks: the same command completes, or one line says which file and what to do."""

import contextlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from conftest import TINY, copy_project
from graincast.base import storage, table
from graincast.base.errors import GraincastError

WEIGHTS = "results/growth/training/tiny_local_rule/tiny_normal/0/weights.safetensors"
MODEL = "config/growth/models/tiny_local_rule.yaml"
EPOCHS = 60  # of a training that is stopped
EVALUATED = "results/growth/scores/tiny_local_rule/tiny_normal/0/tiny_normal.parquet"
REPORT = "results/growth/report/index.html"
STAGES = {  # each works on what the one before makes
    "growth_simulate": "results/growth/trajectories/tiny_normal/1.npz",
    "growth_prepare": "results/growth/data/tiny_normal/truth.parquet",
    "train": WEIGHTS,
    "growth_evaluate": EVALUATED,
}


def kill_when_it_runs(script, delay, folder):
    """SIGKILL the first process of a stage's script that works in `folder`, `delay` seconds after it appeared."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"] or []
            with contextlib.suppress(psutil.NoSuchProcess):
                if len(words) > 1 and words[1] == f"workflow/{script}.py" and process.cwd() == str(folder):
                    time.sleep(delay)
                    process.kill()
                    return
        time.sleep(0.01)


def run_and_kill(project, stage, target, delay):
    """Run to `target`, the stage being killed on the way; what the run ended with."""
    watcher = threading.Thread(target=kill_when_it_runs, args=(stage, delay, project.root))
    watcher.start()
    done = project.snakemake(target, *TINY, "--cores", "2", check=False)
    watcher.join()
    return done


def kill(project, stage, target, delay):
    """Kill a stage on the way to its missing target."""
    while True:
        (project.root / target).unlink(missing_ok=True)
        broken = run_and_kill(project, stage, target, delay)
        if broken.returncode != 0:
            break
        delay /= 2  # it was done before its kill
    assert not (project.root / target).exists()
    assert "error" in broken.stderr.lower()


@pytest.mark.parametrize("delay", [0.05, 0.6])
def test_killed_stages_are_made_whole_by_the_same_command(reached, finished, delay):
    kill(reached, "growth_report", REPORT, delay)
    reached.snakemake(REPORT, *TINY, "--cores", "2")
    assert reached.tables() == finished.tables()
    for stage, target in STAGES.items():  # each run first mends what the last one left, and then is killed itself
        kill(reached, stage, target, delay)
    reached.snakemake(EVALUATED, *TINY, "--cores", "2")
    assert reached.tables() == finished.tables()


def test_a_killed_snakemake_is_followed_by_a_run_that_completes(finished, tmp_path):
    project = copy_project(tmp_path / "project")
    targets = (EVALUATED, WEIGHTS.replace("/0/", "/1/"))
    command = [sys.executable, "-m", "snakemake", *TINY, "--cores", "2", *targets]
    with subprocess.Popen(command, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 60
        while not list(project.root.glob("results/growth/data/*/test.npz")) and time.monotonic() < deadline:
            time.sleep(0.05)
        run.kill()
    project.snakemake(*TINY, "--cores", "2", "--unlock")  # ./graincast does this by itself: tests/test_bootstrap.py
    project.run("--cores", "2", *targets)
    made, wanted = project.tables(), finished.tables()
    assert len(made) == 1 + 2 * 2 + 1  # scores, of both trainings weights and curve, the data sheet
    assert made == {name: wanted[name] for name in made}


def training(project, *more, epochs=4):
    """The command that trains the tiny local rule by hand on the finished data."""
    project.edit(MODEL, "epochs: 4", f"epochs: {epochs}")
    data = project.root / "results/growth/data/tiny_normal"
    return [
        sys.executable, "workflow/train.py", "--study", "growth", "--model", MODEL, "--seed", "0",
        "--train", str(data / "train.npz"), "--validation", str(data / "validation.npz"),
        "--dataset", "tiny_normal", "--weights", "w.safetensors", "--curve", "c.parquet",
        "--tensorboard", "tensorboard", "--resume", "resume", *more,
    ]  # fmt: skip


def wait_for_epoch(process, epoch):
    """Read a training's log until it has finished `epoch`."""
    for line in process.stderr:
        if f"epoch {epoch}:" in line:
            return
    pytest.fail("the training ended before it could be stopped")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_training_goes_on_to_the_same_weights(reached, stop):
    command = training(reached, "--checkpoint-seconds", "0", epochs=EPOCHS)
    undisturbed = subprocess.run(command, cwd=reached.root, capture_output=True, text=True, check=True)
    assert f"epoch {EPOCHS}:" in undisturbed.stderr
    wanted = [(reached.root / name).read_bytes() for name in ("w.safetensors", "c.parquet")]
    for name in ("w.safetensors", "c.parquet"):
        (reached.root / name).unlink()

    with subprocess.Popen(command, cwd=reached.root, stderr=subprocess.PIPE, text=True) as run:
        wait_for_epoch(run, EPOCHS // 4)
        run.send_signal(stop)
        rest = run.stderr.read()
    assert run.returncode == (143 if stop == signal.SIGTERM else -signal.SIGKILL)
    assert (stop == signal.SIGTERM) == ("the same command goes on from there" in rest)
    assert list((reached.root / "resume").glob("*.safetensors"))
    assert not (reached.root / "w.safetensors").exists()

    resumed = subprocess.run(command, cwd=reached.root, capture_output=True, text=True, check=True)
    assert "resuming at epoch" in resumed.stderr
    assert "epoch 3:" not in resumed.stderr
    assert [(reached.root / name).read_bytes() for name in ("w.safetensors", "c.parquet")] == wanted
    assert not list((reached.root / "resume").glob("*.safetensors")), "a finished training leaves no checkpoint"


def test_a_checkpoint_of_other_data_or_settings_is_not_resumed(reached):
    command = training(reached, "--checkpoint-seconds", "0", epochs=EPOCHS)
    with subprocess.Popen(command, cwd=reached.root, stderr=subprocess.PIPE, text=True) as run:
        wait_for_epoch(run, EPOCHS // 4)
        run.terminate()
    reached.edit(MODEL, f"epochs: {EPOCHS}", "epochs: 2")
    done = subprocess.run(command, cwd=reached.root, capture_output=True, text=True, check=True)
    assert "resuming" not in done.stderr
    assert "epoch 1:" in done.stderr


def truncate(path):
    path.write_bytes(path.read_bytes()[:-200])


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 10] ^= 0xFF  # early: fields at the end of windows are read for models with attention alone
    path.write_bytes(content)


def empty(path):
    path.write_bytes(b"")


def replace_by_a_folder(path):
    path.unlink()
    path.mkdir()


DAMAGES = [truncate, flip_a_byte, empty, replace_by_a_folder]
DAMAGED = {  # a file, and the stage that reads it for an output
    "trajectory": ("results/growth/trajectories/tiny_bimodal/0.npz", "results/growth/data/tiny_bimodal/truth.parquet"),
    "windows": ("results/growth/data/tiny_normal/test.npz", EVALUATED),
    "weights": (WEIGHTS, EVALUATED),
    "scores": (EVALUATED, REPORT),
}


@pytest.fixture(scope="module")
def own_command(finished):
    """How the pipeline makes an output: gives the words of its command and the outputs, all of them."""
    shown = finished.snakemake("--dry-run", "--forceall", "--printshellcmds", *TINY).stdout
    blocks = [block for block in shown.split("\n\n") if "Shell command: " in block]

    def find(target: str) -> tuple[list[str], list[str]]:
        for block in blocks:
            outputs = re.search(r"^    output: (.*)$", block, re.MULTILINE).group(1).split(", ")
            if target in outputs:
                python = re.search(r"; (python workflow/.*) > results/growth/logs/", block).group(1)
                return shlex.split(python), outputs
        pytest.fail(f"the pipeline does not make {target}")

    return find


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_named_in_one_line_and_nothing_is_left_half_written(reached, own_command, name, damage):
    path, target = DAMAGED[name]
    (_, script, *arguments), outputs = own_command(target)
    for output in [reached.root / name for name in outputs]:
        shutil.rmtree(output) if output.is_dir() else output.unlink()
    damage(reached.root / path)
    before = set((reached.root / "results").rglob("*"))

    done = reached.script(Path(script).stem, *arguments)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("error: ")
    assert path in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert set((reached.root / "results").rglob("*")) == before


def test_weights_of_another_architecture_are_refused(reached):
    from graincast.base import checkpoint

    tensors, about = checkpoint.load(reached.root / WEIGHTS)
    about["settings"]["width"] = 5
    checkpoint.save(reached.root / WEIGHTS, tensors, about)
    done = reached.script(
        "growth_evaluate", "--weights", WEIGHTS, "--name", "m", "--windows", "results/growth/data/tiny_normal/test.npz",
        "--case", "c", "--scores", "s.parquet", "--forecasts", "f.npz", "--examples", "e.npz",
    )  # fmt: skip
    assert done.returncode == 1
    assert f"error: {WEIGHTS}: is of another architecture: 'pen.first.bias' is (4,) in the file and (5,)" in done.stderr


def test_a_trajectory_of_another_data_set_is_refused(reached):
    done = reached.script(
        "growth_prepare", "--dataset", "config/growth/datasets/tiny_bimodal.yaml",
        "--output", "out", "--table", "t.parquet", "--growth", "g.npz",
        "--trajectories", "results/growth/trajectories/tiny_normal/0.npz",
    )  # fmt: skip
    assert done.returncode == 1
    assert "error: results/growth/trajectories/tiny_normal/0.npz: was made from another specification" in done.stderr


def test_a_table_with_wrong_columns_is_refused_on_reading_and_on_writing(tmp_path):
    import pandas as pd

    wrong = tmp_path / "wrong.parquet"
    pd.DataFrame({"ssim": [0.5]}).to_parquet(wrong)
    with pytest.raises(GraincastError, match=r"wrong\.parquet: has the columns \[ssim: double\], expected"):
        table.read(wrong)
    good = {"model": "m", "dataset": "d", "case": "c", "score": "ssim", "value": 0.5}
    for row, word in (
        ({**good, "colour": 1}, "unknown columns"),
        ({**good, "value": "high"}, "do not fit the schema"),
        ({name: value for name, value in good.items() if name != "score"}, "'score' has empty values"),
    ):
        with pytest.raises(GraincastError, match=word):
            table.write(tmp_path / "out.parquet", "growth", [row])
    assert [path.name for path in tmp_path.iterdir()] == ["wrong.parquet"]
    table.write(tmp_path / "out.parquet", "growth", [good])
    assert table.read(tmp_path / "out.parquet")["value"].to_list() == [0.5]


@pytest.fixture
def full_disk(tmp_path):
    """A folder with room for 64 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_named_and_nothing_half_written_is_left(full_disk, reached):
    arrays = {"noise": np.random.default_rng(0).random(100_000)}
    with pytest.raises(GraincastError, match=r"small/big\.npz: cannot be written: No space left on device"):
        storage.write_arrays(full_disk / "big.npz", arrays)
    assert list(full_disk.iterdir()) == []
    rows = [
        {"model": f"{value}", "dataset": "d", "case": "c", "score": "s", "value": value}
        for value in np.random.default_rng(0).random(20_000)
    ]
    with pytest.raises(GraincastError, match=r"small/big\.parquet: cannot be written: .*No space left on device"):
        table.write(full_disk / "big.parquet", "growth", rows)
    assert list(full_disk.iterdir()) == []
    (full_disk / "filler").write_bytes(bytes(64 * 1024))
    done = subprocess.run(
        training(reached, "--weights", str(full_disk / "w.safetensors")),
        cwd=reached.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "w.safetensors: cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in full_disk.iterdir()] == ["filler"]


def test_logs_are_shown_when_a_job_fails(reached):
    truncate(reached.root / "results/growth/trajectories/tiny_bimodal/0.npz")
    done = reached.snakemake("results/growth/data/tiny_bimodal/test.npz", *TINY, "--cores", "2", check=False)
    assert done.returncode != 0
    assert "error: results/growth/trajectories/tiny_bimodal/0.npz: is truncated or damaged" in done.stderr
