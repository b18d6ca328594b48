"""Writes the JSON Schema of each record: `python -m featherline.records.schemas` from the project's top folder."""

from pathlib import Path

from featherline.core.files import as_json
from featherline.records.base import Record
from featherline.records.frontend import FrontEndFile
from featherline.records.model import Headline, PipelineModel
from featherline.records.provenance import Recordings
from featherline.records.search import Search
from featherline.records.single_model import SingleModel

FOLDER = Path("docs/schemas")
# Name of the schema -> the class that reads and writes such a file.
RECORDS: dict[str, type[Record]] = {
    "frontend": FrontEndFile,
    "headline": Headline,
    "pipeline-model": PipelineModel,
    "recordings": Recordings,
    "search": Search,
    "single-model": SingleModel,
}


def schemas() -> dict[str, str]:
    """The text of each schema by its file name."""
    return {
        f"{name}.schema.json": as_json(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **kind.model_json_schema()}
        )
        for name, kind in RECORDS.items()
    }


def write(folder: Path = FOLDER) -> None:
    """Writes all of them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in schemas().items():
        (folder / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
