"""A .tflite file of any origin as C, written only where the proof of `featherline.evaluation.proof` holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline import codegen
from featherline.codegen.settings import OPTIMIZATIONS
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.emulator import cores
from featherline.evaluation import proof
from featherline.tflite import model


@dataclass(frozen=True)
class ProvenC:
    """The C of a model: content by file name, and sentences on what it was held against and what it takes."""

    files: dict[str, bytes]
    sentence: str


def write(
    file: Path,
    name: str,
    classes: Sequence[str],
    check: bool,
    optimize: str = OPTIMIZATIONS[0],
    core: str = cores.DEFAULT,
) -> ProvenC:
    """Writes a model as C and runs it in processes of their own before anybody gets it.

    Args:
        file: a .tflite file.
        name, classes: as of `codegen.Program.files`.
        check: whether golden vectors join it.
        optimize: as of `codegen.lower`.
        core: of `cores.CORES`, where it is proven.

    Raises:
        FeatherlineError: where no C can be written, TensorFlow Lite Micro refuses the model, or the C answers
            otherwise.
    """
    lowered = codegen.lower(model.read(file), optimize)
    files = lowered.files(name, classes=classes)
    reason = proof.refusal(file)
    if reason:
        raise FeatherlineError(f"{file}: {reason}")
    [proven] = isolation.run([isolation.Call(proof.prove, (file, name, optimize, core))], "check the C", workers=1)
    if isinstance(proven, isolation.Crashed):
        raise FeatherlineError(f"{file}: {isolation.CRASH} Nothing was written.")
    if proven.refusal:
        raise FeatherlineError(f"{file}: {proven.refusal}")
    if check:
        inputs, results = proven.golden
        files = lowered.files(name, classes=classes, golden=codegen.Golden(inputs, results))
    return ProvenC(files, proven.sentence)


def published(
    path: Path, content: bytes, items: Sequence[np.ndarray] | None, name: str, classes: Sequence[str]
) -> tuple[list[str], dict[str, bytes]]:
    """Sentences on a converted model and the files that are published of it; its .tflite file is written to `path`."""
    from featherline.deployment import forms, single_network  # which need TensorFlow Lite Micro, as to-c does not

    call = isolation.Call(single_network.publish, (content, items))
    [published] = isolation.run([call], "prove equal", workers=1)
    if isinstance(published, isolation.Crashed):
        published = forms.refused(content, isolation.CRASH)
    path.write_bytes(published.content)
    files = {f"{name}.tflite": published.content}
    if published.reason is not None:
        return [f"{len(published.content):,} bytes as converted.", f"TensorFlow Lite Micro: {published.reason}"], files
    sentences = [
        f"{len(published.content):,} bytes ({published.converted_bytes:,} as converted), equal on TensorFlow Lite "
        "Micro to the byte."
    ]
    try:
        proven = write(path, name, classes, check=True)
    except FeatherlineError as error:
        return [*sentences, f"No C: {str(error).removeprefix(f'{path}: ')}"], files
    return [*sentences, proven.sentence], files | proven.files
