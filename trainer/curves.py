"""How a run went, step by step: as JSON, and as a picture for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_NAMES = {
    "loss": "loss",
    "grad_norm": "gradient",
    "learning_rate": "learning_rate",
    "eval_token_loss": "validation_loss",
    "eval_token_accuracy": "validation_accuracy",
    "eval_parse_rate": "parse_rate",
    "eval_ended": "ended",
    "eval_loss": "validation_loss",
    "eval_rewards/accuracies": "preference_accuracy",
}
"""What the library calls it, and what we do. Where there is a loss token by token it is the one that counts."""


def points_of(stage: str, history: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Answer one object for each step of a stage: what was measured there, validations too."""
    found: dict[int, dict[str, Any]] = {}
    for logged in history:
        if "train_runtime" in logged:
            continue
        point = found.setdefault(logged["step"], {"stage": stage, "step": logged["step"]})
        for name, value in logged.items():
            if name in _NAMES and not (name == "eval_loss" and "eval_token_loss" in logged):
                point[_NAMES[name]] = value
    return [found[step] for step in sorted(found)]


def draw(points: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw losses, and shares such as accuracy and parse rate, over all steps of all stages, as a PNG."""
    figure = Figure(figsize=(9, 7), layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True)
    for axes, names, label in (
        (above, ("loss", "validation_loss"), "loss"),
        (below, ("validation_accuracy", "parse_rate", "ended", "preference_accuracy"), "share"),
    ):
        for name in names:
            places = [(place, point[name]) for place, point in enumerate(points, 1) if name in point]
            if places:
                axes.plot(*zip(*places, strict=True), label=name.replace("_", " "), marker="" if name == "loss" else "o", markersize=3)
        axes.set_ylabel(label)
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    above.set_ylim(bottom=0)
    below.set_ylim(0, 1.02)
    for place in (place for place in range(1, len(points)) if points[place]["stage"] != points[place - 1]["stage"]):
        above.axvline(place + 0.5, color="grey", linestyle="--")
    below.set_xlabel("step: " + ", then ".join(dict.fromkeys(point["stage"] for point in points)))
    figure.savefig(path, format="png", dpi=110, metadata={"Software": None})
