"""Recordings to arrays: windows, audio features, splits, normalization."""
