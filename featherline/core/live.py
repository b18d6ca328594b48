"""Long work as it goes on, for `dvc plots show` in another window and for the curves of a pull request."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dvclive.live import Live

Log = Callable[[Mapping[str, float]], None]
"""Takes the figures of one more step."""


@contextmanager
def live(folder: Path | str) -> Iterator[Log]:
    """Yields what writes the figures of each step into DVCLive's files, as soon as they are known.

    `folder` then holds metrics.json with the last figures and plots/metrics/<name>.tsv, one row
    a step, of each. With the first step, and not before, what stood in it is gone.
    """
    with ExitStack() as stack:
        writer = None

        def log(figures: Mapping[str, float]) -> None:
            nonlocal writer
            writer = writer or stack.enter_context(_files(folder))
            for name, value in figures.items():
                writer.log_metric(name, value)
            writer.next_step()

        yield log


def _files(folder: Path | str) -> "Live":
    from dvclive.live import Live  # its import takes half a second

    class Files(Live):
        """Writes files and leaves the repository alone: dvc.yaml says what is tracked and plotted."""

        def _init_dvc(self) -> None:
            # Live would ask git for its last commit, and end the work where there is none yet.
            self._dvc_file = "dvc.yaml"

    return Files(str(folder), save_dvc_exp=False, dvcyaml=None, report=None, monitor_system=False)
