"""How pages are filled in: one Jinja environment, and the filters that write figures the same way everywhere."""

from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from featherline.reports import timing, wording


def environment() -> Environment:
    """The environment of the templates in this folder; what is no markup is escaped."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    templates.filters["percent"] = lambda value: "–" if value is None else f"{value:.2f}"
    templates.filters["fixed"] = lambda value, digits: f"{value:.{digits}f}"
    templates.filters["count"] = lambda value: "–" if value is None else f"{value:,}"
    templates.filters["time_us"] = timing.time_us
    templates.filters["points"] = lambda value: "–" if value is None else f"{value:+.2f}"
    templates.filters["shape"] = shape
    templates.filters["trained"] = wording.trained
    templates.filters["compared"] = wording.compared
    templates.filters["short_reason"] = wording.short_reason
    templates.filters["worst"] = lambda model: wording.worst(model, 1)
    return templates


def shape(sizes: Iterable[int]) -> str:
    """
    >>> shape((1, 192, 3))
    '1 × 192 × 3'
    """
    return " × ".join(f"{size:,}" for size in sizes) or "scalar"


def named(svg: str, name: str) -> Markup:
    """The SVG as one picture with a name for screen readers; matplotlib escaped the texts inside."""
    return Markup(svg.replace("<svg ", Markup('<svg role="img" aria-label="{}" ').format(name), 1))
