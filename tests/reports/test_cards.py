"""A card says of each deployable model what somebody must know who puts it on a device."""

import pytest

from featherline.records.frontend import FrontEndFile
from featherline.reports import cards
from featherline.reports.results import load
from tests.records.examples import content
from tests.reports.conftest import frontend

FRONTEND = FrontEndFile.model_validate(frontend(3))


def rendered(results) -> dict[str, str]:
    return cards.render(results, {model.name: FRONTEND for model in results.models})


@pytest.fixture
def made(example):
    return rendered(load("motionsense", "reduced-int8", example()))


def test_every_deployable_model_has_a_card_and_no_other(made):
    assert "reduced-int8" in made and "original-none" in made
    assert "reduced-float16" not in made and "reduced-dynamic_range" not in made


def test_simulated_figures_are_called_so_before_any_figure(made, example):
    assert made["reduced-int8"].splitlines()[2].startswith("**SIMULATED recordings")
    real = rendered(load("motionsense", "reduced-int8", example(source="mirror", complete=True)))
    assert "simulated" not in real["reduced-int8"].lower()


def test_figures_stand_beside_their_items_and_interval(made):
    card = made["reduced-int8"]
    accuracy = next(line for line in card.splitlines() if line.startswith("| accuracy"))
    assert accuracy.count("%") == 1 and "[" in accuracy
    assert "right of 360, of 4 groups" in card
    assert card.count("| recall of ") == 3 and card.count("precision ") == 3


def test_the_input_contract_says_how_to_store_a_feature(made):
    card = made["reduced-int8"]
    assert "shape [1, 128, 1, 4], stored = round(feature / 0.03) +3" in card
    assert "| 0 | 1.0625 | 0.5 |" in card
    assert "| taps | a list of 100, in frontend.json |" in card
    assert "| log.floor | 0.001 |" in card and "dct" not in card


def test_what_an_item_is_is_told_from_the_front_end():
    assert cards.heard(FRONTEND) == "7.68 s of a three-axis accelerometer (50 Hz, in g)"
    assert cards.heard(FrontEndFile.model_validate(content("frontend-audio"))) == "1.00 s of a microphone (16,000 Hz)"
