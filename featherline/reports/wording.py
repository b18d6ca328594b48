"""The sentences that workbook, page and tables share, so that all of them say the same."""

from featherline.reports.published import Reference, find
from featherline.reports.results import Model, Provenance, Results

SIMULATED = "Simulated recordings: these figures say that the pipeline works, not how good the models are."

_PROTOCOLS = {
    "group": "group-disjoint",
    "item": "items shuffled, one group may be in train and test",
}
_EXTENT = {
    True: "the whole of the public data",
    False: "a part of the public data",
    None: "public data, not known to be complete",
}
# Left behind by a batch normalization that did not fold into its convolution.
_STRAY = ("MUL", "ADD")


def protocol(name: str) -> str:
    """How items were divided, in words."""
    return _PROTOCOLS.get(name, name)


def extent(provenance: Provenance) -> str:
    """How much of which recordings, in words."""
    counts = f"{provenance.groups:,} groups, {provenance.items:,} recordings, {provenance.hours:,.1f} hours"
    return f"{'simulated' if provenance.source == 'simulated' else _EXTENT[provenance.complete]}, {counts}"


def source(results: Results) -> str:
    """The sentence that must stand above every figure of an application."""
    return SIMULATED if results.simulated else f"Real recordings: {extent(results.provenance)}."


def banner(results: Results) -> str:
    """The same sentence where it must not be overlooked."""
    return source(results).replace("Simulated", "SIMULATED", 1)


def deployable(model: Model) -> str:
    """`deployable`, or the reason why it is not."""
    if model.tflm.deployable:
        return "deployable"
    return f"not deployable: {reason(model)}"


def reason(model: Model) -> str:
    """Why a model is not deployable, on one line."""
    return " ".join((model.tflm.reason or "TFLM did not run it").split())


def remarks(model: Model, results: Results) -> list[str]:
    """What a reader of a model's figures should know besides whether it is deployable."""
    found = []
    if not model.tflm.deployable:
        found.append("accuracy counted on LiteRT")
    floats = results.model(f"{model.variant}-none")
    if model.scheme == "dynamic_range" and floats and model.size.weight_bytes >= floats.size.weight_bytes:
        found.append("dynamic range left the weights as they were: no weight tensor is large enough")
    if stray := [name for name in _STRAY if name in model.operators.builtin]:
        found.append(f"{' and '.join(stray)} in the graph: a batch normalization was not folded away")
    for kind in ("select", "custom"):
        if names := getattr(model.operators, kind):
            found.append(f"needs {kind} operators: {', '.join(sorted(names))}")
    return found


def counterpart(model: Model, results: Results) -> Reference | None:
    """The published model to compare with: the same variant as float32, the only one that runs on TFLM."""
    published = find(results.app)
    return published.model(model.variant, "none") if published else None
