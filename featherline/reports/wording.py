"""The sentences that workbook, page and tables share, so that all of them say the same."""

from featherline.reports import published as publications
from featherline.reports.results import Model, Provenance, Results

SIMULATED = "Simulated recordings: these figures say that the pipeline works, not how good the models are."
REAL = "Real recordings."

_PROTOCOLS = {
    "group": "group-disjoint{kind}",
    "official": "official lists{kind}",
    "item": "items shuffled, one {group} may be in train and test",
}
_ARCHIVES = {"mirror": "archives of a mirror folder", "public": "official downloads"}
_COMPLETE = {False: "not the complete official ones", None: "not known to be complete"}
_PUBLISHED_SCHEMES = {
    "none": "float32",
    "float16": "float16, does not run on TFLM",
    "dynamic_range": "dynamic range, does not run on TFLM",
}


def protocol(model: Model) -> str:
    """How items were divided, and what a group is, in words."""
    kind = f" ({model.group})" if _says_group(model) else ""
    return _PROTOCOLS.get(model.protocol, model.protocol).format(group=model.group, kind=kind)


def group(model: Model) -> str:
    """What a group is, in words."""
    return f"one {model.group}" if _says_group(model) else "not said"


def _says_group(model: Model) -> bool:
    """False for an application whose front end does not say what a group is: the benchmark then writes `group`."""
    return model.group != "group"


def origin(provenance: Provenance) -> str:
    """Where recordings come from, as far as their checksums tell."""
    if provenance.source == "simulated":
        return "simulated"
    if provenance.complete:
        return f"{provenance.source}: the complete official data"
    return f"{provenance.source}: {_ARCHIVES[provenance.source]}, {_COMPLETE[provenance.complete]}"


def licence_label(provenance: Provenance) -> str:
    """Whose licence it is: a mirror folder may hold recordings of one's own, which the official one does not cover."""
    maybe_own = provenance.source == "mirror" and not provenance.complete
    return "licence of the official data" if maybe_own else "licence"


def provenance(results: Results) -> str:
    """The line that must stand above every table of an application: source, groups, items, hours, licence."""
    known = results.provenance
    kind = f" (each {group(results.headline)})" if _says_group(results.headline) else ""
    counts = f"{known.groups:,} groups{kind}, {known.items:,} recordings, {known.hours:,.1f} hours"
    return f"source {origin(known)}; {counts}; {licence_label(known)}: {known.licence}"


def source(results: Results) -> str:
    """The sentence that must stand above every figure of an application."""
    return SIMULATED if results.simulated else REAL


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
    return found + [finding.removesuffix(".") for finding in model.findings]


def published(model: Model, results: Results) -> str | None:
    """The published model to compare with, as `<scheme>: <figures> (<split>)`; None where there is none.

    It is the same variant in the same scheme, or in the nearest one that was published: a quantized
    model stands beside dynamic range, which is as small, and only without that beside float32.
    """
    found = publications.find(results.app)
    if found is None:
        return None
    schemes = dict.fromkeys([model.scheme, "dynamic_range", "none"])
    one = next((one for scheme in schemes if (one := found.model(model.variant, scheme))), None)
    if one is None:
        return None
    figures = f"{one.accuracy_pct:.2f} % with {one.weights:,} weights, {one.weight_bytes:,} bytes"
    return f"{_PUBLISHED_SCHEMES[one.scheme]}: {figures} ({found.split})"
