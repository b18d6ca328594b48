"""What something was made of, as SHA-256: data, code and packages."""

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path


def of_files(paths: Iterable[Path]) -> str:
    """The hexadecimal SHA-256 of the names and contents of files, in the order given.

    Raises:
        OSError: where one cannot be read.
    """
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def of_modules(modules: Iterable[str]) -> str:
    """The same of modules of this package, such as `networks/builder.py`."""
    package = Path(__file__).resolve().parents[1]
    return of_files(package / module for module in modules)


def of_packages(names: Iterable[str]) -> dict[str, str]:
    """The version of each installed package."""
    return {name: version(name) for name in names}
