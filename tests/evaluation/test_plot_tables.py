"""What `dvc plots` draws of a benchmark."""

from featherline.evaluation.pipeline_model import confusion_rows, front_rows
from featherline.records.model import PipelineModel
from tests.records.examples import changed, content


def model(**changes) -> PipelineModel:
    return PipelineModel.model_validate(changed(content("pipeline-model-2"), **changes))


def test_confusion_has_a_row_for_each_item():
    result = model(classes=["no", "yes"], accuracy={"confusion": [[2, 1], [0, 3]]})
    rows = [(row["actual"], row["predicted"]) for row in confusion_rows(result)]
    assert rows == [("no", "no")] * 2 + [("no", "yes")] + [("yes", "yes")] * 3


def test_front_leaves_out_what_another_model_beats():
    def costing(weight_bytes: int, accuracy_pct: float) -> PipelineModel:
        return model(size={"weight_bytes": weight_bytes}, accuracy={"accuracy_pct": accuracy_pct})

    results = {"large": costing(90, 95.0), "wasteful": costing(50, 80.0), "small": costing(10, 80.0)}
    rows = front_rows(results)
    assert [(row["model"], row["front"]) for row in rows] == [("small", "yes"), ("wasteful", "no"), ("large", "yes")]
