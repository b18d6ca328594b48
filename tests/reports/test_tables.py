import re

from featherline.reports import tables
from featherline.reports.results import load


def rows(markdown: str) -> list[list[str]]:
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_simulated_figures_are_called_so_in_the_first_line(example):
    results = load("motionsense", "reduced-int8", example())
    assert tables.results_table([results]).splitlines()[0] == (
        "Simulated recordings: these figures say that the pipeline works, not how good the models are."
    )


def test_every_application_has_its_provenance_in_a_list_above_the_table(example):
    root = example()
    example("carsensor", "CarSensor", ("other", "car"))
    both = [load(app, "reduced-int8", root) for app in ("motionsense", "carsensor")]
    said = "source simulated; 20 groups (each one subject), 300 recordings, 7.8 hours; licence: MIT"
    # The blank lines are what keeps Markdown from taking the table for a part of the list.
    assert tables.results_table(both).splitlines()[1:5] == ["", f"- MotionSense: {said}", f"- CarSensor: {said}", ""]
    assert tables.results_table(both).splitlines()[5].startswith("| Application |")


def test_real_figures_say_what_is_known_of_their_data(example):
    results = load("motionsense", "reduced-int8", example(source="mirror", complete=False))
    assert tables.results_table([results]).splitlines()[:3] == [
        "Real recordings.",
        "",
        "- MotionSense: source mirror: archives of a mirror folder, not the complete official ones; "
        "20 groups (each one subject), 300 recordings, 7.8 hours; licence of the official data: MIT",
    ]


def test_original_and_headline_have_a_row_with_interval_items_and_published_figures(example):
    results = load("motionsense", "reduced-int8", example())
    header, _, original, reduced = rows(tables.results_table([results]))
    assert all(len(row) == len(header) for row in (original, reduced))
    of = dict(zip(header, reduced, strict=True))
    assert original[:2] == ["MotionSense", "original-none"]
    assert of["Model"] == "reduced-int8"
    assert re.fullmatch(r"\d+\.\d\d \[\d+\.\d\d, \d+\.\d\d\]", of["Accuracy %, 95 % interval"])
    assert of["Test split"] == "360 items, 4 groups, group-disjoint (subject)"
    assert (of["Weight bytes"], of["File bytes"], of["TFLM arena bytes"]) == ("1,403", "4,587", "3,264")
    assert of["Deployable"] == "yes"
    assert of["Published (real recordings, other split)"] == (
        "dynamic range, does not run on TFLM: 92.31 % with 4,997 weights, 6,020 bytes (39 items)"
    )


def test_the_reason_of_a_model_that_is_not_deployable_does_not_break_the_table(example):
    results = load("motionsense", "reduced-float16", example())
    header, _, _, reduced = rows(tables.results_table([results]))
    of = dict(zip(header, reduced, strict=True))
    assert of["Deployable"] == r"no: DEQUANTIZE of float16 \| Node DEQUANTIZE (number 0f) failed to prepare"
    assert of["TFLM arena bytes"] == ""


def test_simulated_and_real_figures_do_not_share_a_table(example):
    root = example(source="mirror")
    example("carsensor", "CarSensor", ("other", "car"))
    both = [load(app, "reduced-int8", root) for app in ("carsensor", "motionsense")]
    real, simulated = tables.results_table(both).split("Simulated recordings:")
    assert "| MotionSense" in real and "CarSensor" not in real
    assert "| CarSensor" in simulated and "MotionSense" not in simulated


def test_an_application_of_ones_own_has_no_published_figures(example):
    results = load("doorbell", "original-none", example("doorbell", "Doorbell", ("ring", "quiet")))
    header, _, only = rows(tables.results_table([results]))
    assert only[0] == "Doorbell" and only[-1] == ""
