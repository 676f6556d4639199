"""Write the page of the toy study: the losses of its players, and its entry of the front page."""

from pathlib import Path

import matplotlib.pyplot as plt

from graincast.base import command, table
from graincast.report import overview, page
from graincast.report.parts import Picture, Section, Words


def main(argv=None):
    parser = command.arguments(__doc__)
    parser.add_argument("--curves", type=Path, nargs="+", required=True, help="learning curves")
    parser.add_argument("--output", type=Path, required=True, help="folder of the page")
    args = parser.parse_args(argv)

    curves = table.read_all(args.curves)
    losses = curves[curves["case"] == "validation"]
    figure, axes = plt.subplots(figsize=(5, 3))
    for (model, seed), line in losses.groupby(["model", "seed"]):
        axes.plot(line["epoch"], line["value"], label=f"{model} {seed}")
    axes.set(xlabel="epoch", ylabel="validation loss")
    axes.legend()
    said = f"{losses['model'].nunique()} models came as near to the cloud as {losses['value'].min():.3f}."
    picture = Picture("losses", figure, "Validation losses of all trainings.", said)
    models = list(dict.fromkeys(curves["model"]))
    page.write(args.output, page.Page("a toy", models, [Section("answer", "Losses", [Words([said]), picture])]), [])
    entry = overview.StudyEntry("toy", "Where are the points?", said, "figures/losses.png", said, "index.html", "")
    overview.write(args.output, entry)


if __name__ == "__main__":
    command.run(main)
