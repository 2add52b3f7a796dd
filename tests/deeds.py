"""A store in which one person did everything that a person can, and another one something: for tests of what is kept of it."""

from __future__ import annotations

from pathlib import Path

from storing import Clone, sample, write_dataset

from store import feedback, models, review, runs
from store.examples import load
from store.exports import export

NAME = "annabel"
WHY = "Ж 'quoted' \n, 3:x"


def do_everything(db: Clone, folder: Path) -> None:
    with db.store(NAME) as store:
        load(store, write_dataset(folder / "rights", [sample(n) for n in range(6)]))
        one, two, three = [w.example.id for w in review.take(store, 3)]
        review.decide(store, one, "verify", WHY)
        review.decide(store, two, "reject", "trivial")
        review.decide(store, three, "correct", correction="Otherwise.")
        feedback.give(store, feedback.Feedback("Who?", "I", rating=1, corrected_answer="You", comment="mine"))
        feedback.make_candidates(store)
        feedback.give(store, feedback.Feedback("And who?", "I", rating=1))
        export(store, folder / "export", ("verified", "proposed"))
        run = runs.begin(store, base_model="b", dataset="0" * 64, spec={"r": 16}, seed=1)
        runs.finish(store, run, losses=[1.0, 0.5], metrics={})
        models.register(store, "m-1", digest="1" * 64, path="x", run=run)
        models.promote(store, "m-1", passed=True, gate={"compile_rate": 0.95}, reason="better")
    with db.store("ben") as store:
        review.decide(store, two, "verify", f"{NAME} is wrong")
