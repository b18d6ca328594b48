"""What `dvc plots` draws of a benchmark."""

from featherline.evaluation.benchmark import confusion_rows, front_rows


def test_confusion_has_a_row_for_each_item():
    result = {"classes": ["no", "yes"], "accuracy": {"confusion": [[2, 1], [0, 3]]}}
    rows = [(row["actual"], row["predicted"]) for row in confusion_rows(result)]
    assert rows == [("no", "no")] * 2 + [("no", "yes")] + [("yes", "yes")] * 3


def test_front_leaves_out_what_another_model_beats():
    def model(weight_bytes: int, accuracy_pct: float) -> dict:
        return {"size": {"weight_bytes": weight_bytes}, "accuracy": {"accuracy_pct": accuracy_pct}}

    results = {"large": model(90, 95.0), "wasteful": model(50, 80.0), "small": model(10, 80.0)}
    rows = front_rows(results)
    assert [(row["model"], row["front"]) for row in rows] == [("small", "yes"), ("wasteful", "no"), ("large", "yes")]
