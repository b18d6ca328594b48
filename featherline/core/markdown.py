"""Names of others in Markdown: they stay what they are, whatever GitHub would make of them."""

import re

# `<` and `&` may begin HTML, `|` ends a cell, brackets make links and pictures, `@` calls somebody.
_MARKED = re.compile(r"([\\`*\[\]|~$]|(?<!\w)_|_(?!\w))")
_CONTROL = re.compile(r"\s*[\x00-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]+\s*")
_RUNS = re.compile(r"`+")


def text(value: object) -> str:
    r"""A text as one line in which nothing is markup.

    >>> text("a|<b>")
    'a\\|&lt;b&gt;'
    """
    one_line = _CONTROL.sub(" ", str(value))
    escaped = _MARKED.sub(r"\\\1", one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    # An empty comment keeps a name from being called, and an address from becoming a link.
    return escaped.replace("@", "@<!-- -->").replace("://", ":<!-- -->//")


def code(value: object) -> str:
    """A text as code of one line, which may stand in a cell of a table.

    >>> code("a`b")
    '`` a`b ``'
    """
    one_line = _CONTROL.sub(" ", str(value)).replace("|", "\\|")
    longest = max(map(len, _RUNS.findall(one_line)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {one_line} {fence}" if longest or not one_line.strip() else f"{fence}{one_line}{fence}"
