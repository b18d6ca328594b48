"""One short script per stage of the pipeline, named by its verb."""
