"""Recordings as loggers write them: dialects, containers, time, units, channels, and what is checked of them."""
