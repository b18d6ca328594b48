"""A run of the pipeline as somebody watches it: what will run, how long it takes, how far it is, what came out."""
