"""Networks that somebody else saved: what can be read is read, and for the rest a sentence tells the cure."""

import json
import zipfile

import h5py
import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.deployment import opening
from featherline.networks.backend import keras, tf


def small(*layers) -> keras.Model:
    return keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(3, activation="softmax")])


@keras.saving.register_keras_serializable("somebody")
class Doubling(keras.layers.Layer):
    def call(self, inputs):
        return 2 * inputs


def rewritten(path, **entries) -> None:
    """Writes other values into metadata.json of a .keras file; None leaves the whole file out."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    for name, value in entries.items():
        if value is None:
            del content[f"{name}.json"]
        else:
            content[f"{name}.json"] = json.dumps(json.loads(content[f"{name}.json"]) | value).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in content.items():
            archive.writestr(name, value)


def refused(path) -> str:
    with pytest.raises(FeatherlineError) as refusal:
        opening.load(path)
    assert "\n" not in str(refusal.value)
    assert str(path) in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize("name", ["network.keras", "network.h5"])
def test_a_file_of_keras_3_answers_as_it_was_saved(tmp_path, name):
    network, items = small(keras.layers.Dense(5)), np.ones((2, 4), np.float32)
    network.save(tmp_path / name)
    np.testing.assert_array_equal(opening.load(tmp_path / name)(items), network(items))


def test_a_saved_model_becomes_a_network_with_its_inputs_by_name(tmp_path):
    class Sum(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 4), name="left"), tf.TensorSpec((None, 4), name="right")])
        def serve(self, left, right):
            return {"output": left - 2 * right}

    module = Sum()
    tf.saved_model.save(module, tmp_path / "saved", signatures=module.serve)
    network = opening.load(tmp_path / "saved")
    assert [entry.name for entry in network.inputs] == ["left", "right"]
    np.testing.assert_array_equal(network([np.ones((2, 4)), np.full((2, 4), 3.0)]), np.full((2, 4), -5.0))


@pytest.mark.parametrize("name", ["network.keras", "network.h5"])
def test_a_lambda_is_named_with_its_cure_and_its_python_does_not_run(tmp_path, name):
    sprung = tmp_path / "sprung"
    trap = eval(f"lambda x: (open({str(sprung)!r}, 'w'), x)[1]")
    small(keras.layers.Lambda(trap, output_shape=(4,), name="trap")).save(tmp_path / name)
    sprung.unlink(missing_ok=True)
    assert "has the Lambda layer trap, whose Python" in refused(tmp_path / name)
    assert not sprung.exists()


@pytest.mark.parametrize("name", ["network.keras", "network.h5"])
def test_a_layer_of_ones_own_needs_the_file_that_registers_it(tmp_path, name, monkeypatch):
    small(Doubling()).save(tmp_path / name)
    with monkeypatch.context() as patch:
        for registry in (keras.saving.get_custom_objects(),):
            patch.delitem(registry, "somebody>Doubling")
        patch.setattr(Doubling, "__module__", "elsewhere")
        assert "Doubling, which Keras does not know: name the Python file" in refused(tmp_path / name)


def test_a_file_of_keras_2_is_told_how_to_come_along(tmp_path):
    small().save(tmp_path / "network.h5")
    with h5py.File(tmp_path / "network.h5", "r+") as file:
        del file["model_weights"].attrs["keras_version"]
    assert "has no keras_version" in refused(tmp_path / "network.h5")
    assert "network.export('folder')" in refused(tmp_path / "network.h5")

    small().save(tmp_path / "network.keras")
    rewritten(tmp_path / "network.keras", metadata={"keras_version": "2.15.0"}, config={"class_name": "Functional2"})
    assert "was saved by Keras 2.15.0, and Keras 3" in refused(tmp_path / "network.keras")
    rewritten(tmp_path / "network.keras", metadata=None)
    assert "has no keras_version" in refused(tmp_path / "network.keras")


def test_hostile_metadata_depth_and_sizes_are_told(tmp_path, monkeypatch):
    path = tmp_path / "network.keras"
    small().save(path)
    rewritten(path, metadata={"keras_version": True})
    assert "has no keras_version" in refused(path)
    with zipfile.ZipFile(tmp_path / "deep.keras", "w") as archive:
        archive.writestr("config.json", 100_000 * "[" + 100_000 * "]")
    assert "nests its layers too deep" in refused(tmp_path / "deep.keras")
    monkeypatch.setattr(opening, "_MOST_BYTES", 1000)
    assert "more than any network for a microcontroller has (at most 1,000 are read)" in refused(path)


def test_a_file_with_two_members_of_one_name_is_refused_before_it_is_read(tmp_path):
    """Of two configs one is checked here, and Keras could build the other."""
    small().save(tmp_path / "network.keras")
    with zipfile.ZipFile(tmp_path / "network.keras", "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("config.json", archive.read("config.json"))
    assert "has two members 'config.json', of which programs read one or the other: save it again" in refused(
        tmp_path / "network.keras"
    )


def test_a_config_in_no_known_encoding_is_told(tmp_path):
    path = tmp_path / "network.h5"
    small().save(path)
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = np.bytes_(b'{"\xff')
    assert "is no HDF5 file, or was cut short" in refused(path)


def test_a_file_that_was_cut_short_or_holds_weights_alone_is_named(tmp_path):
    network = small()
    for name in ("network.keras", "network.h5"):
        network.save(tmp_path / name)
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content[: len(content) // 2])
        assert "was cut short" in refused(tmp_path / name)
    network.save_weights(tmp_path / "network.weights.h5")
    assert "holds weights alone" in refused(tmp_path / "network.weights.h5")


def test_a_saved_model_that_would_write_a_file_is_refused(tmp_path):
    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec((1, 4))])
    def serve(items):
        tf.io.write_file(str(tmp_path / "sprung"), "here")
        return {"output": items + 1}

    tf.saved_model.save(module, tmp_path / "saved", signatures=serve)
    assert "(WriteFile): export the network alone" in refused(tmp_path / "saved")
    assert not (tmp_path / "sprung").exists()
