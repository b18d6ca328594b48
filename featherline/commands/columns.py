"""Columns of text for a terminal."""

from collections.abc import Container, Sequence


def aligned(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], left: Container[str] | None = None) -> list[str]:
    """Lines of a table below its head, two blanks before each cell.

    Args:
        head: the titles of the columns.
        rows: cells, as many as there are titles.
        left: titles of the columns whose cells stand to the left, all others to the right; None for all of them.
    """
    lines = [head, *rows]
    widths = [max(len(cells[column]) for cells in lines) for column in range(len(head))]
    justify = [str.ljust if left is None or title in left else str.rjust for title in head]
    return [
        "".join(
            f"  {justified(cell, width)}" for justified, cell, width in zip(justify, cells, widths, strict=True)
        ).rstrip()
        for cells in lines
    ]
