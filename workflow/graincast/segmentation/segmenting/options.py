"""What may be asked of `segment`; known without torch, so that a wrong call is told at once."""

from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "pretrained" / "segmenter.safetensors"
VIEWS = (1, 2, 4, 8)
USUAL = 4
