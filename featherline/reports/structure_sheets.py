"""The sheets `Layers`, `Tensors` and `Boards`: the inside of every model, and what would hold it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from featherline.records.structure import ModelStructure, Step, TimedStep
from featherline.reports import cells
from featherline.reports.results import Results

Named = Sequence[tuple[str, ModelStructure]]

# Title -> (number format, width in characters).
LAYERS = {
    "Model": ("@", 27),
    "Operator": ("0", 10),
    "Name": ("@", 26),
    "Set": ("@", 11),
    "Subgraph": ("0", 11),
    "MACs": ("#,##0", 14),
    "Live Tensors (Bytes)": ("#,##0", 16),
    "Peak": ("@", 8),
    "TFLM Has a Kernel": ("@", 12),
    "Inputs (Tensors)": ("@", 18),
    "Outputs (Tensors)": ("@", 18),
    "Options": ("@", 30),
    "Time on the Host (us)": ("#,##0.00", 13),
}
TENSORS = {
    "Model": ("@", 27),
    "Tensor": ("0", 9),
    "Tensor Name": ("@", 50),
    "Subgraph": ("0", 11),
    "Type": ("@", 11),
    "Shape": ("@", 20),
    "Size (Bytes)": ("#,##0", 14),
    "Kind": ("@", 12),
    "Written by Operator": ("0", 12),
    "Read by Operators": ("@", 18),
    "Alive from Operator": ("0", 12),
    "Alive to Operator": ("0", 12),
    "Arena Offset (Bytes)": ("#,##0", 14),
}
BOARDS = {
    "Model": ("@", 27),
    "Board (Estimate)": ("@", 34),
    "MCU": ("@", 26),
    "Flash (Bytes)": ("#,##0", 14),
    "RAM (Bytes)": ("#,##0", 14),
    "Clock (MHz)": ("#,##0.#", 10),
    "Holds the Model": ("@", 11),
    "Reason": ("@", 80),
}


def layers(sheet: Worksheet, models: Named, results: Results | None) -> list[str]:
    """Lists the operators of every model.

    Returns:
        For each model the cells of its MACs, such as `F4:F9`.
    """

    def rows(model: ModelStructure) -> Iterator[tuple[object, ...]]:
        for step in model.steps:
            yield (
                *(step.index, step.name, step.kind, step.subgraph, step.macs, step.live_bytes),
                "peak" if step.index == model.memory.peak_operator else None,
                "yes" if step.tflm else "no",
                *(_listed(step.inputs), _listed(step.outputs)),
                *((step.options or None,) if isinstance(step, TimedStep) else ()),
                *((_us(step),) if timed else ()),
            )

    timed = any(_us(step) is not None for _, model in models for step in model.steps)
    single = all(isinstance(step, TimedStep) for _, model in models for step in model.steps)
    left_out = {*(() if timed else ("Time on the Host (us)",)), *(() if single else ("Options",))}
    columns = {title: form for title, form in LAYERS.items() if title not in left_out}
    return _fill(sheet, columns, models, results, rows, "MACs", ("Live Tensors (Bytes)",))


def tensors(sheet: Worksheet, models: Named, results: Results | None) -> list[str]:
    """Lists the tensors of every model with their lives and their places in TensorFlow Lite Micro's arena.

    Returns:
        For each model the cells of their sizes.
    """

    def rows(model: ModelStructure) -> Iterator[tuple[object, ...]]:
        for tensor in model.tensors:
            yield (
                *(
                    tensor.index,
                    tensor.label,
                    tensor.subgraph,
                    tensor.type,
                    " x ".join(map(str, tensor.shape)) or "scalar",
                ),
                *(tensor.bytes, "constant" if tensor.constant else "open" if tensor.dynamic else "RAM"),
                *(
                    tensor.written_by,
                    _listed(tensor.read_by),
                    tensor.first_operator,
                    tensor.last_operator,
                    tensor.offset_bytes,
                ),
            )

    return _fill(sheet, TENSORS, models, results, rows, "Size (Bytes)", ("Size (Bytes)",))


def boards(sheet: Worksheet, models: Named, results: Results | None) -> None:
    """Lists for every model the boards that would hold it, an estimate."""

    def rows(model: ModelStructure) -> Iterator[tuple[object, ...]]:
        for board in model.boards:
            yield (
                *(board.name, board.mcu, board.flash_bytes, board.ram_bytes, board.clock_mhz),
                *("yes" if board.holds else "no", board.reason),
            )

    _fill(sheet, BOARDS, models, results, rows, "Model", ())


def peak(model: ModelStructure) -> str | None:
    """The operator at which most is alive, by number and name."""
    place = model.memory.peak_operator
    return None if place is None else f"{place} {model.steps[place].name}"


def _us(step: Step) -> float | None:
    return step.mean_us if isinstance(step, TimedStep) else None


def _listed(places: Sequence[int | None]) -> str | None:
    return ", ".join("-" if place is None else str(place) for place in places) or None


def _fill(
    sheet: Worksheet,
    columns: Mapping[str, tuple[str, float]],
    models: Named,
    results: Results | None,
    rows: Callable[[ModelStructure], Iterator[tuple[object, ...]]],
    summed: str,
    barred: Sequence[str],
) -> list[str]:
    place = {title: number for number, title in enumerate(columns, start=1)}
    formats = [number_format for number_format, _ in columns.values()]
    row = top = cells.table(sheet, columns, results)
    letter, ranges = get_column_letter(place[summed]), []
    for name, model in models:
        first = row
        for figures in rows(model):
            for column, value in enumerate((name, *figures), start=1):
                if value is not None:
                    cell = cells.put(sheet, row, column, value, formats[column - 1])
                    if row == first:
                        cell.border = cells.LINE
            row += 1
        # A model without rows has a sum too: of one empty cell.
        ranges.append(f"{letter}{first}:{letter}{max(first, row - 1)}" if row > first else f"{letter}1")
    for title in barred:
        cells.bars(sheet, place[title], top, max(top, row - 1))
    if row > top:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{row - 1}"
    return ranges
