"""What all rules share: the studies that run, and how a job's log, resources and code are named."""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "workflow"))

from graincast.base import cluster, machine, provenance, sources, study
from graincast.base.errors import GraincastError

STARTED = time.time()  # pages older than this are of an earlier run

# Snakemake deletes the log of a failed attempt when it tries again: a second name keeps it
KEEP_LOG = ": > {log}; ln -f {log} {log}.{resources.attempt} || true; "


# templates, style sheets and scripts of pages
PAGE_FILES = sorted(
    os.path.relpath(path, workflow.basedir)
    for path in Path(workflow.basedir, "workflow/graincast/report").iterdir()
    if path.suffix in (".j2", ".css", ".js")
)


def growing(amount):
    """A resource that grows with each attempt at a job."""
    return lambda wildcards, attempt: amount * attempt


def attempt_number(wildcards, attempt):
    return attempt


def in_one_line(read, *arguments):
    """What `read` gives; its error ends the run as one line instead of Snakemake's trace."""
    try:
        return read(*arguments)
    except GraincastError as error:
        raise SystemExit(f"error: {error}") from None


def configuration_files():
    """The files that `config` was merged from, the last one winning."""
    given = [Path(path).resolve() for path in workflow.overwrite_configfiles]
    own = [Path(path).resolve() for path in workflow.configfiles if Path(path).resolve() not in given]
    return [Path(os.path.relpath(path)) for path in own + given]


def code_of(script, *parts):
    """Digest of a script, the library files `parts` and all that they import: a parameter, so that an edit reruns."""
    return sources.code_digest(Path(workflow.basedir) / "workflow" / script, *parts)


def code_of_training(wildcards):
    """Of the loop, the study's learner and the model: editing one model trains that model alone."""
    learner = sources.LIBRARY / wildcards.study / "learner.py"
    return code_of("train.py", learner, *STUDIES[wildcards.study].model_code(wildcards.model))


def check_threads(name, threads):
    """A job's threads decide its last bits: refuse a machine that cannot give them rather than change results."""
    cores = workflow.global_resources["_cores"].value
    if workflow.local_exec and not DRY_RUN and cores < threads:
        raise SystemExit(
            f"error: {configuration_files()[-1]}, '{name}': key 'threads' is {threads}, but this run has {cores} core(s) "
            "and results depend on the number of threads: lower it, or give more with --cores"
        )


def check_before_any_job():
    """What needs torch, compiled code, the cores or the cluster's queue, and so is looked at only before a run."""
    for name, plan in STUDIES.items():
        in_one_line(plan.check)
        check_threads(name, plan.threads)
    if workflow.executor_plugin and workflow.executor_plugin.name == "slurm":
        in_one_line(cluster.refuse_surviving_jobs, Path.cwd())


def say_whose_pages_are_overwritten():
    """A line for each study whose page is of other configuration files than this run's."""
    own = [str(path) for path in configuration_files()]
    for name in STUDIES:
        page = Path(f"results/{name}/report/index.html")
        others = provenance.configured_by_others(page.with_name("provenance.json"), own)
        if others and page.exists():
            print(
                f"graincast: {page} is of {' + '.join(others)}; this run, of {' + '.join(own)}, writes its own page "
                f"in its place (to keep it, copy {page.parent}/ first)",
                file=sys.stderr,
            )


# `workflow.dryrun` is not known yet while this is read
DRY_RUN = workflow.output_settings.dryrun
STUDIES = in_one_line(study.chosen, config, configuration_files())
if workflow.local_exec and machine.gpu_count() and "gpu" not in workflow.global_resources:
    workflow.register_resource("gpu", machine.gpu_count())
machine.put_own_python_first()
if DRY_RUN:
    check_before_any_job()
    say_whose_pages_are_overwritten()


wildcard_constraints:
    study="|".join(STUDIES),
    table=r"\w+",
    map=r"\w+",
    dataset=r"\w+",
    shard=r"\w+",
    model=r"\w+",
    seed=r"\d+",
    case=r"\w+",
