"""The pinned C compiler and emulated cores: flash, RAM, stack and instructions of a program."""
