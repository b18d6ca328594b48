"""Compares what this tree makes with what a commit made, by SHA-256: every .tflite, every C file, metrics/<app>.json.

A file that git holds is compared as it lies in this tree. C that git no longer holds is taken from the folder of
programs that `dvc repro` or `dvc checkout` fills, and where that is missing it is generated from the .tflite file.
With `--generate` the generator itself is compared: both trees write the C of all of the commit's .tflite files, each
by its own code. `--models` adds a folder of .tflite files, for each of which both trees run `to-c`; where one
refuses, its sentence is compared. What is generated takes golden vectors and the tensor arena from the commit's own
files, because the test split is not in git.

Examples:
    python benchmarks/compare_outputs.py --base a14b373
    python benchmarks/compare_outputs.py --base HEAD --generate --models ../shared/models
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from stages.command import guarded  # noqa: E402

COMPARED = re.compile(r"models/[^/]+/(tflite/.+\.tflite|c/.+)|metrics/[^/]+\.json")
PROGRAM_FILE = re.compile(r"(models/[^/]+)/c/([^/]+)/(.+)")

# These run in either tree by its own code, so they know the interfaces of this commit and of earlier ones.
TO_C = """
import contextlib, hashlib, io, json, sys, tempfile
from pathlib import Path
from featherline.commands.to_c import to_c

digests = {}
for file in sys.argv[1:]:
    with tempfile.TemporaryDirectory() as folder:
        out, refusal = Path(folder, "c"), io.StringIO()
        try:
            with contextlib.redirect_stderr(refusal), contextlib.redirect_stdout(io.StringIO()):
                to_c.main([file, "--out", str(out)], standalone_mode=False)
        except (Exception, SystemExit) as error:
            digests[file] = hashlib.sha256(f"{error} {refusal.getvalue()}".encode()).hexdigest()
            continue
        for path in out.iterdir():
            digests[f"{file}: {path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
print(json.dumps(digests))
"""
PIPELINE = r"""
import hashlib, json, re, sys
from pathlib import Path
import numpy as np
from featherline.codegen import Golden, program
from featherline.tflite import model as tflite

def golden(folder, model):
    file = folder / "model_check.c"
    if not file.is_file():
        return None
    arrays = re.findall(r"model_check_(?:in|out)puts\[\] = \{([^}]*)\}", file.read_text(encoding="utf-8"))
    numbers = [np.array([int(n) for n in array.split(",") if n.strip()], np.int8) for array in arrays]
    ends = (model.inputs[0], model.outputs[0])
    return Golden(*(values.reshape(-1, *tensor.shape[1:]) for values, tensor in zip(numbers, ends)))

def generated(models, name):
    folder = models / "c" / name
    frontend = json.loads((models / "tflite" / "frontend.json").read_text(encoding="utf-8"))
    model = tflite.read(models / "tflite" / (name + ".tflite"))
    header = folder / "tflm_sketch" / "model_tflm.h"
    arena = re.findall(r"_TFLM_ARENA_BYTES (\d+)", header.read_text(encoding="utf-8")) if header.is_file() else []
    vectors = golden(folder, model)
    try:
        from featherline.codegen import lower
    except ImportError:
        from featherline.codegen import generate
        firmware = next(path for path in map(Path, ("featherline/firmware", "firmware")) if path.is_dir())
        files = generate(model, classes=frontend["classes"], golden=vectors)
        sketches = program.sketches(model, frontend, int(arena[0]), firmware) if arena else {}
    else:
        lowered = lower(model)
        files = lowered.files(classes=frontend["classes"], golden=vectors)
        try:
            from featherline.records.frontend import FrontEnd
        except ImportError:
            typed = frontend
        else:
            typed = FrontEnd.model_validate(frontend)
        sketches = program.sketches(lowered, typed, int(arena[0])) if arena else {}
    if sketches:
        files |= sketches | {"manifest.json": program.extended(files["manifest.json"], sketches)}
    return files

digests = {}
for folder in map(Path, sys.argv[1:]):
    models, name = folder.parents[1], folder.name
    if (models / "tflite" / (name + ".tflite")).is_file():
        for file, content in generated(models, name).items():
            digests["/".join((*folder.parts[-4:], file))] = hashlib.sha256(content).hexdigest()
print(json.dumps(digests))
"""


@click.command()
@click.option("--base", required=True, help="The commit to compare with.")
@click.option("--generate", is_flag=True, help="Compare the generators of both trees, not the C that lies there.")
@click.option("--models", type=click.Path(exists=True, file_okay=False, path_type=Path), multiple=True)
def main(base: str, generate: bool, models: tuple[Path, ...]) -> None:
    """Exits with 1 where a file differs or went away."""
    guarded(lambda: _compare(base, generate, models), "compare_outputs", debug=False)


def _compare(base: str, generate: bool, folders: tuple[Path, ...]) -> None:
    with _checked_out(base) as tree:
        paths = [path for path in _git("ls-tree", "-r", "--name-only", base).splitlines() if COMPARED.fullmatch(path)]
        before = {path: _digest(tree / path) for path in paths}
        now = _lying_here()
        programs = sorted(
            {str(tree / written[1] / "c" / written[2]) for written in map(PROGRAM_FILE.match, paths) if written}
        )
        if generate:
            before = _without_programs(before) | _run(PIPELINE, tree, programs)
            now = _without_programs(now) | _run(PIPELINE, ROOT, programs)
        elif any(path not in now for path in before):
            now = _run(PIPELINE, ROOT, programs) | now
        files = [str(file.resolve()) for folder in folders for file in sorted(folder.rglob("*.tflite"))]
        if files:
            before |= _run(TO_C, tree, files)
            now |= _run(TO_C, ROOT, files)
    states = {path: _state(before.get(path), now.get(path)) for path in sorted(before | now)}
    counts = Counter((_kind(path), state) for path, state in states.items())
    click.echo("| files | state | number |\n| --- | --- | --- |")
    for (kind, state), number in sorted(counts.items()):
        click.echo(f"| {kind} | {state} | {number} |")
    for path, state in states.items():
        if state != "equal":
            click.echo(f"{state}: {path}")
    if any(state in ("differs", "went away") for state in states.values()):
        sys.exit(1)


@contextmanager
def _checked_out(base: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        _git("worktree", "add", "--detach", str(tree), base)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _lying_here() -> dict[str, str]:
    """The digests of what git holds in this tree, and of the programs in DVC's folder under the names git had."""
    paths = [path for path in _git("ls-files").splitlines() if COMPARED.fullmatch(path) and (ROOT / path).is_file()]
    digests = {path: _digest(ROOT / path) for path in paths}
    for file in ROOT.glob("models/*/programs/**/*"):
        app, _, *rest = file.relative_to(ROOT / "models").parts
        if file.is_file():
            digests.setdefault("/".join(("models", app, "c", *rest)), _digest(file))
    return digests


def _without_programs(digests: dict[str, str]) -> dict[str, str]:
    return {path: digest for path, digest in digests.items() if not PROGRAM_FILE.fullmatch(path)}


def _run(script: str, tree: Path, arguments: list[str]) -> dict[str, str]:
    """The digests that a script prints when a tree runs it by its own code."""
    command = [sys.executable, "-c", script, *arguments]
    return json.loads(subprocess.run(command, cwd=tree, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _state(before: str | None, now: str | None) -> str:
    if before is None:
        return "new"
    if now is None:
        return "went away"
    return "equal" if before == now else "differs"


def _kind(path: str) -> str:
    if path.startswith("metrics/"):
        return "metrics/<app>.json"
    if path.startswith("models/"):
        return ".tflite" if PurePosixPath(path).suffix == ".tflite" else "C of the pipeline"
    return "to-c of other models"


if __name__ == "__main__":
    main()
