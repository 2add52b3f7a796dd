"""How a training goes while it goes: its points are written down as they come, and read by whoever looks at the folder meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trainer.folder import CURVES, LIVE
from trainer.spec import STAGES


def write_point(stage: Path, point: Mapping[str, Any]) -> None:
    """Add a point to the folder of a stage."""
    stage.mkdir(parents=True, exist_ok=True)
    with (stage / LIVE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(point) + "\n")


def points_in(run: Path) -> list[dict[str, Any]]:
    """Answer the points of all stages of a run as far as it is, in their order; none where nothing was measured yet."""
    if (run / CURVES).is_file():
        return _points(_json(run / CURVES))
    folders = sorted((path for path in run.glob("stages/*") if path.is_dir()), key=_began)
    return [point for folder in folders for point in _points_of(folder)]


def _points_of(stage: Path) -> list[dict[str, Any]]:
    result = stage / "result.json"
    if result.is_file():
        said = _json(result)
        return _points(said.get("points") if isinstance(said, dict) else None)
    try:
        lines = (stage / LIVE).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return _merged(lines)


def _merged(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Answer one point for each step. A run that was killed went on from an earlier step: what it had measured behind that is void."""
    found: dict[int, dict[str, Any]] = {}
    last = -1
    for line in lines:
        try:
            point = json.loads(line)
            step = int(point["step"])
        except (ValueError, TypeError, KeyError):
            continue  # The last line may be on its way.
        if step < last:
            found = {known: one for known, one in found.items() if known < step}
        found.setdefault(step, {}).update(point)
        last = step
    return list(found.values())


def _began(stage: Path) -> tuple[int, str]:
    return (STAGES.index(stage.name) if stage.name in STAGES else len(STAGES), stage.name)


def _points(found: Any) -> list[dict[str, Any]]:
    return [point for point in found if isinstance(point, dict)] if isinstance(found, list) else []


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
