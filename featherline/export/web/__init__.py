"""One page that runs a model in a browser: its C as WebAssembly, and all else that the page needs, in one file.

The C is that of the board, front end and smoothing included, with `firmware/web/web.c` around it. The page beside this
module takes samples from a phone's accelerometer, a microphone or a dropped file, brings them to the model's rate as
`featherline predict` does, and draws what goes in and what comes out. It loads nothing from a network.
"""

import base64
import json
import re
from importlib import resources, util

import jinja2
from markupsafe import Markup

from featherline.codegen import naming, program
from featherline.codegen.frontend.audio import hop_frames
from featherline.codegen.frontend.motion import UNITS_PER_G
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json
from featherline.core.parsing import Tree
from featherline.export import parts
from featherline.export.exported import Exported
from featherline.importing.quality import PLAUSIBLE_G, UNITS_IN_G
from featherline.prediction.models import METRICS
from featherline.prediction.recordings import AXES, TIME_COLUMNS
from featherline.records.frontend import AudioConstants, MotionConstants
from featherline.release import card

PAGE = "index.html"
SCRIPTS = ("program.js", "resampling.js", "input.js", "{kind}.js", "drawing.js", "page.js")
"""The page's script, in this order: what comes later uses what comes before."""

_COMMENT = re.compile(r"^[ ]*/\*.*?\*/\n", re.S | re.M)
_ROW_REM = 1.6  # of the picture of scores over time, for each class
_AXIS_REM = 1.2


def files(exported: Exported) -> dict[str, bytes]:
    """The page, and what the recordings behind the model allow.

    Raises:
        FeatherlineError: where the compiler is not there, or refuses the C.
    """
    return {PAGE: page(exported).encode(), **parts.notice(exported)}


def module(exported: Exported) -> bytes:
    """The program of a model as a WebAssembly module; `firmware/web/web.c` says what it exports.

    Raises:
        FeatherlineError: as of `files`.
    """
    _check(exported)
    from featherline.emulator import webassembly

    name = exported.name
    sources = {**exported.sources, f"{name}_web.c": naming.source("web/web.c", name)}
    # web.c includes the program.
    units = [file for file in sources if file.endswith(".c") and file != f"{name}_program.c"]
    return webassembly.compile(sources, units)


def page(exported: Exported) -> str:
    """The page as HTML.

    Raises:
        FeatherlineError: as of `files`.
    """
    parts.refuse_sensor(exported, "neither a phone nor a browser has that", "cmake or arduino")
    wasm = module(exported)
    metrics = _metrics(exported)
    words = card.words(metrics) if metrics else {"use": card.USE_OF_OTHERS, "limit": None, "research": None}
    is_motion = exported.fitted.is_motion
    folder = resources.files(__name__)
    template = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    ).from_string(folder.joinpath("page.html.jinja").read_text(encoding="utf-8"))
    return template.render(
        title=exported.title,
        use=words["use"],
        warning=words["research"],
        begin="Use this phone's motion" if is_motion else "Use the microphone",
        accept=".csv,text/csv" if is_motion else "audio/*,.wav",
        classes=exported.fitted.classes,
        axes=is_motion,
        rate=f"{exported.fitted.rate_hz:,}",
        features=_features(exported),
        history_rem=f"{max(2, len(exported.fitted.classes)) * _ROW_REM + _AXIS_REM:g}",
        tiles=_tiles(exported, metrics),
        wasm_bytes=f"{len(wasm):,}",
        notes=_notes(exported, metrics, words),
        name=exported.fitted.name,
        sha256=parts.sha256(exported),
        css=Markup(shortened("page.css")),
        # In a script of JSON nothing is escaped but what would end it.
        model_json=Markup(json.dumps(_model(exported), ensure_ascii=False).replace("<", "\\u003c")),
        wasm=base64.b64encode(wasm).decode(),
        script=Markup("\n".join(shortened(name.format(kind=_kind(exported))) for name in SCRIPTS)),
    )


def _kind(exported: Exported) -> str:
    """Which samples a model takes: `motion` or `sound`."""
    return "motion" if exported.fitted.is_motion else "sound"


def shortened(name: str) -> str:
    """A file of the page without the comments that have lines of their own, and without indents."""
    text = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
    lines = _COMMENT.sub("", text).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def _check(exported: Exported) -> None:
    if util.find_spec("ziglang") is None:
        raise FeatherlineError(
            f"{exported.fitted.name} becomes WebAssembly by the compiler of the package ziglang, which is not "
            "installed: pip install 'featherline[c]'."
        )


def _model(exported: Exported) -> Tree:
    """What the script has to know of the model."""
    fitted = exported.fitted
    rate_hz, _, values = program.stream(fitted.front_end)
    output = fitted.model.outputs[0]
    assert output.scale is not None and output.zero_point is not None  # it is int8
    constants = fitted.front_end.frontend
    known: Tree = {
        "kind": _kind(exported),
        "classes": fitted.classes,
        "rateHz": rate_hz,
        "values": values,
        "windowSeconds": fitted.window_seconds,
        "hopSeconds": _hop_seconds(exported),
        "inputShape": list(fitted.front_end.input_shape),
        "scale": output.scale[0],
        "zeroPoint": output.zero_point[0],
    }
    if isinstance(constants, MotionConstants):
        known |= {
            "channels": list(constants.channels),
            "unitsPerG": UNITS_PER_G,
            "units": {"inG": UNITS_IN_G, "plausibleG": list(PLAUSIBLE_G)},
            "columns": {"axes": AXES, "times": TIME_COLUMNS},
        }
    return known


def _hop_seconds(exported: Exported) -> float:
    """From one window to the next."""
    constants = exported.fitted.front_end.frontend
    if isinstance(constants, MotionConstants):
        return constants.hop_samples / constants.sample_rate_hz
    assert isinstance(constants, AudioConstants)  # there is no C for any other
    return hop_frames(constants) * constants.hop_samples / constants.sample_rate_hz


def _features(exported: Exported) -> str:
    """What the picture of the features shows."""
    seconds = f"{exported.fitted.window_seconds:.2f} s"
    if exported.fitted.is_motion:
        return f"what the model gets, {seconds}"
    constants = exported.fitted.front_end.frontend
    assert isinstance(constants, AudioConstants)
    return f"{'mel bands' if constants.dct is None else 'MFCC'}, low ones below, {seconds}"


# --- figures ---------------------------------------------------------------------------------


def _metrics(exported: Exported) -> Tree | None:
    """The figures of the zoo, where they are those of this model; else None."""
    file = exported.folder / METRICS
    if not file.is_file():
        return None
    metrics: Tree = read_json(file)
    measured = metrics.get("models", {}).get(exported.fitted.model.path.stem, {})
    return metrics if measured.get("sha256") == parts.sha256(exported) else None


def _program(exported: Exported, metrics: Tree | None) -> Tree:
    """What the whole program takes on a Cortex-M4: of the zoo's figures, else measured now."""
    if metrics is not None:
        stated: Tree = metrics["models"][exported.fitted.model.path.stem]["program"]
        return stated
    from featherline.emulator import firmware

    front_end = exported.fitted.front_end
    sources = program.sources(exported.lowered, front_end)
    call = isolation.Call(firmware.measure_program, (sources, *program.stream(front_end)))
    [measured] = isolation.run([call], "measure")
    if isinstance(measured, isolation.Crashed):
        raise FeatherlineError(f"{exported.fitted.name}: {isolation.CRASH}")
    return measured


def _tiles(exported: Exported, metrics: Tree | None) -> list[Tree]:
    """Label, value, unit and note of each figure that the page leads with."""
    cost = _program(exported, metrics)
    front_end, model = cost["front_end_instructions"], cost["model_instructions"]
    seconds = cost["seconds"]
    tiles = [
        _tile("Flash", cost["flash_bytes"], "bytes", "code and weights, front end included"),
        _tile("RAM", cost["ram_bytes"], "bytes", f"and {cost['stack_bytes']:,} bytes of stack"),
        _tile(
            "Instructions",
            front_end + model,
            "",
            f"every {seconds:.2f} s: {front_end:,} in the front end, {model:,} in the model",
        ),
    ]
    if metrics is not None:
        measured = metrics["models"][exported.fitted.model.path.stem]
        test, group = metrics["test"], metrics["group"]
        tiles.append(
            {
                "label": "Accuracy",
                "value": f"{measured['accuracy_pct']:.1f} %",
                "unit": "",
                "note": f"{measured['low_pct']:.1f} to {measured['high_pct']:.1f} at 95 %, of {test['items']:,} items "
                f"of {test['groups']:,} {group}s that training has not seen",
            }
        )
    return tiles


def _tile(label: str, value: int, unit: str, note: str) -> Tree:
    return {"label": label, "value": f"{value:,}", "unit": unit, "note": note}


def _notes(exported: Exported, metrics: Tree | None, words: dict[str, str | None]) -> list[str]:
    """What a visitor should know, a sentence or two each."""
    rate_hz = exported.fitted.rate_hz
    notes = [
        "The C of the board, front end included, runs here as WebAssembly. Samples stay on this device: the page loads "
        "nothing and sends nothing.",
    ]
    if exported.fitted.is_motion:
        notes.append(
            "Phones give their acceleration 50 to 120 times a second, in m/s². It is brought to the model's "
            f"{rate_hz} samples a second by the time stamps, and to g. Android gives the opposite signs of iOS: they "
            "are turned around."
        )
        notes.append(
            "A recording is a CSV with three columns of total acceleration, gravity included (x, y and z, or acc_x, "
            "ax, ...), and a column of times; its unit is told from its values."
        )
    else:
        notes.append(
            f"The microphone is brought to the model's {rate_hz:,} samples a second; the browser is asked to leave out "
            "echo cancellation, noise suppression and gain control."
        )
        notes.append("A recording is a WAV file, or another one that the browser plays; channels are averaged.")
    notes.append("On a phone, browsers give their sensors only to a page that came over https.")
    notes.append("Flash, RAM and instructions are those of an emulated Cortex-M4.")
    if words["limit"]:
        notes.append(words["limit"])
    if metrics is not None:
        notes.append(f"Licence of the recordings that it was trained on: {metrics['data']['licence'] or 'not known'}.")
    return notes
