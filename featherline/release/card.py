"""Words around the figures of a `metrics.json` of the zoo: the card of an application, the table of all, notices."""

from collections.abc import Mapping
from typing import Any

import jinja2

Metrics = dict[str, Any]

USES = {
    "motionsense": "Tells what somebody with a phone in the front trouser pocket does, from its accelerometer.",
    "carsensor": "Tells whether a phone rides a vehicle, from its accelerometer.",
    "keywordspotting": "Hears one wake word, here {keyword!r}, among everything else that a microphone hears.",
    "musicclassifier": "Tells the genre of a piece of music from a few seconds of it.",
}
LIMITS = {
    "motionsense": "One make of phone in one place on the body; people who walk otherwise than those recorded may be "
    "told wrong.",
    "carsensor": "Few persons are in the test split; phones in other places, other kinds of vehicles were not there.",
    "keywordspotting": "Accuracy is counted on clips of one second. As a stream it hears thousands of windows an hour, "
    "and how often it is wrong there was not measured here.",
    "musicclassifier": "Few test items of few tracks: the interval is as wide as it says. It is an example of the "
    "tools, not a classifier to build on.",
}
USE_OF_OTHERS = "Tells its classes apart."
RESEARCH_ONLY = (
    "The recordings that this model was trained on are commercial ones, for research only (GTZAN, Tzanetakis and "
    "Cook): so is the model."
)


def render(metrics: Metrics) -> str:
    """README.md of one application."""
    return _environment().get_template("card.md.jinja").render(m=metrics, **words(metrics))


def overview(all_metrics: Mapping[str, Metrics]) -> str:
    """README.md of the zoo."""
    return _environment().get_template("overview.md.jinja").render(apps=all_metrics)


def notice(metrics: Metrics) -> str:
    """NOTICE of one application: what the recordings behind it allow."""
    lines = [f"{metrics['title']}: a model made with Featherline from recordings of others.", ""]
    lines += [f"Licence of the recordings: {metrics['data']['licence'] or 'not known'}."]
    lines += [f"Archive: {archive['file']}, SHA-256 {archive['sha256']}." for archive in metrics["data"]["archives"]]
    lines += ["No recording, and no part of one, is in this folder."]
    if metrics["application"] == "musicclassifier":
        lines += ["", RESEARCH_ONLY]
    return "\n".join(lines) + "\n"


def words(metrics: Metrics) -> dict[str, str | None]:
    """What an application is good for and where it ends: `use`, `limit` and `research`; None where there is none."""
    app = metrics["application"]
    return {
        "use": USES.get(app, USE_OF_OTHERS).format(keyword=metrics["keyword"]),
        "limit": LIMITS.get(app),
        "research": RESEARCH_ONLY if app == "musicclassifier" else None,
    }


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("featherline.release", "."),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["thousands"] = "{:,}".format
    environment.filters["percent"] = lambda value: "not known" if value is None else f"{value:.2f}"
    return environment
