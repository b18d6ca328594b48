"""The locks have every pin of the requirements, each with its hashes, and `make setup` asks for them."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
BUNDLED = {"pip"}
"""What Python's venv brings, and no lock has."""


def pins(name: str) -> dict[str, set[str]]:
    """Package -> versions that a file of requirements pins, without their markers."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text().splitlines():
        pin = line.split("#")[0].strip().removesuffix("\\").strip()
        if pin and not pin.startswith("--hash"):
            requirement = Requirement(pin)
            found.setdefault(canonicalize_name(requirement.name), set()).add(str(requirement.specifier))
    return found


def test_the_lock_is_that_of_the_requirements():
    locked = pins("requirements.lock")
    wanted = pins("requirements.txt") | pins("constraints.txt")
    assert {name: locked.get(name) for name in wanted if name not in BUNDLED} == {
        name: versions for name, versions in wanted.items() if name not in BUNDLED
    }, "run make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes(lock):
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text())[1:]
    assert blocks
    for block in blocks:
        assert re.match(r"[\w.-]+(\[\w+\])?==\S+", block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


def test_make_installs_nothing_without_a_hash():
    makefile = (ROOT / "Makefile").read_text()
    installs = re.findall(r"pip install .*", makefile)
    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes" in install
        assert re.search(r"-r requirements(-\w+)?\.lock$", install)


def test_the_audit_fails_where_it_skips_a_package():
    assert "pip-audit --strict --require-hashes" in (ROOT / "Makefile").read_text()
    assert "run: make audit\n" in (ROOT / ".github/workflows/test.yml").read_text()


def test_the_licence_of_every_locked_package_is_listed():
    rows = [line.split(" | ") for line in (ROOT / "docs/licences.md").read_text().splitlines() if "==" not in line]
    listed = {(row[0].removeprefix("| "), f"=={row[1]}") for row in rows if len(row) == 3 and row[2].strip(" |")}
    locked = {(name, version) for name, versions in pins("requirements.lock").items() for version in versions}
    assert locked <= listed, "run python benchmarks/list_licences.py > docs/licences.md"
    assert len(listed) == len(locked) + 2, "the list has packages that are locked no more"  # its head and its rule
