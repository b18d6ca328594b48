"""Keras networks that somebody else saved: a .keras file, an .h5 file or a SavedModel folder, none of them trusted.

No Python in a file is run. Whoever has layers of his own names the Python file that registers them, and that file is
run, for he asked for it.
"""

import importlib.util
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

from featherline.core.errors import FeatherlineError
from featherline.core.quiet import captured_output
from featherline.deployment.network_paths import ENDINGS
from featherline.networks.backend import keras, tf

_MOST_BYTES = 1 << 31
_SIGNATURE = "serving_default"
# Operations of TensorFlow that reach files, or Python, when a graph is run.
_REACHING_OUT = {
    *("ReadFile", "WriteFile", "MatchingFiles", "PyFunc", "PyFuncStateless", "EagerPyFunc"),
    *("WholeFileReader", "WholeFileReaderV2", "TextLineDataset", "TFRecordDataset", "FixedLengthRecordDataset"),
}
_KERAS_2 = (
    "load it with the Keras 2 that wrote it (pip install tf_keras), save it with network.export('folder') and give "
    "that folder"
)


def run_layers(path: Path) -> None:
    """Runs a Python file, which registers layers with Keras; raises `FeatherlineError` where it fails."""
    if not path.is_file():
        raise FeatherlineError(f"{path} is missing.")
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise FeatherlineError(f"{path} cannot be run: it is no Python file by its name.")
    try:
        specification.loader.exec_module(importlib.util.module_from_spec(specification))
    except Exception as error:  # whatever a file of somebody else may raise
        raise FeatherlineError(f"{path} cannot be run: {type(error).__name__}: {error}") from error


def load(path: Path) -> keras.Model:
    """Reads a network.

    Args:
        path: a .keras, .h5 or .hdf5 file, or a folder that holds `saved_model.pb`.

    Raises:
        FeatherlineError: where it is missing or broken, is of Keras 2 and cannot be read, or holds a Lambda or a layer
            that Keras does not know.
    """
    if not path.exists():
        raise FeatherlineError(f"{path} is missing.")
    if path.is_dir():
        return _saved_model(path)
    if path.suffix.lower() not in ENDINGS:
        raise FeatherlineError(f"{path} is no network by its name: give a .keras or .h5 file, or a SavedModel folder.")
    try:
        config, version = (_in_archive if path.suffix.lower() == ".keras" else _in_hdf5)(path)
        scripted = [
            str(layer["config"].get("name", "?")) for layer in _layers(config) if layer["class_name"] == "Lambda"
        ]
    except RecursionError:
        raise FeatherlineError(f"{path} nests its layers too deep to be a network: save it again.") from None
    if scripted:
        raise FeatherlineError(
            f"{path} has the Lambda layer {', '.join(scripted)}, whose Python a file cannot be trusted with: put a "
            "layer of Keras or an operation of keras.ops in its place (keras.ops.abs(x) in a functional network), and "
            "save it again."
        )
    if version is None:
        raise FeatherlineError(
            f"{path} does not say which Keras wrote it (it has no keras_version), so its weights could be read in a "
            f"wrong order: {_KERAS_2}."
        )
    try:
        with captured_output():
            return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises ValueError, TypeError, KeyError or BadZipFile, by what is broken
        reason = " ".join(str(error).split())
        if version.partition(".")[0] in ("1", "2"):
            raise FeatherlineError(
                f"{path} was saved by Keras {version}, and Keras {keras.__version__} cannot read it: {_KERAS_2}."
            ) from None
        unknown = re.findall("(?:Could not locate class|Unknown layer:) '([^']+)'", reason)
        if unknown:
            raise FeatherlineError(
                f"{path} has a layer of the class {unknown[-1]}, which Keras does not know: name the Python file "
                "that registers it with --layers."
            ) from None
        raise FeatherlineError(f"{path} is no Keras model that can be read ({reason[:160]}).") from None


def _in_archive(path: Path) -> tuple[Any, str | None]:
    """The config of a .keras file, and the version of the Keras that wrote it."""
    broken = FeatherlineError(f"{path} is no Keras model, or was cut short: save it again with model.save.")
    if not zipfile.is_zipfile(path):
        raise broken
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            twice = next((name for name, count in Counter(names).items() if count > 1), None)
            if twice is not None:
                raise FeatherlineError(
                    f"{path} has two members {twice!r}, of which programs read one or the other: save it again with "
                    "model.save."
                )
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > _MOST_BYTES:
                raise FeatherlineError(
                    f"{path} unpacks to {unpacked:,} bytes, more than any network for a microcontroller has (at most "
                    f"{_MOST_BYTES:,} are read): leave layers out, or make them smaller."
                )
            config = json.loads(archive.read("config.json"))
            metadata = json.loads(archive.read("metadata.json")) if "metadata.json" in names else {}
    except (FeatherlineError, RecursionError):
        raise
    except Exception:  # zipfile, zlib and json each have their own for a broken file
        raise broken from None
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    return config, version if isinstance(version, str) else None


def _in_hdf5(path: Path) -> tuple[Any, str | None]:
    """The config of an .h5 file, and the version of the Keras that wrote its weights."""
    try:
        with h5py.File(path) as file:
            config = file.attrs.get("model_config")
            group = file.get("model_weights", file)
            version = group.attrs.get("keras_version")
        config, version = (value.decode() if isinstance(value, bytes) else value for value in (config, version))
    except Exception:  # h5py has all kinds for what HDF5 does not understand
        raise FeatherlineError(f"{path} is no HDF5 file, or was cut short: save it again with model.save.") from None
    if config is None:
        raise FeatherlineError(
            f"{path} holds weights alone and no network: save the whole network with model.save('network.keras')."
        )
    try:
        return json.loads(config), version if isinstance(version, str) else None
    except (ValueError, TypeError):
        raise FeatherlineError(f"{path} is no Keras model that can be read: save it again with model.save.") from None


def _layers(config: Any) -> Iterator[dict[str, Any]]:
    """Every layer within a config, those of networks inside of it included."""
    if isinstance(config, dict):
        if isinstance(config.get("class_name"), str) and isinstance(config.get("config"), dict):
            yield config
        for value in config.values():
            yield from _layers(value)
    elif isinstance(config, list):
        for value in config:
            yield from _layers(value)


class _SavedModel(keras.layers.TFSMLayer):  # type: ignore[misc]  # Keras has no types
    """A SavedModel as a layer that takes its inputs by their names: a signature of several knows no order."""

    def call(self, inputs: dict[str, tf.Tensor], training: bool = False) -> dict[str, tf.Tensor]:
        outputs: dict[str, tf.Tensor] = self.call_endpoint_fn(**inputs)
        return outputs


def _saved_model(folder: Path) -> keras.Model:
    """A SavedModel as the only layer of a network with the inputs of its signature."""
    reaching = sorted(_operations(folder) & _REACHING_OUT)
    if reaching:
        raise FeatherlineError(
            f"{folder} has operations that read or write files or run Python ({', '.join(reaching)}): export the "
            "network alone, without what prepares its inputs."
        )
    try:
        with captured_output():
            signatures = tf.saved_model.load(folder).signatures
    except Exception as error:  # TensorFlow raises OSError, ValueError or its own, by what is broken
        reason = " ".join(str(error).split())[:160]
        raise FeatherlineError(
            f"{folder} is no SavedModel that can be read ({reason}): export it again with network.export."
        ) from None
    if _SIGNATURE not in signatures:
        raise FeatherlineError(
            f"{folder} has the signatures {', '.join(signatures) or 'none'}, and needs {_SIGNATURE}: export it with "
            "network.export."
        )
    # By name: the order in the file is that of a map, which differs from one process to the next.
    given = dict(sorted(signatures[_SIGNATURE].structured_input_signature[1].items()))
    for name, spec in given.items():
        if spec.shape.rank is None or spec.shape.rank < 1 or None in spec.shape[1:]:
            raise FeatherlineError(
                f"{folder}: its input {name} has the shape {spec.shape}: export it with every size but the batch fixed."
            )
    entries = {name: keras.Input(spec.shape[1:], dtype=spec.dtype.name, name=name) for name, spec in given.items()}
    with captured_output():
        outputs = _SavedModel(str(folder), call_endpoint=_SIGNATURE, name="saved_model")(entries)
    return keras.Model(list(entries.values()), list(outputs.values()), name="saved_model_network")


def _operations(folder: Path) -> set[str]:
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel()
    try:
        saved.ParseFromString((folder / "saved_model.pb").read_bytes())
    except FileNotFoundError:
        raise FeatherlineError(f"{folder} holds no saved_model.pb: give the folder of a SavedModel.") from None
    except Exception:  # protobuf's own
        raise FeatherlineError(
            f"{folder}: its saved_model.pb is broken: export it again with network.export."
        ) from None
    graphs = [graph.graph_def for graph in saved.meta_graphs]
    nodes = [node for graph in graphs for node in graph.node]
    nodes += [node for graph in graphs for function in graph.library.function for node in function.node_def]
    return {node.op for node in nodes}
