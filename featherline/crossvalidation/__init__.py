"""Cross-validation over groups, the search repeated within each outer fold: what a deployable model is worth."""
