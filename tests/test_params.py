"""params.yaml is read through types; what is wrong is said with the path of its key."""

import pytest

from featherline import applications, params
from featherline.errors import FeatherlineError

TRAIN = {
    "conv_blocks": [{"filters": 8, "kernel": 3, "poolings": 1}],
    "epochs": 5,
    "batch_size": 32,
    "learning_rate": 0.01,
    "patience": 3,
    "class_weights": "none",
}


def read_train(**changes) -> params.Train:
    tree = {"toy": {"train": TRAIN | changes}}
    return params.block(tree, "toy.train", params.Train)


def test_a_block_is_typed_and_immutable():
    train = read_train()
    assert train.conv_blocks[0].filters == 8
    with pytest.raises(ValueError, match="frozen"):
        train.epochs = 6


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"epochs": 0}, r"toy\.train\.epochs is 0: should be greater than or equal to 1"),
        ({"epochs": "many"}, r"toy\.train\.epochs is 'many': should be a valid integer"),
        ({"learning_rate": float("nan")}, r"toy\.train\.learning_rate is nan"),
        ({"conv_blocks": []}, r"toy\.train\.conv_blocks is \[\]"),
        ({"conv_blocks": [{"filter": 8}]}, r"toy\.train\.conv_blocks\.0\.filters is missing"),
        ({"conv_blocks": [{"filters": 8, "kernel": 0}]}, r"toy\.train\.conv_blocks\.0\.kernel is 0"),
        ({"momentum": 0.9}, r"toy\.train\.momentum is not a key that is known here"),
        ({"head": "attention"}, r"toy\.train\.head is 'attention': should be 'flatten' or 'global_average'"),
    ],
)
def test_a_wrong_value_is_named_with_its_path_and_what_is_allowed(changes, sentence):
    with pytest.raises(FeatherlineError, match=sentence):
        read_train(**changes)


@pytest.mark.parametrize(("key", "missing"), [("toy.train", "toy.train"), ("other.train", "other")])
def test_a_missing_key_is_named(key, missing):
    with pytest.raises(FeatherlineError, match=rf"^params\.yaml: {missing} is missing\.$"):
        params.block({"toy": {}}, key, params.Train)


def test_words_that_yaml_1_1_takes_for_booleans_stay_words(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("keyword: on\nothers: [yes, no, off]\nflag: true\n")
    assert params.read(path) == {"keyword": "on", "others": ["yes", "no", "off"], "flag": True}


@pytest.mark.parametrize("text", ["a: [1", "- just\n- a list\n", ""])
def test_what_is_no_mapping_is_refused(tmp_path, text):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(FeatherlineError, match=r"params\.yaml"):
        params.read(path)


def test_the_fractions_of_a_split_leave_something_to_train_on():
    with pytest.raises(FeatherlineError, match="nothing is left to train on"):
        params.block({"split": {"validation": 0.5, "test": 0.5}}, "split", params.Split)


def test_every_block_of_the_shipped_file_is_valid():
    tree = params.read()
    for app in params.block(tree, "apps", list[str]):
        application = applications.find(app)
        for stage, kind in {
            "fetch": application.Fetch,
            "preprocess": application.Preprocess,
            "train": params.Train,
            "reduce": params.Reduce,
            "quantize": params.Quantize,
            "convert": params.Convert,
            "benchmark": params.Benchmark,
        }.items():
            assert params.block(tree, f"{app}.{stage}", kind)
