"""`docs/try/`: the page of each model of the zoo and one that leads to them, to be published as they are.

python -m featherline.export.web.gallery docs/try
"""

import sys
from importlib import resources
from pathlib import Path

import jinja2
from markupsafe import Markup

from featherline.core import failures, outputs
from featherline.core.files import read_json
from featherline.export import exported, web
from featherline.prediction import models
from featherline.release import card


def files() -> dict[str, bytes]:
    """Content of every page by its path: `index.html`, and `<application>/index.html` for each of the zoo."""
    pages: dict[str, bytes] = {}
    entries = []
    for app in models.names():
        model = exported.read(app)
        pages |= {f"{app}/{path}": content for path, content in web.files(model).items()}
        metrics = read_json(model.folder / models.METRICS)
        cost = metrics["models"][metrics["headline"]]["program"]
        entries.append(
            {
                "address": f"{app}/{web.PAGE}",
                "title": model.title,
                "use": card.words(metrics)["use"],
                "input": "accelerometer" if model.fitted.is_motion else "microphone",
                "bytes": f"{cost['total_bytes']:,}",
            }
        )
    folder = resources.files(__package__)
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(folder.joinpath("gallery.html.jinja").read_text(encoding="utf-8"))
    index = template.render(entries=entries, css=Markup(web.shortened("page.css")))
    return {web.PAGE: index.encode(), **pages}


def main() -> None:
    """Writes the pages to the folder that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m featherline.export.web.gallery FOLDER")
    with failures.in_one_sentence("Error", status=2):
        outputs.Folder(Path(sys.argv[1])).write(files())


if __name__ == "__main__":
    main()
