"""What the stage preprocess asks of every application: a copy in another split is told, whichever it is a copy of."""

import numpy as np
import pandas as pd
import pytest
import soundfile
import yaml

from featherline import params_file
from featherline.applications import find
from featherline.importing import overlaps
from tests.imports import ROOT

SIMULATIONS = {
    "motionsense": {"subjects": 6, "trial_seconds": 12},
    "carsensor": {"persons": 5, "recordings": 4, "recording_seconds": 20},
    "musicclassifier": {"tracks": 4, "track_seconds": 5},
    "keywordspotting": {"speakers": 20, "keyword": "on", "keyword_clips": 2, "other_clips": 4},
}


def plant(app, raw, source, target):
    """Writes a recording anew into the file of another group: without its beginning, and at another gain."""
    if app in ("motionsense", "carsensor"):
        table = pd.read_csv(raw / source)
        columns = [column for column in table.columns if column.startswith(("gravity", "userAcc", "x", "y", "z"))]
        table[columns] *= 0.9
        table[50:].to_csv(raw / target, index=False)
    else:
        samples, rate_hz = soundfile.read(raw / source)
        soundfile.write(raw / target, 0.7 * samples[700:], rate_hz)


@pytest.mark.parametrize("app", SIMULATIONS)
def test_a_copy_in_another_split_is_told_with_both_files(app, tmp_path):
    tree = yaml.safe_load((ROOT / "params.yaml").read_text())
    tree[app]["fetch"]["simulation"] = SIMULATIONS[app]
    application = find(app)
    settings = params_file.block(tree, f"{app}.preprocess", application.Preprocess)
    application.simulate(tmp_path, params_file.block(tree, f"{app}.fetch", application.Fetch), 1)

    made = application.preprocess(tmp_path, settings, 1)
    overlaps.report(application.comparable(tmp_path, settings), made, None)
    assert made.remarks == []

    split_of = {group: name for name, items in made.splits.items() for group in np.unique(items.groups)}
    first = {}  # recording of a split that moves
    for name, group, samples in application.comparable(tmp_path, settings).recordings:
        if np.std(samples) > 0.02 and group in split_of:
            first.setdefault(split_of[group], name.removeprefix(f"{tmp_path}/"))
    plant(app, tmp_path, first["train"], first["test"])
    overlaps.report(application.comparable(tmp_path, settings), made, None)
    [remark] = made.remarks
    assert first["train"] in remark and first["test"] in remark
