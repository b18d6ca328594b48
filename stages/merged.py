"""Names the file and the line where a merge left a conflict, before DVC stumbles over it."""

from pathlib import Path

from featherline.core import parsing
from featherline.core.failures import in_one_sentence

_TOP = ("dvc.yaml", "dvc.lock", "params.yaml", "policy.yaml")
_ENDINGS = (".json", ".csv", ".tsv")


def check() -> None:
    """Raises `FeatherlineError` at the first conflict in what the pipeline reads and what it has written."""
    written = [path for folder in ("metrics", "models") for path in sorted(Path(folder).rglob("*"))]
    for path in [*map(Path, _TOP), *(path for path in written if path.suffix in _ENDINGS)]:
        if path.is_file():
            parsing.check_merged(path.read_text(encoding="utf-8", errors="replace"), str(path))


if __name__ == "__main__":
    with in_one_sentence("merged", status=1):
        check()
