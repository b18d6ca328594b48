"""One look for every progress bar; silent where nobody watches."""

from collections.abc import Iterable
from typing import NoReturn, TypeVar

from tqdm import tqdm

T = TypeVar("T")


def bar(
    description: str, total: int | None = None, unit: str = "item", *, unit_scale: bool = False, initial: int = 0
) -> "tqdm[NoReturn]":
    """A progress bar with the time left, drawn on stderr when that is a terminal."""
    return tqdm(
        desc=description,
        total=total,
        unit=unit,
        disable=None,
        dynamic_ncols=True,
        unit_scale=unit_scale,
        initial=initial,
    )


def track(items: Iterable[T], description: str, total: int | None = None, unit: str = "item") -> Iterable[T]:
    """Yields `items` while a progress bar counts them."""
    return tqdm(items, desc=description, total=total, unit=unit, disable=None, dynamic_ncols=True)
