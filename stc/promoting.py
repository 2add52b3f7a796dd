"""From an evaluation and a training to the champion: what is read, what the gate says, and what is entered into the store."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from evaluator.compare import differences
from evaluator.evaluate import read_report, read_rows
from evaluator.gate import Candidate, GateVerdict, Policy, decide
from stc.config import gate_settings
from stc.storing import speaker
from store import models as registry
from store.db import Store
from store.reports import file_report
from store.runs import runs
from stparse.issue import BadInputError
from trainer.basemodel import digest_of_model
from trainer.folder import ADAPTER, RUN, WEIGHTS, RunFolder

EVALUATION = "evaluation"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate said of the training in `run`, evaluated in `evaluation`; `digest` is that of the adapter's files now."""

    run: Path
    evaluation: Path
    digest: str
    verdict: GateVerdict


def policy() -> Policy:
    """Answer the policy of stc.toml. Raises BadInputError for a value of the wrong kind."""
    said = gate_settings()
    for each in fields(Policy):
        value = said.get(each.name, each.default)
        if type(value) is not type(each.default) and not (isinstance(each.default, float) and isinstance(value, int)):
            raise BadInputError(f"stc.toml: {each.name} in [gate] is {value!r}; it must be like {each.default!r}")
    return Policy(**said)


def decided(run: Path, evaluation: Path, champion: Path | None) -> Decision:
    """Answer what the gate says; `champion` is the folder of the evaluation of who is to be replaced. Raises BadInputError."""
    record = RunFolder(run).record
    if not record or not (run / ADAPTER / WEIGHTS).is_file():
        raise BadInputError(f"{run} is no finished training; stc train -o {run} makes one")
    report = read_report(evaluation)
    against = None
    if champion is not None:
        other = read_report(champion)
        if other["suite"]["digest"] != report["suite"]["digest"]:
            raise BadInputError(
                f"the champion was evaluated on another suite ({champion}): evaluate it on this one, and name that with --against"
            )
        if other["model"].get("context") != report["model"].get("context"):
            raise BadInputError(
                f"one of the two was shown passages, or others ({champion}): evaluate both with the same --retrieval, or both without"
            )
        against = differences(read_rows(champion), read_rows(evaluation))
    digest = digest_of_model(run / ADAPTER)
    return Decision(run, evaluation, digest, decide(Candidate(report, record, digest), policy(), against))


def champion_of(store: Store) -> registry.Model | None:
    """Answer the champion; None where there is none yet. Raises BadInputError where its adapter is not as it was registered."""
    name = registry.model_as(store, "champion")
    found = next((one for one in registry.models(store) if one.name == name), None)
    if found is not None:
        must_be_whole(Path(found.path), found.digest)
    return found


@dataclass(frozen=True, slots=True)
class Considered:
    """A decision with the champion that is to be replaced, and whether the model passes; `overridden` says who lets it, and why."""

    decision: Decision
    champion: str | None
    passes: bool
    overridden: Mapping[str, str] | None


def considered(
    store: Store, run: Path, evaluation: Path, *, against: Path | None = None, override: str | None = None, reason: str = ""
) -> Considered:
    """Answer what becomes of a training that is to replace the champion; `against` is another evaluation of that than its promotion's.

    An override needs a person and a reason. Nothing helps where the adapter changed, or the report is of other data. Raises BadInputError.
    """
    if override is not None and (not override.strip() or not reason.strip()):
        raise BadInputError("an override needs a named person and a reason: --override NAME --reason TEXT")
    champion = registry.model_as(store, "champion")
    if against is None and (replaced := champion_of(store)) is not None:
        against = Path(replaced.path) / EVALUATION
    decision = decided(run, evaluation, against)
    broken = {one.rule for one in decision.verdict.reasons if not one.kept}
    passes = decision.verdict.promote or (override is not None and not broken & {"unchanged", "same_data"})
    overrides = override is not None and not decision.verdict.promote
    overridden = {"person": str(override), "reason": reason, "by": speaker()} if overrides else None
    return Considered(decision, champion, passes, overridden)


def promoted(
    store: Store, found: Considered, *, name: str, models: Path, reason: str = "", request: uuid.UUID | None = None
) -> str:  # fmt: skip
    """Make the model that passed the champion, as NAME-vN in the folder `models`; answer that name. Raises BadInputError if it did not.

    The same `request` again promotes nothing twice.
    """
    if not found.passes:
        raise BadInputError("the gate did not pass it, and it is not promoted")
    decision, overridden = found.decision, found.overridden
    report = read_report(decision.evaluation)
    place = version(models, name, decision)
    registry.register(store, place.name, digest=decision.digest, path=str(place.resolve()), run=run_in_store(store, decision.run))
    file_report(store, place.name, report["suite"]["dataset"], report)
    why = f"overridden by {overridden['person']}: {reason}" if overridden else reason or "the gate passed it"
    registry.promote(store, place.name, passed=True, gate=gate_of(decision, report, overridden), reason=why, request=request)
    return place.name


def version(models: Path, name: str, decision: Decision) -> Path:
    """Answer the folder models/NAME-vN of this adapter with its evaluation, copied there under the next number; whole or not at all."""
    models.mkdir(parents=True, exist_ok=True)
    taken = {int(path.name.rpartition("-v")[2]): path for path in models.glob(f"{name}-v*") if path.name.rpartition("-v")[2].isdigit()}
    for path in taken.values():
        if digest_of_model(path / ADAPTER) == decision.digest:
            return path
    place = models / f"{name}-v{max(taken, default=0) + 1}"
    draft = models / f".{place.name}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(decision.run / ADAPTER, draft / ADAPTER)
    shutil.copyfile(decision.run / RUN, draft / RUN)
    shutil.copytree(decision.evaluation, draft / EVALUATION)
    if digest_of_model(draft / ADAPTER) != decision.digest:
        raise BadInputError(f"{decision.run / ADAPTER} changed while it was copied; evaluate again")
    draft.rename(place)
    return place


def run_in_store(store: Store, run: Path) -> uuid.UUID | None:
    """Answer the row of the training in `run`, None where this store has none of it."""
    attempts = [uuid.UUID(one) for one in RunFolder(run).record.get("store", {}).get("attempts", [])]
    known = {one.id for one in runs(store)}
    return attempts[-1] if attempts and attempts[-1] in known else None


def must_be_whole(path: Path, digest: str) -> None:
    """Raise BadInputError where the adapter of a version is not as it was registered."""
    adapter = path / ADAPTER
    if not adapter.is_dir() or digest_of_model(adapter) != digest:
        raise BadInputError(f"{adapter} is not as it was registered; it is not used")


def gate_of(decision: Decision, report: Mapping[str, Any], override: Mapping[str, str] | None) -> dict[str, Any]:
    """Answer what the promotion keeps of the gate: verdict, reasons, the digest of the report, and who overrode it and why."""
    said = {**decision.verdict.to_json(), "report": report["digest"], "dataset": report["suite"]["dataset"]}
    return {**said, "override": dict(override)} if override else said


def rolled_back(store: Store, reason: str, to: str | None = None) -> registry.Promotion:
    """Make the champion again what it was before, or the model `to`. Raises BadInputError where its files have changed since."""
    known = {one.name: one for one in registry.models(store)}
    champion = next((one.name for one in known.values() if "champion" in one.aliases), None)
    moves = registry.promotions(store, "champion")
    target = to or next((one.previous for one in moves if one.action == "promote" and one.model == champion), None)
    if target in known:
        must_be_whole(Path(known[target].path), known[target].digest)
    return registry.roll_back(store, reason, to=to)
