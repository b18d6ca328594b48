"""What a model gets right on the test split, window by window and as a device tells it, and beside another model."""

from typing import Literal

from featherline.records.base import Record, Share


class Accuracy(Record):
    """Accuracy on labelled items, in percent, with its 95 % Wilson interval.

    Attributes:
        runtime: tflm or litert, whose answers were counted.
        items, correct: how many there are, and how many were classified rightly.
        accuracy_pct, low_pct, high_pct: the share that was, and the bounds of its interval.
        balanced_pct: the mean of the recall of all classes that occur.
        recall_pct, precision_pct: of each class; None for a class that does not occur, or was never answered.
        confusion: items, one row for each true class, one column for each predicted one.
    """

    runtime: Literal["tflm", "litert"]
    items: int
    correct: int
    accuracy_pct: float
    low_pct: float
    high_pct: float
    balanced_pct: float
    recall_pct: tuple[float | None, ...]
    precision_pct: tuple[float | None, ...]
    confusion: tuple[tuple[int, ...], ...]


class Decisions(Record):
    """What a device tells that hears each recording of the test split from a new start and decides over recent windows.

    Attributes:
        smoothing: NN_PROGRAM_SMOOTHING of the program.
        recordings: how many there are.
        accuracy: of what it tells at each window.
    """

    smoothing: int
    recordings: int
    accuracy: Accuracy


class Counts(Record):
    """How many items and groups the test split has."""

    items: int
    groups: int


class Agreement(Record):
    """LiteRT's reference kernels against TFLM, over the same items.

    Attributes:
        accuracy_pct: of LiteRT, in percent.
        same_class_items: how many items both put into one class.
        equal_output_items: for how many the outputs are equal in every bit.
    """

    accuracy_pct: float
    same_class_items: int
    equal_output_items: int


class Disagreement(Record):
    """Test items on which a model and its unquantized variant are not both right or both wrong, and McNemar's test.

    Attributes:
        lost_items: that the unquantized one alone classifies rightly; won_items: that the model alone does.
        p_value: of the exact test, from 0 to 1.
    """

    lost_items: int
    won_items: int
    p_value: Share
