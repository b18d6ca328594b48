"""Which model is meant: a .tflite beside its frontend.json, a folder of the zoo, or the name of one."""

from dataclasses import dataclass
from pathlib import Path

import featherline
from featherline.codegen import program
from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json
from featherline.core.parsing import Tree
from featherline.records import frontend_files
from featherline.records.base import parse
from featherline.records.frontend import AudioConstants, FrontEnd, MotionConstants, SensorConstants
from featherline.tflite import model as tflite

METRICS = "metrics.json"


@dataclass(frozen=True)
class Fitted:
    """A model with the front end that it was trained with.

    Attributes:
        name: for tables, such as `motionsense/reduced-int8`.
        frontend: content of its frontend.json.
        front_end: the same, typed.
    """

    name: str
    model: tflite.Model
    frontend: Tree
    front_end: FrontEnd

    @property
    def classes(self) -> list[str]:
        """Names, in the order of the outputs."""
        return list(self.front_end.classes)

    @property
    def is_motion(self) -> bool:
        """Whether it takes an accelerometer's samples; else it takes sound."""
        return isinstance(self.front_end.frontend, MotionConstants)

    @property
    def rate_hz(self) -> int | float:
        """How many samples a second a device gives it."""
        return program.stream(self.front_end)[0]

    @property
    def window_seconds(self) -> float:
        """How much of a recording one window shows."""
        constants = self.front_end.frontend
        if isinstance(constants, MotionConstants | SensorConstants):
            return constants.window_samples / constants.sample_rate_hz
        if isinstance(constants, AudioConstants):
            samples = constants.frame_samples + (constants.frames - 1) * constants.hop_samples
            return samples / constants.sample_rate_hz
        raise FeatherlineError(f"Nobody knows how long a window of the kind {constants.kind!r} is.")


def zoo() -> Path | None:
    """The models that came with this package, or lie in this checkout; None where there are none."""
    package = Path(featherline.__file__).resolve().parent
    return next((folder for folder in (package / "zoo", package.parent / "zoo") if folder.is_dir()), None)


def names() -> list[str]:
    """Names of the zoo, sorted."""
    folder = zoo()
    return sorted(path.parent.name for path in folder.glob(f"*/{frontend_files.FRONT_END}")) if folder else []


def find(path_or_name: str) -> Fitted:
    """The model of a path or of a name of the zoo.

    Args:
        path_or_name: a .tflite file, a folder that holds one, a name of the zoo, or `<name>/<model>` of it.

    Raises:
        FeatherlineError: where there is none, or no frontend.json beside it, or it does not fit.
    """
    file = _file(path_or_name)
    frontend_file = frontend_files.of_model(file.parent, file.stem)
    if not frontend_file.is_file():
        raise FeatherlineError(
            f"{file} has no frontend.json beside it, which says how its features are computed: copy it from the folder "
            "that the model is from (models/<application>/tflite or zoo/<application>)."
        )
    frontend = read_json(frontend_file)
    return Fitted(
        f"{file.parent.name}/{file.stem}",
        tflite.read(file),
        frontend,
        parse(FrontEnd, frontend, str(frontend_file), "copy it again from where the model is from"),
    )


def _file(path_or_name: str) -> Path:
    path = Path(path_or_name)
    if path.suffix == ".tflite":
        return path
    if path.is_dir():
        return _of_folder(path)
    zoo_folder = zoo()
    if zoo_folder is not None and path_or_name.partition("/")[0] in names():
        folder = zoo_folder / path_or_name
        return _of_folder(folder) if folder.is_dir() else folder.with_name(f"{folder.name}.tflite")
    names_of_zoo = f", or a name of the zoo ({', '.join(names())})" if names() else ""
    raise FeatherlineError(f"{path_or_name} is no model: name a .tflite file, a folder that holds one{names_of_zoo}.")


def _of_folder(folder: Path) -> Path:
    """The leading model of a folder, by its metrics; the only one where there are none."""
    metrics = folder / METRICS
    if metrics.is_file():
        return folder / f"{read_json(metrics)['headline']}.tflite"
    files = sorted(folder.glob("*.tflite"))
    if len(files) != 1:
        content = f"holds {', '.join(file.name for file in files)}" if files else "holds no .tflite file"
        raise FeatherlineError(f"{folder} {content}: name one .tflite file.")
    return files[0]
