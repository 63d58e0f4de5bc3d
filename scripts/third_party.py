"""Writes the list of the software that Repose was tested with: src/repose/third_party.csv.

scripts/test-bounds.sh calls it after the tests ran at both ends, with what `repose licences --json` said at
each: python scripts/third_party.py lowest.json newest.json
"""

import csv
import json
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from repose.third_party import Tried

LIST = Path(__file__).parents[1] / "src" / "repose" / "third_party.csv"


def main(lowest: Path, newest: Path) -> None:
    """Put the two ends together, one line for each package."""
    low, new = said(lowest), said(newest)
    with LIST.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, [field.name for field in fields(Tried)], lineterminator="\n")
        rows.writeheader()
        for name in sorted(low | new):
            ends = (one[name]["version"] if name in one else "" for one in (low, new))
            about = new.get(name) or low[name]
            rows.writerow(asdict(Tried(name, *ends, about["licence"])))


def said(path: Path) -> dict[str, Any]:
    """What an environment holds, by name."""
    return {one["name"]: one for one in json.loads(path.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
