# Graincast: a table of contents. Each rule runs the script of its name in workflow/; docs/architecture.md has the picture.


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/measured.smk"
include: "workflow/rules/fetch.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/front_page.smk"


for name in STUDIES:

    include: f"workflow/rules/{name}/study.smk"


rule all:
    default_target: True
    input:
        "results/index.html",
        [f"results/{name}/report/index.html" for name in STUDIES],
        [target for plan in STUDIES.values() for target in plan.targets()],


onstart:
    check_before_any_job()
    say_which_rows_are_left_out()
    say_whose_pages_are_overwritten()


onsuccess:
    pages = [Path("results/index.html"), *(Path(f"results/{name}/report/index.html") for name in STUDIES)]
    if any(page.exists() and page.stat().st_mtime >= STARTED for page in pages):
        print(f"\nThe report: {pages[0].resolve()}")
