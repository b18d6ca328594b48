"""Which stages `dvc repro` will run, asked of DVC before it begins."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from featherline.core.errors import FeatherlineError


class Action(StrEnum):
    """What `dvc repro` does with a stage."""

    RUN = "run"
    RESTORE = "restore"
    """Its outputs are in DVC's cache."""
    FOLLOW = "follow"
    """It runs only where a stage before it writes something else than dvc.lock says."""
    SKIP = "skip"


@dataclass(frozen=True)
class Step:
    """A stage and what is done with it.

    Attributes:
        stage: as DVC names it, `train@motionsense`.
        action: what DVC does with it, as far as it can be known before.
    """

    stage: str
    action: Action


@dataclass(frozen=True)
class _Fate:
    """What is expected of a stage: `changes` says that its outputs will be others than those in dvc.lock."""

    action: Action
    changes: bool = False


def make(targets: Sequence[str] = ()) -> tuple[Step, ...]:
    """Asks DVC about every stage, in the order in which it takes them.

    A stage whose recorded inputs hold and whose outputs are missing makes the recorded outputs again: those after it
    follow only where it does not. A stage with other inputs changes all after it.

    Args:
        targets: the stages to reach, `benchmark@motionsense`; all where none is named.

    Raises:
        FeatherlineError: where dvc.yaml or dvc.lock is broken, or another DVC works here.
    """
    # DVC's import takes a second, and only this module needs it.
    from dvc.exceptions import DvcException
    from dvc.repo import Repo
    from dvc.repo.reproduce import get_active_graph, plan_repro

    logging.getLogger("dvc").setLevel(logging.CRITICAL)  # it would tell each stage that it looks at
    try:
        with Repo() as repo, repo.lock:
            graph = get_active_graph(repo.index.graph)
            # Of the index, which has read dvc.lock: DVC's own way to find stages reads it again, for seconds.
            named = [stage for stage in repo.index.stages if stage.addressing in targets or not targets]
            ordered = plan_repro(graph, named)
            fates: dict[Any, _Fate] = {}
            for stage in ordered:
                fates[stage] = _fate(stage, {before: fates[before] for before in graph.successors(stage)})
    except DvcException as error:
        raise FeatherlineError(f"DVC cannot tell what to run: {' '.join(str(error).split())}") from None
    return tuple(Step(stage.addressing, fate.action) for stage, fate in fates.items())


def _fate(stage: Any, before: dict[Any, _Fate]) -> _Fate:
    renewed = [out for earlier, fate in before.items() if fate.action != Action.SKIP for out in earlier.outs]
    waits = any(fate.action in (Action.RUN, Action.FOLLOW) for fate in before.values())
    if stage.changed_stage() or any(dep.status() for dep in stage.deps if not _holds(renewed, dep)):
        known = not renewed and _is_ready(stage) and _ran_before(stage)
        return _Fate(Action.RESTORE if known else Action.RUN, changes=True)
    if any(fate.changes for fate in before.values()):
        return _Fate(Action.RUN, changes=True)
    if any(out.status() for out in stage.outs):
        return _Fate(Action.RESTORE if _is_cached(stage) else Action.RUN)
    return _Fate(Action.FOLLOW if waits else Action.SKIP)


def _holds(outs: Iterable[Any], dep: Any) -> bool:
    """Whether an output is the dependency, above it or below it."""
    return any(out.fs.overlaps(dep.fs_path, out.fs_path) for out in outs)


def _is_ready(stage: Any) -> bool:
    return all(dep.exists for dep in stage.deps)


def _ran_before(stage: Any) -> bool:
    """Whether a stage has run with the inputs that it has now, and its outputs of then are in the cache."""
    from dvc.stage.cache import _can_hash

    stage.save_deps()  # of this object alone: dvc.lock stays as it is
    runs = stage.repo.stage_cache
    recorded = runs._load(stage) if _can_hash(stage) else None
    return bool(recorded and runs._create_stage(recorded, wdir=stage.wdir).outs_cached())


def _is_cached(stage: Any) -> bool:
    """Whether DVC will take the recorded outputs of a stage from its cache in place of a run."""
    from dvc.stage.cache import RunCacheNotFoundError

    if not _is_ready(stage):  # a stage before it puts them there, as dvc.lock has them
        return stage.outs_cached() and not any(out.persist for out in stage.outs)
    try:
        stage.repo.stage_cache.restore(stage, dry=True)
    except RunCacheNotFoundError:
        return False
    return True
