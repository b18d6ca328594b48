"""Literals of C that every compiler reads alike."""

import numpy as np

_COLUMNS = 110
_PLAIN = frozenset(range(0x20, 0x7F)) - set(b'"\\?')


def string(text: str) -> str:
    r"""A string of C with the bytes of UTF-8: what is no plain ASCII character is written in octal.

    Hexadecimal escapes would swallow digits behind them, and \u is refused for control characters;
    a question mark, of which two in a row may begin a trigraph, is escaped too.

    >>> string("Größe?")
    '"Gr\\303\\266\\303\\237e\\?"'
    """
    escaped = {ord(character): f"\\{character}" for character in '"\\?'}
    parts = (chr(byte) if byte in _PLAIN else escaped.get(byte, f"\\{byte:03o}") for byte in text.encode())
    return f'"{"".join(parts)}"'


def comment(text: str) -> str:
    """Text that can stand within a comment: plain ASCII, and nothing that ends the comment."""
    return text.encode("ascii", "replace").decode().replace("*/", "* /").replace("/*", "/ *").replace("\n", " ")


def number(value: int | float | bool) -> str:
    """A constant: a float32 with all its digits, or a whole number of 64 bits or less.

    The lowest number of a type cannot be written as the negative of the largest.

    >>> number(-2147483648), number(0.1), number(1 << 40)
    ('(-2147483647 - 1)', '1e-01f', '1099511627776LL')
    """
    if isinstance(value, float):
        return f"{np.format_float_scientific(np.float32(value), unique=True, trim='-')}f"
    value = int(value)
    if value == -(1 << 31):
        return f"(-{-value - 1} - 1)"
    if value == -(1 << 63):
        return f"(-{-value - 1}LL - 1)"
    return str(value) if -(1 << 31) <= value < 1 << 32 else f"{value}LL"


def array(kind: str, symbol: str, values: np.ndarray) -> str:
    """The definition of a constant array; words of 32 bits are written in hexadecimal."""
    texts = [f"0x{value:08x}" if kind == "uint32_t" else number(value) for value in values.ravel().tolist()]
    return f"static const {kind} {symbol}[] = {{\n  {wrapped(texts)}}};\n"


def wrapped(texts: list[str]) -> str:
    """Values with commas between them, in lines of bearable length."""
    lines, line = [], ""
    for text in texts:
        if line and len(line) + len(text) > _COLUMNS:
            lines.append(line.rstrip())
            line = ""
        line += f"{text}, "
    return "\n  ".join([*lines, line.rstrip()]) + "\n"
