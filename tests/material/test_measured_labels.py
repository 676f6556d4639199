"""Grains without orientations: label images, and the grains that DREAM.3D found."""

import numpy as np
import pytest
from PIL import Image

import measured_files as files
from graincast.base.errors import GraincastError
from graincast.material.measured import formats
from graincast.material.measured.scan import GrainMap
from graincast.material.structures import label_image
from measured_files import refused


@pytest.mark.parametrize("name", ["map.npy", "map.png", "map.tif"])
def test_label_images_are_grain_maps(name, tmp_path):
    labels = files.grain_map()
    found = formats.read(files.label_image(tmp_path / name, labels), step=0.3)
    assert isinstance(found, GrainMap)
    assert found.step == 0.3
    pairs = {(int(a), int(b)) for a, b in zip(labels.ravel(), found.labels.ravel(), strict=True)}
    assert len(pairs) == len(np.unique(labels)) == len(np.unique(found.labels))


@pytest.mark.parametrize("packing", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "tiff_lzma"])
def test_a_tiff_is_read_however_it_is_packed(packing, tmp_path):
    labels = files.grain_map().astype(np.uint16)
    Image.fromarray(labels).save(tmp_path / "map.tif", compression=packing)
    assert (np.diff(formats.read(tmp_path / "map.tif").labels) == 0).tolist() == (np.diff(labels) == 0).tolist()


def test_feature_ids_of_dream3d_are_a_grain_map(tmp_path):
    labels = files.grain_map()
    path = files.tree(
        tmp_path / "map.dream3d",
        {
            "DataContainers/Section/_SIMPL_GEOMETRY/DIMENSIONS": np.array([30, 24, 1]),
            "DataContainers/Section/_SIMPL_GEOMETRY/SPACING": np.array([0.25, 0.25, 1], np.float32),
            "DataContainers/Section/Cells/FeatureIds": labels[None, ..., None],
        },
    )
    found = formats.read(path)
    assert found.step == 0.25
    assert len(np.unique(found.labels)) == len(np.unique(labels))


WRONG = [
    (np.ones((20, 20), int), "one single value"),
    (np.arange(400).reshape(20, 20), "photograph"),
    (np.ones((3, 20), int), "3"),
    (np.full((20, 20), np.nan), "finite"),
]


@pytest.mark.parametrize(("labels", "word"), WRONG)
def test_what_is_no_grain_map_is_refused(labels, word, tmp_path):
    refused(files.label_image(tmp_path / "map.npy", labels), word)


@pytest.mark.parametrize(("labels", "word"), WRONG)
def test_a_data_set_of_a_label_image_refuses_it_in_the_same_words(labels, word, tmp_path):
    path = files.label_image(tmp_path / "map.npy", labels)
    with pytest.raises(GraincastError) as error:
        label_image.read(path)
    assert str(error.value) == refused(path, word)


@pytest.mark.parametrize("name", ["map.npy", "map.png", "map.tif"])
def test_a_data_set_of_a_label_image_has_the_same_grains_as_a_measured_map_of_it(name, tmp_path):
    path = files.label_image(tmp_path / name, files.grain_map())
    assert np.array_equal(label_image.read(path), formats.read(path).labels[:, 3:27])
