"""Featherline: from recordings to neural networks that run on a microcontroller."""
