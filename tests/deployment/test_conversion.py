"""What the plan asks for is converted as the settings say."""

import numpy as np

from featherline.deployment import conversion
from featherline.prediction import network as integer_network
from featherline.tflite import model


def test_a_temperature_softens_the_answers_of_every_scheme(converted, rounded_networks, windows, tmp_path):
    from featherline.networks import storage

    plain_file, rounded_file = tmp_path / "reduced.keras", tmp_path / "reduced-int4.keras"
    storage.save(converted.network, plain_file)
    storage.save(rounded_networks[4], rounded_file)

    def highest(temperature: float) -> list[float]:
        [plain] = conversion.convert_network(plain_file, ["int8"], converted.inputs, True, temperature)
        [packed] = conversion.convert_fine_tuned(plain_file, rounded_file, "int4", True, temperature)
        return [mean_highest(plain.source, converted.inputs), mean_highest(packed.source, windows)]

    sharp, soft = highest(1.0), highest(8.0)
    assert all(1 / 3 < low < 0.5 < high for low, high in zip(soft, sharp, strict=True))


def mean_highest(content: bytes, inputs: np.ndarray) -> float:
    """The mean over items of the probability of the answer."""
    parsed = model.parse(content, "model")
    entry = parsed.inputs[0]
    steps = np.rint(inputs.reshape(len(inputs), -1) / entry.scale[0]) + entry.zero_point[0]
    outputs = integer_network.run(integer_network.lowered(parsed), np.clip(steps, -128, 127).astype(np.int8))
    return float((outputs.max(axis=1).astype(int) + 128).mean() / 256)
