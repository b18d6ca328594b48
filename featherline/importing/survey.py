"""What a folder of recordings holds, told without any settings: its layout, its listing, and each of its files."""

import re
from dataclasses import dataclass
from pathlib import Path

from featherline.core.errors import FeatherlineError
from featherline.core.files import plain_files
from featherline.core.progress import track
from featherline.importing import containers, file_survey, listing, placing, presets, sound
from featherline.importing.file_survey import File
from featherline.importing.presets import PRESETS, PresetName

PASSED_OVER = ("readme", "license", "licence", "about", "features", "activity_labels", "provenance")


@dataclass
class Survey:
    """What a folder holds.

    Attributes:
        folder: that was looked at. kind: `audio` or `table`.
        preset: a known source, if its layout or its columns are those of one.
        pattern: where label and group stand in paths; None with a manifest, or where tables name them.
        pattern_reason: why the pattern was taken.
        files: each with what was told of it.
        labels: the labels file, if there is one.
    """

    folder: Path
    kind: str
    preset: PresetName | None
    pattern: str | None
    pattern_reason: str
    files: list[File]
    labels: str | None = None


def look(folder: Path, rate_hz: float | None = None) -> Survey:
    """Looks at all recordings of a folder.

    Args:
        folder: to look at.
        rate_hz: of recordings that do not say theirs.

    Raises:
        FeatherlineError: where it holds none, or tables and sound at once.
    """
    if not folder.is_dir():
        raise FeatherlineError(f"{folder} is no folder: name the one that holds the recordings.")
    everything = [path for path in plain_files(folder) if not _is_hidden(path, folder)]
    audio = [path for path in everything if path.suffix.lower() in sound.SUFFIXES]
    tables = [
        path
        for path in everything
        if path.suffix.lower() in (*containers.SUFFIXES, ".zip")
        and path.name != listing.NAME
        and not path.stem.lower().startswith(PASSED_OVER)
    ]
    preset = _known_layout(folder, [path for path in tables if path.suffix.lower() != ".zip"])
    labels = _labels_file(folder)
    tables = [path for path in tables if path.name != labels]
    if not audio and not tables:
        raise FeatherlineError(
            f"{folder} holds no recording: tables end in {', '.join(containers.SUFFIXES)} or .zip, sound in "
            f"{', '.join(sound.SUFFIXES)}."
        )
    kind = "audio" if len(audio) > len(tables) else "table"
    files, pattern, reason = _listed(folder, audio if kind == "audio" else tables, kind, preset, labels)
    survey = Survey(folder, kind, preset, pattern, reason, files, labels)
    if preset == "uci_har":
        survey.files = []
        return survey
    if rate_hz is None and preset is not None:
        rate_hz = PRESETS[preset].rate_hz
    for file in track(files, "inspect recordings", unit="file"):
        file_survey.look(file, kind, preset)
        if file.rate_hz is None and rate_hz is not None:
            file.rate_hz = rate_hz
            file.seconds = file.rows * (file.window_samples or 1) / rate_hz
    if labels is not None:
        _of_labels_file(survey, folder / labels)
    return survey


def _labels_file(folder: Path) -> str | None:
    """A table at the top of a folder that begins with file, start, end and label."""
    for path in plain_files(folder, "*.csv"):
        with path.open("rb") as stream:
            header = stream.readline(300).decode("utf-8-sig", errors="replace").lower()
        if set(listing.LABEL_FILE) <= {field.strip() for field in re.split("[,;\t]", header)}:
            return path.name if path.name != listing.NAME else None
    return None


def _of_labels_file(survey: Survey, path: Path) -> None:
    """Puts seconds by label into the files that a labels file names."""
    of_file = {file.path.resolve(): file for file in survey.files}
    for name, parts in listing.parts(path).items():
        file = of_file.get((survey.folder / name).resolve())
        for start, end, label, _ in parts if file is not None else []:
            assert file is not None
            file.labels[label] += max(round(min(end, start + file.seconds) - start), 1)


def _is_hidden(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def _known_layout(folder: Path, tables: list[Path]) -> PresetName | None:
    """The known source that a folder is of, by the names of its files and by the lines of its tables."""
    if next(folder.rglob("activity_labels.txt"), None) and next(folder.rglob("Inertial Signals"), None):
        return "uci_har"
    if next(folder.rglob("subject1*.dat"), None):
        return "pamap2"
    if next(folder.rglob("*_*/sub_*.csv"), None):
        return "motionsense"
    only_lines = all(path.suffix.lower() in (".txt", ".log") for path in tables)
    if tables and only_lines and all(map(presets.is_serial, tables[:3])):
        return "arduino"
    for path in plain_files(folder, "**/*.txt")[:50]:
        with path.open("rb") as stream:
            line = stream.readline(300).decode("utf-8", errors="replace").strip()
        fields = line.split(";")[0].rstrip(",").split(",")  # two readings may stand on the line
        if line.endswith(";") and len(fields) == 6 and fields[0].isdigit() and not fields[1][:1].isdigit():
            return "wisdm"
    return None


def _listed(
    folder: Path, paths: list[Path], kind: str, preset: PresetName | None, labels: str | None
) -> tuple[list[File], str | None, str]:
    """Files with what the listing says of them, the pattern, and its reason."""
    suffixes = sound.SUFFIXES if kind == "audio" else (*containers.SUFFIXES, ".zip")
    if (folder / listing.NAME).is_file():
        rows = listing.read(folder, suffixes, ("file",))
        return [File(row.path, row.label, row.group) for row in rows], None, f"{listing.NAME} lists them"
    if preset is not None:
        pattern = PRESETS[preset].pattern
        if pattern is None:
            return [File(path) for path in paths], None, f"the layout is that of {preset}"
        rows, _ = listing.by_pattern(folder, pattern, suffixes, ())
        return [File(row.path, row.label, row.group) for row in rows], pattern, f"the layout is that of {preset}"
    if labels is not None:
        (suffix,) = {path.suffix for path in paths} if len({path.suffix for path in paths}) == 1 else (".*",)
        pattern = f"{{group}}{suffix}"
        rows, _ = listing.by_pattern(folder, pattern, suffixes, (), labels)
        reason = f"{labels} says labels, and each file is a group: put {{group}} where who was recorded stands"
        return [File(row.path, None, row.group) for row in rows], pattern, reason
    guess = placing.guess([path.relative_to(folder).as_posix() for path in paths])
    if guess is None:
        return [File(path) for path in paths], None, "neither a manifest nor the paths say labels"
    rows, _ = listing.by_pattern(folder, guess.pattern, suffixes, ())
    return [File(row.path, row.label, row.group) for row in rows], guess.pattern, guess.reason
