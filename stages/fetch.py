"""Put the recordings of an application into data/raw/<app>/, from the source that params.yaml names."""

from pathlib import Path

import pooch

from featherline import applications, params
from featherline.applications import sources
from featherline.files import new_folder, write_json
from stages.command import Run, stage


@stage
def fetch(run: Run) -> None:
    application = applications.find(run.app)
    settings = run.own("fetch", application.Fetch)
    data = run.settings("data", params.Data)
    source = data.source if settings.source == "default" else settings.source
    with new_folder(Path("data/raw") / run.app) as folder:
        provenance = sources.fetch(
            application,
            settings,
            source,
            data.mirror,
            folder,
            cache=Path(pooch.os_cache("featherline")),
            seed=run.seed,
        )
        write_json(folder / "provenance.json", provenance)


if __name__ == "__main__":
    fetch()
