"""Which models an application has: each variant under the schemes that it was quantized for."""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json
from featherline.params import Scheme, Variant


@dataclass(frozen=True)
class Planned:
    """One model of the plan; `name` is what files, tables and sheets call it."""

    variant: Variant
    scheme: Scheme

    @property
    def name(self) -> str:
        return f"{self.variant}-{self.scheme}"

    @property
    def file(self) -> str:
        return f"{self.name}.tflite"

    @property
    def tables_file(self) -> str:
        """The same model with look-up tables for weights, where these make it smaller."""
        return f"{self.name}.lut.tflite"


def read(path: Path | str) -> list[Planned]:
    """Reads plan.json, {"original": [schemes], "reduced": [schemes]}, as models in a fixed order.

    Raises:
        FeatherlineError: where it is missing, plans nothing, or has a variant or scheme that nobody knows.
    """
    plan = read_json(path)
    for variant, schemes in plan.items():
        unknown = [scheme for scheme in schemes if scheme not in get_args(Scheme)]
        if variant not in get_args(Variant) or unknown:
            wrong = f"scheme {unknown[0]!r}" if unknown else f"variant {variant!r}"
            raise FeatherlineError(f"{path} has the unknown {wrong}: run the stage quantize again.")
    models = [Planned(variant, scheme) for variant in get_args(Variant) for scheme in plan.get(variant, [])]
    if not models:
        raise FeatherlineError(f"{path} plans no model: give quantize.original or quantize.reduced a scheme.")
    return models
