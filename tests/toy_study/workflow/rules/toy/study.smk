# The toy study: a table of contents. Each rule runs the script of its name in workflow/.
TOY = STUDIES["toy"]


include: "draw.smk"
include: "report.smk"


rule toy:
    input:
        "results/toy/report/index.html",
