import re

from featherline.reports import tables
from featherline.reports.results import load


def rows(markdown: str, table: int = 0) -> list[list[str]]:
    """The cells of a table; the first is that of the models, the second that of the search."""
    tables = [block.splitlines() for block in markdown.split("\n\n") if block.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in tables[table]]


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
        "dynamic range (the published file does not run on TFLM): 92.31 % with 4,997 weights, 6,020 bytes (39 items)"
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


def test_every_method_of_the_search_has_a_row(example):
    results = load("motionsense", "reduced-int8", example(trials=30))
    header, _, *methods = rows(tables.results_table([results]), table=2)
    assert all(len(row) == len(header) for row in methods)
    assert [row[:3] for row in methods] == [
        ["MotionSense", "search", "30 (10 stopped early)"],
        ["MotionSense", "random search", "30 (10 stopped early)"],
        ["MotionSense", "by hand", "1"],
    ]
    of, best = dict(zip(header, methods[0], strict=True)), results.search.methods[0].best
    assert of["Best: validation accuracy %"] == f"{100 * best.validation_accuracy:.2f}"
    assert of["Weight bytes"] == f"{best.weight_bytes:,}"
    assert (of["Epochs each"], of["Hypervolume"]) == ("15", "0.410")


def test_a_search_without_baselines_has_one_row(example):
    markdown = tables.results_table([load("motionsense", "reduced-int8", example(baselines=()))])
    assert [row[1] for row in rows(markdown, table=2)[2:]] == ["search"]


def test_the_search_says_its_rule_and_what_recordings_it_stands_on(example):
    root = example(source="mirror", search={"objective": "pareto"})
    example("carsensor", "CarSensor", ("other", "car"))
    both = [load(app, "reduced-int8", root) for app in ("carsensor", "motionsense")]
    real, simulated = tables.results_table(both).split("Simulated recordings:")
    assert "validation split of real recordings alone" in real
    assert "- MotionSense: the best is the smallest whose validation accuracy is at most 1 percentage point" in real
    assert "validation split of simulated recordings alone" in simulated
    assert "- CarSensor: the best is that of the lowest score, 0.8 x validation error + 0.2 x weight bytes" in simulated
    # The line above a table is blank, or Markdown takes the table for a part of the list.
    assert all(block.startswith("| Application |") for block in re.findall(r"(?<=\n\n)\|.*", real + simulated))
