"""`inspect`: what a folder of somebody's recordings holds, and the block of params.yaml that it takes."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from featherline.commands.columns import aligned
from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Number, Output
from featherline.core import outputs
from featherline.core.errors import FeatherlineError

if TYPE_CHECKING:  # what reads recordings is imported late, for --help is asked for more often
    import numpy as np

    from featherline.importing.proposal import Proposal
    from featherline.importing.survey import Survey

_MOST_FILES = 30
_CHECKED_BYTES = 200 << 20
_CHECKED_FILE_BYTES = 8 << 20  # the check holds a whole file in memory
_MOST_MENDINGS = 8
_NAME = r"[a-z][a-z0-9_]*"
# What a message proposes and may be done without asking, because it is told in a comment.
_MENDABLE = re.compile(
    r"set fetch\.(time\.order|time\.rate|checks\.missing|checks\.constant|checks\.sentinels|kind|time\.column) to "
    r"(sort|resample|cut|tell|none|sensor|\[[-\d., e+]+\])"
)


@click.command(
    epilog="""\b
Examples:
  featherline inspect recordings/wrist
  featherline inspect ~/Downloads/vibration --plot windows.html
  featherline inspect recordings/wrist --write wrist
"""
)
@click.argument("folder", type=Input())
@click.option("--write", "name", help="Put the block into params.yaml under this name.")
@click.option("--rate", "rate_hz", type=Number(0, min_open=True), help="Hz of files that do not say theirs.")
@click.option("--plot", "plot_file", type=Output(outputs.File), help="Draw windows of each class, as .png or .html.")
@in_one_sentence
def inspect(folder: Path, name: str | None, rate_hz: float | None, plot_file: outputs.File | None) -> None:
    """Looks at a FOLDER of recordings, without any settings, and proposes settings for it.

    Prints what was read of each file, hours by class, what is unusual, and a block for params.yaml. With --write the
    block is put there, and `make repro APP=NAME` makes a model of it.
    """
    from featherline.importing import params_block, proposal, survey

    if name is not None and not re.fullmatch(_NAME, name):
        raise FeatherlineError(
            f"--write is {name!r}, and names an application: begin with a small letter, and use small letters, "
            "digits and _."
        )
    if plot_file and plot_file.path.suffix.lower() not in (".png", ".html"):
        raise FeatherlineError(f"{plot_file.path} ends in neither .png nor .html: name a picture or a page.")
    looked = survey.look(folder.expanduser(), rate_hz)
    looked.folder = proposal.relative(looked.folder, Path.cwd())
    made = proposal.propose(looked, name or re.sub(r"[^a-z0-9_]", "_", folder.resolve().name.lower()) or "recordings")
    click.echo("\n".join(_page(looked)))
    remarks, samples = ([], {}) if made.problems else _checked(looked, made, plot_file is not None)
    if made.classes:
        click.echo("\n".join(_of_classes(made)))
    for remark in remarks:
        click.echo(f"  {remark}")
    if plot_file and samples:
        from featherline.importing import picture

        as_page = plot_file.path.suffix.lower() == ".html"
        plot_file.write(picture.page(samples) if as_page else picture.png(samples))
    block = params_block.text(made, name or "recordings")
    if name is None:
        click.echo(
            f"\nThe block for params.yaml; --write NAME puts it there, and `make repro APP=NAME` runs it:\n\n{block}"
        )
        return
    params_block.insert(Path("params.yaml"), name, block)
    click.echo(f"\nparams.yaml has the block {name}: look through it, then run make repro APP={name}")


def _page(looked: "Survey") -> list[str]:
    lines = [f"{looked.folder}: {len(looked.files):,} recordings ({looked.kind}); {looked.pattern_reason}", ""]
    cells = []
    for file in looked.files[:_MOST_FILES]:
        shown = file.path.name if len(str(file.path)) > 60 else str(file.path)
        values = ", ".join(f"{key} {file.lowest[key]:.3g} to {file.highest[key]:.3g}" for key in list(file.lowest)[:3])
        rate = f"{file.rate_hz:.4g}" if file.rate_hz else "?"
        cells.append(
            (shown, file.label or file.label_column or "?", file.group or file.group_column or "?", rate,
             f"{file.seconds:.1f}", str(file.gaps), values)
        )  # fmt: skip
    if cells:
        lines += aligned(("file", "label", "group", "Hz", "s", "gaps", "range"), cells)
    if len(looked.files) > _MOST_FILES:
        lines.append(f"  ... and {len(looked.files) - _MOST_FILES:,} more")
    notes: dict[str, int] = {}
    for file in looked.files:
        for note in file.notes:
            notes[note] = notes.get(note, 0) + 1
    lines += [f"  {note} ({count:,} files)" for note, count in sorted(notes.items(), key=lambda entry: -entry[1])[:12]]
    lines += [f"  {file.error}" for file in looked.files if file.error][:5]
    return lines


def _of_classes(made: "Proposal") -> list[str]:
    rows = [(label, str(groups), f"{seconds / 3600:.4f}") for label, (groups, seconds) in made.classes.items()]
    return ["", *aligned(("class", "groups", "hours"), rows), ""]


def _checked(looked: "Survey", made: "Proposal", draw: bool) -> "tuple[list[str], dict[str, list[np.ndarray]]]":
    """Reads all recordings as the stage fetch would, and takes what its messages propose into the block."""
    from featherline.importing.block import Reading
    from featherline.importing.collection import Sources

    sizes = [file.path.stat().st_size for file in looked.files if file.path.is_file()]
    if sum(sizes) > _CHECKED_BYTES or max(sizes, default=0) > _CHECKED_FILE_BYTES:
        return [f"{sum(sizes) / 1e9:.2f} GB are checked in full by the stage fetch, not here."], {}
    for _ in range(_MOST_MENDINGS):
        keys = {key: value for key, value in made.settings().items() if key in Reading.model_fields}
        sources = Sources(Path(looked.folder), Reading.model_validate(keys))
        samples: dict[str, list[np.ndarray]] = {}
        try:
            for item in sources.recordings():
                listed = samples.setdefault(item.label, [])
                if draw and item.samples is not None and len(listed) < 3:
                    listed.append(item.samples[:512])
            return sources.finish(), samples
        except FeatherlineError as error:
            mendings = _MENDABLE.findall(str(error))
            if not mendings:
                made.problems.append(str(error))
                return [], {}
            for key, written in mendings:
                value = [float(part) for part in written.strip("[]").split(",")] if written.startswith("[") else written
                if key == "kind":
                    made.problems.append(str(error))
                    return [], {}
                made.set(key, value, str(error))
    made.problems.append(f"{looked.folder} has more faults than can be mended at once: mend those that are told above.")
    return [], {}
