"""The segmenter that comes along with `segment`, as the command runs it."""

from graincast.segmentation import segmenter
from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.segmenting import options, segmented
from graincast.segmentation.segmenting.micrograph import Micrograph
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Ours, as `segment` ships it"
FIXED = "workflow/graincast/segmentation/pretrained/segmenter.safetensors"


def way(given: WayGiven) -> Way:
    """From the weights in the library."""
    ready = segmenter.load(given.weights["segmenter"], given.device)

    def found(picture: GrainPicture) -> FoundGrains:
        micrograph = Micrograph(picture.seen(), 1.0, (), slice(None))
        said = segmented.segmented(micrograph, ready, options.USUAL)
        more = {"g_half_width": said.g_half_width, "doubted": float(said.doubted)}
        return FoundGrains(said.structure.labels, None, said.chance, more=more)

    return found
