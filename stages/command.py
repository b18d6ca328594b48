"""What every stage's command line has in common: arguments, settings, and how it fails."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import click

from featherline import applications, features, params, params_file
from featherline.core import exclusion, failures, progress, support
from featherline.core.errors import FeatherlineError

TURNS = Path(".featherline/turns")
T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """One run of a stage for one application."""

    app: str
    tree: dict[str, Any]

    @property
    def application(self) -> ModuleType:
        """The module that reads its recordings."""
        return applications.of(self.tree, self.app)

    @property
    def seed(self) -> int:
        return self.settings("seed", params.Seed)

    def calibration(self, variant: params.Variant) -> Path:
        """The file of the representative dataset of a network."""
        shared = features.folder_of(self.app, variant) == features.folder_of(self.app, "original")
        return Path("models", self.app, "quantized", "calibration.npz" if shared else f"{variant}_calibration.npz")

    def settings(self, key: str, kind: type[T]) -> T:
        """What stands in params.yaml at a full dotted key."""
        return params_file.block(self.tree, key, kind)

    def stage_settings(self, stage: str, kind: type[T]) -> T:
        """The block of this application for a stage."""
        return self.settings(f"{self.app}.{stage}", kind)


def stage(work: Callable[..., None]) -> click.Command:
    """Makes `work` the command of a stage that runs for one application.

    The module's docstring becomes its help; options that `work` declares with
    `click.option` are handed to it.
    """
    name = work.__name__

    @click.command(
        name=name,
        help=sys.modules[work.__module__].__doc__,
        epilog=f"Example: python -m stages.{name} motionsense",
    )
    @click.argument("app", metavar="APPLICATION")
    @click.option("--debug", is_flag=True, help="Show the traceback of an error.")
    def command(app: str, debug: bool, **options: object) -> None:
        def work_in_turn() -> None:
            run = open_run(app)
            with in_turn(f"{name}@{app}"):
                work(run, **options)

        guarded(work_in_turn, name, debug)

    command.params += getattr(work, "__click_params__", [])
    return command


def in_turn(name: str) -> AbstractContextManager[None]:
    """Keeps a stage apart from one that outlived its DVC: both would write the same outputs."""
    return exclusion.in_turn(TURNS / f"{name}.lock", name)


def echo_remarks(name: str, remarks: list[str]) -> None:
    """Says on stderr what a stage mended or noticed, a line each."""
    for remark in remarks:
        click.echo(f"{name}: {remark}", err=True)


def open_run(app: str) -> Run:
    """Checks every block of every application: a mistake in the last stage is told before the first."""
    tree = params_file.read()
    applications.of(tree, app)
    listed = params_file.applications(tree)
    if app not in listed:
        raise FeatherlineError(f"params.yaml: apps does not list {app}; add it there and give it a block of its own.")
    params_file.block(tree, "seed", params.Seed)
    params_file.block(tree, "data", params.Data)
    from featherline.applications import recordings  # worker processes import this module, and need none of them

    titles: dict[str, str] = {}
    for name in listed:
        application = applications.of(tree, name)
        blocks = {"fetch": application.Fetch, "preprocess": application.Preprocess} | params.STAGES
        for key, kind in blocks.items():
            params_file.block(tree, f"{name}.{key}", kind)
        fetch = params_file.block(tree, f"{name}.fetch", application.Fetch)
        title = fetch.title if isinstance(fetch, recordings.Fetch) else application.TITLE
        if title.casefold() == "summary":
            raise FeatherlineError(
                f"params.yaml: {name}.fetch.title is {title!r}, which is the name of the workbook over all: change it."
            )
        same = next((known for known in titles if known.casefold() == title.casefold()), None)
        if same is not None:
            raise FeatherlineError(
                f"params.yaml: {titles[same]} and {name} have the same title, {title!r}, which names their workbooks: "
                "change fetch.title of your own."
            )
        titles[title] = name
        _check_search(tree, name, application)
        quantize = params_file.block(tree, f"{name}.quantize", params.Quantize)
        benchmark = params_file.block(tree, f"{name}.benchmark", params.Benchmark)
        if benchmark.headline not in quantize.models:
            raise FeatherlineError(
                f"params.yaml: {name}.benchmark.headline is {benchmark.headline!r}: it must be one of the models that "
                f"{name}.quantize makes, {', '.join(quantize.models)}."
            )
        if benchmark.stream_hours is not None and not hasattr(application, "stream_clips"):
            raise FeatherlineError(
                f"params.yaml: {name}.benchmark.stream_hours is {benchmark.stream_hours:g}, and {title} waits for no "
                "keyword in a stream: remove the key."
            )
    return Run(app, tree)


def _check_search(tree: dict[str, Any], name: str, application: ModuleType) -> None:
    """What the search is asked for must fit the application, and whole programs need int8 at both ends."""
    reduce = params_file.block(tree, f"{name}.reduce", params.Reduce)
    if reduce.refit and hasattr(application, "stream_clips"):
        raise FeatherlineError(
            f"params.yaml: {name}.reduce.refit is true, and a wake word has its threshold from a validation split that "
            "nothing was trained on: set it to false."
        )
    if reduce.space.frontend:
        from featherline.reduction import front_ends  # takes a second to import

        front_ends.settings_of(
            reduce.space, params_file.block(tree, f"{name}.preprocess", application.Preprocess), name
        )
    if reduce.weighs_program and not params_file.block(tree, f"{name}.convert", params.Convert).integer_io:
        raise FeatherlineError(
            f"params.yaml: {name}.convert.integer_io is false, and whole programs, which {name}.reduce weighs, take "
            "and give int8: set it to true, or cost to weight_bytes without limits of programs."
        )


def guarded(work: Callable[[], None], name: str, debug: bool) -> None:
    """Runs `work`; a mistake in the input, a full disk or an interrupt ends in one sentence and status 1."""
    # A killed stage must clean up its partial output as an interrupted one does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Read by TensorFlow when it is imported: errors only, and the same kernels everywhere.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # whatever the user's environment says
    progress.write_to(os.environ.get(progress.FILE_VARIABLE))
    caution = support.caution(support.instruction_sets())
    if caution:
        click.echo(f"{name}: {caution}", err=True)
    with failures.in_one_sentence(name, status=1, debug=debug):
        work()
