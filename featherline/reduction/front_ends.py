"""Front ends that a search chooses among: each computes features of all recordings once, before anything is trained.

A candidate front end is `preprocess` with other values of rate, window, coefficients and the like. Its name is the JSON
of these values; that of the block as params.yaml has it, where nothing is to be chosen, is the empty string.
"""

import itertools
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from pydantic import JsonValue

from featherline import features
from featherline.core.errors import FeatherlineError
from featherline.core.files import new_folder
from featherline.networks.shapes import Shape
from featherline.params import Architecture, Preprocess, Space, Split
from featherline.records import frontend_files
from featherline.records.base import load
from featherline.records.frontend import FrontEndFile
from featherline.records.provenance import Recordings
from featherline.reduction.space import FRONT_END_PREFIX, Values
from featherline.signals import splits
from featherline.signals.dataset import SPLITS, check

P = TypeVar("P", bound=Preprocess)

MOST = 24
"""So many front ends may be combined: the features of each lie on the disk while the search runs."""
OF_PREPROCESS = ""
"""The name of the front end where nothing is to be chosen."""


@dataclass(frozen=True)
class FrontEnd:
    """Features that candidates learn from: the folder that `features.write` filled, and the shape of an item."""

    data: Path
    input_shape: Shape

    @property
    def record(self) -> FrontEndFile:
        """How a device computes them."""
        return load(FrontEndFile, self.data / frontend_files.FRONT_END, "preprocess")


def name_of(values: Values) -> str:
    """The name of the front end of a candidate."""
    chosen = {
        name.removeprefix(FRONT_END_PREFIX): value
        for name, value in values.items()
        if name.startswith(FRONT_END_PREFIX)
    }
    return _name({key: json.loads(str(value)) for key, value in chosen.items()})


def key_of(architecture: Architecture, front_end: str) -> str:
    """What tells a network behind a front end from all others."""
    return architecture.model_dump_json() + front_end


def values_of(name: str) -> dict[str, JsonValue]:
    """The values of preprocess that a front end has, by dotted key; raises `FeatherlineError` where it is no name."""
    try:
        values = json.loads(name) if name != OF_PREPROCESS else {}
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise FeatherlineError(f"{name!r} names no front end of a search: run the reduce stage again.")
    return values


def _name(values: Mapping[str, object]) -> str:
    return json.dumps(values, sort_keys=True) if values else OF_PREPROCESS


def settings_of(space: Space, preprocess: Preprocess, app: str) -> dict[str, Preprocess]:
    """Every front end of a space, by name, as a block preprocess.

    Args:
        space: whose `frontend` has the choices.
        preprocess: what has every other value.
        app: the application's name in params.yaml, for messages.

    Raises:
        FeatherlineError: where a key is nothing that a front end computes, values do not fit the block, or there are
            more than `MOST` combinations.
    """
    place = f"params.yaml: {app}.reduce.space.frontend"
    for key in space.frontend:
        if not any(key == known or key.startswith(f"{known}.") for known in preprocess.front_end_keys):
            raise FeatherlineError(
                f"{place}.{key} is nothing that this front end computes: {', '.join(preprocess.front_end_keys)} may be "
                "varied."
            )
    combinations = list(itertools.product(*space.frontend.values()))
    if len(combinations) > MOST:
        raise FeatherlineError(
            f"{place} has {len(combinations)} combinations, and each is a data set of its own: leave at most {MOST}."
        )
    settings: dict[str, Preprocess] = {}
    for combination in combinations:
        values = dict(zip(space.frontend, combination, strict=True))
        try:
            settings[_name(values)] = features.with_values(preprocess, values)
        except FeatherlineError as error:
            raise FeatherlineError(f"{place} has {json.dumps(values)}. {error}") from None
    return settings


def divided_as(data: Path, block: P) -> P:
    """A block preprocess that puts every group where a folder of features has it.

    Groups are dealt by how many items they have, which windows of another length change. Where clips are dealt, not
    items, all front ends have the same anyway; with the protocol `item` every group stands in all splits.
    """
    split = getattr(block, "split", None)
    if not isinstance(split, Split) or split.protocol == "item":
        return block
    return block.model_copy(update={"split": split.dealt(splits.groups_of(data))})


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder that is there for the time of a search, empty where one before it was killed."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Origin:
    """What front ends are computed from.

    Attributes:
        app: the application's name in params.yaml. application: its module.
        raw: the folder of its recordings.
        preprocess: its block, with every value that is not searched.
        seed: of splits and augmentation.
    """

    app: str
    application: ModuleType
    raw: Path
    preprocess: Preprocess
    seed: int


def compute(
    space: Space, origin: Origin, preprocessed: FrontEnd, folder: Path, complete: Sequence[str] = SPLITS
) -> dict[str, FrontEnd]:
    """Computes the features of every front end of a space from the recordings, each in the split of the others.

    Args:
        space: as of `settings_of`.
        origin: recordings and settings.
        preprocessed: the features of `origin.preprocess` itself, which are taken as they are.
        folder: where to write.
        complete: splits that must have every class.

    Returns:
        The front ends by name; none where nothing is to be chosen.

    Raises:
        FeatherlineError: as of `settings_of`, and where an application cannot compute one.
    """
    if not space.frontend:
        return {}
    app = origin.app
    recordings = load(Recordings, origin.raw / "provenance.json", "fetch")
    front_ends: dict[str, FrontEnd] = {}
    for number, (name, block) in enumerate(settings_of(space, origin.preprocess, app).items()):
        if block == origin.preprocess:
            front_ends[name] = preprocessed
            continue
        try:
            divided = divided_as(preprocessed.data, block)
            dataset = origin.application.preprocess(origin.raw, divided, origin.seed)
            check(dataset, complete)
            protocol: str = block.split.protocol  # type: ignore[attr-defined]  # every application's block has one
            made = features.process(
                dataset, recordings, protocol, app, chosen=values_of(name), smoothing=block.smoothing
            )
        except FeatherlineError as error:
            raise FeatherlineError(
                f"params.yaml: {app}.reduce.space.frontend has {name}, which cannot be computed. {error}"
            ) from None
        with new_folder(folder / str(number)) as place:
            features.write(place, made)
        height, width, channels = made.frontend.input_shape
        front_ends[name] = FrontEnd(folder / str(number), (height, width, channels))
    return front_ends
