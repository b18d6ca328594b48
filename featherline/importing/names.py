"""Labels and groups that are one thing in two spellings: told before a recording vanishes or a person leaks."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations

from featherline.core.errors import FeatherlineError

SHORTEST_WORD = 5
LARGEST_DISTANCE = 2


def plain(name: str) -> str:
    """A name without case, blanks, accents and punctuation; what stands between two digits counts, as in 1.5."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    kept = []
    for place, character in enumerate(decomposed):
        kind = unicodedata.category(character)
        between = (
            0 < place < len(decomposed) - 1 and decomposed[place - 1].isdigit() and decomposed[place + 1].isdigit()
        )
        if kind[0] in "PZC" and not between:
            # A minus before a number is its sign.
            if character in "-\u2212" and place == 0 and decomposed[1:2].isdigit():
                kept.append("-")
            continue
        if kind[0] != "M":
            kept.append(character)
    return "".join(kept)


def check(names: Iterable[tuple[str, str]], word: str, fix: str) -> None:
    """Raises `FeatherlineError` where two names are equal but for their spelling.

    Args:
        names: each name with where it stands, such as `manifest.csv, line 3`.
        word: what the names are: label or group.
        fix: what to do about it.
    """
    first: dict[str, tuple[str, str]] = {}
    for name, where in names:
        key = plain(name)
        if not key:
            continue
        known, place = first.setdefault(key, (name, where))
        if known != name:
            raise FeatherlineError(
                f"{where} has the {word} {name!r}, and {place} has {known!r}, which differ in spelling alone: write "
                f"both the same, or {fix}."
            )


def likely_typing_errors(labels: Iterable[str], rare_share: float) -> list[str]:
    """A remark for each rare label that is nearly a frequent one."""
    counts = Counter(labels)
    total = sum(counts.values())
    remarks = []
    for rare, count in sorted(counts.items()):
        if count >= rare_share * total or len(rare) < SHORTEST_WORD:
            continue
        for frequent, other in counts.items():
            if other > count and other >= rare_share * total and _is_near(rare, frequent):
                remarks.append(
                    f"The label {rare!r} of {count:,} of {total:,} recordings looks like {frequent!r}: correct it if "
                    "it "
                    "is a typing error."
                )
                break
    return remarks


def _is_near(rare: str, frequent: str) -> bool:
    # Digits number things: walk1 and walk2 are two.
    if re.sub(r"\D", "", rare) != re.sub(r"\D", "", frequent):
        return False
    # So do single letters that stand alone: class A and class B.
    words = [[word for word in re.split(r"[\W_]+", name) if len(word) == 1] for name in (rare, frequent)]
    if words[0] != words[1] or len(frequent) < SHORTEST_WORD:
        return False
    return distance(rare.casefold(), frequent.casefold()) <= LARGEST_DISTANCE


def distance(first: str, second: str) -> int:
    """Letters to insert, remove, change or swap with their neighbour to get from one word to the other."""
    rows: dict[tuple[int, int], int] = defaultdict(int)
    for i in range(len(first) + 1):
        rows[i, 0] = i
    for j in range(len(second) + 1):
        rows[0, j] = j
    for i, a in enumerate(first, start=1):
        for j, b in enumerate(second, start=1):
            rows[i, j] = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                rows[i, j] = min(rows[i, j], rows[i - 2, j - 2] + 1)
    return rows[len(first), len(second)]


def alike(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of names that are equal but for their spelling."""
    return [(a, b) for a, b in combinations(sorted(set(names)), 2) if plain(a) and plain(a) == plain(b)]
