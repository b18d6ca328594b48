"""Names the file and the line where a merge left a conflict or settings are beyond all measure, before DVC stumbles."""

from pathlib import Path

from featherline.core import parsing
from featherline.core.failures import in_one_sentence

_SETTINGS = "params.yaml"
_TOP = ("dvc.yaml", "dvc.lock", _SETTINGS, "policy.yaml")
_ENDINGS = (".json", ".csv", ".tsv")


def check() -> None:
    """Raises `FeatherlineError` at the first conflict in what the pipeline reads and what it has written.

    So it does where params.yaml is too large, too deep, or has an alias or a tag.
    """
    if Path(_SETTINGS).is_file():
        parsing.check_settings(parsing.read_settings(_SETTINGS), _SETTINGS)
    written = [path for folder in ("metrics", "models") for path in sorted(Path(folder).rglob("*"))]
    for path in [*map(Path, _TOP), *(path for path in written if path.suffix in _ENDINGS)]:
        if path.is_file():
            parsing.check_merged(path.read_text(encoding="utf-8", errors="replace"), str(path))


if __name__ == "__main__":
    with in_one_sentence("merged", status=1):
        check()
