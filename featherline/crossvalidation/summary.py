"""What the units of a cross-validation say together: mean, spread, every group, and how sure that is."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from featherline.core.markdown import text
from featherline.core.parsing import Tree
from featherline.core.statistics import accuracy, wilson_interval
from featherline.crossvalidation.unit import FIXED, SEARCHED

BOOTSTRAPS = 10_000
_BOOTSTRAP_SEED = 0
_TITLES = {SEARCHED: "search anew in each fold", FIXED: "fixed network (optimistic)"}


def summarize(contents: Sequence[Tree]) -> Tree:
    """Figures over all units; shares in percent with two decimals.

    Every item is tested once for each seed. An item's share is the mean over seeds; the bootstrap draws whole groups,
    for items of one person or track are not independent of each other, as Wilson's interval takes them to be.

    Args:
        contents: of `unit.compute`, all folds of each seed.
    """
    ordered = sorted(contents, key=lambda content: (content["seed"], content["fold"]))
    seeds = sorted({content["seed"] for content in ordered})
    classes = ordered[0]["classes"]
    return {
        "classes": classes,
        "group_kind": ordered[0]["group_kind"],
        "seeds": seeds,
        "folds": len({content["fold"] for content in ordered}),
        "trials": max(content["trials"] for content in ordered),
        "shuffled": _of_shuffled(ordered, len(classes)),
        "networks": {
            name: _of_network([content for content in ordered if name in content["networks"]], name, seeds, classes)
            for name in (SEARCHED, FIXED)
            if name in ordered[0]["networks"]
        },
    }


def _of_shuffled(contents: Sequence[Tree], classes: int) -> Tree:
    """The protocol of many publications, over all units: each tests other items of groups that it was trained on."""
    measured = [
        accuracy(np.array(content["shuffled"]["labels"]), np.array(content["shuffled"]["predictions"]), classes)
        for content in contents
    ]
    shares = [each.share for each in measured]
    return {
        "items": min(each.items for each in measured),
        "accuracy_pct_mean": _rounded(100 * math.fsum(shares) / len(shares)),
        "accuracy_pct": [_rounded(100 * min(shares)), _rounded(100 * max(shares))],
    }


def _of_network(contents: Sequence[Tree], name: str, seeds: Sequence[int], classes: Sequence[str]) -> Tree:
    folds = [_of_fold(content, name, len(classes)) for content in contents]
    per_seed = []
    for seed in seeds:
        of_seed = [fold for fold in folds if fold["seed"] == seed]
        figures: Tree = {"seed": seed}
        for key in ("accuracy_pct", "balanced_pct"):
            figures[f"{key}_mean"] = _rounded(math.fsum(fold[key] for fold in of_seed) / len(of_seed))
        per_seed.append(figures)
    labels, groups, right, weights = _items(contents, name, seeds)
    items = round(math.fsum(weights))
    share = math.fsum(right * weights) / math.fsum(weights)
    low, high = wilson_interval(round(share * items), items)
    bootstrap_low, bootstrap_high = group_bootstrap(groups, right, weights=weights)
    weight_bytes = [content["networks"][name]["weight_bytes"] for content in contents]
    result = {
        "items": items,
        "groups": len(np.unique(groups)),
        "accuracy_pct_mean": _mean(folds, "accuracy_pct"),
        "accuracy_pct_spread": _spread(folds, "accuracy_pct"),
        "balanced_pct_mean": _mean(folds, "balanced_pct"),
        "balanced_pct_spread": _spread(folds, "balanced_pct"),
        "all_items_pct": _rounded(100 * share),
        "wilson_pct": [_rounded(100 * low), _rounded(100 * high)],
        "group_bootstrap_pct": [_rounded(100 * bootstrap_low), _rounded(100 * bootstrap_high)],
        "weight_bytes": [min(weight_bytes), max(weight_bytes)],
        "per_seed": per_seed,
        "per_fold": folds,
        "per_group": _of_groups(labels, groups, right, weights, classes),
    }
    if all(content["networks"][name]["decisions"] is not None for content in contents):
        result["decisions"] = _decisions(contents, name, seeds, classes)
    votes = [_vote(content, name) for content in contents]
    if None not in votes:
        right_votes, all_votes = (sum(vote[place] for vote in votes if vote) for place in (0, 1))
        result["vote_pct"] = _rounded(100 * right_votes / all_votes)
    return result


def _decisions(contents: Sequence[Tree], name: str, seeds: Sequence[int], classes: Sequence[str]) -> Tree:
    """Of a device that hears each recording from a new start and decides over recent windows."""
    folds = [_of_fold(content, name, len(classes), "decisions") for content in contents]
    labels, groups, right, weights = _items(contents, name, seeds, "decisions")
    low, high = group_bootstrap(groups, right, weights=weights)
    return {
        "accuracy_pct_mean": _mean(folds, "accuracy_pct"),
        "balanced_pct_mean": _mean(folds, "balanced_pct"),
        "balanced_pct_spread": _spread(folds, "balanced_pct"),
        "group_bootstrap_pct": [_rounded(100 * low), _rounded(100 * high)],
        "per_group": _of_groups(labels, groups, right, weights, classes),
    }


def _of_fold(content: Tree, name: str, classes: int, answers: str = "predictions") -> Tree:
    network = content["networks"][name]
    measured = accuracy(np.array(network["labels"]), np.array(network[answers]), classes)
    return {
        "seed": content["seed"],
        "fold": content["fold"],
        "groups": sorted(set(network["groups"])),
        "items": measured.items,
        "accuracy_pct": _rounded(100 * measured.share),
        "balanced_pct": _rounded(100 * measured.balanced),
        "validation_pct": _rounded(100 * network["validation_accuracy"]),
        "weight_bytes": network["weight_bytes"],
    }


def _vote(content: Tree, name: str) -> tuple[int, int] | None:
    """Right votes and groups of a fold; None where a group has items of several classes and no vote can be right."""
    label_of: dict[str, int] = {}
    network = content["networks"][name]
    for group, label in zip(network["groups"], network["labels"], strict=True):
        if label_of.setdefault(group, label) != label:
            return None
    votes = network["votes"]
    return sum(votes[group] == label for group, label in label_of.items()), len(label_of)


def _items(
    contents: Sequence[Tree], name: str, seeds: Sequence[int], answers: str = "predictions"
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Labels, groups, share of seeds that were right, and weight of every item.

    Where the searches of a fold chose one front end for all seeds, its units have the same items, and each counts once.
    Other windows are other items: then each seed brings its own, which together count as much as those of one seed.
    """
    by_fold: dict[int, list[Tree]] = {}
    for content in contents:
        by_fold.setdefault(content["fold"], []).append(content["networks"][name])
    labels, groups, right, weights = [], [], [], []
    for _, of_fold in sorted(by_fold.items()):
        alike = all(
            (unit["labels"], unit["groups"]) == (of_fold[0]["labels"], of_fold[0]["groups"]) for unit in of_fold
        )
        for units in [of_fold] if alike else [[unit] for unit in of_fold]:
            labels.append(np.array(units[0]["labels"]))
            groups.append(np.array(units[0]["groups"]))
            predictions = np.array([unit[answers] for unit in units])
            right.append((predictions == labels[-1]).sum(axis=0) / len(units))
            weights.append(np.full(len(labels[-1]), len(units) / len(seeds)))
    return np.concatenate(labels), np.concatenate(groups), np.concatenate(right), np.concatenate(weights)


def _of_groups(
    labels: np.ndarray, groups: np.ndarray, right: np.ndarray, weights: np.ndarray, classes: Sequence[str]
) -> list[Tree]:
    rows = []
    for group in np.unique(groups).tolist():
        of_group = groups == group
        recalls = {
            classes[label]: _rounded(100 * _share(right, weights, of_group & (labels == label)))
            for label in range(len(classes))
            if (of_group & (labels == label)).any()
        }
        rows.append(
            {
                "group": group,
                "items": round(math.fsum(weights[of_group])),
                "accuracy_pct": _rounded(100 * _share(right, weights, of_group)),
                "balanced_pct": _rounded(math.fsum(recalls.values()) / len(recalls)),
                "recall_pct": recalls,
            }
        )
    return rows


def _share(right: np.ndarray, weights: np.ndarray, chosen: np.ndarray) -> float:
    return math.fsum(right[chosen] * weights[chosen]) / math.fsum(weights[chosen])


def group_bootstrap(
    groups: np.ndarray, right: np.ndarray, confidence: float = 0.95, weights: np.ndarray | None = None
) -> tuple[float, float]:
    """An interval of the share of right items that holds for other groups: percentiles over groups drawn anew.

    Args:
        groups: str, shape (items,), two groups or more for an interval that is one.
        right: how right each item is, 0 to 1, shape (items,).
        confidence: that the share lies between both bounds.
        weights: of each item, shape (items,); None where all count the same.
    """
    _, membership = np.unique(groups, return_inverse=True)
    weights = np.ones(len(right)) if weights is None else weights
    items = np.bincount(membership, weights=weights)
    hits = np.bincount(membership, weights=right * weights)
    drawn = np.random.default_rng(_BOOTSTRAP_SEED).integers(len(items), size=(BOOTSTRAPS, len(items)))
    shares = np.sort(hits[drawn].sum(axis=1) / items[drawn].sum(axis=1))
    outside = round((1 - confidence) / 2 * BOOTSTRAPS)
    return float(shares[outside]), float(shares[BOOTSTRAPS - 1 - outside])


def _mean(folds: Sequence[Tree], key: str) -> float:
    return _rounded(math.fsum(fold[key] for fold in folds) / len(folds))


def _spread(folds: Sequence[Tree], key: str) -> float:
    """The standard deviation over folds and seeds."""
    if len(folds) < 2:
        return 0.0
    mean = math.fsum(fold[key] for fold in folds) / len(folds)
    return _rounded(math.sqrt(math.fsum((fold[key] - mean) ** 2 for fold in folds) / (len(folds) - 1)))


def _rounded(percent: float) -> float:
    return round(float(percent), 2)


def markdown(app: str, source: str, summary: Tree) -> str:
    """Tables of a summary for people, in GitHub's Markdown."""
    networks = summary["networks"]
    header = f"| | {' | '.join(_TITLES[name] for name in networks)} |\n| :-- |" + " --: |" * len(networks)
    rows = [
        ("accuracy, mean over folds and seeds", "{accuracy_pct_mean:.1f} %"),
        ("spread of it (standard deviation)", "{accuracy_pct_spread:.1f}"),
        ("mean recall of the classes that a fold has", "{balanced_pct_mean:.1f} %"),
        ("spread of it", "{balanced_pct_spread:.1f}"),
        ("all items together", "{all_items_pct:.1f} % of {items:,}"),
        ("95 % by Wilson, items taken as independent", "{wilson_pct[0]:.1f} to {wilson_pct[1]:.1f}"),
        ("95 % by bootstrap of groups", "{group_bootstrap_pct[0]:.1f} to {group_bootstrap_pct[1]:.1f}"),
        ("weight bytes, int8", "{weight_bytes[0]:,} to {weight_bytes[1]:,}"),
    ]
    if all("vote_pct" in network for network in networks.values()):
        rows.append((f"by vote over a {text(summary['group_kind'])}", "{vote_pct:.1f} %"))
    decisions = all("decisions" in network for network in networks.values())
    if decisions:
        rows += [
            ("told by a device over recent windows: accuracy", "{decisions[accuracy_pct_mean]:.1f} %"),
            ("the same: mean recall of the classes that a fold has", "{decisions[balanced_pct_mean]:.1f} %"),
            (
                "the same: 95 % by bootstrap of groups",
                "{decisions[group_bootstrap_pct][0]:.1f} to {decisions[group_bootstrap_pct][1]:.1f}",
            ),
        ]
    lines = [
        f"# {text(app)}: cross-validation over groups",
        "",
        f"Recordings: {text(source)}. {summary['folds']} outer folds, {len(summary['seeds'])} seeds "
        f"({', '.join(map(str, summary['seeds']))}), {summary['trials']} trials in each search; int8 models on "
        "TensorFlow Lite Micro. The search of a fold never saw its groups; the fixed network's architecture was chosen "
        "by a search that saw most of them, and only its weights are trained anew, so its figure is optimistic.",
        "",
        header,
        *(
            f"| {title} | {' | '.join(form.format(**network) for network in networks.values())} |"
            for title, form in rows
        ),
    ]
    for seed in summary["seeds"]:
        figures = [
            next(row for row in network["per_seed"] if row["seed"] == seed)["accuracy_pct_mean"]
            for network in networks.values()
        ]
        lines.append(f"| accuracy, seed {seed} | {' | '.join(f'{figure:.1f} %' for figure in figures)} |")
    shuffled = summary["shuffled"]
    lines += [
        "",
        f"By the published protocol, **items shuffled, parts of one {text(summary['group_kind'])} in train and test**, "
        f"the searched networks have {shuffled['accuracy_pct_mean']:.1f} % of {shuffled['items']:,} items or more "
        f"({shuffled['accuracy_pct'][0]:.1f} to {shuffled['accuracy_pct'][1]:.1f}): comparable with publications that "
        "split so, and with nothing else.",
    ]
    lines += ["", "Every group, mean over seeds: accuracy, and the mean recall of its classes.", ""]
    lines += _group_table(summary["group_kind"], {_TITLES[name]: network for name, network in networks.items()})
    if decisions:
        lines += ["", "The same of what a device tells at each window, by recent ones.", ""]
        lines += _group_table(
            summary["group_kind"], {_TITLES[name]: network["decisions"] for name, network in networks.items()}
        )
    lines += ["", "Every search, by outer fold and seed.", ""]
    lines.append("| fold | seed | groups | items | validation | accuracy | mean recall | weight bytes |")
    lines.append("| --: | --: | --: | --: | --: | --: | --: | --: |")
    for fold in networks[SEARCHED]["per_fold"]:
        lines.append(
            f"| {fold['fold']} | {fold['seed']} | {len(fold['groups'])} | {fold['items']:,} | "
            f"{fold['validation_pct']:.1f} % | {fold['accuracy_pct']:.1f} % | {fold['balanced_pct']:.1f} % | "
            f"{fold['weight_bytes']:,} |"
        )
    return "\n".join(lines) + "\n"


def _group_table(kind: str, of_title: Mapping[str, Tree]) -> list[str]:
    lines = [
        f"| {text(kind)} | items | {' | '.join(of_title)} |",
        "| :-- | --: |" + " --: |" * len(of_title),
    ]
    for rows in zip(*(figures["per_group"] for figures in of_title.values()), strict=True):
        shares = [f"{row['accuracy_pct']:.1f} % ({row['balanced_pct']:.1f} %)" for row in rows]
        lines.append(f"| {text(rows[0]['group'])} | {rows[0]['items']:,} | {' | '.join(shares)} |")
    return lines
