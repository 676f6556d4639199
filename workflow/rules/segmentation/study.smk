# The segmentation study: a table of contents. Each rule runs the script of its name in workflow/.
SEGMENTATION = STUDIES["segmentation"]


include: "draw.smk"
include: "turn.smk"
include: "gather.smk"
include: "trace.smk"
include: "guess.smk"
include: "mislead.smk"
include: "evaluate.smk"
include: "calibrate.smk"
include: "report.smk"


rule segmentation:
    input:
        "results/segmentation/report/index.html",
