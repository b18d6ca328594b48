"""What recordings become for networks: normalized features in three splits, and how a device computes the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import JsonValue

from featherline import params, params_file
from featherline.core.errors import FeatherlineError
from featherline.core.files import read_arrays, write_arrays, write_json
from featherline.core.parsing import Tree
from featherline.records.base import load, plain
from featherline.records.frontend import FrontEndFile, Normalization, SplitCounts, constants
from featherline.records.frontend_files import FRONT_END
from featherline.records.provenance import Recordings
from featherline.signals import dataset
from featherline.signals.dataset import Dataset, Items

P = TypeVar("P", bound=params.Preprocess)

_UNNORMALIZED = "train_features.npz"  # of the training split before it is normalized


def reduced_folder(app: str, top: Path = Path()) -> Path:
    """Where reduce says how the features of the reduced network are computed.

    Args:
        app: the application's name in params.yaml.
        top: the folder of the project.
    """
    return top / "models" / app / "reduced_features"


def folder_of(app: str, variant: params.Variant, top: Path = Path()) -> Path:
    """The folder of the features that a network takes: those of preprocess, unless the search chose others.

    Args:
        app, top: as of `reduced_folder`.
        variant: of the network.
    """
    reduced = reduced_folder(app, top)
    if variant == "reduced" and (reduced / "train.npz").exists():
        return reduced
    return top / "data/processed" / app


def front_end_of(app: str, variant: params.Variant) -> FrontEndFile:
    """How the features that a network takes are computed; raises `FeatherlineError` where that is missing or broken."""
    folder = folder_of(app, variant)
    return load(FrontEndFile, folder / FRONT_END, "reduce" if folder == reduced_folder(app) else "preprocess")


@dataclass(frozen=True)
class Processed:
    """Features as networks get them.

    Attributes:
        dataset: normalized with constants of its training split alone.
        features: of the training split, not normalized.
        frontend: how a device computes them.
    """

    dataset: Dataset
    features: np.ndarray
    frontend: FrontEndFile


def process(
    made: Dataset,
    recordings: Recordings,
    protocol: str,
    app: str,
    chosen: Mapping[str, JsonValue] | None = None,
    smoothing: int | None = None,
) -> Processed:
    """Normalizes features and states how they are computed.

    Args:
        made: what an application's `preprocess` returned.
        recordings: that it read.
        protocol: how they were split.
        app: the application's name in params.yaml, for messages.
        chosen: values that stood in the place of those of params.yaml, as of `with_values`.
        smoothing: by which a device decides, as of `params.Preprocess`.

    Raises:
        FeatherlineError: where a constant of the front end is missing or wrong.
    """
    features = made.splits["train"].inputs
    normalized, normalization = dataset.normalize(made)
    frontend = FrontEndFile(
        application=recordings.application,
        classes=made.classes,
        input_shape=features.shape[1:],
        normalization=Normalization(
            axis=normalization.axis,
            mean=tuple(normalization.mean.tolist()),
            scale=tuple(normalization.scale.tolist()),
        ),
        frontend=constants(made.frontend, app),
        smoothing=smoothing,
        protocol=protocol,
        splits={name: _counts(items, len(made.classes)) for name, items in made.splits.items()},
        provenance=recordings.provenance,
        chosen=dict(chosen) if chosen else None,
    )
    return Processed(normalized, features, frontend)


def _counts(items: Items, classes: int) -> SplitCounts:
    return SplitCounts(
        items=len(items),
        groups=len(np.unique(items.groups)),
        items_per_class=tuple(np.bincount(items.labels, minlength=classes).tolist()),
    )


def write(folder: Path, processed: Processed) -> None:
    """Writes every split, all validation folds and the front end to an empty folder."""
    for name, items in processed.dataset.splits.items():
        dataset.write_items(folder / f"{name}.npz", items)
    dataset.write_folds(folder, processed.dataset)
    write_arrays(folder / _UNNORMALIZED, inputs=processed.features)  # mean and scale are held against them
    write_json(folder / FRONT_END, plain(processed.frontend))


def check(folder: Path, train: Items, stage: str) -> None:
    """Raises `FeatherlineError` where the front end of a folder does not follow from its training split.

    Args:
        folder: as of `write`.
        train: its training split.
        stage: which writes the folder.
    """
    stated = load(FrontEndFile, folder / FRONT_END, stage).normalization
    dataset.check_normalization(
        read_arrays(folder / _UNNORMALIZED)["inputs"],
        train,
        dataset.Normalization(stated.axis, np.array(stated.mean, np.float32), np.array(stated.scale, np.float32)),
        str(folder / FRONT_END),
        stage,
    )


def with_values(settings: P, values: Mapping[str, object]) -> P:
    """A block preprocess with other values at some dotted keys.

    Raises:
        FeatherlineError: where they do not fit the block; the sentence names the key below `preprocess`.
    """
    if not values:
        return settings
    tree: Tree = settings.model_dump(mode="json")
    for key, value in values.items():
        *parents, last = key.split(".")
        node = tree
        for parent in parents:
            below = node.get(parent)
            if not isinstance(below, dict):
                raise FeatherlineError(f"params.yaml: preprocess.{key} is not a key that is known here.")
            node = below
        node[last] = value
    return params_file.block({"preprocess": tree}, "preprocess", type(settings))
