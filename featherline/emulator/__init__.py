"""The pinned C compiler and an emulated Cortex-M4: flash, RAM, stack and instructions of a program."""
