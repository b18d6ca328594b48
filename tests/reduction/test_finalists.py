"""The best candidates are trained at full length, and the objective has the last word."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest

from featherline.core.errors import Diverged
from featherline.params import Architecture, Budget, Budgets, Reduce, Space
from featherline.reduction import finalists, worker_pool
from featherline.reduction.costs import Costs
from featherline.reduction.objective import Candidate, Yardstick

BUDGET = Budget(trials=1, epochs=1, final_epochs=1)
YARDSTICK = Yardstick(
    original=Costs(weights=9000, weight_bytes=10_000, activation_bytes=16_000, macs=10**6),
    original_accuracy=0.95,
    cheapest=Costs(weights=90, weight_bytes=100, activation_bytes=1000, macs=1000),
    classes=3,
)


def searching(**changes) -> Reduce:
    space = Space(conv_blocks=1, poolings=1, filters=4, kernel=3, dense_blocks=0, units=8)
    return Reduce(budget=Budgets(simulated=BUDGET, recordings=BUDGET), space=space, **changes)


def candidate(number: int, accuracy: float, weight_bytes: int) -> Candidate:
    """One that is told apart by its filters."""
    architecture = Architecture(conv_blocks=[{"filters": number + 1}])
    costs = Costs(weight_bytes, weight_bytes, 2000, macs=1000)
    return Candidate(number, {}, architecture, costs, curve=(accuracy,), stopped=number == 1)


ORIGINAL = b"original"
CANDIDATES = [candidate(0, 0.90, 500), candidate(1, 0.94, 500), candidate(2, 0.93, 500), candidate(3, 0.92, 400)]


@pytest.fixture
def decide(monkeypatch):
    """Decides among `CANDIDATES`; training at full length gives what `full_length` says, by number.

    Several accuracies are those of folds, or with several seeds of these.
    """

    def decided(
        full_length: dict[int, float | tuple[float, ...]],
        settings: Reduce,
        folds=1,
        measured=None,
        taught: dict[int, float | tuple[float, ...]] | None = None,
        teachers: list[list[bytes]] | None = None,
        losses: tuple[float, ...] = (0.5,) * 3,
        searched: Sequence[Candidate] = CANDIDATES,
    ) -> list[finalists.Finalist]:
        def pretended(
            architecture: Architecture,
            epochs: int,
            taught_by,
            fold: int = 0,
            repetition: int = 0,
            front_end: str = "",
            refit: bool = False,
        ) -> worker_pool.Trained:
            if refit:
                return worker_pool.Trained(f"refitted for {epochs}, taught by {taught_by}".encode(), [], ())
            assert epochs == ((settings.distillation.epochs if taught_by else None) or 40)
            if taught_by and teachers is not None:
                teachers.append(list(taught_by))
            accuracy = (taught if taught and taught_by else full_length)[architecture.conv_blocks[0].filters - 1]
            accuracy = accuracy[fold or repetition] if isinstance(accuracy, tuple) else accuracy
            if accuracy == 0:
                raise Diverged("The loss is no longer finite.")
            return worker_pool.Trained(
                f"network {fold or repetition}{' taught' if taught and taught_by else ''}".encode(),
                [{"epoch": 1, "loss": losses[fold or repetition], "val_accuracy": accuracy}],
                (accuracy / 2, accuracy),
            )

        monkeypatch.setattr(worker_pool, "train_finalist", pretended)
        candidates, yardstick = searched, YARDSTICK
        if measured:  # what is measured is not what was estimated
            costs = replace(YARDSTICK.original, program_bytes=50_000, instructions_per_second=10**6)
            yardstick = replace(YARDSTICK, original=costs, cost=settings.cost)
            candidates = [weighed(one, 4000 + one.number) for one in searched]

        def measure(one: Candidate, network: bytes | None) -> Future[Costs]:
            assert network in (b"network 0", None)
            of_trained, as_drawn = measured if isinstance(measured, tuple) else (measured, measured)
            costs = weighed(one, (as_drawn if network is None else of_trained)[one.number]).costs
            return pool.submit(lambda: costs)

        with ThreadPoolExecutor(2) as pool:
            by_original = settings.distillation.share > 0 and settings.distillation.teacher == "original"
            given = candidates, settings, yardstick, 40, pool, ORIGINAL if by_original else None, folds
            return finalists.decide(*given, measure=measure if measured else None)

    return decided


def weighed(one: Candidate, program_bytes: int) -> Candidate:
    return replace(one, costs=replace(one.costs, program_bytes=program_bytes, instructions_per_second=1000))


def numbers(decided: list[finalists.Finalist]) -> list[int]:
    return [one.candidate.number for one in decided]


def test_the_best_of_the_trials_are_trained_and_the_best_of_these_wins(decide):
    decided = decide({1: 0.94, 2: 0.97, 3: 0.95}, searching(finalists=3))
    assert numbers(decided) == [2, 3, 1]
    assert decided[0].candidate.validation_accuracy == 0.97
    assert not decided[2].candidate.stopped


def test_size_still_counts_at_full_length(decide):
    assert numbers(decide({1: 0.96, 3: 0.96, 2: 0.96}, searching(finalists=3))) == [3, 1, 2]
    pareto = searching(objective="pareto", accuracy_tolerance=0.02, finalists=3)
    assert numbers(decide({1: 0.95, 2: 0.99, 3: 0.931}, pareto)) == [3, 2, 1]


def test_one_finalist_is_no_contest(decide):
    assert numbers(decide({1: 0.5}, searching(finalists=1))) == [1]


def test_there_are_no_more_finalists_than_candidates(decide):
    assert len(decide({0: 0.9, 1: 0.9, 2: 0.9, 3: 0.9}, searching(finalists=9))) == 4


def test_a_network_that_several_candidates_stand_for_is_trained_once(decide):
    again = replace(candidate(1, 0.95, 500), number=7)
    decided = decide({1: 0.9, 2: 0.9, 3: 0.9}, searching(finalists=3), searched=[*CANDIDATES, again])
    assert sorted(numbers(decided)) == [2, 3, 7]


def test_a_finalist_that_diverges_drops_out_and_the_search_fails_only_where_all_do(decide):
    assert numbers(decide({1: 0, 2: 0.9}, searching(finalists=2))) == [2]
    with pytest.raises(Diverged, match="no longer finite"):
        decide({1: 0, 2: 0}, searching(finalists=2))


def test_the_original_teaches_every_finalist_where_it_shall(decide):
    teachers: list[list[bytes]] = []
    settings = searching(finalists=2, distillation={"share": 0.5})
    assert numbers(decide({1: 0.9, 2: 0.95}, settings, teachers=teachers)) == [2, 1]
    assert teachers == [[ORIGINAL], [ORIGINAL]]


def test_all_trainings_of_finalists_teach_the_winner_in_their_own_fold(decide):
    teachers: list[list[bytes]] = []
    settings = searching(finalists=2, distillation={"share": 1.0, "teacher": "finalists", "epochs": 120})
    accuracies = {1: (0.9, 0.8), 2: (0.95, 0.96)}
    decided = decide(accuracies, settings, folds=2, taught={2: (0.97, 0.98)}, teachers=teachers)
    assert numbers(decided) == [2, 1]
    assert decided[0].candidate.validation_accuracy == 0.975
    assert decided[0].trained.network == b"network 0 taught"
    assert sorted(teachers) == [[b"network 0"] * 2, [b"network 1"] * 2]


def test_of_what_is_taught_the_one_that_ends_nearest_to_its_teachers_is_taken(decide):
    settings = searching(finalists=1, final_seeds=3, distillation={"share": 1.0, "teacher": "finalists"})
    taught = {1: (0.98, 0.96, 0.97)}
    decided = decide({1: (0.9, 0.92, 0.91)}, settings, taught=taught, losses=(0.6, 0.4, 0.5))
    assert decided[0].trained.network == b"network 1 taught"
    assert decided[0].candidate.validation_accuracy == 0.96


def test_whether_teaching_was_good_is_decided_by_the_mean_over_seeds(decide):
    settings = searching(finalists=1, final_seeds=3, distillation={"share": 1.0, "teacher": "finalists"})
    lucky = {1: (0.9, 0.99, 0.9)}
    assert decide(lucky, settings, taught={1: (0.95, 0.95, 0.95)})[0].trained.network == b"network 0 taught"
    assert decide(lucky, settings, taught={1: (0.93, 0.93, 0.92)})[0].trained.network == b"network 1"


def test_a_winner_that_is_taught_to_no_good_stays_as_it_was(decide):
    settings = searching(finalists=2, distillation={"share": 1.0, "teacher": "finalists"})
    decided = decide({1: 0.9, 2: 0.95}, settings, taught={2: 0.95})
    assert (numbers(decided), decided[0].trained.network) == ([2, 1], b"network 0")


def test_the_winner_is_trained_anew_on_the_validation_split_too_the_way_it_was_trained(decide):
    alone = decide({1: 0.94, 2: 0.97}, searching(finalists=2, refit=True))
    assert [one.trained.network for one in alone] == [b"refitted for 40, taught by []", b"network 0"]
    assert alone[0].candidate.validation_accuracy == 0.97  # what it was chosen by
    assert alone[0].trained.history[-1]["val_accuracy"] == 0.97

    distillation = {"share": 1.0, "teacher": "finalists", "epochs": 120}
    taught = searching(finalists=1, refit=True, distillation=distillation)
    [better] = decide({1: 0.94}, taught, taught={1: 0.95})
    assert better.trained.network == b"refitted for 120, taught by [b'network 0']"
    [worse] = decide({1: 0.94}, taught, taught={1: 0.93})
    assert worse.trained.network == b"refitted for 40, taught by []"


def test_the_mean_over_the_folds_decides_and_the_network_of_the_first_is_kept(decide):
    folds = {1: (0.99, 0.60), 2: (0.80, 0.90), 3: (0.82, 0.70), 0: (0.9, 0.0)}
    decided = decide(folds, searching(finalists=4, error_weight=1.0), folds=2)
    assert numbers(decided) == [2, 1, 3]  # 0 diverged in the second fold
    assert decided[0].candidate.validation_accuracy == 0.85
    assert decided[0].candidate.first_curve == (0.4, 0.8)
    assert decided[0].trained.network == b"network 0"


def test_the_best_training_of_a_finalist_stands_for_it(decide):
    decided = decide({1: (0.94, 0.0, 0.96), 2: (0.95, 0.95, 0.9)}, searching(finalists=2, final_seeds=3))
    assert numbers(decided) == [1, 2]
    assert decided[0].candidate.validation_accuracy == 0.96
    assert [one.trained.network for one in decided] == [b"network 2", b"network 0"]  # of equals the first


def test_a_finalist_of_which_every_training_diverges_drops_out(decide):
    assert numbers(decide({1: (0, 0), 2: (0, 0.9)}, searching(finalists=2, final_seeds=2))) == [2]


def test_measured_programs_take_the_place_of_estimates(decide):
    settings = searching(finalists=3, cost="program_bytes")
    decided = decide({1: 0.95, 2: 0.95, 3: 0.95}, settings, measured={1: 4400, 2: 4200, 3: 4800})
    assert numbers(decided) == [2, 1, 3]
    assert [one.candidate.costs.program_bytes for one in decided] == [4200, 4400, 4800]


def test_candidates_whose_programs_are_over_a_limit_are_passed_over(decide):
    settings = searching(finalists=2, max_program_bytes=4300)
    as_drawn = {0: 4310, 1: 4301, 2: 4300, 3: 4200}
    assert numbers(decide({2: 0.9, 3: 0.95}, settings, measured=as_drawn)) == [3, 2]
    alone = {0: 4310, 1: 4301, 2: 4302, 3: 4200}
    assert numbers(decide({3: 0.95}, settings, measured=alone)) == [3]


def test_a_trained_finalist_whose_program_is_over_the_limit_drops_out_unless_all_are(decide):
    settings = searching(finalists=2, max_program_bytes=4300)
    as_drawn = {0: 4310, 1: 4299, 2: 4300, 3: 4310}
    assert numbers(decide({1: 0.99, 2: 0.9}, settings, measured=({1: 4301, 2: 4300}, as_drawn))) == [2]
    assert numbers(decide({1: 0.99, 2: 0.9}, settings, measured=({1: 4400, 2: 4500}, as_drawn))) == [1, 2]


def test_where_no_program_is_within_the_limits_the_best_candidates_are_taken(decide):
    settings = searching(finalists=2, max_program_bytes=4300)
    assert numbers(decide({1: 0.99, 2: 0.9}, settings, measured=dict.fromkeys(range(4), 4400))) == [1, 2]
