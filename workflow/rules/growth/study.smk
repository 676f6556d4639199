# The growth study: a table of contents. Each rule runs the script of its name in workflow/.
GROWTH = STUDIES["growth"]


include: "turn.smk"
include: "compare_solvers.smk"
include: "evolve.smk"
include: "simulate.smk"
include: "prepare.smk"
include: "bound.smk"
include: "evaluate.smk"
include: "forecast.smk"
include: "calibrate.smk"
include: "reliability.smk"
include: "speed.smk"
include: "report.smk"


rule growth:
    input:
        "results/growth/report/index.html",
        GROWTH.forecasters(),
