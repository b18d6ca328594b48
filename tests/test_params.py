"""params.yaml is read through types; what is wrong is said with the path of its key."""

from typing import get_args

import pytest

from featherline import applications, params, params_file
from featherline.codegen import settings
from featherline.commands.benchmark import benchmark
from featherline.commands.to_c import to_c
from featherline.core.errors import FeatherlineError

TRAIN = {
    "conv_blocks": [{"filters": 8, "kernel": 3, "poolings": 1}],
    "epochs": 5,
    "batch_size": 32,
    "learning_rate": 0.01,
    "patience": 3,
    "class_weights": "none",
}

BUDGET = {"trials": 6, "epochs": 2, "final_epochs": 2}
SPACE = {
    "conv_blocks": [1, 3],
    "poolings": [1, 3],
    "filters": [4, 8],
    "kernel": [3, 5],
    "dense_blocks": [0, 1],
    "units": [8],
}


def read_train(**changes) -> params.Train:
    tree = {"toy": {"train": TRAIN | changes}}
    return params_file.block(tree, "toy.train", params.Train)


def read_reduce(**changes) -> params.Reduce:
    written = {"budget": {"simulated": BUDGET, "recordings": BUDGET}, "space": SPACE} | changes
    return params_file.block({"toy": {"reduce": written}}, "toy.reduce", params.Reduce)


def read_space(**changes) -> params.Space:
    return read_reduce(space=SPACE | changes).space


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
        ({"conv_blocks": 8}, r"toy\.train\.conv_blocks is 8"),
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
        params_file.block({"toy": {}}, key, params.Train)


@pytest.mark.parametrize(("flag", "word"), [("Os", "size"), ("O2", "speed")])
def test_a_compiler_flag_is_told_by_which_word_it_goes_now(flag, word):
    with pytest.raises(FeatherlineError) as refusal:
        params_file.block({"toy": {"convert": {"c": {"optimize": flag}}}}, "toy.convert", params.Convert)
    sentence = f"it is called {word} now, and chooses kernels and compiler flag together."
    assert str(refusal.value) == f"params.yaml: toy.convert.c.optimize is {flag!r}: {sentence}"
    assert params.Convert(c=params.C(optimize=word)).c.optimize == word


def test_the_words_of_optimize_are_those_of_the_compiler_of_models():
    words = get_args(get_args(params.C.__annotations__["optimize"])[0])
    assert words == settings.OPTIMIZATIONS == tuple(settings.COMPILER_FLAGS)
    for command in (to_c, benchmark):
        [chosen] = [option.type for option in command.params if option.name == "optimize"]
        assert tuple(chosen.choices) == words


def test_words_that_yaml_1_1_takes_for_booleans_stay_words(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("keyword: on\nothers: [yes, no, off]\nflag: true\n")
    assert params_file.read(path) == {"keyword": "on", "others": ["yes", "no", "off"], "flag": True}


@pytest.mark.parametrize("text", ["a: [1", "- just\n- a list\n", ""])
def test_what_is_no_mapping_is_refused(tmp_path, text):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(FeatherlineError, match=r"params\.yaml"):
        params_file.read(path)


def test_the_fractions_of_a_split_leave_something_to_train_on():
    with pytest.raises(FeatherlineError, match="nothing is left to train on"):
        params_file.block({"split": {"validation": 0.5, "test": 0.5}}, "split", params.Split)


def test_every_block_of_the_shipped_file_is_valid():
    tree = params_file.read()
    for app in params_file.block(tree, "apps", list[str]):
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
            assert params_file.block(tree, f"{app}.{stage}", kind)


@pytest.mark.parametrize(
    ("written", "choices"),
    [
        (8, (8,)),
        ([8], (8,)),
        ([4, 8, 12], (4, 8, 12)),
        ({"from": 4, "to": 16, "step": 4}, (4, 8, 12, 16)),
        ({"from": 4, "to": 6}, (4, 5, 6)),
        ({"from": 4, "to": 15, "step": 4}, (4, 8, 12)),
        ({"from": 4, "to": 4}, (4,)),
    ],
)
def test_choices_are_a_list_or_a_range_with_a_step_or_one_value(written, choices):
    assert read_space(filters=written).filters == choices
    assert read_space(units=written).units == choices


def test_a_word_alone_is_the_only_choice():
    space = read_space(convolution="separable", head="global_average")
    assert (space.convolution, space.head) == (("separable",), ("global_average",))


def test_a_space_that_names_no_stride_convolution_or_head_holds_the_plain_ones():
    space = read_space()
    assert (space.stride, space.convolution, space.head) == ((1,), ("plain",), ("flatten",))


@pytest.mark.parametrize(("written", "held"), [(2, (2, 2)), ([1, 3], (1, 3)), ([2, 2], (2, 2))])
def test_numbers_of_blocks_and_poolings_are_a_range_or_one_number(written, held):
    space = read_space(conv_blocks=written, poolings=written, dense_blocks=written)
    assert (space.conv_blocks, space.poolings, space.dense_blocks) == (held, held, held)


def test_poolings_and_dense_blocks_may_be_none_at_all():
    space = read_space(poolings=0, dense_blocks=0)
    assert (space.poolings, space.dense_blocks) == ((0, 0), (0, 0))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"conv_blocks": [3, 1]}, r"space.*conv_blocks.*empty range: 3 is above 1\."),
        ({"poolings": [2, 0]}, r"space.*poolings.*empty range: 2 is above 0\."),
        ({"dense_blocks": [2, 1]}, r"space.*dense_blocks.*empty range: 2 is above 1\."),
        ({"conv_blocks": -1}, r"space.*conv_blocks\.0 is -1: should be greater than or equal to 0"),
        ({"conv_blocks": [-1, 2]}, r"space.*conv_blocks\.0 is -1: should be greater than or equal to 0"),
        ({"poolings": [-1, 2]}, r"space\.poolings\.0 is -1: should be greater than or equal to 0"),
        ({"filters": []}, r"space\.filters is \[\]"),
        ({"filters": [4, 8, 4]}, r"space.*filters.*a choice twice: 4, 8, 4"),
        ({"filters": {"from": 8, "to": 4}}, r"space\.filters is "),
        ({"filters": {"from": 4, "to": 8, "step": 0}}, r"space\.filters is \{'from': 4, 'to': 8, 'step': 0\}"),
        ({"filters": {"from": 4}}, r"space\.filters is \{'from': 4\}"),
        ({"filters": [0, 4]}, r"space\.filters\.0 is 0: should be greater than or equal to 1"),
        ({"kernel": [3, "wide"]}, r"space\.kernel\.1 is 'wide': should be a valid integer"),
        ({"convolution": ["plain", "depthwise"]}, r"space\.convolution\.1 is 'depthwise': should be 'plain' or 'sep"),
        ({"head": "attention"}, r"space\.head\.0 is 'attention': should be 'flatten' or 'global_average'"),
        ({"pool": [2]}, r"space\.pool is not a key that is known here"),
    ],
)
def test_a_space_that_is_empty_or_contradicts_itself_is_named_with_its_key(changes, sentence):
    with pytest.raises(FeatherlineError, match=rf"^params\.yaml: toy\.reduce\.{sentence}"):
        read_space(**changes)


@pytest.mark.parametrize("key", ["conv_blocks", "poolings", "filters", "kernel", "dense_blocks", "units"])
def test_a_space_must_say_what_only_the_application_knows(key):
    with pytest.raises(FeatherlineError, match=rf"toy\.reduce\.space\.{key} is missing\.$"):
        read_reduce(space={name: value for name, value in SPACE.items() if name != key})


def test_a_space_without_conv_blocks_says_nothing_of_what_they_are_made_of():
    without = {name: value for name, value in SPACE.items() if name not in ("poolings", "filters", "kernel")}
    space = read_reduce(space=without | {"conv_blocks": 0}).space
    assert (space.conv_blocks, space.poolings) == ((0, 0), (0, 0))


@pytest.mark.parametrize("changes", [{"conv_blocks": [3, 1]}, {"poolings": [2, 0]}, {"filters": [4, 8, 4]}])
def test_a_contradiction_is_said_of_its_key_and_not_of_the_whole_space(changes):
    (key,) = changes
    with pytest.raises(FeatherlineError, match=rf"^params\.yaml: toy\.reduce\.space\.{key} ") as refused:
        read_space(**changes)
    assert "units" not in str(refused.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"conv_blocks": "two"},
        {"conv_blocks": [1, 2, 3]},
        {"filters": []},
        {"filters": {"from": 4}},
        {"filters": {"from": 4, "to": 8, "step": 0}},
    ],
)
def test_what_is_allowed_is_said_in_the_words_of_yaml(changes):
    with pytest.raises(FeatherlineError) as refused:
        read_space(**changes)
    assert "tuple" not in str(refused.value).lower()


def test_an_empty_range_of_choices_is_quoted_as_it_was_written():
    with pytest.raises(FeatherlineError, match="'from': 8, 'to': 4"):
        read_space(filters={"from": 8, "to": 4})


@pytest.mark.parametrize("changes", [{"filters": 0}, {"head": "attention"}])
def test_one_wrong_value_counts_as_one(changes):
    with pytest.raises(FeatherlineError) as refused:
        read_space(**changes)
    assert "more in this block" not in str(refused.value)


@pytest.mark.parametrize("limit", ["max_weight_bytes", "max_arena_bytes", "max_macs"])
def test_a_limit_is_positive_or_absent(limit):
    assert getattr(read_reduce(**{limit: 1500}), limit) == 1500
    assert getattr(read_reduce(**{limit: None}), limit) is None
    assert getattr(read_reduce(), limit) is None
    for wrong in (0, -1):
        with pytest.raises(FeatherlineError, match=rf"toy\.reduce\.{limit} is {wrong}: should be greater than or eq"):
            read_reduce(**{limit: wrong})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"max_weights": 1500}, r"max_weights is not a key that is known here"),
        ({"objective": "nsga2"}, r"objective is 'nsga2': should be 'weighted' or 'pareto'"),
        ({"scheme": "float16"}, r"scheme is 'float16': should be 'none', 'int8' or 'int16x8'"),
        ({"error_weight": 1.1}, r"error_weight is 1\.1: should be less than or equal to 1"),
        ({"accuracy_tolerance": -0.1}, r"accuracy_tolerance is -0\.1: should be greater than or equal to 0"),
        ({"workers": 0}, r"workers is 0: should be greater than or equal to 1"),
        ({"budget": {"simulated": BUDGET}}, r"budget\.recordings is missing"),
        ({"distillation": {"share": 2}}, r"distillation\.share is 2: should be less than or equal to 1"),
        ({"distillation": {"temperature": 0.5}}, r"distillation\.temperature is 0\.5: should be greater than or eq"),
        ({"distillation": {"epochs": 60}}, r"distillation.*set teacher to finalists, or leave epochs out"),
        ({"distillation": {"pupil": "original"}}, r"distillation\.pupil is not a key that is known here"),
        ({"baselines": {"by_hand": {"conv_blocks": 1}}}, r"baselines\.by_hand\.conv_blocks is 1"),
        (
            {"baselines": {"by_hand": {"conv_blocks": [{"filters": 4, "convolution": "grouped"}]}}},
            r"baselines\.by_hand\.conv_blocks\.0\.convolution is 'grouped': should be 'plain' or 'separable'",
        ),
    ],
)
def test_what_a_search_cannot_do_is_refused_with_what_it_can(changes, sentence):
    with pytest.raises(FeatherlineError, match=rf"^params\.yaml: toy\.reduce\.{sentence}"):
        read_reduce(**changes)


def test_a_search_that_says_nothing_of_it_weighs_errors_and_compares_with_chance():
    reduce = read_reduce()
    assert (reduce.objective, reduce.scheme, reduce.stop_bad_trials) == ("weighted", "int8", True)
    assert (reduce.distillation.share, reduce.baselines.random_search, reduce.baselines.by_hand) == (0.0, True, None)


@pytest.mark.parametrize("variant", ["original", "reduced"])
def test_a_scheme_that_is_listed_twice_is_refused_before_anything_is_trained(variant):
    written = {"calibration_items": 9, "original": ["none"], "reduced": ["int8"]} | {variant: ["int8", "int4", "int8"]}
    with pytest.raises(FeatherlineError) as refused:
        params_file.block({"toy": {"quantize": written}}, "toy.quantize", params.Quantize)
    assert str(refused.value) == (
        f"params.yaml: toy.quantize.{variant} is ['int8', 'int4', 'int8']: lists the scheme int8 twice."
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"epochs": True}, r"epochs is True: should be a valid integer\."),
        ({"epochs": "4"}, r"epochs is '4': should be a valid integer\."),
        ({"epochs": 4.0}, r"epochs is 4\.0: should be a valid integer\."),
        ({"learning_rate": True}, r"learning_rate is True: should be a valid number\."),
        ({"learning_rate": "0.1"}, r"learning_rate is '0\.1': should be a valid number\."),
        ({"batch_normalization": 1}, r"batch_normalization is 1: should be a valid boolean\."),
        ({"batch_normalization": "yes"}, r"batch_normalization is 'yes': should be a valid boolean\."),
        ({"conv_blocks": [{"filters": "8"}]}, r"conv_blocks\.0\.filters is '8': should be a valid integer\."),
        ({"conv_blocks": [{"filters": 8, "kernel": True}]}, r"conv_blocks\.0\.kernel is True: should be a valid int"),
        (
            {"conv_blocks": [{"filters": 8, "kernel": [3, "1"]}]},
            r"conv_blocks\.0\.kernel\.1 is .1.: should be a valid int",
        ),
        ({"conv_blocks": [{"filters": 8, "kernel": [0, 2]}]}, r"conv_blocks\.0\.kernel\.0 is 0: should be greater th"),
    ],
)
def test_a_value_of_another_type_is_no_number(changes, sentence):
    with pytest.raises(FeatherlineError, match=rf"^params\.yaml: toy\.train\.{sentence}"):
        read_train(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"conv_blocks": True},
        {"poolings": [False, True]},
        {"filters": True},
        {"filters": [4, "8"]},
        {"filters": {"from": True, "to": 4}},
        {"units": "8"},
    ],
)
def test_a_space_takes_no_other_type_for_a_number_either(changes):
    with pytest.raises(FeatherlineError, match=r"^params\.yaml: toy\.reduce\.space\."):
        read_space(**changes)


@pytest.mark.parametrize("seed", [True, "42", 42.0])
def test_a_plain_value_is_read_as_strictly(seed):
    with pytest.raises(FeatherlineError, match=r"^params\.yaml: seed is .*: should be a valid integer\.$"):
        params_file.block({"seed": seed}, "seed", params.Seed)


def test_a_whole_number_may_stand_for_a_float_and_a_list_for_two_numbers():
    train = read_train(learning_rate=1, conv_blocks=[{"filters": 8, "kernel": [5, 1]}])
    assert (train.learning_rate, train.conv_blocks[0].kernel) == (1.0, (5, 1))
