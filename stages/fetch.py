"""Put the recordings of an application into data/raw/<app>/, from the source that params.yaml names."""

from pathlib import Path

import pooch

from featherline import params
from featherline.applications import recordings, sources
from featherline.core.files import new_folder, write_json
from featherline.records.base import plain
from featherline.records.provenance import Recordings
from stages.command import Run, echo_remarks, stage


@stage
def fetch(run: Run) -> None:
    settings = run.stage_settings("fetch", run.application.Fetch)
    with new_folder(Path("data/raw") / run.app) as folder:
        from_user = isinstance(settings, recordings.Fetch)
        fetched = recordings.take(folder, settings) if from_user else _archives(run, settings, folder)
        if from_user:
            echo_remarks("fetch", (folder / recordings.REMARKS).read_text(encoding="utf-8").splitlines())
        write_json(folder / "provenance.json", plain(fetched))


def _archives(run: Run, settings: params.Fetch, folder: Path) -> Recordings:
    data = run.settings("data", params.Data)
    return sources.fetch(
        run.application,
        settings,
        source=data.source if settings.source == "default" else settings.source,
        mirror=data.mirror,
        folder=folder,
        cache=Path(pooch.os_cache("featherline")),
        seed=run.seed,
        unpacked_gb=data.unpacked_gb,
    )


if __name__ == "__main__":
    fetch()
