"""Forecast the growth of your own microstructure: a label map, grains between lines, or an EBSD or grain map.

Writes prediction.npz (images and grain maps), prediction.parquet (a row a frame), frames.png and mean_radius.png.
Times are k t: divide by your reduced mobility k, in square micrometres a second, to have seconds.
"""

from pathlib import Path

from numpy.typing import NDArray

from graincast.base import command, pictures
from graincast.base.errors import GraincastError
from graincast.base.storage import made_folder
from graincast.material import opened
from graincast.material.specimens import scale, specimen
from graincast.material.specimens.scale import Scale

SUMMARY = "how the grains in your own picture will grow"
SHIPPED = Path(__file__).parents[1] / "pretrained" / "wide_local_rule.safetensors"


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument(
        "microstructure", type=Path, help="picture (PNG, TIFF, NPY, ...) or map (.ang, .ctf, .cpr, HDF5)"
    )
    parser.add_argument("--checkpoint", type=Path, default=SHIPPED, help="of forecasters/ in results (the shipped one)")
    parser.add_argument("--output", type=Path, help="folder to write to (prediction_NAME)")
    parser.add_argument("--pixel-size", type=float, metavar="UM", help="side of a pixel in micrometres")
    parser.add_argument("--frames", type=int, help="how many (as many as the checkpoint is calibrated for)")
    parser.add_argument("--kind", choices=specimen.KINDS, default="auto", help="of the picture; of lines, their shade")
    parser.add_argument("--periodic", action="store_true", help="the picture tiles the plane: do not mirror it")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    args = parser.parse_args(argv)

    if args.pixel_size is not None:
        scale.checked(args.pixel_size)
    if args.threads < 1:
        raise GraincastError(f"--threads is {args.threads}, expected 1 or more")
    where = str(args.microstructure)
    given, kind, lengths = _read(args.microstructure, args.kind, args.pixel_size)
    square = pictures.central_square(given)
    if args.periodic and square.shape != given.shape:
        raise GraincastError(f"{where}: has {given.shape[0]} x {given.shape[1]} pixels, expected a square period")
    found = specimen.read(square, kind, args.periodic, where)

    from graincast.growth.prediction import calibration, forecasting, output  # torch: a wrong call is told without
    from graincast.training import devices

    devices.bound_threads(args.threads)
    devices.keep_memory()
    with devices.device() as device:
        model, known = calibration.load(args.checkpoint, device)
        frames = known.frames if args.frames is None else args.frames
        if not 1 <= frames <= known.frames:
            raise GraincastError(f"--frames is {frames}, expected 1 to {known.frames} for {args.checkpoint}")
        scene = forecasting.scene(found, args.periodic, known, where)
        folder = made_folder(args.output or Path(f"prediction_{args.microstructure.stem}"))
        crop = ", cropped to its central square" if square.shape != given.shape else ""
        edges = "periodic" if args.periodic else "mirrored at its edges"
        print(f"{where}: read as {found.kind}{crop}, {edges}: {found.grains} grains; {lengths.source}", flush=True)
        command.log.info("forecasting %d frames of %d x %d pixels", frames, *scene.image.shape)
        predicted = forecasting.predict(model, known, scene, frames, device)
    forecasting.check_grains_left(predicted, scene, where)
    output.write(folder, given, predicted, lengths, known.level)
    print("\n".join(output.summary(predicted, lengths, known)))
    print(f"written to {folder}")


def _read(path: Path, kind: str, pixel_um: float | None) -> tuple[NDArray, str, Scale]:
    """A picture, or the grains of a map as one, with its kind and what its lengths are given in."""
    if path.suffix.lower() not in opened.MAPS:
        return pictures.read(path), kind, scale.of(path, pixel_um)
    found = opened.opened(path, pixel_um)
    print("\n  ".join([f"{path}: {found.said[0]}", *found.said[1:]]))
    step = found.structure.step
    lengths = Scale("px", 1.0, "no step is known") if step is None else Scale("um", step, f"a point is {step:.4g} um")
    return found.structure.labels, "labels", lengths
