"""Which paths are networks by their names, told without TensorFlow, which takes seconds to import."""

from pathlib import Path

ENDINGS = (".keras", ".h5", ".hdf5")


def is_network(path: Path) -> bool:
    """Whether `featherline.deployment.opening` reads a path: a file of Keras, or a SavedModel folder."""
    return path.suffix.lower() in ENDINGS or (path / "saved_model.pb").is_file()
