"""A skeleton."""

from featherline.export.exported import Exported


def files(exported: Exported) -> dict[str, bytes]:
    """The C alone, so far."""
    return {f"src/{file}": content for file, content in exported.sources.items()}
