"""Literals of C that every compiler reads alike."""

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
