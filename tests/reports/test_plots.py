"""Plots are equal to the byte for equal figures, whatever the machine that draws them has."""

import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib import font_manager

from featherline.reports import canvas, plots
from featherline.reports.results import load


@pytest.fixture
def results(example):
    return load("motionsense", "reduced-int8", example())


def test_settings_of_the_user_change_nothing(results):
    drawn = plots.plot_all(results)
    own = {"font.sans-serif": ["Comic Sans MS"], "lines.linewidth": 9, "svg.fonttype": "path", "axes.titlesize": 40}
    with matplotlib.rc_context(own):
        assert plots.plot_all(results) == drawn


def test_text_is_measured_with_the_font_that_matplotlib_brings():
    with canvas.drawing():
        family = matplotlib.rcParams["font.sans-serif"][0]
    assert Path(font_manager.findfont(family)).resolve().is_relative_to(Path(matplotlib.get_data_path()).resolve())


@pytest.mark.parametrize("ulps", [1, -1])
def test_the_last_bit_of_a_coordinate_does_not_show(results, ulps):
    def drawn(nudge) -> str:
        with canvas.drawing():
            figure, axes = canvas.blank(3)
            xs = np.linspace(1, 7, 25)
            axes.plot(nudge(xs), nudge(np.log10(xs)), marker="o")
            axes.set_xlim(nudge(np.float64(0.1)), nudge(np.float64(7.3)))
            axes.set_position([nudge(np.float64(0.1)), nudge(np.float64(0.2)), 0.7, nudge(np.float64(0.6))])
            return canvas.svg(figure, "plot")

    assert drawn(lambda value: value + ulps * np.spacing(value)) == drawn(lambda value: value)


def test_no_id_is_a_digest(results):
    for name, svg in plots.plot_all(results).items():
        assert not re.findall(r'\bid="[^"]*-[a-z][0-9a-f]{10}"', svg), name
        ids = re.findall(r'\bid="([^"]*)"', svg)
        assert len(ids) == len(set(ids)), name
        # What is referred to is there.
        assert set(re.findall(r'(?:href="#|url\(#)([^")]*)', svg)) <= set(ids), name
