"""What `benchmark` prints: a page for each model, and a table of all of them. --json has the rest."""

import textwrap

from featherline.evaluation.fit import Fit
from featherline.interpreters.tflm import MISSING

_WIDTH = 100
_MOST_ROWS = 12


def pages(records: list[dict]) -> list[str]:
    """Lines of text, none wider than 100 columns but for long names."""
    lines = [line for record in records for line in (*_page(record), "")]
    return lines + (_comparison(records) if len(records) > 1 else [])


def _page(record: dict) -> list[str]:
    size, memory, tflm, latency = record["size"], record["memory"], record["tflm"], record["latency"]
    types = ", ".join(f"{sums['number']:,} {kind}" for kind, sums in record["weights_by_type"].items()) or "none"
    rows = [
        ("file", f"{size['file_bytes']:,} bytes"),
        ("weights", f"{size['weights']:,} in {size['weight_bytes']:,} bytes ({types})"),
        *(row for one in record["inputs"] for row in (("input", _interface(one)), *_data(one["data"]))),
        *(("output", _interface(one)) for one in record["outputs"]),
        ("operators", _operators(record)),
        ("macs", _macs(record["steps"])),
        ("activations", _memory(memory, record)),
        ("on TFLM", _verdict(tflm)),
        ("latency", _latency(latency, record["litert"])),
        ("accuracy", _accuracy(record["accuracy"])),
        ("boards", _boards(record["boards"])),
    ]
    return [
        record["file"],
        *(line for name, text in rows if text for line in _row(name, text)),
        "",
        *_classes(record["accuracy"]),
        *_steps(record),
    ]


def _row(name: str, text: str) -> list[str]:
    wrapped = textwrap.wrap(text, _WIDTH - 15, break_long_words=False)
    return [f"  {name if number == 0 else '':<12} {line}" for number, line in enumerate(wrapped)]


def _interface(one: dict) -> str:
    scale = f", scale {one['scale'][0]:.6g}, zero point {one['zero_point'][0]}" if one["scale"] else ""
    return f"{one['type']} {one['signature']}{scale}"


def _data(fit: dict | None) -> list[tuple[str, str]]:
    """How the data lies in the range of an input, and a warning where it does not."""
    if fit is None:
        return []
    return [("data", Fit(**fit).sentence()), *([("WARNING", f"{fit['warning']}.")] if fit["warning"] else [])]


def _operators(record: dict) -> str:
    counts = {name: count for of_kind in record["operators"].values() for name, count in of_kind.items()}
    listed = ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda one: -one[1])[:8])
    more = f", and {len(counts) - 8} more by --json" if len(counts) > 8 else ""
    return f"{record['operator_set']}: {listed}{more}"


def _macs(steps: list[dict]) -> str:
    unknown = sum(step["macs"] is None for step in steps)
    known = sum(step["macs"] or 0 for step in steps)
    return f"{known:,}" + (f", and those of {unknown} operators that nobody can tell" if unknown else "")


def _memory(memory: dict, record: dict) -> str:
    if memory["peak_bytes"] is None:
        return "not known: sizes are open in the file"
    step = record["steps"][memory["peak_operator"]]
    given = " (for the shapes that LiteRT ran)" if record["shapes"] == "run" else ""
    return (
        f"{memory['peak_bytes']:,} bytes at most, at operator {step['index']} ({step['name']}){given}; "
        f"all tensors together {memory['sum_tensor_bytes']:,}"
    )


def _verdict(tflm: dict) -> str:
    if tflm["reason"] == MISSING:
        return f"not tried: {MISSING}"
    if not tflm["deployable"]:
        return f"does not run: {tflm['reason']}"
    arena = "an arena that could not be told" if tflm["arena_bytes"] is None else f"an arena of {tflm['arena_bytes']:,}"
    return (
        f"runs in {arena} bytes ({tflm['activation_bytes']:,} for activations; the rest, which holds pointers of this "
        "host, is an upper bound)"
    )


def _latency(latency: dict | None, litert: dict) -> str:
    if latency is None:
        return f"not measured: {litert['reason']}"
    return (
        f"{latency['average_us']:,} us on average of {latency['runs']} runs on {latency['threads']} thread(s), "
        f"standard deviation {latency['std_us']:,}, median {latency['p50_us']:,}, 90 % {latency['p90_us']:,}, "
        f"99 % {latency['p99_us']:,}; initialisation {latency['initialisation_us']:,}, first inference "
        f"{latency['first_inference_us']:,}, warm-up {latency['warmup_average_us']:,} (LiteRT on this host)"
    )


def _accuracy(accuracy: dict | None) -> str:
    if accuracy is None:
        return ""
    return (
        f"{accuracy['accuracy_pct']} % of {accuracy['items']} items "
        f"({accuracy['low_pct']} to {accuracy['high_pct']} %), "
        f"balanced {accuracy['balanced_pct']} %, on {accuracy['runtime']}"
    )


def _classes(accuracy: dict | None) -> list[str]:
    if accuracy is None:
        return []
    shares = ("-" if share is None else f"{share}" for share in accuracy["recall_pct"])
    told = ("-" if share is None else f"{share}" for share in accuracy["precision_pct"])
    rows = [("class", "items", "recall, %", "precision, %")]
    counts = (str(sum(row)) for row in accuracy["confusion"])
    rows += list(zip((name[:40] for name in accuracy["classes"]), counts, shares, told, strict=True))[:_MOST_ROWS]
    left = len(accuracy["classes"]) - (len(rows) - 1)
    return [*_table(rows), *([f"  ... and {left} more by --json"] if left else []), ""]


def _boards(boards: list[dict]) -> str:
    holding = [board["name"] for board in boards if board["holds"]]
    if len(holding) == len(boards):
        return f"an estimate: all {len(boards)} of the table hold it"
    return f"an estimate: {len(holding)} of {len(boards)} hold it{': ' if holding else ''}{', '.join(holding)}"


def _steps(record: dict) -> list[str]:
    steps = record["steps"]
    shown = sorted(
        sorted(steps, key=lambda s: (-(s["us"] or 0), -(s["macs"] or 0)))[:_MOST_ROWS], key=lambda s: s["index"]
    )
    rows = [("operator", "name", "MACs", "alive, bytes", "alone, us", "on TFLM")]
    for step in shown:
        figures = (step["macs"], step["live_bytes"], step["us"])
        cells = ("?" if figure is None else f"{figure:,}" for figure in figures)
        rows.append((str(step["index"]), step["name"][:40], *cells, "yes" if step["tflm"] else "no"))
    left = len(steps) - len(shown)
    return _table(rows) + ([f"  ... and {left} that take less"] if left else [])


def _comparison(records: list[dict]) -> list[str]:
    """One column for a model would be too wide: one row for each, best values with a star."""
    figures = {
        "file, bytes": lambda one: one["size"]["file_bytes"],
        "weights, bytes": lambda one: one["size"]["weight_bytes"],
        "peak, bytes": lambda one: one["memory"]["peak_bytes"],
        "arena, bytes": lambda one: one["tflm"]["arena_bytes"],
        "latency, us": lambda one: one["latency"] and one["latency"]["average_us"],
        "accuracy, %": lambda one: one["accuracy"] and one["accuracy"]["accuracy_pct"],
    }
    columns = {}
    for title, figure in figures.items():
        values = [figure(one) for one in records]
        there = [value for value in values if value is not None]
        if there:
            best = max(there) if title.startswith("accuracy") else min(there)
            columns[title] = ["-" if v is None else f"{v:,}{'*' if v == best else ' '}" for v in values]
    rows = [("model", *columns)]
    rows += [(one["name"][:32], *(column[place] for column in columns.values())) for place, one in enumerate(records)]
    return [*_table(rows), "  * best of these models"]


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    texts = {place for place, title in enumerate(rows[0]) if title in ("name", "model", "class", "on TFLM")}
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if place in texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
