"""Small folders as loggers leave them, for tests: two movements of four people at 50 Hz."""

from pathlib import Path

import numpy as np

PEOPLE, LABELS = ("p", "q", "r", "s"), ("slow", "fast")
HEADER = "t,ax,ay,az"
RATE_HZ = 50


def movement(label, who, seconds=6.0, rate_hz=RATE_HZ):
    """Times in s and accelerations in g, gravity included: float64, shape (samples, 4), rounded as a file has them."""
    rng = np.random.default_rng(PEOPLE.index(who) * 10 + LABELS.index(label))
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    hertz = {"slow": 1.0, "fast": 2.6}[label] * rng.uniform(0.9, 1.1)
    swing = 0.6 * np.sin(2 * np.pi * hertz * t + rng.uniform(0, 6))
    axes = np.column_stack([swing, 0.1 * swing, np.ones_like(t)]) + rng.normal(0, 0.05, (len(t), 3))
    return np.round(np.column_stack([t, axes]), 4)


def as_csv(rows, header=HEADER):
    return header + "\n" + "".join(",".join(f"{value:.4f}" for value in row) + "\n" for row in rows)


def write_folder(folder: Path, content=as_csv, suffix=".csv", seconds=6.0, rate_hz=RATE_HZ):
    """A folder with a manifest; `content` makes the text or bytes of each file of its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["file,label,group"]
    for who in PEOPLE:
        for label in LABELS:
            file = f"{who}-{label}{suffix}"
            made = content(movement(label, who, seconds, rate_hz))
            (folder / file).write_bytes(made if isinstance(made, bytes) else made.encode())
            lines.append(f"{file},{label},{who}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder
