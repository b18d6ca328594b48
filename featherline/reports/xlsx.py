"""Saves a workbook so that equal content gives equal bytes and formulas show their values.

openpyxl stamps the time of saving into a workbook and its zip archive, and it writes
formulas without the value that they had when saved; readers that do not calculate, pandas
and previews among them, then see an empty cell. Both are put right here, in the file.
Nothing is compressed: each version of zlib, and each that stands in for it, may find other
bytes for the same content.
"""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from featherline.core.files import new_file

# The earliest date that a zip archive can say.
_DATE = datetime(1980, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_FORMULA = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v ?/?>(?:</v>)?')


def save(workbook: Workbook, path: Path, values: dict[str, dict[str, float]]) -> None:
    """Writes `workbook` to `path`, whole or not at all; `values` as of `content`."""
    written = content(workbook, values)
    with new_file(path) as partial:
        partial.write_bytes(written)


def content(workbook: Workbook, values: dict[str, dict[str, float]]) -> bytes:
    """The content of the .xlsx file of a workbook.

    Args:
        workbook: an openpyxl workbook.
        values: sheet title -> cell, such as `I4` -> the value that its formula has.
    """
    workbook.properties.created = _DATE
    saved = io.BytesIO()
    workbook.save(saved)
    of_member = {
        f"xl/worksheets/sheet{number}.xml": values.get(sheet.title, {})
        for number, sheet in enumerate(workbook.worksheets, start=1)
    }
    date = _DATE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    finished = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(finished, "w") as sink:
        for member in source.infolist():
            part = source.read(member)
            if member.filename == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + date + rb"\g<2>", part)
            elif of_cell := of_member.get(member.filename):
                part = _with_values(part, of_cell)
            entry = zipfile.ZipInfo(member.filename, _DATE.timetuple()[:6])
            sink.writestr(entry, part, zipfile.ZIP_STORED)
    return finished.getvalue()


def _with_values(sheet: bytes, of_cell: dict[str, float]) -> bytes:
    def fill(match: re.Match[bytes]) -> bytes:
        value = of_cell.get(match[2].decode())
        return match[0] if value is None else match[1] + f"<v>{value!r}</v>".encode()

    return _FORMULA.sub(fill, sheet)
