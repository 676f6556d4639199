"""Train one model of a study on one data set from one seed: weights, learning curve, TensorBoard log.

Stopped at any moment (SIGTERM, SIGKILL, a lost node), the same command goes on from the last checkpoint and ends
with the same weights. Under torchrun the processes share each batch.
"""

from pathlib import Path

from graincast.base import command, sources, table
from graincast.training import curve, devices, loop, parallel, subject, watching, weights
from graincast.training.resume import ResumeFile


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--study", required=True, help="folder of the library that says what is learned, as in growth")
    parser.add_argument("--model", type=Path, required=True, help="YAML of the model")
    parser.add_argument("--train", type=Path, required=True, help="split to train on")
    parser.add_argument("--validation", type=Path, required=True, help="split to validate on")
    parser.add_argument("--dataset", required=True, help="name of the data set, for the tables")
    parser.add_argument("--seed", type=int, required=True, help="seed of weights, order and augmentation")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (results depend on it)")
    parser.add_argument("--loaders", type=int, default=0, help="processes that make batches ahead, the same ones")
    parser.add_argument("--weights", type=Path, required=True, help="weights to write (.safetensors)")
    parser.add_argument("--curve", type=Path, required=True, help="learning curve to write (.parquet)")
    parser.add_argument("--tensorboard", type=Path, required=True, help="folder for the TensorBoard log")
    parser.add_argument("--resume", type=Path, required=True, help="folder for checkpoints of unfinished trainings")
    parser.add_argument("--checkpoint-seconds", type=float, default=30.0, help="time between such checkpoints")
    args = parser.parse_args(argv)

    should_stop = command.stop_on_sigterm()
    devices.bound_threads(args.threads)
    devices.keep_memory()
    learned = subject.find(args.study)
    spec = learned.spec(args.model)
    code = sources.code_digest(Path(__file__), subject.learner_file(args.study), spec.part_file(str(args.model)))
    key = sources.digest([args.model, args.train, args.validation], code)[:16]
    resume = ResumeFile(args.resume / f"{key}-{args.seed}.safetensors", args.checkpoint_seconds)
    learner = loop.fresh_model(lambda: learned.learner(spec, str(args.model)), args.seed)
    data = [learned.load(path, spec.training) for path in (args.train, args.validation)]
    with (
        devices.device() as device,
        parallel.team(device) as team,
        watching.tensorboard(args.tensorboard, resume.path.exists()) as watch,
    ):
        setup = loop.Setup(*(split.to(device) for split in data), args.seed, device, team, args.loaders)
        learner.ready(device)
        progress = loop.fit(learner, spec.budget, setup, resume, should_stop, watch)
        if team.leads:
            command.log.info("trained on %s with %d process(es) of %d threads", device, team.size, args.threads)
            trained_on = {"study": args.study, "dataset": args.dataset, "seed": args.seed, "inputs_sha256": key}
            weights.save(args.weights, learner.kept(), spec, {**learned.ABOUT, **trained_on})
            table.write(args.curve, args.study, curve.rows(progress, args.model.stem, args.dataset, args.seed))
            resume.discard()


if __name__ == "__main__":
    command.run(main)
