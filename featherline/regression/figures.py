"""How metrics are shown: their value, their change and their unit."""

_UNITS = {"_pct": " %", "_bytes": " B"}
_NAMES = {
    "accuracy_pct": "accuracy",
    "balanced_pct": "balanced accuracy",
    "weight_bytes": "weights",
    "file_bytes": "file",
    "arena_bytes": "arena",
    "flash_bytes": "flash",
    "ram_bytes": "RAM",
    "stack_bytes": "stack",
}


def name(metric: str) -> str:
    """A metric in words: `weight_bytes` is "weights"."""
    return _NAMES.get(metric, metric.replace("_", " "))


def value(metric: str, number: float | None) -> str:
    """A value with its unit, a dash where there is none: "82.00 %", "2,336 B", "yes"."""
    if number is None:
        return "-"
    if metric == "deployable":
        return "yes" if number else "no"
    return f"{_digits(metric, number)}{_unit(metric)}"


def change(metric: str, base: float | None, now: float | None) -> str:
    """What happened, with an arrow and a unit: "▼ 4.00 points", "▲ 34 B (12.8 %)"; "" where nothing did."""
    if base is None or now is None or base == now:
        return ""
    arrow, moved = "▲" if now > base else "▼", abs(now - base)
    if metric == "deployable":
        return arrow
    if metric.endswith("_pct"):
        return f"{arrow} {_digits(metric, moved)} points"
    share = f" ({100 * moved / abs(base):.1f} %)" if base else ""
    return f"{arrow} {_digits(metric, moved)}{_unit(metric)}{share}"


def counted(number: int, noun: str) -> str:
    """A number of things: "1 model", "no models"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _unit(metric: str) -> str:
    return next((unit for ending, unit in _UNITS.items() if metric.endswith(ending)), "")


def _digits(metric: str, number: float) -> str:
    return f"{number:.2f}" if metric.endswith("_pct") else f"{number:,.10g}"
