"""Trials are added whole, claimed once and never lost; bad storages are told in one sentence without a password."""

import sqlite3
import time
from contextlib import ExitStack, closing, contextmanager

import optuna
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.storages import RDBStorage
from optuna.trial import TrialState

from featherline.core.errors import FeatherlineError
from featherline.reduction import store

MADE_WITH = {"epochs": 3, "space.filters": (4, 8)}
WAITING, RUNNING, COMPLETE = TrialState.WAITING, TrialState.RUNNING, TrialState.COMPLETE


def waiting(count: int) -> list[optuna.trial.FrozenTrial]:
    options = CategoricalDistribution((2, 4, 8))
    return [
        optuna.create_trial(state=WAITING, params={"filters": 4}, distributions={"filters": options})
        for _ in range(count)
    ]


def states(opened: store.Store) -> list[TrialState]:
    return [trial.state for trial in opened.trials()]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "studies/test.db"


@contextmanager
def local(path, made_with=MADE_WITH):
    with store.local(path, "test", made_with, 1) as opened:
        yield opened


@pytest.fixture
def machines(tmp_path):
    """Two machines that share a study, and take over a trial that is silent for a second."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'shared.db'}"
        yield [stack.enter_context(store.shared(url, "test", MADE_WITH, 1, 1, 1)) for _ in range(2)]


def test_a_batch_is_added_whole_or_not_at_all(path, monkeypatch):
    prepare, prepared = RDBStorage._get_prepared_new_trial, []

    def killed_in_the_third(*arguments):
        prepared.append(arguments)
        if len(prepared) == 3:
            raise KeyboardInterrupt
        return prepare(*arguments)

    with local(path) as opened:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(RDBStorage, "_get_prepared_new_trial", killed_in_the_third)
            opened.add(waiting(4), after=0)
        assert states(opened) == []
        assert opened.add(waiting(4), after=0)
        assert states(opened) == [WAITING] * 4


def test_of_two_machines_that_propose_at_once_one_adds_its_batch(machines):
    here, there = machines
    assert here.add(waiting(4), after=0)
    assert not there.add(waiting(2), after=0)
    assert states(here) == states(there) == [WAITING] * 4
    assert there.add(waiting(2), after=4)
    assert [trial.number for trial in here.trials()] == list(range(6))


def test_a_trial_has_one_owner(machines):
    here, there = machines
    here.add(waiting(1), after=0)
    [seen_here], [seen_there] = here.trials(), there.trials()
    assert here.claim(seen_here)
    assert not there.claim(seen_there)
    here.finish(seen_here, [0.5])
    assert not there.claim(seen_there)
    assert states(there) == [COMPLETE]


def test_a_silent_trial_is_taken_over_under_its_number(machines):
    here, there = machines
    here.add(waiting(2), after=0)
    # The machine of the first dies before it ever beats again; that of the second lives.
    for trial in here.trials():
        here.claim(trial)
    for _ in range(5):
        time.sleep(0.5)
        here.beat(here.trials()[1:])
    there.reclaim()
    assert states(there) == [WAITING, RUNNING]
    taken, other = there.trials()
    assert taken.params == {"filters": 4}
    assert there.claim(taken)
    there.reclaim()
    assert states(here) == [RUNNING, RUNNING]
    there.finish(taken, [0.5], curve=[0.5])
    # The one that was thought dead was slow: what came first counts, and nobody fails.
    here.finish(taken, [0.7], curve=[0.7])
    here.release(taken)
    assert [(trial.state, trial.values) for trial in here.trials()] == [(COMPLETE, [0.5]), (RUNNING, None)]
    assert there.trials()[0].user_attrs == {"curve": [0.5]}


def test_a_trial_that_was_taken_over_may_be_finished_by_its_first_owner(machines):
    here, there = machines
    here.add(waiting(1), after=0)
    [trial] = here.trials()
    here.claim(trial)
    there.release(trial)
    here.finish(trial, [0.5])
    assert states(there) == [COMPLETE]
    assert not there.claim(trial)


def test_running_trials_of_a_file_wait_again_when_it_is_opened(path):
    with local(path) as opened:
        opened.add(waiting(3), after=0)
        first, second, _ = opened.trials()
        for trial in (first, second):
            opened.claim(trial)
        opened.finish(first, [0.5], curve=[0.5])
    with local(path) as opened:
        assert states(opened) == [COMPLETE, WAITING, WAITING]
        assert [trial.number for trial in opened.trials()] == [0, 1, 2]


def test_a_file_belongs_to_one_process(path):
    with (
        local(path),
        pytest.raises(FeatherlineError, match=r"test\.db is in use: another search runs in this folder"),
        local(path),
    ):
        pass


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("epochs", 4, "another epochs: 3 there, 4 here"),
        ("space.filters", [8], r"another space\.filters: \[4, 8\] there, \[8\] here"),
        ("space.stride", [1], r"another space\.stride: null there, \[1\] here"),
    ],
)
def test_a_study_that_was_made_with_something_else_stays_as_it_is(path, key, value, sentence):
    with local(path) as opened:
        opened.add(waiting(2), after=0)
    told = pytest.raises(FeatherlineError, match=f"Study test in .*test.db was made with {sentence}")
    with told, local(path, MADE_WITH | {key: value}):
        pass
    with local(path) as opened:
        assert states(opened) == [WAITING] * 2


def test_a_study_of_somebody_else_is_left_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    optuna.create_study(storage=url, study_name="test").add_trials(waiting(1))
    told = pytest.raises(FeatherlineError, match="Study test in sqlite.* was not made by Featherline")
    with told, store.shared(url, "test", MADE_WITH, 1):
        pass


SECRET = "s3cret"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (f"no url {SECRET}", "params.yaml: reduce.storage is no storage URL, such as postgresql://user@host/database."),
        (f"postgresql://me:{SECRET}@host:port/db", "params.yaml: reduce.storage is no storage URL"),
        (f"postgresql://me:p@{SECRET}@host/db", "reduce.storage has an @ in its user or password: write it as %40"),
        (f"magic://me:{SECRET}@host/db", "Can't load plugin: sqlalchemy.dialects:magic"),
        (f"postgresql+magic://me:{SECRET}@host/db", "Can't load plugin: sqlalchemy.dialects:postgresql.magic"),
        (f"mysql://me:{SECRET}@host/db", "its driver MySQLdb is not installed"),
        (f"postgresql://me:{SECRET}@127.0.0.1:9/db", r"storage of the search, postgresql://me:\*\*\*@127.0.0.1:9/db, "),
        (f"postgresql://me:{{{SECRET}}}@127.0.0.1:9/db", "Connection refused"),
        (f"postgresql://127.0.0.1:9/db?user=me&password={SECRET}", r"9/db\?user=me&password=\*\*\*, cannot be"),
        (f"postgresql://127.0.0.1:9/db?magic=1&password={SECRET}", 'invalid connection option "magic"'),
        (f"sqlite:////nowhere/test.db?password={SECRET}", "cannot be reached or used"),
    ],
)
def test_a_storage_that_cannot_be_used(url, sentence):
    with pytest.raises(FeatherlineError, match=sentence) as told, store.shared(url, "test", MADE_WITH, 1):
        pass
    assert "\n" not in str(told.value)
    assert SECRET not in str(told.value)


def test_a_damaged_file(path):
    path.parent.mkdir()
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    told = pytest.raises(FeatherlineError, match=r"The trials in .*test\.db cannot be read or written \(file is not a")
    with told, local(path):
        pass


def test_a_file_that_is_damaged_on_the_way(path):
    told = pytest.raises(FeatherlineError, match=r"test\.db cannot be read or written \(no such table")
    with told, local(path) as opened:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE trials")
        opened.trials()


def test_a_study_that_is_deleted_on_the_way(path):
    told = pytest.raises(FeatherlineError, match="Study test was deleted while this search was using it")
    with told, local(path) as opened:
        opened.add(waiting(1), after=0)
        [trial] = opened.trials()
        optuna.delete_study(study_name="test", storage=opened.storage)
        opened.finish(trial, [0.5])


@pytest.mark.parametrize(
    "error", [KeyError("a key"), ValueError("from elsewhere"), ImportError("a module"), FeatherlineError("a limit")]
)
def test_an_error_of_the_search_is_not_taken_for_one_of_its_storage(path, error):
    with pytest.raises(type(error), match=str(error)), local(path):
        raise error
