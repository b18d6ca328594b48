"""Where label and group stand in the paths of recordings that have no manifest."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import permutations
from pathlib import PurePosixPath

FEWEST_GROUPS = 3
MOST_LABELS = 40
LEAST_CROSSING = 0.3  # of all pairs of a label and a group, those that there are
LEAST_COMING_BACK = 0.3  # of all recordings, those whose group has another label too
_SEPARATORS = re.compile(r"([_\-. ]+)")


@dataclass(frozen=True)
class Guess:
    """A pattern for `fetch.pattern`, and why it was taken."""

    pattern: str
    reason: str


def guess(paths: list[str]) -> Guess | None:
    """The pattern by which most labels are recorded of most groups; None where no part of the paths tells labels.

    >>> guess(["p1/circle-1.csv", "p1/still-1.csv", "p2/circle-1.csv", "p2/still-1.csv", ...]).pattern
    '{group}/{label}-*.csv'
    """
    shapes: dict[tuple[int, int], list[str]] = defaultdict(list)
    for path in paths:
        pure = PurePosixPath(path)
        shapes[len(pure.parts), min(len(_tokens(pure.stem)), 6)].append(path)
    if not shapes:
        return None
    depth, width = max(shapes, key=lambda shape: len(shapes[shape]))
    kept = [PurePosixPath(path) for path in shapes[depth, width]]
    if len(kept) * 2 < len(paths):
        return None
    rows = [(*path.parts[:-1], *_tokens(path.stem)[:width]) for path in kept]
    suffixes = {path.suffix for path in kept}
    best: tuple[int, int] | None = None
    best_score: tuple[float, ...] = (0.0,)
    for label, group in permutations(range(len(rows[0])), 2):
        score = _score([row[label] for row in rows], [row[group] for row in rows])
        if score is not None and score > best_score:
            best, best_score = (label, group), score
    suffix = suffixes.pop() if len(suffixes) == 1 else ".*"
    if best is not None:
        pattern = _pattern(kept[0], depth, best[0], best[1], suffix)
        labels, groups = ({row[place] for row in rows} for place in best)
        return Guess(pattern, f"{len(labels)} labels of {len(groups)} groups stand in the paths")
    for label in range(len(rows[0])):
        names = [row[label] for row in rows]
        if 2 <= len(set(names)) <= min(MOST_LABELS, len(names) // 2) and not any(map(str.isdigit, names)):
            return Guess(_pattern(kept[0], depth, label, None, suffix), f"{len(set(names))} labels stand in the paths")
    # So few recordings that no label comes back: the innermost folder may still be named by it. A file's own name may
    # as well be the sensor's, or the day's.
    if depth > 1:
        names = [row[depth - 2] for row in rows]
        if 2 <= len(set(names)) <= MOST_LABELS and not any(re.search(r"\d", name) for name in names):
            return Guess(_pattern(kept[0], depth, depth - 2, None, suffix), f"{len(set(names))} folders name labels")
    return None


def _tokens(stem: str) -> list[str]:
    return [token for token in _SEPARATORS.split(stem) if token and not _SEPARATORS.fullmatch(token)]


def _score(labels: list[str], groups: list[str]) -> tuple[float, ...] | None:
    """How fully labels and groups cross; labels are words rather than numbers."""
    pairs = set(zip(labels, groups, strict=True))
    count_labels, count_groups = len(set(labels)), len(set(groups))
    if not (2 <= count_labels <= MOST_LABELS and count_groups >= FEWEST_GROUPS) or any(map(str.isdigit, labels)):
        return None
    crossing = len(pairs) / (count_labels * count_groups)
    # A counter of repetitions crosses fully, too, but is a plain number.
    counter = all(map(str.isdigit, groups))
    crossed = crossing - 0.5 * counter
    if crossing < LEAST_CROSSING:
        # Of many speakers, each says a few of the words: what then tells a speaker from a recording is that names come
        # back under other labels. It wins over a counter.
        labels_of = Counter(group for _, group in pairs)
        coming_back = sum(labels_of[group] > 1 for group in groups) / len(groups)
        if counter or count_groups <= count_labels or coming_back < LEAST_COMING_BACK:
            return None
        crossed = 0.5 + 0.1 * coming_back
    words = sum(not any(map(str.isdigit, label)) for label in set(labels)) / count_labels
    numbered = sum(any(map(str.isdigit, group)) for group in set(groups)) / count_groups
    # Labels are fewer than groups more often than not; of equals the longer words are labels.
    length = sum(map(len, set(labels))) / count_labels
    return crossed, words, numbered, float(count_groups >= count_labels), length


def _pattern(path: PurePosixPath, depth: int, label: int, group: int | None, suffix: str) -> str:
    parts = []
    for place in range(depth - 1):
        parts.append("{label}" if place == label else "{group}" if place == group else "*")
    pieces = [piece for piece in _SEPARATORS.split(path.stem) if piece]
    stem, place, last = "", depth - 1, max(label, -1 if group is None else group)
    for piece in pieces:
        if _SEPARATORS.fullmatch(piece):
            stem += piece
            continue
        if place > last:
            break
        stem += "{label}" if place == label else "{group}" if place == group else "*"
        place += 1
    if last < depth - 1:
        stem = "*"
    elif place <= depth - 1 + len(_tokens(path.stem)) - 1:
        stem += "*"
    return "/".join([*parts, f"{stem}{suffix}"])
