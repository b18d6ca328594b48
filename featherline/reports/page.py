"""The results as one HTML page that needs nothing beside itself: no font, no file, no network."""

from collections.abc import Sequence

from featherline.records.model import PipelineModel
from featherline.reports import memory_map, published, templates, timing, wording
from featherline.reports.results import Results


def render(all_results: Sequence[Results], plots: dict[str, dict[str, str]]) -> str:
    """Renders the page.

    Args:
        all_results: one entry for each application, in the order to print.
        plots: application -> what `plots.plot_all` drew of it.
    """
    simulated = [results.title for results in all_results if results.simulated]
    return (
        templates.environment()
        .get_template("page.html.jinja")
        .render(
            applications=[_section(results, plots[results.app]) for results in all_results],
            simulated=simulated,
            all_simulated=len(simulated) == len(all_results),
            published_source=published.source(),
            hypervolume=wording.HYPERVOLUME,
            quantization=wording.QUANTIZATION,
            ratio=wording.RATIO,
            counted=timing.COUNTED,
            clock_mhz=timing.CLOCK_MHZ,
        )
    )


def _section(results: Results, plots: dict[str, str]) -> dict[str, object]:
    pictures = {
        name: {"svg": templates.named(plots[name], caption), "caption": caption}
        for name, caption in _captions(results).items()
    }
    of_model = {model.name: _notes(model, results) for model in results.models}
    notes = list(dict.fromkeys(note for notes in of_model.values() for note in notes))
    return {
        "app": results.app,
        "title": results.title,
        "simulated": results.simulated,
        "source": wording.banner(results),
        "provenance": wording.provenance(results),
        "models": results.models,
        "headline": results.headline,
        "notes": notes,
        "note_numbers": {name: [notes.index(note) + 1 for note in its_notes] for name, its_notes in of_model.items()},
        "plots": [picture for name, picture in pictures.items() if name != "loss"],
        "loss": pictures["loss"],
        "points": {model.name: wording.points(model, results) for model in results.models},
        "inside": [_inside(models, results, plots) for models in memory_map.alike(results.models).values()],
        "search": results.search,
        "without_tables": _without_tables(results),
        "comparison": f"{wording.comparison(results)} {wording.outcome(results.search)}",
        "published": published.find(results.app),
        "test_split": _test_split(results),
        "quantized": f"{len(results.models):,} models: what each scheme costs in bytes, and where it loses accuracy",
        "compiled": _compiled(results),
        "searched": _searched(results),
        "facts": _facts(results),
    }


def _notes(model: PipelineModel, results: Results) -> list[str]:
    why = [] if model.tflm.deployable else [f"Not deployable: {wording.reason(model)}"]
    return why + [remark[0].upper() + remark[1:] for remark in wording.remarks(model, results)]


def _inside(models: list[PipelineModel], results: Results, plots: dict[str, str]) -> dict[str, object]:
    """What the page shows of models that are alike inside."""
    first = models[0]
    memory, names = first.memory, ", ".join(model.name for model in models)
    caption = f"Memory of {names}, operator by operator: where TFLM's planner puts each tensor."
    svg = plots.get(memory_map.plot_name(first))
    peak = ""
    if memory.peak_operator is not None:
        peak = f", peak {memory.peak_bytes:,} bytes at {first.steps[memory.peak_operator].name} {memory.peak_operator}"
    return {
        "model": first,
        "names": names,
        "headline": results.headline in models,
        "summary": f"{len(first.steps):,} operators{peak}",
        "map": None if svg is None else templates.named(svg, caption),
        "caption": caption if svg else wording.NO_MAP,
        "reasons": {model.name: wording.reason(model) for model in models if not model.tflm.deployable},
    }


def _test_split(results: Results) -> str:
    test = results.headline.test
    return f"{test.items:,} items of {test.groups:,} groups"


def _compiled(results: Results) -> str:
    """What the headline model takes in C, in one line; what is below it where it has no C."""
    code = results.headline.firmware
    if code is None:
        return "Flash, RAM, stack and instructions of each model that has C"
    return (
        f"{results.headline.name}: {code.flash_bytes:,} bytes of flash, {code.ram_bytes:,} of RAM, "
        f"{code.stack_bytes:,} of stack, {code.instructions:,} instructions an inference"
    )


def _searched(results: Results) -> str:
    """How far each method came, in one line."""
    reached = [f"{method.method} {method.hypervolume:.3f}" for method in results.search.methods]
    return f"Hypervolume (0 to 1, more is better): {', '.join(reached)}"


def _without_tables(results: Results) -> dict[str, list[str]]:
    """Why models have no file with look-up tables -> which."""
    names_by_reason: dict[str, list[str]] = {}
    for model in results.models:
        if model.deployment.tables_bytes is None:
            names_by_reason.setdefault(wording.tables(model), []).append(model.name)
    return names_by_reason


def _captions(results: Results) -> dict[str, str]:
    kind = "simulated recordings, " if results.simulated else ""
    headline = results.headline
    beside = " and its baselines" if len(results.baselines) else ""
    return {
        "size": f"Accuracy against the size of the weights; {kind}bars are 95 % intervals. The front is that of the "
        "deployable models: no other is smaller and more accurate.",
        "confusion": f"{headline.name}: confusion of {headline.accuracy.items:,} test items, "
        f"{kind}shaded by share of the true class.",
        "training": f"Training of both float networks; {kind}by epoch.",
        "search": f"The search for the reduced network{beside}; {kind}validation split, "
        f"candidates trained for {results.search.epochs:,} epochs. The front is that of accuracy and weight bytes.",
        "loss": f"Signal-to-noise ratio of the reduced network's activations, layer by layer; {kind}calibration set. "
        "More is better; there is no point where nothing differs.",
    }


def _facts(results: Results) -> list[tuple[str, object]]:
    headline = results.headline
    return [
        ("Recordings", wording.provenance(results)),
        ("A group is", wording.group(headline)),
        ("Split", wording.protocol(headline)),
        ("Test split", _test_split(results)),
        ("Classes", ", ".join(results.classes)),
        ("Headline file", headline.file),
        ("Its SHA-256", headline.sha256),
        ("Its operators", ", ".join(sorted(headline.operators.builtin))),
    ]
