"""Train one model on one data set from one seed: weights, learning curve, TensorBoard log.

Stopped at any moment (SIGTERM, SIGKILL, a lost node), the same command goes on from the last checkpoint and ends
with the same weights. Under torchrun the processes share each batch.
"""

from pathlib import Path

from graincast.base import command, sources, specs, table
from graincast.growth import trained
from graincast.growth.data import windows
from graincast.training import curve, devices, loop, parallel, spec
from graincast.training.resume import ResumeFile


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--model", type=Path, required=True, help="YAML of the model")
    parser.add_argument("--train", type=Path, required=True, help="windows to train on")
    parser.add_argument("--validation", type=Path, required=True, help="windows to validate on")
    parser.add_argument("--dataset", required=True, help="name of the data set, for the tables")
    parser.add_argument("--seed", type=int, required=True, help="seed of weights, order and augmentation")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (results depend on it)")
    parser.add_argument("--weights", type=Path, required=True, help="weights to write (.safetensors)")
    parser.add_argument("--curve", type=Path, required=True, help="learning curve to write (.parquet)")
    parser.add_argument("--tensorboard", type=Path, required=True, help="folder for the TensorBoard log")
    parser.add_argument("--resume", type=Path, required=True, help="folder for checkpoints of unfinished trainings")
    parser.add_argument("--checkpoint-seconds", type=float, default=30.0, help="time between such checkpoints")
    args = parser.parse_args(argv)

    should_stop = command.stop_on_sigterm()
    devices.bound_threads(args.threads)
    devices.keep_memory()
    model_spec = spec.load(args.model)
    code = sources.source_files(Path(__file__), specs.part_file("growth/models", model_spec.model, str(args.model)))
    key = sources.digest([args.model, args.train, args.validation, *code])[:16]
    resume = ResumeFile(args.resume / f"{key}-{args.seed}.safetensors", args.checkpoint_seconds)
    model = loop.fresh_model(lambda: model_spec.build(str(args.model)), args.seed)
    data = windows.load(args.train), windows.load(args.validation)
    with (
        devices.device() as device,
        parallel.team(device) as team,
        curve.tensorboard(args.tensorboard, resume.path.exists()) as after_epoch,
    ):
        setup = loop.Setup(*(split.to(device) for split in data), args.seed, device, team)
        devices.compile_chains(model.to(device), device)
        progress = loop.fit(model, model_spec.training, setup, resume, should_stop, after_epoch)
        if team.leads:
            command.log.info("trained on %s with %d process(es) of %d threads", device, team.size, args.threads)
            about = {"dataset": args.dataset, "seed": args.seed, "inputs_sha256": key}
            trained.save(args.weights, model, model_spec, about)
            table.write(args.curve, curve.rows(progress, args.model.stem, args.dataset, args.seed))
            resume.discard()


if __name__ == "__main__":
    command.run(main)
