"""What a search leaves behind, as plain tables: every candidate, the front, the comparison."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree
from featherline.params import Architecture, Budget, Reduce
from featherline.records import search
from featherline.records.tables import SEARCHED_COLUMNS, TRIAL_COLUMNS
from featherline.reduction.costs import LIMITS, WEIGHED
from featherline.reduction.front_ends import OF_PREPROCESS, values_of
from featherline.reduction.objective import Candidate, Yardstick, front, hypervolume_of, score_of, winner

COLUMNS = tuple(TRIAL_COLUMNS)


def table(
    candidates: Sequence[Candidate], settings: Reduce, yardstick: Yardstick, finalists: Sequence[Candidate] = ()
) -> pd.DataFrame:
    """One row for each candidate, with the columns of `columns_of`.

    Args:
        candidates: of one method.
        settings, yardstick: what makes one better than another.
        finalists: those that were trained at full length, the winner first; where there are
            none, the winner is the best at the length of a trial.
    """
    on_front = {candidate.number for candidate in front(candidates, settings.cost)}
    best = (finalists or [winner(candidates, settings, yardstick)])[0].number
    final = {finalist.number: round(finalist.validation_accuracy, 6) for finalist in finalists}
    rows = [
        _figures(candidate, settings, yardstick)
        | {
            "number": candidate.number,
            "final_validation_accuracy": final.get(candidate.number),
            "epochs": len(candidate.curve),
            "stopped": candidate.stopped,
            "conv_blocks": len(candidate.architecture.conv_blocks),
            "dense_blocks": len(candidate.architecture.dense_blocks),
            "pareto": candidate.number in on_front,
            "winner": candidate.number == best,
            "architecture": json.dumps(candidate.architecture.model_dump(), separators=(",", ":")),
            "front_end": candidate.front_end,
        }
        for candidate in candidates
    ]
    # Without a finalist the column would hold no numbers, and be no column of numbers.
    return pd.DataFrame(rows, columns=columns_of(settings)).astype({"final_validation_accuracy": float})


def columns_of(settings: Reduce) -> list[str]:
    """The columns of `table`, and of what only some searches have."""
    further = {"program_bytes": settings.weighs_program, "instructions_per_second": settings.weighs_program}
    further["front_end"] = bool(settings.space.frontend)
    return [*COLUMNS, *(column for column in SEARCHED_COLUMNS if further[column])]


def chosen_network(path: Path) -> tuple[Architecture, str]:
    """The network that a finished search chose, and the name of its front end.

    Args:
        path: of trials.csv.

    Raises:
        FeatherlineError: where the file is missing or names no winner.
    """
    try:
        trials = pd.read_csv(path)
        [winner] = trials[trials["winner"]].to_dict("records")
        name = winner.get("front_end", OF_PREPROCESS)
        # What was not chosen is an empty field.
        return Architecture.model_validate(json.loads(winner["architecture"])), name if isinstance(
            name, str
        ) else OF_PREPROCESS
    except (OSError, ValueError, KeyError, TypeError):
        raise FeatherlineError(f"{path} names no winner of a search: run the reduce stage again.") from None


def front_of(candidates: pd.DataFrame, cost: str = "weight_bytes") -> pd.DataFrame:
    """The rows of a table that are on the front, smallest first."""
    return candidates[candidates["pareto"]].sort_values([*WEIGHED[cost], "number"])


def baselines(methods: dict[str, list[Candidate]], settings: Reduce, yardstick: Yardstick) -> pd.DataFrame:
    """The candidates of every method but the first, under a first column `method`."""
    tables = [
        table(candidates, settings, yardstick).assign(method=method) for method, candidates in list(methods.items())[1:]
    ]
    columns = ["method", *columns_of(settings)]
    return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)


def summary(
    methods: dict[str, list[Candidate]],
    settings: Reduce,
    yardstick: Yardstick,
    finalists: Sequence[Candidate],
    budget: Budget,
) -> search.Search:
    """How the methods compare, for people and for the report; hypervolumes from 0 to 1.

    Arguments as of `table`, with the epochs that candidates and finalists were trained for; the best of each method
    is that at the length of a trial.
    """
    original_accuracy = round(yardstick.original_accuracy, 6)
    return search.Search(
        objective=settings.objective,
        error_weight=settings.error_weight,
        accuracy_tolerance=settings.accuracy_tolerance,
        scheme=settings.scheme,
        limits=search.Limits.model_validate(settings.model_dump(include=set(LIMITS))),
        cost=None if settings.cost == "weight_bytes" else settings.cost,
        original=search.Costs(validation_accuracy=original_accuracy, **yardstick.original.figures()),
        methods=tuple(
            search.Method(
                method=method,
                trained=len(candidates),
                stopped=sum(candidate.stopped for candidate in candidates),
                hypervolume=round(hypervolume_of(candidates, yardstick), 6),
                best=search.Candidate(**_figures(winner(candidates, settings, yardstick), settings, yardstick)),
            )
            for method, candidates in methods.items()
        ),
        finalists=tuple(
            search.Finalist(
                number=finalist.number,
                front_end=values_of(finalist.front_end) if settings.space.frontend else None,
                **_figures(finalist, settings, yardstick),
            )
            for finalist in finalists
        ),
        epochs=budget.epochs,
        final_epochs=budget.final_epochs,
        distillation_share=settings.distillation.share,
        teacher="finalists" if settings.distillation.teacher == "finalists" else None,
        refit=settings.refit or None,
        taught_epochs=settings.distillation.epochs if settings.distillation.teacher == "finalists" else None,
    )


def _figures(candidate: Candidate, settings: Reduce, yardstick: Yardstick) -> Tree:
    return {
        "score": round(score_of(candidate, settings, yardstick), 6),
        "validation_accuracy": round(candidate.validation_accuracy, 6),
    } | candidate.costs.figures()
