"""Which front end a model has, of the files beside it.

`frontend.json` is of all models in a folder. Where the search chose another front end for the reduced network than
preprocess has, there are `original.frontend.json` and `reduced.frontend.json` in its place: nobody takes the wrong one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from featherline.records.frontend import FrontEndFile

V = TypeVar("V", bound=str)

FRONT_END = "frontend.json"


def named(of_variants: Mapping[V, FrontEndFile]) -> dict[str, FrontEndFile]:
    """Front ends by the name of the file that each is written to.

    Args:
        of_variants: that of each variant of a network.
    """
    first, *others = of_variants.values()
    if all(other == first for other in others):
        return {FRONT_END: first}
    return {f"{variant}.{FRONT_END}": frontend for variant, frontend in of_variants.items()}


def of_model(folder: Path, model: str) -> Path:
    """The file of the front end of a model.

    Args:
        folder: that the model lies in.
        model: its name without suffix, `<variant>-<scheme>` in the pipeline.
    """
    of_variant = folder / f"{model.partition('-')[0]}.{FRONT_END}"
    return of_variant if of_variant.is_file() else folder / FRONT_END
