"""Lists the licence of every package of requirements.lock, as the package itself states it.

python benchmarks/list_licences.py > docs/licences.md
"""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[\w+\])?==([^\s;\\]+)", re.MULTILINE)
ELSEWHERE = "not installed where this list was made"
LONGEST = 80
HEAD = """# Licences of what it stands on

Every package of requirements.lock with the licence that its own metadata states, by
`python benchmarks/list_licences.py > docs/licences.md`. Where it states none, the list says so.

| package | version | licence |
| :-- | :-- | :-- |"""


def licence(name: str) -> str:
    """What a package says: the SPDX expression, else its classifiers, else the first line of the text."""
    try:
        stated = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE
    if expression := stated.get("License-Expression"):
        return expression
    classifiers = [
        entry.rsplit(" :: ", 1)[-1] for entry in stated.get_all("Classifier") or [] if entry.startswith("License ::")
    ]
    text = next(iter((stated.get("License") or "").splitlines()), "")
    if classifiers and classifiers != ["OSI Approved"]:
        return " or ".join(classifiers)
    return text[:LONGEST] or _of_file(name)


def _of_file(name: str) -> str:
    """The first line of the licence file, of packages that state none."""
    for path in metadata.files(name) or []:
        if re.search(r"(?i)licen[cs]e|copying", path.name):
            lines = (line.strip() for line in path.locate().read_text(errors="replace").splitlines())
            said = (line for line in lines if line and not line.startswith("Copyright"))
            return f"{next(said, 'none stated')[:LONGEST]} ({path.name})"
    return "none stated"


def main() -> None:
    rows = sorted(set(PIN.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))))
    print(HEAD)
    for name, version in rows:
        print(f"| {name} | {version} | {licence(name).replace('|', '/')} |")


if __name__ == "__main__":
    main()
