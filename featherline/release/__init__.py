"""The zoo: models made from real recordings, with all that a device and a reader need, and nothing of the recordings.

`run` is a finished run of the pipeline on real recordings, `golden` computes the vectors that a target is checked
with, `contents` puts the folder of an application together, `card` says in words what `metrics.json` says in figures.
"""
