"""What every kind of export has: a model, its front end and the C of the whole program under one prefix."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from featherline import codegen
from featherline.codegen import naming, program
from featherline.core.errors import FeatherlineError
from featherline.prediction import models
from featherline.prediction.models import Fitted


@dataclass(frozen=True, eq=False)  # a key of caches, by identity
class Exported:
    """A model that is exported.

    Attributes:
        fitted: the model with its front end, as `featherline predict` reads it.
        name: what each file, macro and symbol of the C begins with.
        lowered: the model as a program of layers; `lowered.files` writes its C, with golden vectors where asked to.
        sources: the C of front end, model and smoothing over windows by file name, as `codegen.program.sources` has
            it; those that end in .c are to be compiled.
    """

    fitted: Fitted
    name: str
    lowered: codegen.Program
    sources: Mapping[str, bytes]

    @property
    def title(self) -> str:
        """Name of the application for people, such as MotionSense."""
        return self.fitted.front_end.application

    @property
    def folder(self) -> Path:
        """Where the model lies, with frontend.json and, in the zoo, metrics.json."""
        return Path(self.fitted.model.path).parent


def read(named: str, name: str | None = None) -> Exported:
    """Reads a model and writes its C.

    Args:
        named: as of `featherline.prediction.models.find`.
        name: what the C begins with; None takes the name of the application.

    Raises:
        FeatherlineError: where there is no such model, no C can be written for it or its front end, or the name is
            none for C.
    """
    fitted = models.find(named)
    if name is None:
        name = default_name(fitted.front_end.application)
    naming.check(name)
    try:
        lowered = codegen.lower(fitted.model)
    except FeatherlineError as error:
        raise FeatherlineError(
            f"{named} has no C, so it cannot be exported; take a model in int8, such as reduced-int8: {error}"
        ) from None
    return Exported(fitted, name, lowered, program.sources(lowered, fitted.front_end, name))


def default_name(application: str) -> str:
    """The prefix of the C of an application.

    >>> default_name("Door Bell 2")
    'door_bell_2'
    """
    name = re.sub("[^a-z0-9]+", "_", application.lower()).strip("_")
    return name if name[:1].isalpha() else f"model_{name}".rstrip("_")
