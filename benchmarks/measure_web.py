"""Measures the page that `featherline export --as web` writes of each model of the zoo: bytes and milliseconds.

Milliseconds are those in Debian's Chromium: of one inference, and of a whole window, front end included, over three
windows of noise. Each is the shortest of some repetitions, so that other work on the machine counts little. How long
the export takes, `measure_export.py` measures.

Examples:
    python benchmarks/measure_web.py
    python benchmarks/measure_web.py motionsense --repetitions 99
"""

import sys
import tempfile
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline.core.errors import FeatherlineError  # noqa: E402
from featherline.export import exported, web  # noqa: E402
from featherline.prediction import models  # noqa: E402
from stages.command import guarded  # noqa: E402
from tests.browser import CHROMIUM, browsing  # noqa: E402

WINDOW_MS = """(() => {
  begin(false);
  let windows = 0;
  const count = Math.ceil(3 * model.windowSeconds * model.rateHz) * model.values;
  program.push(Int16Array.from({ length: count }, () => 8192 * (Math.random() - 0.5)), () => ++windows);
  return program.spent_ms / windows;
})()"""


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("apps", nargs=-1)
@click.option("--repetitions", type=click.IntRange(1), default=25, show_default=True)
def main(apps: tuple[str, ...], repetitions: int) -> None:
    guarded(lambda: measure(apps or tuple(models.names()), repetitions), "measure_web", debug=False)


def measure(apps: tuple[str, ...], repetitions: int) -> None:
    if CHROMIUM is None:
        raise FeatherlineError("There is no Chromium here: install the package chromium.")
    print("| application | page, bytes | inference in Chromium, ms | window with front end, ms |")
    print("| :-- | --: | --: | --: |")
    with tempfile.TemporaryDirectory(prefix="featherline-") as folder, browsing() as browser:
        for app in apps:
            page = web.page(exported.read(app))
            # The variables of a module are its own; those of a script can be asked for.
            (Path(folder) / "asked.html").write_text(
                page.replace('<script type="module">', "<script>"), encoding="utf-8"
            )
            browser.open((Path(folder) / "asked.html").as_uri())
            browser.wait("document.getElementById('here').textContent !== '…'")
            inference_ms, window_ms = (
                min(browser.run(script) for _ in range(repetitions)) for script in ("program.inferenceMs()", WINDOW_MS)
            )
            print(f"| {app} | {len(page.encode()):,} | {inference_ms:.3f} | {window_ms:.3f} |", flush=True)


if __name__ == "__main__":
    main()
