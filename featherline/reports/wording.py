"""The sentences that workbook, page and tables share, so that all of them say the same."""

import json

from featherline.params import KERNEL_BITS
from featherline.records.model import MeasuredModel, PipelineModel
from featherline.records.provenance import Provenance
from featherline.records.search import Method, Search
from featherline.reports import published as publications
from featherline.reports.results import Results

SIMULATED = "Simulated recordings: these figures say that the pipeline works, not how good the models are."
REAL = "Real recordings."
HYPERVOLUME = (
    "Hypervolume, from 0 to 1, more is better: how much of the box between the original network's costs (at half of "
    "chance's error) and the cheapest network of the space (without an error) the front of a method dominates; "
    "error on a linear axis, bytes on logarithmic ones."
)

QUANTIZATION = (
    "Lost and won: test items that the unquantized network of the same variant got right and this one wrong, and the "
    "reverse; p is that of McNemar's exact test. Packed bytes are what the weights need as information: each tensor at "
    "the smallest of 2, 3, 4, 8, 16, 32 and 64 bits that holds its values; a file may store more. "
    f"The networks of {', '.join(KERNEL_BITS)} were trained further, with fake quantization: what they win, they may "
    "owe to that."
)
RATIO = (
    "SNR: signal-to-noise ratio of a layer's activations against those of the network with nothing rounded, on the "
    "calibration set; noise adds up from layer to layer. A scheme that changes nothing has no figure."
)
NO_MAP = "No map: sizes are open in the file, or it brings a plan of its own."
SIGNIFICANT = 0.05

_PROTOCOLS = {
    "group": "group-disjoint{kind}",
    "folds": "group-disjoint{kind}, candidates judged over several validation folds",
    "official": "official lists{kind}",
    "item": "items shuffled, one {group} may be in train and test",
}
_ARCHIVES = {"mirror": "archives of a mirror folder", "public": "official downloads"}
_COMPLETE = {False: "not the complete official ones", None: "not known to be complete"}
_PUBLISHED_SCHEMES = {
    "none": "float32",
    "float16": "float16 (the published file does not run on TFLM)",
    "dynamic_range": "dynamic range (the published file does not run on TFLM)",
}


def protocol(model: PipelineModel) -> str:
    """How items were divided, and what a group is, in words."""
    kind = f" ({model.group})" if _says_group(model) else ""
    return _PROTOCOLS.get(model.protocol, model.protocol).format(group=model.group, kind=kind)


def group(model: PipelineModel) -> str:
    """What a group is, in words."""
    return f"one {model.group}" if _says_group(model) else "not said"


def _says_group(model: PipelineModel) -> bool:
    """False for an application whose front end does not say what a group is: the benchmark then writes `group`."""
    return model.group != "group"


def origin(provenance: Provenance) -> str:
    """Where recordings come from, as far as their checksums tell."""
    if provenance.simulated:
        return "simulated"
    if provenance.source == "own":
        return "own recordings"
    if provenance.complete:
        return f"{provenance.source}: the complete official data"
    return f"{provenance.source}: {_ARCHIVES[provenance.source]}, {_COMPLETE[provenance.complete]}"


def licence_label(provenance: Provenance) -> str:
    """Whose licence it is: a mirror folder may hold recordings of one's own, which the official one does not cover."""
    perhaps_private = provenance.source == "mirror" and not provenance.complete
    return "licence of the official data" if perhaps_private else "licence"


def provenance(results: Results) -> str:
    """The line that must stand above every table of an application: source, groups, items, hours, licence."""
    recordings = results.provenance
    kind = f" (each {group(results.headline)})" if _says_group(results.headline) else ""
    counts = f"{recordings.groups:,} groups{kind}, {recordings.items:,} recordings, {recordings.hours:,.1f} hours"
    return f"source {origin(recordings)}; {counts}; {licence_label(recordings)}: {recordings.licence}"


def source(results: Results) -> str:
    """The sentence that must stand above every figure of an application."""
    return SIMULATED if results.simulated else REAL


def banner(results: Results) -> str:
    """The same sentence where it must not be overlooked."""
    return source(results).replace("Simulated", "SIMULATED", 1)


def deployable(model: PipelineModel) -> str:
    """`deployable`, or the reason why it is not."""
    if model.tflm.deployable:
        return "deployable"
    return f"not deployable: {reason(model)}"


def reason(model: MeasuredModel) -> str:
    """Why a model is not deployable, on one line."""
    return " ".join((model.tflm.reason or "TFLM did not run it").split())


def short_reason(model: PipelineModel) -> str:
    """The first part of the reason, which names the operator, for tables that say the rest elsewhere."""
    return reason(model).split(": ")[0]


def remarks(model: PipelineModel, results: Results) -> list[str]:
    """What a reader of a model's figures should know besides whether it is deployable."""
    notes = []
    if not model.tflm.deployable:
        notes.append("accuracy counted on LiteRT")
    floats = results.model(f"{model.variant}-none")
    if model.scheme == "dynamic_range" and floats and model.size.weight_bytes >= floats.size.weight_bytes:
        notes.append("dynamic range left the weights as they were: no weight tensor is large enough")
    if model.mcnemar and model.mcnemar.p_value < SIGNIFICANT and model.mcnemar.lost_items > model.mcnemar.won_items:
        notes.append(f"worse than {model.variant}-none beyond chance: {compared(model)}")
    return notes + [finding.removesuffix(".") for finding in model.findings]


def no_instructions(model: PipelineModel) -> list[str]:
    """Why no instructions of a model were counted; nothing where they were."""
    if model.firmware:
        return []
    if not model.tflm.deployable:
        return ["no instructions: C is written of deployable models"]
    why = (model.firmware_reason or "its C was not measured").removeprefix(f"{model.file}: ").removesuffix(".")
    return [f"no instructions: {why}"]


def compared(model: PipelineModel) -> str:
    """How a model and its unquantized variant differ on the test split; a dash where there is nothing to compare."""
    test = model.mcnemar
    if test is None:
        return "–"
    return f"{test.lost_items:,} lost, {test.won_items:,} won, p {_p_value(test.p_value)}"


def points(model: PipelineModel, results: Results) -> float | None:
    """Percentage points of accuracy that a model gains over its unquantized variant; None where that one is missing."""
    floats = results.model(f"{model.variant}-none")
    if floats is None or floats is model:
        return None
    return round(model.accuracy.accuracy_pct - floats.accuracy.accuracy_pct, 2)


def _p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def tables(model: PipelineModel) -> str:
    """The size of the file with look-up tables, or why there is none."""
    size, reason = model.deployment.tables_bytes, model.deployment.tables_reason
    return f"{size:,}" if size is not None else (reason or "not tried: TFLM refuses the model").rstrip(".")


def worst(model: PipelineModel, most: int | None = None) -> str:
    """The layers whose activations quantization disturbs most, the worst first; all that are recorded, or at `most`."""
    layers = model.quantization_error.worst_layers[:most]
    return ", ".join(f"{layer.label}: {layer.snr_db:.1f} dB" for layer in layers) or "nothing differs"


def published(model: PipelineModel, results: Results) -> str | None:
    """The published model to compare with, as `<scheme>: <figures> (<split>)`; None where there is none.

    It is the same variant in the same scheme, or in the nearest one that was published: a quantized
    model stands beside dynamic range, which is as small, and only without that beside float32.
    """
    publication = publications.find(results.app)
    if publication is None:
        return None
    for scheme in dict.fromkeys([model.scheme, "dynamic_range", "none"]):
        reference = publication.model(model.variant, scheme)
        if reference is not None:
            figures = (
                f"{reference.accuracy_pct:.2f} % with {reference.weights:,} weights, {reference.weight_bytes:,} bytes"
            )
            return f"{_PUBLISHED_SCHEMES[scheme]}: {figures} ({publication.split})"
    return None


def trained(method: Method) -> str:
    """How many candidates a method trained, and how many of these were stopped early."""
    return f"{method.trained:,} ({method.stopped:,} stopped early)" if method.stopped else f"{method.trained:,}"


def comparison(results: Results) -> str:
    """The sentence that must stand above a comparison of the search with its baselines: what all methods share."""
    kind = "Simulated" if results.simulated else "Real"
    return (
        f"{kind} recordings, validation split alone: every candidate of every method was trained in the same way for "
        f"{_quantity(results.search.epochs, 'epoch')}, fewer where stopped early; {rule(results.search)}."
    )


def rule(search: Search) -> str:
    """By what rule the best candidate of each method was chosen, and what no candidate of the search may exceed."""
    cost = {None: "weight bytes", "program_bytes": "program bytes", "instructions_per_second": "instructions a second"}
    size = f"{1 - search.error_weight:g} x {cost[search.cost]} / the original's"
    below = _quantity(100 * search.accuracy_tolerance, "percentage point")
    best = {
        "weighted": f"that of the lowest score, {search.error_weight:g} x validation error + {size}",
        "pareto": f"the smallest whose validation accuracy is at most {below} below the original's, "
        "or the most accurate where none is",
    }
    return f"the best is {best[search.objective]}; {_limits(search)}; bytes are those of {search.scheme}"


def outcome(search: Search) -> str:
    """What became of the best candidates of the search after the comparison."""
    winner, finalists = search.winner, len(search.finalists)
    share = f"{100 * search.distillation_share:g} % of the loss distilled from"
    taught, anew = "", ""
    if search.distillation_share and search.teacher:
        long = f" for {_quantity(search.taught_epochs, 'epoch')}" if search.taught_epochs else ""
        anew = f", and trained anew{long} with {share} what all finalists answer"
    elif search.distillation_share:
        taught = f", {share} the original network"
    if search.refit:
        anew += ", and after that trained anew on the training and the validation split together"
    again = f"trained again for {_quantity(search.final_epochs, 'epoch')}{taught}"
    begin = (
        f"The {finalists} best candidates of the search were {again}; the same rule chose among these one that"
        if finalists > 1
        else f"The best candidate of the search, {again},"
    )
    program = (
        f"; its whole program, measured, takes {winner.program_bytes:,} bytes and {winner.instructions_per_second:,} "
        "instructions a second"
        if winner.program_bytes is not None
        else ""
    )
    chosen = f"; its front end has {json.dumps(winner.front_end)}" if winner.front_end else ""
    return (
        f"{begin} reached a validation accuracy of {100 * winner.validation_accuracy:.2f} % with "
        f"{winner.weight_bytes:,} weight bytes, {winner.activation_bytes:,} activation bytes and "
        f"{winner.macs:,} MACs{anew}{program}{chosen}."
    )


def _quantity(number: float, noun: str) -> str:
    return f"{number:g} {noun}{'' if number == 1 else 's'}"


def _limits(search: Search) -> str:
    limits = search.limits
    named = {
        "weight bytes": limits.max_weight_bytes,
        "activation bytes": limits.max_arena_bytes,
        "MACs": limits.max_macs,
        "program bytes": limits.max_program_bytes,
        "instructions a second": limits.max_instructions_per_second,
    }
    allowed = [f"{most:,} {name}" for name, most in named.items() if most is not None]
    return f"limits of the search: {', '.join(allowed)}" if allowed else "no limits"
