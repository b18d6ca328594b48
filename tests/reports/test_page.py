import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from featherline.cli import main
from featherline.core.errors import FeatherlineError
from featherline.reports import page, plots
from featherline.reports.results import check_titles, kept, load, load_kept
from stages.report import command
from tests.reports.conftest import write_results

ROOT = Path(__file__).resolve().parents[2]
PLOTS = ["confusion", "loss", "search", "size", "training"]
# The example has tensors of two sizes: of float networks, and of integer ones.
MAPS = ["memory-original-none", "memory-original-int8"]


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.found.append((tag, dict(attributes)))


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> list:
    """One application with real recordings and one with simulated ones."""
    root = tmp_path_factory.mktemp("both")
    write_results(root, "motionsense", "MotionSense", ["stairs", "walking", "still"], source="mirror")
    write_results(root, "carsensor", "CarSensor", ["other", "car <&>"])
    return [load(app, "reduced-int8", root) for app in ("motionsense", "carsensor")]


@pytest.fixture(scope="module")
def html(both) -> str:
    """The page of both."""
    return rendered(both)


@pytest.fixture(scope="module")
def of_one(both) -> str:
    """The page of the first alone."""
    return rendered(both[:1])


def rendered(all_results: list) -> str:
    return page.render(all_results, {results.app: plots.plot_all(results) for results in all_results})


def test_nothing_is_loaded_from_anywhere(html):
    for tag, attributes in Tags(html).found:
        assert tag not in ("link", "img", "iframe", "object")
        assert tag != "script" or not attributes
        for name in ("src", "href", "xlink:href"):
            assert attributes.get(name, "#").startswith("#"), (tag, attributes)
    assert "@import" not in html
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", html))


def test_what_models_take_in_c_is_shown_where_it_was_measured(both, of_one):
    assert "As C on a Cortex-M4" in of_one
    assert "87,773" in of_one and "5,718" in of_one
    # Metrics of before the firmware have none.
    results = both[0]
    without = replace(results, models=tuple(m.model_copy(update={"firmware": None}) for m in results.models))
    assert "As C on a Cortex-M4" not in rendered([without])


def test_ids_are_unique_and_every_link_has_its_target(html):
    tags = Tags(html).found
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes[name][1:] for _, attributes in tags for name in ("href", "xlink:href") if name in attributes}
    assert links <= set(ids)


def test_simulated_applications_carry_the_banner_and_real_ones_do_not(html):
    motionsense, carsensor = html.split('<section id="')[1:]
    assert html.count('class="banner"') == 2  # at the top, and at the application
    assert "SIMULATED recordings for CarSensor:" in html
    assert "SIMULATED" not in motionsense
    assert "Real recordings." in motionsense and "Real recordings." not in carsensor
    assert "SIMULATED recordings: these figures say that the pipeline works" in carsensor


def test_every_table_of_figures_stands_below_its_provenance(html):
    overview, *sections = html.split('<section id="')
    of_mirror = "source mirror: archives of a mirror folder, not known to be complete; 20 groups (each one subject), "
    for said, section in zip((of_mirror, "source simulated; 20 groups (each one subject), "), sections, strict=True):
        assert said in overview.split("<table")[0]
        assert said in section.split("<table")[0]
    assert "licence of the official data: MIT" in sections[0].split("<table")[0]
    assert "<dt>A group is</dt><dd>one subject</dd>" in sections[0]


def test_findings_are_notes(example):
    root = example()
    path = root / "metrics/motionsense/reduced-int8.json"
    path.write_text(path.read_text().replace('"findings": []', '"findings": ["MUL of 2 constants: fold it."]'))
    html = rendered([load("motionsense", "reduced-int8", root)])
    assert html.count("MUL of 2 constants: fold it</li>") == 1


def test_every_model_is_listed_with_the_reason_where_it_is_not_deployable(both, of_one):
    for model in both[0].models:
        assert f'<th scope="row">{model.name}</th>' in of_one
    assert "Not deployable: Hybrid models are not supported on TFLite Micro." in of_one
    assert "Not deployable: DEQUANTIZE of float16" in of_one


def test_the_reason_stands_beside_the_model_itself(of_one):
    row = of_one.split('<th scope="row">original-dynamic_range</th>')[1].split("</tr>")[0]
    assert "no</span>: Hybrid models are not supported on TFLite Micro." in row


def test_models_that_are_alike_inside_share_a_map_and_a_table_of_layers(of_one):
    inside = of_one.split("<h3>Inside the models</h3>")[1].split("<h3>Boards</h3>")[0]
    summaries = re.findall(r"<summary>(.*?)</summary>", inside)
    assert [summary.count("-") for summary in summaries] == [6, 7]
    assert summaries[0].endswith(": 4 operators, peak 3,072 bytes at CONV_2D 0")
    assert inside.count("<svg") == 2 and inside.count("<details open>") == 1
    assert "128 × 4" not in inside and "1 × 64 × 4" in inside
    assert '<span class="no">Not deployable</span>, reduced-dynamic_range: Hybrid models' in inside


def test_the_boards_of_the_headline_are_an_estimate(of_one):
    boards = of_one.split("<h3>Boards</h3>")[1].split("</table>")[0]
    assert "Boards: an estimate; 1 of 2 hold\nreduced-int8" in boards
    assert "It needs 12,000 bytes of RAM" in boards and "<td>133.5</td>" in boards


def test_every_picture_says_what_it_stands_on(both):
    for results, said in zip(both, ("MotionSense, real recordings", "CarSensor, SIMULATED recordings"), strict=True):
        assert all(said in svg for svg in plots.plot_all(results).values())


def test_class_names_are_escaped(html):
    assert "car &lt;&amp;&gt;" in html
    assert "car <&>" not in html


def test_published_figures_are_marked_as_of_another_split(html):
    assert "published, other split" in html
    assert "146,480" in html


def test_the_comparison_with_the_published_figures_comes_first(html):
    first, *others = html.split("</table>")
    assert len(others) > 10
    motionsense, carsensor = first.split("</thead>")[1].split("</tbody>")[:2]
    for rows, source in ((motionsense, "real: 360 items of 4 groups"), (carsensor, "SIMULATED: 240 items of 4 groups")):
        assert rows.count("<tr") == 3 and rows.count("real: ") >= 1
        assert source in rows and "Featherline, reduced-int8" in rows
    # 36 of 39 items, and TFLM does not run what is smallest.
    assert '92.31 <span class="soft">[79.68, 97.35]</span>' in motionsense
    assert [word in motionsense for word in ("published, float32", "146,480", "published, dynamic range")] == [True] * 3
    assert "<td>95.00</td>" in carsensor  # of about 20 items: nobody knows the interval


def test_tables_that_are_not_folded_have_at_most_eight_columns(html):
    shown = re.sub(r"<details(?! open).*?</details>", "", html, flags=re.DOTALL)
    heads = [head.count("<th") - 1 for head in re.findall(r"<thead>.*?</thead>", shown, re.DOTALL)]
    assert len(heads) == 5 and max(heads) <= 8


def test_an_application_of_ones_own_needs_no_published_figures(example):
    results = load("doorbell", "reduced-int8", example("doorbell", "Doorbell", ("ring", "quiet")))
    html = rendered([results])
    assert "Doorbell" in html
    assert "ublished" not in html


def test_plots_are_wellformed_svg_equal_to_the_byte(both):
    drawn, again = plots.plot_all(both[0]), plots.plot_all(both[0])
    assert sorted(drawn) == sorted(PLOTS + MAPS)
    assert drawn == again
    for svg in drawn.values():
        ElementTree.fromstring(plots.standalone(svg))
        assert "currentColor" in svg


def test_the_winner_of_the_search_is_ringed(example):
    root = example(trials=1)
    drawn = plots.plot_all(load("motionsense", "reduced-int8", root))["search"]
    path = root / "models/motionsense/trials.csv"
    path.write_text(path.read_text().replace("True,True", "True,False"))
    assert drawn != plots.plot_all(load("motionsense", "reduced-int8", root))["search"]


@pytest.mark.parametrize("baselines", [("random search", "by hand"), ("random search",), ("by hand",), ()])
def test_the_search_is_drawn_and_listed_beside_the_baselines_that_there_are(example, baselines):
    results = load("motionsense", "reduced-int8", example(baselines=baselines))
    drawn, html = plots.plot_all(results)["search"], rendered([results])
    for method in ("search", "random search", "by hand"):
        shown = method in ("search", *baselines)
        assert (f">{method}</text>" in drawn) == shown
        assert (f'<th scope="row">{method}</th>' in html) == shown
    assert ">front of the search</text>" in drawn and ">winner</text>" in drawn


def test_only_a_search_that_stopped_candidates_has_them_in_the_legend(example):
    for trials, stopped in ((8, True), (1, False)):
        results = load("motionsense", "reduced-int8", example(trials=trials))
        assert (">faint: stopped early</text>" in plots.plot_all(results)["search"]) == stopped


def test_the_search_stands_against_its_baselines_and_the_original(example):
    results = load("motionsense", "reduced-int8", example(trials=30, search={"distillation_share": 0.3}))
    section = rendered([results]).split("<h3>The search against its baselines</h3>")[1].split("</table>")[0]
    above, table = section.split("<table", 1)
    assert "Simulated recordings, validation split alone" in above and "for 15 epochs" in above
    assert "limits of the search: 12,000 weight bytes, 500,000 MACs" in above
    assert "trained again for 60 epochs, 30 % of the loss distilled from the original network; the" in above
    assert "<td>30 (10 stopped early)</td>" in table and "<td>0.410</td>" in table
    original = table.split('<th scope="row">original, trained in full</th>')[1]
    assert re.findall(r"<td>(.*?)</td>", original) == ["–", "94.00", "83,900", "9,216", "1,234,567", "–", "–"]


@pytest.fixture
def project(example, monkeypatch) -> Path:
    root = example()
    example("carsensor", "CarSensor", ("other", "car"))
    block = "  benchmark:\n    headline: reduced-int8\n"
    apps = "apps:\n  - motionsense\n  - carsensor\n"
    (root / "params.yaml").write_text(f"{apps}motionsense:\n{block}carsensor:\n{block}")
    monkeypatch.chdir(root)
    return root


def test_the_stage_writes_workbooks_page_table_and_plots(project):
    outcome = CliRunner().invoke(command, [])
    assert outcome.exit_code == 0, outcome.output
    workbooks = sorted(path.name for path in project.glob("Models_Analysis/*.xlsx"))
    assert workbooks == ["CarSensor.xlsx", "MotionSense.xlsx", "Summary.xlsx"]
    assert sorted(path.name for path in (project / "reports").iterdir()) == [
        "cards",
        "index.html",
        "plots",
        "results.md",
    ]
    assert sorted(path.name for path in (project / "reports/plots").iterdir()) == sorted(
        f"{app}-{name}.svg" for app in ("motionsense", "carsensor") for name in PLOTS + MAPS
    )


def test_the_stage_gives_equal_bytes_again(project):
    def files() -> dict:
        assert CliRunner().invoke(command, []).exit_code == 0
        return {path: path.read_bytes() for path in project.glob("reports/**/*.*") if path.is_file()}

    assert files() == files()


def test_an_application_that_is_left_out_of_apps_stays_in_every_report(project):
    listed = load("carsensor", "reduced-int8", project)
    settings = (project / "params.yaml").read_text()
    (project / "params.yaml").write_text(settings.replace("  - carsensor\n", "", 1).partition("carsensor:")[0])
    (project / "metrics/carsensor.json").write_text(json.dumps({"carsensor": {"model": "reduced-int8"}}))
    (project / "models/carsensor/quantized/plan.json").unlink()  # a clone has what git has
    left_out = load_kept("carsensor", project)
    assert left_out.models == listed.models and left_out.headline == listed.headline
    outcome = CliRunner().invoke(command, [])
    assert outcome.exit_code == 0, outcome.output
    for name in ("reports/cards/carsensor-reduced-int8.md", "reports/plots/carsensor-loss.svg"):
        assert (project / name).is_file()
    assert (project / "Models_Analysis/CarSensor.xlsx").is_file()
    assert "CarSensor" in (project / "reports/results.md").read_text()

    (project / "metrics/carsensor/reduced-int8.json").write_text("{}")
    with pytest.raises(FeatherlineError, match=r"or remove them \(featherline remove carsensor\)."):
        load_kept("carsensor", project)
    removed = CliRunner().invoke(main, ["remove", "carsensor"])
    assert removed.exit_code == 0 and "removed metrics/carsensor.json" in removed.output
    assert kept(["motionsense"], project) == []
    assert {path.parts[0] for path in (p.relative_to(project) for p in project.rglob("*carsensor*"))} == {"reports"}


def test_two_applications_of_one_title_are_told(example):
    loaded = load("motionsense", "reduced-int8", example())
    with pytest.raises(FeatherlineError, match="motionsense and other have the same title, 'MotionSense'"):
        check_titles([loaded, replace(loaded, app="other")])


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("motionsense", "apps lists motionsense: take it out there first"),
        ("nods", "There is no result of nods here"),
        ("plots", "There is no result of plots here"),
        ("../x", "'../x' is no name of an application"),
    ],
)
def test_what_is_listed_or_not_there_is_not_removed(project, name, sentence):
    (project / "metrics/plots/motionsense").mkdir(parents=True)
    (project / "metrics/motionsense.json").write_text("{}")
    refused = CliRunner().invoke(main, ["remove", name])
    assert refused.exit_code == 2 and sentence in refused.output
    assert (project / "metrics/plots/motionsense").is_dir() and (project / "metrics/motionsense.json").is_file()


def test_a_missing_metric_ends_the_stage_in_one_sentence_and_leaves_the_old_page(project):
    (project / "reports").mkdir()
    (project / "reports/index.html").write_text("the page of the last run")
    (project / "metrics/carsensor/reduced-int8.json").unlink()
    outcome = CliRunner().invoke(command, [])
    assert outcome.exit_code == 1
    assert outcome.stderr.strip().startswith("report: metrics/carsensor/reduced-int8.json is missing")
    assert len(outcome.stderr.strip().splitlines()) == 1
    assert (project / "reports/index.html").read_text() == "the page of the last run"
    assert not list(project.glob("**/.partial-*")) and not list(project.glob("Models_Analysis/*.xlsx"))


def test_the_stage_does_not_import_tensorflow():
    code = (
        "import sys; from featherline.reports import page, plots, tables, workbook; import stages.report; "
        "sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
