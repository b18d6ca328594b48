"""Search for the smallest network that is good enough, and train it at full length."""

import json
from pathlib import Path

import pandas as pd

from featherline import params
from featherline.files import new_file, read_json
from featherline.networks.histories import write_history
from featherline.networks.shapes import int8_weight_bytes, layers
from featherline.reduction import study, trials
from stages.command import Run, stage


@stage
def reduce(run: Run) -> None:
    settings = run.own("reduce", params.Reduce)
    original = run.own("train", params.Train)
    data, models = Path("data/processed") / run.app, Path("models") / run.app
    frontend = read_json(data / "frontend.json")
    input_shape, classes = tuple(frontend["input_shape"]), len(frontend["classes"])
    simulated = frontend["provenance"]["source"] == "simulated"
    budget = settings.budget.simulated if simulated else settings.budget.recordings

    task = trials.Task(
        data,
        input_shape,
        classes,
        settings.batch_size,
        settings.learning_rate,
        balanced=original.class_weights == "balanced",
        seed=run.seed,
    )
    original_bytes = int8_weight_bytes(layers(original, input_shape, classes))
    with trials.workers(task, min(settings.workers, budget.trials)) as pool:
        candidates = study.search(settings, budget, task, original_bytes, pool)
        winner = study.winner(candidates)
        description = f"train the winner, {winner.weights:,} weights"
        training = pool.submit(trials.train_winner, winner.architecture, budget.final_epochs, description)
        network, history = trials.outcome(training)
    with new_file(models / "reduced.keras") as partial:
        partial.write_bytes(network)
    write_history(models / "reduced_history.csv", history)
    _write_trials(models / "trials.csv", candidates)


def _write_trials(path: Path, candidates: list[study.Candidate]) -> None:
    front = {candidate.number for candidate in study.pareto_front(candidates)}
    chosen = study.winner(candidates).number
    rows = [
        {
            "number": c.number,
            "score": round(c.score, 6),
            "validation_accuracy": round(c.validation_accuracy, 6),
            "weights": c.weights,
            "weight_bytes": c.weight_bytes,
            "macs": c.macs,
            "conv_blocks": len(c.architecture.conv_blocks),
            "dense_blocks": len(c.architecture.dense_blocks),
            "pareto": c.number in front,
            "winner": c.number == chosen,
            "architecture": json.dumps(c.architecture.model_dump(), separators=(",", ":")),
        }
        for c in candidates
    ]
    with new_file(path) as partial:
        pd.DataFrame(rows).to_csv(partial, index=False, lineterminator="\n")


if __name__ == "__main__":
    reduce()
