"""Settings for a folder that was looked at, each with the reason of its choice; `params_block` writes them."""

import fnmatch
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from featherline.importing import clock, file_survey, resampling
from featherline.importing.block import Reading
from featherline.importing.file_survey import File
from featherline.importing.presets import PRESETS
from featherline.importing.survey import Survey

WINDOW_SECONDS = 2.56
MOTION_HZ = 25.0  # more is seldom needed of a body
SPECTRUM_HZ = 200.0  # from which on a spectrum says more than samples do
SPECTRUM_SAMPLES = 1024
GROUPS_OF_A_CLASS = 3
DEVICE_HZ = 16_000


@dataclass
class Proposal:
    """What is put into params.yaml.

    Attributes:
        fetch, preprocess: keys with values and, where there is something to say, a comment.
        problems: why there is no block, if there is none.
        classes: label -> its groups and seconds.
    """

    fetch: list[tuple[str, object, str]] = field(default_factory=list)
    preprocess: list[tuple[str, object, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    classes: dict[str, tuple[int, float]] = field(default_factory=dict)

    def set(self, key: str, value: object, reason: str) -> None:
        """Sets or replaces a dotted key of fetch."""
        parts = key.split(".")
        if len(parts) == 1:
            self.fetch = [entry for entry in self.fetch if entry[0] != key] + [(key, value, reason)]
            return
        known = next((entry for entry in self.fetch if entry[0] == parts[0]), (parts[0], {}, ""))
        assert isinstance(known[1], dict)
        merged = {**known[1], parts[1]: value}
        comment = "; ".join(part for part in (known[2], reason) if part)
        self.fetch = [entry for entry in self.fetch if entry[0] != parts[0]] + [(parts[0], merged, comment)]

    def settings(self) -> dict[str, object]:
        """The fetch block as a tree."""
        return {key: value for key, value, _ in self.fetch}


def propose(found_survey: Survey, name: str) -> Proposal:
    """Chooses settings by what was read."""
    proposal = Proposal()
    good = [file for file in found_survey.files if file.error is None]
    proposal.problems += [file.error for file in found_survey.files if file.error is not None][:5]
    proposal.fetch = [
        ("source", "own", "own for what a sensor recorded, simulated for what was computed"),
        ("title", _title(name), "names the workbook and the tables"),
        ("folder", str(found_survey.folder), ""),
        ("group", "group", "what a group is, in words: a person, a machine"),
    ]
    if found_survey.preset == "uci_har":
        _of_uci_har(proposal)
        return proposal
    if not good:
        return proposal
    _classes(proposal, good)
    if found_survey.kind == "audio":
        _of_sound(proposal, found_survey, good)
    else:
        _of_tables(proposal, found_survey, good)
    _split(proposal)
    return proposal


def _title(name: str) -> str:
    return name[:1].upper() + name[1:40].replace("_", " ")


def _classes(proposal: Proposal, files: list[File]) -> None:
    groups: dict[str, set[str]] = {}
    seconds: dict[str, float] = defaultdict(float)
    for file in files:
        labels = dict(file.labels) if file.labels else {file.label: 1} if file.label else {}
        owners = set(file.groups) or {file.group or str(file.path)}
        total = sum(labels.values())
        for label, count in labels.items():
            if label and label.strip():
                groups.setdefault(label.strip(), set()).update(owners)
                seconds[label.strip()] += file.seconds * count / total
    proposal.classes = {label: (len(owners), seconds[label]) for label, owners in sorted(groups.items())}
    enough = {label: owned for label, owned in proposal.classes.items() if owned[0] >= GROUPS_OF_A_CLASS}
    if files[0].annotations is not None and len(enough) > 1:
        proposal.classes = enough  # beats that few patients have stay out of it
    if len(proposal.classes) < 2:
        proposal.problems.append(
            f"Labels are {', '.join(proposal.classes) or 'not to be found'}, and a network tells two or more apart: "
            "write a manifest.csv (file,label,group), or name folders by label (walk/1.csv) or several files of each "
            "label by it (walk-1.csv)."
        )


def _listing(proposal: Proposal, looked: Survey, files: list[File]) -> None:
    if looked.pattern is not None and (looked.preset is None or not PRESETS[looked.preset].pattern):
        proposal.fetch.append(("pattern", looked.pattern, looked.pattern_reason))
    if looked.labels is not None:
        proposal.fetch.append(("labels", looked.labels, "file,start,end,label: which part of a file shows what"))
        return
    first = files[0]
    if first.annotations is not None:
        proposal.fetch.append(("annotations", first.annotations, "a stretch around each beat, named by its symbol"))
    if looked.preset is not None and (PRESETS[looked.preset].pattern or PRESETS[looked.preset].label_column):
        return
    if first.label is None and first.label_column:
        proposal.fetch.append(("label_column", first.label_column, "the column that names what a row shows"))
    if first.group is None and first.group_column:
        proposal.fetch.append(("group_column", first.group_column, "the column that names who was recorded"))
    if first.id_column and (first.label_column or first.group_column) and first.label is None:
        proposal.fetch.append(("id_column", first.id_column, "the column that divides a file into recordings"))
    if first.label is None and not first.label_column and first.annotations is None:
        proposal.problems.append(
            f"Nothing says what {first.path} shows: write {looked.folder / 'manifest.csv'} with the columns "
            "file,label,group and a line for each recording."
        )
    elif first.group is None and not first.group_column and looked.pattern is None:
        proposal.problems.append(
            f"Nothing says who was recorded in {first.path}: add the column group to manifest.csv, for "
            "recordings of one "
            "person or machine must not stand in training and in test at once."
        )


def _of_tables(proposal: Proposal, looked: Survey, files: list[File]) -> None:
    units = Counter(file_survey.unit_of(file.steady) for file in files if file.axes)
    usual_axes, count = Counter(file.axes for file in files).most_common(1)[0]
    unit = units.most_common(1)[0][0] if units else None
    motion = bool(usual_axes) and count == len(files) and unit is not None
    proposal.fetch.append(
        ("kind", "motion" if motion else "sensor", "three axes with gravity" if motion else "columns of any sensor")
    )
    if looked.preset is not None:
        proposal.fetch.append(("preset", looked.preset, "the layout is that of this public set"))
    _listing(proposal, looked, files)
    if files[0].window_samples is not None:
        proposal.fetch.append(("rows", "windows", f"each row is a window of {files[0].window_samples} samples"))
    rate = _rate(proposal, looked, files)
    if motion:
        if looked.preset is None:
            proposal.fetch.append(("columns", list(usual_axes), "x, y, z of total acceleration, gravity included"))
            why = "in which the mean of a second is 1 g long"
            proposal.fetch.append(("unit", unit, why if len(units) == 1 else f"{why} in most files"))
        columns = list(usual_axes)
    else:
        columns = _columns(proposal, files, looked)
    if any(file.disorder for file in files):
        proposal.set(
            "time.order", "sort", "time runs backwards in a file; where two recordings follow each other, cut it"
        )
    if files[0].time not in (None, clock.TIME_COLUMN):
        known = clock.find_name(files[0].names)
        if known != files[0].time and looked.preset is None:
            proposal.set("time.column", files[0].time, "rises evenly, as times do")
    _windows(proposal, files, rate, columns, motion)


def _rate(proposal: Proposal, looked: Survey, files: list[File]) -> float:
    rates = [resampling.round_rate(file.rate_hz) for file in files if file.rate_hz]
    preset_rate = PRESETS[looked.preset].rate_hz if looked.preset else None
    if preset_rate is not None:
        proposal.fetch.append(("native_rate_hz", _whole(preset_rate), "of the public set"))
        return preset_rate
    if not rates:
        proposal.fetch.append(("native_rate_hz", 50, "NO FILE SAYS IT: 50 is a guess, write what your sensor gave"))
        proposal.problems.append(
            "No file says how many samples a second it has: say it with --rate, or add a column of times."
        )
        return 50.0
    low, high, usual = min(rates), max(rates), float(np.median(rates))
    mixed = high / low > 1 + clock.RATE_TOLERANCE or any(file.uneven for file in files)
    if mixed:
        proposal.fetch.append(
            ("native_rate_hz", _whole(low), f"the lowest of the files, which have {low:g} to {high:g} Hz")
        )
        proposal.set("time.rate", "resample", "files of other rates are brought to native_rate_hz")
        return low
    proposal.fetch.append(
        ("native_rate_hz", _whole(usual), "measured by the times" if files[0].time else "as files or --rate say")
    )
    return usual


def _columns(proposal: Proposal, files: list[File], looked: Survey) -> list[str]:
    if files[0].window_columns:
        proposal.fetch.append(("columns", list(files[0].window_columns), "the channels of a window"))
        proposal.fetch.append(("unit", "raw", "of the columns, for tables and the sketch; write your own"))
        return list(files[0].window_columns)
    shared = [name for name in files[0].lowest if all(name in file.lowest for file in files)]
    variable = _numbered_variable(files) if not shared else None
    if variable is not None:
        proposal.fetch.append(("array", variable, "the first of the variables, whose number differs by file"))
        proposal.fetch.append(("columns", ["1"], "of the variable"))
        proposal.fetch.append(("unit", "raw", "of the columns, for tables and the sketch; write your own"))
        proposal.set("time.column", "none", "the variable holds samples alone")
        return ["1"]
    if not shared:
        proposal.problems.append(
            f"The files have no column in common: {files[0].path} has {', '.join(files[0].names)}, and another has "
            f"{', '.join(next(file.names for file in files if set(file.names) != set(files[0].names)))}: name the same "
            "columns everywhere, or give the kinds folders of their own."
            if any(set(file.names) != set(files[0].names) for file in files)
            else f"{files[0].path} has no column of numbers beside its times ({', '.join(files[0].names)})."
        )
        return []
    moving = [name for name in shared if any(file.highest[name] > file.lowest[name] for file in files)] or shared
    proposal.fetch.append(("columns", moving, "all columns of numbers; take out what the device will not have"))
    proposal.fetch.append(("unit", "raw", "of the columns, for tables and the sketch; write your own"))
    if files[0].axes and all(axis in moving for axis in files[0].axes):
        proposal.fetch.append(
            ("axes", {"acc": list(files[0].axes)}, "three that belong together: acc.magnitude, acc.vertical, acc.jerk")
        )
    return moving


def _numbered_variable(files: list[File]) -> str | None:
    """A pattern of the first variable that each file has once, but for a number: X*_DE_time; None if there is none."""
    for name in files[0].lowest:
        pattern = re.sub(r"\d+", "*", name)
        if "*" in pattern and all(sum(fnmatch.fnmatchcase(key, pattern) for key in file.names) == 1 for file in files):
            return pattern
    return None


def _windows(proposal: Proposal, files: list[File], rate: float, columns: list[str], motion: bool) -> None:
    lengths = sorted(file.seconds / (file.gaps + 1) for file in files)
    short = lengths[len(lengths) // 10] if lengths else WINDOW_SECONDS
    listed = [("classes", sorted(proposal.classes), "; ".join(_described(proposal.classes)))]
    if files[0].window_samples is not None:
        proposal.preprocess = [
            *listed,
            ("sample_rate_hz", _whole(rate), "as recorded"),
            ("window_seconds", files[0].window_samples / rate, f"the windows of {files[0].window_samples} samples"),
            ("overlap", 0.0, ""),
            ("channels", ["x", "y", "z"] if motion else columns, ""),
        ]
        return
    beats = files[0].annotations is not None
    if beats:
        short = sum(Reading.model_fields["around_seconds"].default)
    spectrum = not motion and not beats and rate >= SPECTRUM_HZ and short * rate >= 64
    if spectrum:
        # In the memory of a microcontroller, and no longer than the recordings are.
        samples = min(SPECTRUM_SAMPLES, 2 ** int(math.log2(short * rate)))
        fft = max(min(256, samples // 2), 32)
        bands = min(24, fft // 4)
        proposal.preprocess = [
            *listed,
            ("sample_rate_hz", _whole(rate), "all of it: vibration is in the high bands"),
            ("window_seconds", samples / rate, f"{samples} samples"),
            ("overlap", 0.5, ""),
            ("channels", columns, "in the order of the network's input"),
            ("features", "spectrum", "the logarithm of the magnitude in bands; window takes samples as they are"),
            (
                "spectrum",
                {"fft_samples": fft, "bands": bands, "floor": _floor(files, columns)},
                "floor in the columns' unit",
            ),
        ]
        return
    down = 1
    while motion and rate / (down * 2) >= MOTION_HZ * 0.98:
        down *= 2
    model_rate = rate / down
    margin = 8 * down / rate if down > 1 else 0.0  # of the filter
    longest = max(min(WINDOW_SECONDS, (short - margin) * 0.95), 4 / model_rate)
    window = max(int(longest * model_rate) // 2 * 2, 4) / model_rate
    channels = ["x", "y", "z"] if motion else columns
    proposal.preprocess = [
        *listed,
        ("sample_rate_hz", _whole(model_rate), f"{down} samples are one" if down > 1 else "as recorded"),
        ("window_seconds", round(window, 6), f"nine recordings in ten last {short:.3g} s or longer"),
        ("overlap", 0.5, ""),
        (
            "channels",
            channels,
            "magnitude, vertical, horizontal do not hang on how it is held" if motion else "",
        ),
    ]


def _floor(files: list[File], columns: list[str]) -> float:
    spans = [file.highest[name] - file.lowest[name] for file in files for name in columns if name in file.lowest]
    spans = spans or [file.highest[name] - low for file in files for name, low in file.lowest.items()]
    span = float(np.median(spans)) if spans else 1.0
    return float(f"{max(span, 1e-9) * 1e-4:.1g}")


def _of_sound(proposal: Proposal, looked: Survey, files: list[File]) -> None:
    proposal.fetch.append(("kind", "audio", "audio files"))
    _listing(proposal, looked, files)
    rates = sorted({int(file.rate_hz) for file in files if file.rate_hz})
    rate = rates[0]
    proposal.fetch.append(("native_rate_hz", rate, "of the files" if len(rates) == 1 else f"the lowest of {rates}"))
    if len(rates) > 1:
        proposal.set("time.rate", "resample", "files of other rates are brought to native_rate_hz")
    lengths = sorted(file.seconds for file in files)
    short = lengths[len(lengths) // 10]
    sample_rate = min(rate, DEVICE_HZ)
    seconds = min(1.0, short)
    frame = 2 ** int(math.log2(max(sample_rate * min(0.064, seconds / 4), 64)))
    features: dict[str, object] = {
        "kind": "log_mel",
        "sample_rate_hz": sample_rate,
        "frame_samples": frame,
        "hop_samples": frame,
        "coefficients": 16 if frame >= 512 else 10,
        "lowest_hz": 60.0,
        "highest_hz": sample_rate * 0.475,
        "log_floor": 0.001,
    }
    proposal.preprocess = [
        ("classes", sorted(proposal.classes), "; ".join(_described(proposal.classes))),
        ("segment_seconds", round(seconds, 4), f"nine recordings in ten last {short:.3g} s or longer"),
        ("overlap", 0.5 if lengths[len(lengths) // 2] > 1.5 * seconds else 0.0, ""),
        ("features", features, "what the network hears: frames of mel bands"),
        ("bad_recordings", "error", "error or skip"),
    ]


def _of_uci_har(proposal: Proposal) -> None:
    proposal.fetch += [
        ("kind", "motion", ""),
        ("preset", "uci_har", "the layout is that of this public set"),
        ("native_rate_hz", 50, "of the public set"),
    ]
    names = ["LAYING", "SITTING", "STANDING", "WALKING", "WALKING_DOWNSTAIRS", "WALKING_UPSTAIRS"]
    proposal.classes = dict.fromkeys(names, (30, 0.0))
    proposal.preprocess = [
        ("classes", names, ""),
        ("sample_rate_hz", 50, "as recorded"),
        ("window_seconds", 2.56, "its windows of 128 samples"),
        ("overlap", 0.0, "the windows of the set overlap already"),
        ("channels", ["x", "y", "z"], ""),
    ]
    _split(proposal)


def _split(proposal: Proposal) -> None:
    fewest = min((groups for groups, _ in proposal.classes.values()), default=0)
    by_group = fewest >= GROUPS_OF_A_CLASS
    why = (
        f"each class has {fewest} groups or more, and none stands in two splits"
        if by_group
        else f"a class has {fewest} groups and three splits need three: DO NOT TRUST THE ACCURACY, record more groups"
    )
    split = {"protocol": "group" if by_group else "item", "validation": 0.2, "test": 0.2}
    proposal.preprocess.append(("split", split, why))


def _described(classes: dict[str, tuple[int, float]]) -> list[str]:
    return [f"{label} of {groups} groups" for label, (groups, _) in classes.items()][:8]


def _whole(rate: float) -> int | float:
    return int(rate) if float(rate).is_integer() else rate


def relative(folder: Path, top: Path) -> Path:
    """A path from the project's folder where it lies below, else as it is."""
    resolved = folder.resolve()
    return resolved.relative_to(top) if resolved.is_relative_to(top) else folder
