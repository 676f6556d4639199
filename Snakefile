# Graincast: a table of contents. Each rule runs the script of its name in workflow/; docs/architecture.md has the picture.


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/measured.smk"
include: "workflow/rules/validate.smk"
include: "workflow/rules/fetch.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/evolve.smk"
include: "workflow/rules/admit.smk"
include: "workflow/rules/simulate.smk"
include: "workflow/rules/prepare.smk"
include: "workflow/rules/bound.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/calibrate.smk"
include: "workflow/rules/doubt.smk"
include: "workflow/rules/speed.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        # one that is missing starts its checkpoint; the report, which waits for the checkpoint, would not
        admitted(EXPERIMENT.cases),
        "results/report/index.html",
        forecasters(),


onstart:
    check_before_any_job()


onsuccess:
    if Path("results/report/index.html").exists():
        print(f"\nThe report: {Path('results/report/index.html').resolve()}")
