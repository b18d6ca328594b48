"""Featherline: from recordings to neural networks that run on a microcontroller."""

__version__ = "1.0.0"
