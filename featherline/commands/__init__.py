"""The commands of `python -m featherline`, each in a module of its name."""
