"""A proposal as a block of params.yaml: complete, and with the reason of each choice in a comment."""

import json
from pathlib import Path

from featherline.core.errors import FeatherlineError
from featherline.core.files import new_file
from featherline.importing.proposal import Proposal

LATER_STAGES = """\
  train:
    conv_blocks:            # more filters or blocks where accuracy on the training split is low
    - filters: 16
      kernel: 5
    - filters: 32
      kernel: 5
    dense_blocks:
    - units: 16
      dropout: 0.3
      l2: 0.0001
    head: flatten           # flatten or global_average
    batch_normalization: true
    epochs: 40
    batch_size: 32
    learning_rate: 0.002
    patience: 10
    class_weights: balanced
  reduce:
    objective: weighted     # weighted (by the score) or pareto (the whole front)
    error_weight: 0.9       # of the score; the rest weighs weight bytes
    max_weight_bytes: 6000  # of every candidate
    max_arena_bytes: 16384  # where activations live
    finalists: 2
    workers: 2
    budget:
      simulated:
        trials: 12
        epochs: 8
        final_epochs: 30
      recordings:
        trials: 20
        epochs: 12
        final_epochs: 60
    baselines:
      random_search: false
    space:                  # a list of choices, a range from - to, or one value
      conv_blocks:
      - 1
      - 2
      poolings:
      - 1
      - 2
      filters:
      - 4
      - 8
      - 16
      kernel:
      - 3
      - 5
      dense_blocks:
      - 0
      - 1
      units:
      - 8
      - 16
      head:
      - flatten
      - global_average
  quantize:
    calibration_items: 200
    original:
    - none
    - int8
    reduced:
    - none
    - int8
  convert:
    integer_io: true        # int8 input and output around int8 models
    c:
      optimize: size        # or speed, or ram: of kernels and compiler
  benchmark:
    headline: reduced-int8
"""


def text(proposal: Proposal, name: str) -> str:
    """The block as YAML with comments, in block style as DVC rewrites it.

    Raises:
        FeatherlineError: where there is none, with the first reason.
    """
    if proposal.problems:
        raise FeatherlineError(proposal.problems[0])
    lines = [f"{name}:", "  application: recordings"]
    for stage, entries in (("fetch", proposal.fetch), ("preprocess", proposal.preprocess)):
        lines.append(f"  {stage}:")
        for key, value, comment in entries:
            lines += _lines(key, value, comment, 4)
    return "\n".join(lines) + "\n" + LATER_STAGES


def _lines(key: str, value: object, comment: str, indent: int) -> list[str]:
    space = " " * indent
    remark = f"  # {' '.join(comment.split())}" if comment else ""
    if isinstance(value, dict):
        made = [f"{space}{key}:{remark}"]
        for inner, entry in value.items():
            made += _lines(inner, entry, "", indent + 2)
        return made
    if isinstance(value, list | tuple):
        return [f"{space}{key}:{remark}", *(f"{space}- {_scalar(entry)}" for entry in value)]
    return [f"{space}{key}: {_scalar(value)}{remark}"]


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def insert(params: Path, name: str, block: str) -> None:
    """Puts a block into params.yaml, whole or not at all.

    Raises:
        FeatherlineError: where there is no such file, and as of `inserted`.
    """
    if not params.is_file():
        raise FeatherlineError(f"{params} is missing: run from the project's top folder.")
    with new_file(params) as partial:
        partial.write_text(inserted(params.read_text(encoding="utf-8"), name, block), encoding="utf-8")


def inserted(params: str, name: str, block: str) -> str:
    """The text of params.yaml with a block at its end and its name in `apps`; everything else stays as it is.

    Raises:
        FeatherlineError: where the name is taken, or `apps` is no list in block style.
    """
    lines = params.rstrip("\n").split("\n")
    if any(line.startswith(f"{name}:") for line in lines):
        raise FeatherlineError(f"params.yaml has a block {name} already: remove it, or take another name.")
    try:
        at = next(place for place, line in enumerate(lines) if line.startswith("apps:"))
    except StopIteration:
        raise FeatherlineError("params.yaml has no key apps: write `apps:` and a line `- name` for each.") from None
    end = at + 1
    while end < len(lines) and lines[end].lstrip().startswith(("-", "#")):
        end += 1
    if end == at + 1:
        raise FeatherlineError("params.yaml has apps in one line: write it as a list, a line `- name` for each.")
    indent = lines[at + 1][: len(lines[at + 1]) - len(lines[at + 1].lstrip())]
    lines.insert(end, f"{indent}- {name}")
    return "\n".join(lines) + "\n\n" + block
