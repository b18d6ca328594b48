"""Keras networks on disk, the same bytes for the same network."""

import io
import json
import re
import tempfile
import zipfile
from pathlib import Path

from featherline.core.errors import FeatherlineError
from featherline.core.files import new_file
from featherline.networks.backend import keras

# The earliest date that a zip archive can hold.
EPOCH = (1980, 1, 1, 0, 0, 0)


def save(network: keras.Model, path: Path | str) -> None:
    """Writes a network as .keras, whole or not at all."""
    with new_file(path) as partial:
        partial.write_bytes(serialized(network))


def serialized(network: keras.Model) -> bytes:
    """The content of a .keras file: layers and weights, no optimizer, no date, nothing compressed.

    Each version of zlib makes other bytes of the same.
    """
    # Built anew from its layers it was never compiled: the optimizer's state, twice the weights, stays out.
    bare = keras.Model.from_config(network.get_config())
    bare.set_weights(network.get_weights())
    content = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        dated = Path(folder) / "dated.keras"
        bare.save(dated)
        with zipfile.ZipFile(dated) as source, zipfile.ZipFile(content, "w") as target:
            for name in sorted(source.namelist()):
                target.writestr(zipfile.ZipInfo(name, EPOCH), _reproducible(name, source.read(name)))
    return content.getvalue()


def _reproducible(name: str, content: bytes) -> bytes:
    if name == "metadata.json":
        return json.dumps(json.loads(content) | {"date_saved": None}, sort_keys=True).encode()
    if name == "config.json":
        # Keras writes memory addresses as ids of shared objects; any numbers that agree will do.
        numbers: dict[bytes, int] = {}
        return re.sub(
            rb'("shared_object_id": )(\d+)',
            lambda match: match[1] + str(numbers.setdefault(match[2], len(numbers))).encode(),
            content,
        )
    return content


def opened(content: bytes) -> keras.Model:
    """The network of the content of a .keras file that `serialized` gave."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        path.write_bytes(content)
        return load(path)


def load(path: Path | str) -> keras.Model:
    """Reads a .keras file.

    Raises:
        FeatherlineError: where it is missing or is no Keras network.
    """
    if not Path(path).is_file():
        raise FeatherlineError(f"{path} is missing: run the stage that writes it first (dvc repro).")
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises ValueError, KeyError, OSError or BadZipFile, by what is broken
        reason = " ".join(str(error).split())[:200]
        raise FeatherlineError(
            f"{path} is not a Keras network ({reason}): run the stage that writes it again."
        ) from None
