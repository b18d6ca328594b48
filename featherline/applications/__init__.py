"""One module per application: its recordings, its classes, its groups, its front end.

An application is a module in this folder that defines

    TITLE          the name that tables and workbooks print
    LICENCE        dict of source -> licence of the recordings
    Fetch          subclass of `params.Fetch`: what `<app>.fetch` may hold
    Preprocess     subclass of `params.Preprocess`: what `<app>.preprocess` may hold, and in `front_end_keys` what of it
                   a search may vary, for it is computed on the device and changes no class, item or split
    archives(settings)                 -> tuple[sources.Archive, ...], the official downloads
    simulate(folder, settings, seed)   writes recordings in the layout of the official archive
    inventory(folder)                  -> sources.Inventory, counted from a raw folder
    preprocess(folder, settings, seed, disturb=None)
                                       -> dataset.Dataset, from a raw folder in that layout; `disturb` is done to the
                                          samples of each recording before anything else
    comparable(folder, settings)       -> what `overlaps.report` compares: the raw recordings, and their scale

and, where it waits for a keyword in a stream,

    stream_clips(folder, settings, seed) -> the clips of a stream of the validation and of the test split

so that everything after `fetch` treats simulated and real recordings alike.

`recordings` is the module for folders of one's own: blocks of any name share it, by saying
`application: recordings`. Its `Fetch` says what TITLE and LICENCE say elsewhere, and it defines

    take(folder, settings)             copies recordings into a raw folder -> their provenance

instead of LICENCE, `archives`, `simulate` and `inventory`.
"""

import importlib
import pkgutil
from types import ModuleType
from typing import Literal

from featherline import params_file
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree

_SHARED = {"downloads", "keyword_scenes", "sources"}


def names() -> list[str]:
    """Names of all applications, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in _SHARED)


def find(name: str) -> ModuleType:
    """The module of an application; raises `FeatherlineError` where there is none of that name."""
    if name not in names():
        raise FeatherlineError(
            f"There is no application {name!r}: it must be one of {', '.join(names())}, "
            "or a new file in featherline/applications; "
            f"a folder of your own recordings needs `application: recordings` in the block {name}."
        )
    return importlib.import_module(f"featherline.applications.{name}")


def of(tree: Tree, name: str) -> ModuleType:
    """The module of a block of params.yaml: of its own name, or the one for folders of recordings if it says so."""
    block = tree.get(name)
    if isinstance(block, dict) and "application" in block:
        kind: type[str] = Literal["recordings"]  # type: ignore[assignment]  # a Literal is a type to pydantic alone
        return find(params_file.block(tree, f"{name}.application", kind))
    return find(name)
