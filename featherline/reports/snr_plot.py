"""The plot of the quantization error: the signal-to-noise ratio of every layer, a line for each scheme."""

from matplotlib.figure import Figure

from featherline.reports import canvas
from featherline.reports.results import Results

# From cool to warm as bits become fewer; each line has a marker of its own for those who see no colours.
_LINES = {
    "float16": ("#8b949e", "s"),
    "dynamic_range": ("#56717d", "^"),
    "int16x8": ("#1b7f9c", "v"),
    "int8": ("#2f81f7", "D"),
    "int8_qat": ("#3fb950", "p"),
    "int4": ("#d9730d", "*"),
    "int2": ("#e5534b", "h"),
}


def signal_to_noise(results: Results) -> Figure:
    """Signal-to-noise ratio by layer of the reduced network, on the calibration set; no point where nothing differs."""
    figure, axes = canvas.blank(3.9)
    models = [model for model in results.models if model.variant == "reduced" and model.quantization_error.worst]
    for model in models:
        colour, marker = _LINES.get(model.scheme, (canvas.GREY, "P"))
        layers = enumerate(model.quantization_error.layers)
        noisy = [(place, layer.snr_db) for place, layer in layers if layer.snr_db is not None]
        axes.plot(
            [place for place, _ in noisy],
            [snr_db for _, snr_db in noisy],
            color=colour,
            marker=marker,
            markersize=5,
            label=model.scheme,
        )
    if models:
        labels = [layer.label.lower() for layer in models[0].quantization_error.layers]
        axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right")
        axes.tick_params(axis="x", labelsize=8.5)
        canvas.legend_below(figure, axes.get_legend_handles_labels()[0], columns=4)
    axes.set_ylabel("signal-to-noise ratio, dB")
    return figure
