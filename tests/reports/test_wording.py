import pytest

from featherline.reports import wording
from featherline.reports.results import load


def with_fields(model, **fields):
    return model.model_copy(update=fields)


@pytest.mark.parametrize(
    ("source", "complete", "said"),
    [
        ("simulated", None, "source simulated; "),
        ("mirror", False, "source mirror: archives of a mirror folder, not the complete official ones; "),
        ("mirror", None, "source mirror: archives of a mirror folder, not known to be complete; "),
        ("mirror", True, "source mirror: the complete official data; "),
        ("public", None, "source public: official downloads, not known to be complete; "),
        ("public", True, "source public: the complete official data; "),
        ("own", None, "source own recordings; "),
    ],
)
def test_the_source_is_said_as_far_as_it_is_known(example, source, complete, said):
    results = load("motionsense", "reduced-int8", example(source=source, complete=complete))
    assert wording.provenance(results).startswith(said)


@pytest.mark.parametrize(
    ("source", "complete", "said"),
    [
        ("simulated", None, "licence: MIT"),
        ("mirror", False, "licence of the official data: MIT"),
        ("mirror", None, "licence of the official data: MIT"),
        ("mirror", True, "licence: MIT"),
        ("public", None, "licence: MIT"),
        ("own", None, "licence: MIT"),
    ],
)
def test_the_official_licence_is_not_put_on_recordings_that_may_be_ones_own(example, source, complete, said):
    results = load("motionsense", "reduced-int8", example(source=source, complete=complete))
    assert wording.provenance(results).endswith(f"; 20 groups (each one subject), 300 recordings, 7.8 hours; {said}")


@pytest.mark.parametrize(
    ("protocol", "group", "said"),
    [
        ("group", "subject", "group-disjoint (subject)"),
        ("official", "speaker", "official lists (speaker)"),
        ("item", "track", "items shuffled, one track may be in train and test"),
        ("group", "group", "group-disjoint"),
        ("item", "group", "items shuffled, one group may be in train and test"),
    ],
)
def test_a_protocol_says_what_a_group_is(example, protocol, group, said):
    model = load("motionsense", "reduced-int8", example()).headline
    assert wording.protocol(with_fields(model, protocol=protocol, group=group)) == said


def test_an_application_that_does_not_say_what_a_group_is_gets_no_empty_words(example):
    root = example()
    for path in (root / "metrics/motionsense").iterdir():
        path.write_text(path.read_text().replace('"group": "subject"', '"group": "group"'))
    assert "; 20 groups, 300 recordings, " in wording.provenance(load("motionsense", "reduced-int8", root))


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("original-none", "float32: 97.44 % with 83,557 weights, 326,000 bytes (39 items)"),
        (
            "reduced-float16",
            "float16 (the published file does not run on TFLM): 92.31 % with 4,997 weights, 9,760 bytes (39 items)",
        ),
        (
            "reduced-int8",
            "dynamic range (the published file does not run on TFLM): 92.31 % with 4,997 weights, 6,020 bytes "
            "(39 items)",
        ),
    ],
)
def test_published_figures_are_of_the_nearest_scheme_and_say_which(example, model, said):
    results = load("motionsense", "reduced-int8", example())
    assert wording.published(results.model(model), results) == said


def test_a_quantized_model_without_a_quantized_counterpart_stands_beside_float32(example):
    results = load("musicclassifier", "original-int8", example("musicclassifier", "MusicClassifier"))
    assert wording.published(results.headline, results).startswith("float32: 91.59 %")


def test_remarks_print_the_findings_and_add_none_of_their_own(example):
    results = load("motionsense", "reduced-int8", example())
    operators = results.headline.operators.model_copy(update={"builtin": {"ADD": 1}, "select": {"FlexErf": 1}})
    residual = with_fields(results.headline, operators=operators)
    assert wording.remarks(residual, results) == []
    found = with_fields(residual, findings=("FlexErf is no built-in operator.",))
    assert wording.remarks(found, results) == ["FlexErf is no built-in operator"]


def test_a_comparison_says_what_all_methods_share(example):
    results = load("motionsense", "reduced-int8", example())
    assert wording.comparison(results) == (
        "Simulated recordings, validation split alone: every candidate of every method was trained in the same way for "
        "15 epochs, fewer where stopped early; the best is that of the lowest score, 0.8 x validation error + 0.2 x "
        "weight bytes / the original's; limits of the search: 12,000 weight bytes, 500,000 MACs; bytes are those of "
        "int8."
    )
    real = load("motionsense", "reduced-int8", example(source="mirror"))
    assert wording.comparison(real).startswith("Real recordings, validation split alone: ")


def test_the_objective_pareto_says_what_is_good_enough(example):
    results = load("motionsense", "reduced-int8", example(search={"objective": "pareto", "accuracy_tolerance": 0.02}))
    assert wording.rule(results.search).startswith(
        "the best is the smallest whose validation accuracy is at most 2 percentage points below the original's, "
        "or the most accurate where none is; limits of the search: "
    )


def test_a_search_without_limits_says_so(example):
    limits = {"max_weight_bytes": None, "max_arena_bytes": None, "max_macs": None}
    results = load("motionsense", "reduced-int8", example(search={"limits": limits, "epochs": 1}))
    assert "; no limits; " in wording.comparison(results)
    assert " for 1 epoch, " in wording.comparison(results)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (
            0.0,
            "The 3 best candidates of the search were trained again for 60 epochs; the same rule chose among these "
            "one that reached a validation accuracy of 95.10 % with",
        ),
        (0.3, "trained again for 60 epochs, 30 % of the loss distilled from the original network; the same rule"),
    ],
)
def test_the_outcome_says_what_full_length_training_made_of_the_finalists(example, share, said):
    results = load("motionsense", "reduced-int8", example(search={"distillation_share": share}))
    assert said in wording.outcome(results.search)
    assert wording.outcome(results.search).endswith(f" and {results.search.winner.macs:,} MACs.")


def test_the_outcome_says_where_finalists_taught(example):
    results = load("motionsense", "reduced-int8", example(search={"distillation_share": 1.0, "teacher": "finalists"}))
    said = wording.outcome(results.search)
    assert "trained again for 60 epochs; the same rule" in said
    assert "MACs, and trained anew with 100 % of the loss distilled from what all finalists answer." in said
    longer = results.search.model_copy(update={"taught_epochs": 120})
    assert "trained anew for 120 epochs with 100 % of the loss" in wording.outcome(longer)


def test_the_outcome_says_where_the_winner_learnt_from_the_validation_split_too(example):
    search = load("motionsense", "reduced-int8", example(search={"refit": True})).search
    assert wording.outcome(search).endswith(
        "MACs, and after that trained anew on the training and the validation split together."
    )


def test_a_single_finalist_was_no_choice(example):
    search = load("motionsense", "reduced-int8", example()).search
    alone = search.model_copy(update={"finalists": search.finalists[:1]})
    assert wording.outcome(alone).startswith(
        "The best candidate of the search, trained again for 60 epochs, reached a validation accuracy of 95.10 % with"
    )
