"""What every room stands on: errors, files that appear whole or not at all, grids, digests, progress."""
