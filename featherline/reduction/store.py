"""Where a study keeps its trials: a file beside the project, or a database that machines share.

Both are Optuna storages. A trial waits, is claimed by one process, and is finished with
what came of it. One whose process died waits again, under the number that it has: at once
in the file, which one process holds at a time, and in a database when its heartbeat has
failed. Trials are added in batches, all or none, so that whoever is killed leaves a study
from which another process goes on as if nothing had happened.

All that needs Optuna's private interface stands here: its public way to add a trial commits each by itself
(`_get_prepared_new_trial` does not), its public way to find trials of dead processes fails them under a new number
(`_get_stale_trial_ids` only names them), and a trial's id, by which every public method of a storage takes it, is
private (`_trial_id`). The tables (`_rdb.models`) are written in the transaction that adds a batch.
"""

import json
import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import optuna
import sqlalchemy
from optuna.exceptions import OptunaError, StorageInternalError, UpdateFinishedTrialError
from optuna.storages import RDBStorage
from optuna.storages._rdb import models
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import URL, make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session

from featherline.core import exclusion
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree

HEARTBEAT_SECONDS = 10
GRACE_SECONDS = 60
_MADE_WITH = "made_with"
_EXAMPLE = "postgresql://user@host/database"
# A server that is not there is told at once, one that went silent within a minute.
_POSTGRESQL = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
# What a storage that was once open fails with, and what else opening one fails with: a wrong port or
# option in its URL, a driver that is missing, tables of another version of Optuna.
_LOST = (SQLAlchemyError, StorageInternalError)
_UNOPENED = (*_LOST, OptunaError, ImportError, OSError, RuntimeError, TypeError, ValueError)
# Two machines that make the tables at the same time get in each other's way once.
_TRIES = 3


@dataclass(frozen=True)
class Store:
    """An Optuna study and how its trials are kept alive.

    Attributes:
        study: the study; use the functions of this class to change its trials.
        storage: where it is.
        shared: whether other processes may work on it at the same time.
        heartbeat_seconds: how often `beat` must be called at least where it is shared.
    """

    study: optuna.Study
    storage: RDBStorage
    shared: bool
    heartbeat_seconds: float

    def trials(self) -> list[FrozenTrial]:
        """All trials, in the order in which they were made."""
        trials: list[FrozenTrial] = self.study.get_trials(deepcopy=False)
        return trials

    def add(self, batch: Sequence[FrozenTrial], after: int) -> bool:
        """Adds trials, all or none; whether it did.

        Args:
            batch: as of `optuna.create_trial`.
            after: how many trials the study has; where it has others by now, nothing is added.
        """
        study_id = _id(self.storage, self.study)
        with _alone(self.storage, study_id) as session:
            # Optuna's own way to add a trial commits each, and a batch cut in half is another batch.
            numbers = [self.storage._get_prepared_new_trial(study_id, trial, session).number for trial in batch]
            if numbers[:1] != [after]:
                return False
            session.commit()
        return True

    def claim(self, trial: FrozenTrial) -> bool:
        """Makes a waiting trial this process's own; False where another one was faster."""
        # First of all, for nobody would look after one that never had a heartbeat.
        self.beat([trial])
        try:
            claimed: bool = self.storage.set_trial_state_values(trial._trial_id, TrialState.RUNNING)
            return claimed
        except UpdateFinishedTrialError:
            return False

    def beat(self, trials: Sequence[FrozenTrial]) -> None:
        """Says that these trials are still being worked on."""
        if self.shared:
            for trial in trials:
                self.storage.record_heartbeat(trial._trial_id)

    def finish(self, trial: FrozenTrial, values: Sequence[float], **attributes: object) -> None:
        """Stores what came of a trial; nothing, where another process took it over and was faster."""
        try:
            for name, value in attributes.items():
                self.storage.set_trial_user_attr(trial._trial_id, name, value)
            self.storage.set_trial_state_values(trial._trial_id, TrialState.COMPLETE, [float(v) for v in values])
        except UpdateFinishedTrialError:
            return

    def release(self, trial: FrozenTrial) -> None:
        """Lets a trial that nobody works on wait again."""
        self._wait_again(trial._trial_id)

    def reclaim(self) -> None:
        """Lets trials of processes that died wait again.

        One whose process was only silent may be trained twice; what comes first counts.
        """
        if self.shared:
            for trial_id in self.storage._get_stale_trial_ids(_id(self.storage, self.study)):
                self._wait_again(trial_id)

    def _wait_again(self, trial_id: int) -> None:
        try:
            self.storage.set_trial_state_values(trial_id, TrialState.WAITING)
        except UpdateFinishedTrialError:
            return


@contextmanager
def shared(
    url: str,
    name: str,
    made_with: Tree,
    objectives: int,
    heartbeat_seconds: int = HEARTBEAT_SECONDS,
    grace_seconds: int = GRACE_SECONDS,
) -> Iterator[Store]:
    """A study in a database.

    Args:
        url: as SQLAlchemy takes it, such as `postgresql://user@host/database`.
        name: of the study.
        made_with: everything that its trials depend on; what is there already must agree.
        objectives: how many values a trial is finished with; less is better.
        heartbeat_seconds, grace_seconds: a trial that is silent for longer than the grace is taken over.

    Raises:
        FeatherlineError: where the database cannot be reached, or the study was made with something else.
    """
    parsed = _parsed(url)
    place = _without_password(parsed)

    def failure(reason: str) -> str:
        return (
            f"The storage of the search, {place}, cannot be reached or used ({_without_secrets(reason, parsed)}): "
            "check reduce.storage in params.yaml and that its server runs. Finished trials are safe, and the next "
            "run goes on from them."
        )

    options = {
        # A server that was started anew has forgotten its connections.
        "engine_kwargs": {"pool_pre_ping": True, "connect_args": _connect_args(parsed)},
        "heartbeat_interval": heartbeat_seconds,
        "grace_period": grace_seconds,
    }
    with _opened(url, name, objectives, failure, **options) as (study, storage):
        _check(study, storage, made_with, f"{name} in {place}")
        yield Store(study, storage, True, heartbeat_seconds)


@contextmanager
def local(path: Path, name: str, made_with: Tree, objectives: int) -> Iterator[Store]:
    """A study in a file, which this process has for itself; arguments as of `shared`.

    Raises:
        FeatherlineError: where another process has the file, or it cannot be used.
    """

    def failure(reason: str) -> str:
        return (
            f"The trials in {path} cannot be read or written ({reason}): free some space where the disk is full, or "
            "delete the file where it is damaged; the search then begins anew."
        )

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = exclusion.acquire(path.with_suffix(".lock"))
    if lock is None:
        raise FeatherlineError(f"{path} is in use: another search runs in this folder; wait for it.")
    try:
        with _opened(f"sqlite:///{path}", name, objectives, failure) as (study, storage):
            _check(study, storage, made_with, f"{name} in {path}")
            store = Store(study, storage, False, HEARTBEAT_SECONDS)
            for trial in store.trials():
                if trial.state == TrialState.RUNNING:
                    store.release(trial)
            yield store
    finally:
        os.close(lock)


@contextmanager
def _opened(
    url: str, name: str, objectives: int, failure: Callable[[str], str], **options: object
) -> Iterator[tuple[optuna.Study, RDBStorage]]:
    """A study, from whose database errors come as `failure(reason)`; Optuna says nothing on its own."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"optuna\..*")
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        try:
            study, storage = _open(url, name, objectives, options)
        except _UNOPENED as error:
            raise FeatherlineError(failure(_reason(error))) from error
        try:
            yield study, storage
        except _LOST as error:
            raise FeatherlineError(failure(_reason(error))) from error
        except KeyError as error:
            if error.args != (models.NOT_FOUND_MSG,):
                raise
            raise FeatherlineError(
                f"Study {name} was deleted while this search was using it: run the stage again, and it begins anew."
            ) from error
        finally:
            storage.remove_session()
            storage.engine.dispose()


def _open(url: str, name: str, objectives: int, options: Tree) -> tuple[optuna.Study, RDBStorage]:
    for tries_left in reversed(range(_TRIES)):
        try:
            # Optuna takes braces for a template.
            storage = RDBStorage(url.replace("{", "{{").replace("}", "}}"), **options)
            break
        except (IntegrityError, OperationalError, ProgrammingError) as error:
            # SQLite calls a table that is there already what a server that is not there is called.
            unreachable = isinstance(error, OperationalError) and "already exists" not in str(error)
            if unreachable or not tries_left:
                raise
            time.sleep(0.5)
    study = optuna.create_study(
        storage=storage,
        study_name=name,
        directions=["minimize"] * objectives,
        # Candidates are proposed by featherline.reduction.proposals; the study only keeps them.
        sampler=optuna.samplers.RandomSampler(seed=0),
        load_if_exists=True,
    )
    return study, storage


def _id(storage: RDBStorage, study: optuna.Study) -> int:
    return int(storage.get_study_id_from_name(study.study_name))


@contextmanager
def _alone(storage: RDBStorage, study_id: int) -> Iterator[Session]:
    """A transaction beside which no other of its kind runs on this study; it ends without a trace unless committed."""
    with Session(storage.engine) as session:
        row = models.StudyModel
        # Writing a row locks it in every database; SQLite knows no SELECT FOR UPDATE.
        session.execute(sqlalchemy.update(row).where(row.study_id == study_id).values(study_name=row.study_name))
        yield session


def _check(study: optuna.Study, storage: RDBStorage, made_with: Tree, place: str) -> None:
    made_with = json.loads(json.dumps(made_with))
    study_id = _id(storage, study)
    with _alone(storage, study_id) as session:
        recorded = study.user_attrs.get(_MADE_WITH)
        if recorded is None and not study.get_trials(deepcopy=False):
            attribute = models.StudyUserAttributeModel(
                study_id=study_id, key=_MADE_WITH, value_json=json.dumps(made_with)
            )
            session.add(attribute)
            session.commit()
            return
    if recorded is None:
        raise FeatherlineError(
            f"Study {place} was not made by Featherline: give this search a study of its own (reduce.study in "
            "params.yaml); that study stays as it is."
        )
    for key in sorted(made_with.keys() | recorded.keys()):
        here, there = made_with.get(key), recorded.get(key)
        if here != there:
            raise FeatherlineError(
                f"Study {place} was made with another {key}: {json.dumps(there)} there, {json.dumps(here)} here. Give "
                "this search a study of its own (reduce.study in params.yaml), or set the value back; that study "
                "stays as it is."
            )


def _parsed(url: str) -> URL:
    """The parts of a URL; what cannot be told apart is never printed, for a password may stand in it."""
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError):
        raise FeatherlineError(f"params.yaml: reduce.storage is no storage URL, such as {_EXAMPLE}.") from None
    if "@" in (parsed.host or ""):
        raise FeatherlineError("params.yaml: reduce.storage has an @ in its user or password: write it as %40.")
    return parsed


def _connect_args(url: URL) -> Tree:
    if url.drivername not in ("postgresql", "postgresql+psycopg", "postgresql+psycopg2"):
        return {}
    return {name: value for name, value in _POSTGRESQL.items() if name not in url.query}


def _secrets(url: URL) -> list[str]:
    """Passwords of a URL: the one before the host, and those that drivers take as options."""
    options = [value for key, value in url.query.items() if "password" in key.lower() and isinstance(value, str)]
    return [secret for secret in (url.password, *options) if secret]


def _without_password(url: URL) -> str:
    query = {key: "***" if "password" in key.lower() else value for key, value in url.query.items()}
    text = url.set(query={}).render_as_string(hide_password=True)
    return f"{text}?{urlencode(query, doseq=True, safe='*/')}" if query else text


def _without_secrets(text: str, url: URL) -> str:
    for secret in _secrets(url):
        text = text.replace(secret, "***")
    return text


def _reason(error: BaseException) -> str:
    """What the driver said, at the bottom of what others wrapped around it."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, ModuleNotFoundError):
        return f"its driver {error.name} is not installed"
    return " ".join(str(getattr(error, "orig", None) or error).split()).rstrip(".")[:300]
