"""How the cells of a workbook look: fonts, fills, headers, and the banner of every sheet."""

import math
from collections.abc import Mapping, Sequence

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from featherline.reports import wording
from featherline.reports.results import Results

_FONT = "Calibri"
_LINE_HEIGHT_POINTS = 15
TEXT = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
NUMBER = Alignment(vertical="top")
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_HEADER = PatternFill("solid", fgColor="1F3A5F")
SECTION = PatternFill("solid", fgColor="D6E0EE")
ROW = PatternFill("solid", fgColor="EFF3F8")
_ALARM = PatternFill("solid", fgColor="FFD9A0")
_CALM = PatternFill("solid", fgColor="E3F1E3")
LINE = Border(top=Side("thin", "9AA7B8"))


def put(sheet: Worksheet, row: int, column: int, value: object, number_format: str = "General") -> Cell:
    """Writes a value; a text is never taken for a formula, nor may it hold control characters."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = number_format
    cell.alignment = TEXT if isinstance(value, str) else NUMBER
    return cell


def font(**style: object) -> Font:
    """The font of every cell that does not say otherwise."""
    return Font(name=_FONT, size=11, **style)


def fit_height(sheet: Worksheet, row: int, texts: dict[int, str]) -> None:
    """Gives a row the lines that its wrapped texts need; spreadsheet programs differ in doing so themselves."""
    widths = {column: sheet.column_dimensions[get_column_letter(column)].width - 3 for column in texts}
    lines = max(math.ceil(len(text) / widths[column]) for column, text in texts.items())
    sheet.row_dimensions[row].height = _LINE_HEIGHT_POINTS * max(lines, 1)


def merged(sheet: Worksheet, row: int, columns: int, text: str, fill: PatternFill) -> None:
    """Writes a bold text across the first columns of a row."""
    cell = put(sheet, row, 1, text)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    cell.font, cell.fill, cell.alignment = font(bold=True), fill, Alignment(vertical="center")
    sheet.row_dimensions[row].height = 20


def header(sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    """Writes the titles of a table's columns."""
    for column, title in enumerate(titles, start=1):
        cell = put(sheet, row, column, title)
        cell.font, cell.fill, cell.alignment = font(bold=True, color="FFFFFF"), _HEADER, _CENTRED


def fit_merged(sheet: Worksheet, row: int, columns: int, paragraphs: Sequence[str]) -> None:
    """Wraps the text of a merged row and gives the row the lines that its paragraphs need."""
    width = sum(sheet.column_dimensions[get_column_letter(column)].width for column in range(1, columns + 1)) - 3
    lines = sum(math.ceil(len(text) / width) for text in paragraphs)
    sheet.row_dimensions[row].height = 9 + _LINE_HEIGHT_POINTS * lines
    sheet.cell(row, 1).alignment = Alignment(vertical="center", wrap_text=True)


def banner(sheet: Worksheet, row: int, columns: int, results: Results) -> None:
    """What must stand above every table: which application, whether simulated, and where from."""
    fill = _ALARM if results.simulated else _CALM
    said = [f"{results.title}. {wording.banner(results)}", wording.provenance(results)]
    merged(sheet, row, columns, "\n".join(said), fill)
    fit_merged(sheet, row, columns, said)
    if results.simulated:
        sheet.sheet_properties.tabColor = "E07B00"


def table(sheet: Worksheet, columns: Mapping[str, tuple[str, float]], results: Results) -> None:
    """Begins a sheet that is one table: its header is row 1, for whoever reads it with pandas, the banner row 2.

    Args:
        sheet: still empty.
        columns: title -> (number format, width in characters).
        results: what the banner speaks of.
    """
    header(sheet, 1, list(columns))
    sheet.row_dimensions[1].height = 48
    for column, (_, width) in enumerate(columns.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    banner(sheet, 2, len(columns), results)
    sheet.freeze_panes = "B3"
    sheet.print_title_rows = "1:2"


def explained(sheet: Worksheet, row: int, columns: int, paragraphs: Sequence[str]) -> None:
    """Writes what a reader should know of the table below across the first columns of a row."""
    merged(sheet, row, columns, "\n".join(paragraphs), ROW)
    fit_merged(sheet, row, columns, paragraphs)
    sheet.cell(row, 1).font = font()
