"""The columns of the tables that stages leave as CSV: what writes one and what reads it take them from here."""

Columns = dict[str, type[int | float | str]]

HISTORY_COLUMNS: Columns = {"epoch": int, "loss": float, "accuracy": float, "val_loss": float, "val_accuracy": float}
"""Column -> type of a training history, a row an epoch: losses, and accuracies from 0 to 1."""

TRIAL_COLUMNS: Columns = {
    "number": int,
    "score": float,
    "validation_accuracy": float,
    "final_validation_accuracy": float,
    "epochs": int,
    "stopped": bool,
    "weights": int,
    "weight_bytes": int,
    "activation_bytes": int,
    "macs": int,
    "conv_blocks": int,
    "dense_blocks": int,
    "pareto": bool,
    "winner": bool,
    "architecture": str,
}
"""Column -> type of a table of candidates; accuracies from 0 to 1, activation bytes as TFLM's arena head.

Scores and accuracies are those of a trial; `final_validation_accuracy` is that of full length,
empty for all but the finalists.
"""

SEARCHED_COLUMNS: Columns = {"program_bytes": int, "instructions_per_second": int, "front_end": str}
"""Further columns, at the end, where whole programs are weighed or front ends searched.

What a program takes is an estimate. A front end is the JSON of the values that it has in place of those of preprocess.
"""

BASELINE_COLUMNS: Columns = {"method": str, **TRIAL_COLUMNS}
"""The same of the candidates of the other methods, each named."""
