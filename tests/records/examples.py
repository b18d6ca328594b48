"""Records as files hold them, to begin a test with."""

import json
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def content(name: str) -> dict:
    """The content of a file of this folder's `golden/`: real records of simulated recordings."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def changed(record: dict, **changes) -> dict:
    """A record of which some keys are replaced; a table replaces single keys of a table."""
    merged = {
        key: changed(record[key], **value) if isinstance(value, dict) and isinstance(record.get(key), dict) else value
        for key, value in changes.items()
    }
    return record | merged
