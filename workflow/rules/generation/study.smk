# The generation study: a table of contents. Each rule runs the script of its name in workflow/.
GENERATION = STUDIES["generation"]


include: "grow.smk"
include: "join.smk"
include: "draw.smk"
include: "score.smk"
include: "encode.smk"
include: "characterise.smk"
include: "interpret.smk"
include: "halve.smk"
include: "ask.smk"
include: "report.smk"


rule generation:
    input:
        "results/generation/report/index.html",
