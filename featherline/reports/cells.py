"""How the cells of a workbook look: fonts, fills, headers, and the banner of every sheet."""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from featherline.reports import wording
from featherline.reports.results import Results

Formula = tuple[str, float]  # and its value

_FONT = "Calibri"
_FONT_POINTS = 11
PRINTED_POINTS = 8  # text is printed no smaller
# Spreadsheets measure columns in characters, here of the widest font that commonly stands in for a missing Calibri,
# which is DejaVu Sans; Calibri's own are three quarters as wide.
_CHARACTER_POINTS = 7.0
_MARGIN_INCHES = 0.3
_A4 = 9  # the number of the paper in the file format
_PAPER_POINTS = 72 * (297 / 25.4 - 2 * _MARGIN_INCHES)  # across, landscape
_LINE_HEIGHT_POINTS = 15
TEXT = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
NUMBER = Alignment(vertical="top")
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_HEADER = PatternFill("solid", fgColor="1F3A5F")
SECTION = PatternFill("solid", fgColor="D6E0EE")
ROW = PatternFill("solid", fgColor="EFF3F8")
_ALARM = PatternFill("solid", fgColor="FFD9A0")
_CALM = PatternFill("solid", fgColor="E3F1E3")
CHECKSUM = Font(name="Courier New", size=9)
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
    return Font(name=_FONT, size=_FONT_POINTS, **style)


def fit_height(sheet: Worksheet, row: int, texts: dict[int, str]) -> None:
    """Gives a row the lines that its wrapped texts need; spreadsheet programs differ in doing so themselves.

    They break lines at spaces and strokes, so that a fifth of each may stay empty.
    """
    widths = {column: 0.8 * sheet.column_dimensions[get_column_letter(column)].width for column in texts}
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
    sentences = [f"{results.title}. {wording.banner(results)}", wording.provenance(results)]
    merged(sheet, row, columns, "\n".join(sentences), fill)
    fit_merged(sheet, row, columns, sentences)
    if results.simulated:
        sheet.sheet_properties.tabColor = "E07B00"


def groups(sheet: Worksheet, row: int, of_column: Sequence[str]) -> None:
    """Writes what neighbouring columns have in common once across them; nothing over a column without a group."""
    column = 1
    for name, members in groupby(of_column):
        width = len([*members])
        for place in range(column, column + width):
            sheet.cell(row, place).fill = SECTION
        if name:
            cell = put(sheet, row, column, name)
            cell.font, cell.alignment = font(bold=True), _CENTRED
            if width > 1:
                sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=column + width - 1)
        column += width
    sheet.row_dimensions[row].height = 20


def bars(sheet: Worksheet, column: int, first: int, last: int) -> None:
    """Draws in each cell of a column how large its number is beside the others."""
    letter = get_column_letter(column)
    rule = DataBarRule(start_type="num", start_value=0, end_type="max", color="9CC3E6")
    sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", rule)


def pages_wide(sheet: Worksheet) -> int:
    """How many pages a sheet must be wide, landscape, so that its text is printed in 8 points or more.

    Every page but the first has the first column once more.
    """
    names = [get_column_letter(column) for column in range(1, sheet.max_column + 1)]
    first, *others = (float(sheet.column_dimensions[name].width) for name in names)
    characters = _PAPER_POINTS * _FONT_POINTS / PRINTED_POINTS / _CHARACTER_POINTS
    return max(1, math.ceil(sum(others) / (characters - first)))


def print_legibly(workbook: Workbook) -> None:
    """Lets every sheet be printed on as few pages across as leave its text legible; the first column is on each."""
    for sheet in workbook.worksheets:
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
        pages = pages_wide(sheet)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
        if pages > 1:
            sheet.print_title_cols = "A:A"
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        margins = sheet.page_margins
        margins.left = margins.right = _MARGIN_INCHES
        margins.top, margins.bottom, margins.footer = 0.5, 0.8, 0.35
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P of &N"


def row(
    sheet: Worksheet, number: int, columns: Mapping[str, tuple[str, float]], figures: Mapping[str, object], bold: bool
) -> dict[str, float]:
    """Writes what there is of a row by the titles of its columns; a pair is a formula and its value.

    Args:
        sheet: has the columns already.
        number: of the row.
        columns: as of `table`.
        figures: title -> value; None and columns without one stay empty.
        bold: whether the row stands out.

    Returns:
        The value of each formula by its cell.
    """
    values = {}
    for column, (title, (number_format, _)) in enumerate(columns.items(), start=1):
        value = figures.get(title)
        if isinstance(value, tuple):
            cell = sheet.cell(number, column, value[0])
            cell.number_format, cell.alignment = number_format, NUMBER
            values[cell.coordinate] = value[1]
        elif value is not None:
            cell = put(sheet, number, column, value, number_format)
        else:
            continue
        cell.font = font(bold=bold)
    return values


def table(
    sheet: Worksheet,
    columns: Mapping[str, tuple[str, float]],
    results: Results | None,
    of_column: Sequence[str] | None = None,
) -> int:
    """Begins a sheet that is one table: its header is row 1, for whoever reads it with pandas.

    Args:
        sheet: still empty.
        columns: title -> (number format, width in characters).
        results: what the banner below speaks of; None for no banner.
        of_column: the group of each column, below the titles, so that row 1 stays the header.

    Returns:
        The first row that is free.
    """
    header(sheet, 1, list(columns))
    sheet.row_dimensions[1].height = 80
    for column, (_, width) in enumerate(columns.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    row = 2
    if of_column:
        groups(sheet, row, of_column)
        row += 1
    if results:
        banner(sheet, row, len(columns), results)
        row += 1
    sheet.freeze_panes = f"B{row}"
    sheet.print_title_rows = f"1:{row - 1}"
    return row


def explained(sheet: Worksheet, row: int, columns: int, paragraphs: Sequence[str]) -> None:
    """Writes what a reader should know of the table below across the first columns of a row."""
    merged(sheet, row, columns, "\n".join(paragraphs), ROW)
    fit_merged(sheet, row, columns, paragraphs)
    sheet.cell(row, 1).font = font()


def checksums(sheet: Worksheet, row: int, of_file: Mapping[str, str]) -> None:
    """Lists files with their SHA-256 in the columns 1, 2 and 5, below a header; nothing where there are none."""
    if not of_file:
        return
    header(sheet, row, ["What it was made from", "File", "", "", "SHA-256"])
    for below, (file, digest) in enumerate(sorted(of_file.items()), start=row + 1):
        folder, _, name = file.rpartition("/")
        put(sheet, below, 1, folder)
        put(sheet, below, 2, name)
        put(sheet, below, 5, digest).font = CHECKSUM
