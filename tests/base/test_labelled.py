"""Files of a folder that are chosen by name: what can be chosen, what each says of itself, what is no choice."""

import re

import pytest

from graincast.base.errors import GraincastError
from graincast.base.labelled import LabelledFiles


@pytest.fixture
def drinks(tmp_path):
    for name, text in {
        "tea": '"""Hot."""\n\nLABEL = "Tea, with milk"\nNEEDS = "kettle, cup"\n',
        "water": '"""Cold."""\n\nLABEL = "Water"\n',
        "helping": '"""No choice."""\n\nAMOUNT = 3\n',
        "broken": '"""Not imported to be asked."""\n\nLABEL = "Broken"\nraise SystemExit\n',
    }.items():
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "notes.txt").write_text('\nLABEL = "Notes"\n')
    return LabelledFiles(tmp_path, "drink")


def test_what_has_a_label_can_be_chosen_and_nothing_is_imported(drinks):
    assert drinks.names() == ["broken", "tea", "water"]
    assert drinks.file_of("tea", "the menu") == drinks.folder / "tea.py"
    assert drinks.said("broken", "LABEL") == "Broken"


def test_a_file_says_of_itself_what_its_constants_say_and_nothing_else(drinks):
    assert drinks.said("tea", "LABEL") == "Tea, with milk"
    assert drinks.said("tea", "NEEDS") == "kettle, cup"
    assert drinks.said("water", "NEEDS") == ""


@pytest.mark.parametrize("name", ["milk", "helping", "notes", "../tea", ""])
def test_what_cannot_be_chosen_is_one_line_with_the_choices(drinks, name):
    said = f"the menu: there is no drink '{name}' in {drinks.folder} (choices: broken, tea, water)"
    with pytest.raises(GraincastError, match=f"^{re.escape(said)}$"):
        drinks.file_of(name, "the menu")
    with pytest.raises(GraincastError, match="there is no drink"):
        drinks.said(name, "LABEL")
