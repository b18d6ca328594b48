"""A model with its front end as what others take: an Arduino library, a CMake package, a Zephyr module, a page.

Each kind is a module of this room with one function, `files(exported: Exported) -> dict[str, bytes]`: the content of
every file of the folder by its path in it, with the same bytes for the same model. It writes nothing itself. The
command gives the files to `featherline.core.outputs.Folder`, which refuses a folder that holds somebody else's files
and writes all of them or none. `exported.read` makes the `Exported` that a kind gets: the model, its front end, and
all C of the program under one prefix. To add a kind, write its module and name it in `KINDS`.
"""

import importlib
from dataclasses import dataclass

from featherline.export.exported import Exported

__all__ = ["KINDS", "Exported", "Kind", "files"]


@dataclass(frozen=True)
class Kind:
    """What a model can be exported as.

    Attributes:
        module: in this room; it has `files(exported)`.
        title: what it is, for people.
        opens: what to do with it next, with `{out}` for the folder and `{name}` for the prefix of the C.
    """

    module: str
    title: str
    opens: str


KINDS = {
    "arduino": Kind(
        "arduino", "an Arduino library", "Arduino IDE: Sketch, Include Library, Add .ZIP Library: {name}.zip"
    ),
    "cmake": Kind("cmake", "a CMake package", "cmake -S {out} -B build && cmake --build build"),
    "web": Kind("web", "a page for the browser", "Open {out}/index.html; for phones put it on a host with https."),
    "zephyr": Kind("zephyr", "a Zephyr module", "west build -b your_board {out}/samples/check"),
}
"""What `featherline export --as` takes."""


def files(kind: str, exported: Exported) -> dict[str, bytes]:
    """The files of an exported model by their path in its folder; `kind` is a key of `KINDS`."""
    module = importlib.import_module(f"{__name__}.{KINDS[kind].module}")
    made: dict[str, bytes] = module.files(exported)
    return made
