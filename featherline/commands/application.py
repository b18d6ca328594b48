"""The module and the name of an application that a command is given, as params.yaml has it."""

from types import ModuleType

from featherline import applications, params_file
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree


def module_of(tree: Tree, app: str) -> ModuleType:
    """The module of an application; raises `FeatherlineError` where params.yaml does not list it."""
    listed = params_file.applications(tree)
    if app not in listed:
        raise FeatherlineError(f"params.yaml: apps does not list {app}; name one of {', '.join(listed)}.")
    return applications.of(tree, app)
