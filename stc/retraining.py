"""The loop from feedback to the champion: what was verified is joined with the data set, learnt, measured, and put before the gate.

Every step is the function behind a command of its own: export, train, evaluate, promote. What a step was made from decides whether it is
made again; a round that was interrupted goes on, and one that has ended stays as it is.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.layout import INDEX
from datagen.manifest import needed_manifest, read_manifest
from evaluator.evaluate import read_report, read_rows
from stc import promoting
from stc.evaluating import measure, suite_at
from stc.housing import known_house
from stc.rounds import Round, rounds_in
from stc.storing import opened, speaker
from stc.taught import counts_of, suite_of_taught
from stc.training import trained
from store import exports
from store.feedback import make_candidates, said_before
from store.joining import join
from store.locks import only
from stparse.issue import BadInputError, StcError
from trainer.basemodel import digest_of_model
from trainer.folder import ADAPTER, RunFolder
from trainer.offline import no_network
from trainer.spec import RunSpec, preset_named

if TYPE_CHECKING:
    from store.models import Model
    from trainer.complete import LocalModel

LOCK = "lock"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a round is to be: the data set, the base and settings of the training, the name of the model, and when it is worth while."""

    data: Path
    spec: RunSpec
    memory: int | None
    name: str
    models: Path
    folder: Path
    least: int
    most: int
    max_tokens: int
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done: `new` are the verified corrections and answers that no round has seen. `round` is None where none is due."""

    round: Path | None
    goes_on: bool
    new: tuple[str, ...]
    why: str

    def to_json(self) -> dict[str, Any]:
        return {"due": self.round is not None, "goes_on": self.goes_on, "new": len(self.new), "why": self.why}


def spec_of(train: Mapping[str, Any], base: Path, data: Path) -> tuple[RunSpec, int | None]:
    """Answer the settings of a training, and the memory that a preset says there is. Raises BadInputError for one that is none."""
    said = dict(train)
    preset = preset_named(said.pop("preset")) if "preset" in said else None
    known = {field.name for field in fields(RunSpec)} - {"base", "data"}
    if unknown := sorted(set(said) - known):
        raise BadInputError(f"train in [retrain] knows no {', '.join(unknown)}; there are preset, {', '.join(sorted(known))}")
    settings = {**(preset.settings if preset else {}), **said}
    told: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
    return RunSpec(base=str(base), data=str(data), **told), preset.memory if preset else None


def plan(wishes: Wishes) -> Plan:
    """Answer what is to be done now, and why; nothing is changed."""
    needed_manifest(wishes.data)
    rounds = rounds_in(wishes.folder)
    with opened() as store:
        taught = exports.taught(store)
    learnt = {which for one in rounds if one.outcome for which in one.outcome["seen"]}
    new = tuple(sorted(taught.keys() - learnt))
    if rounds and rounds[-1].outcome is None:
        return Plan(rounds[-1].folder, True, new, f"round {rounds[-1].folder.name} was begun and has not ended; it goes on")
    said = f"{len(new)} of {len(taught)} verified corrections and answers are new; a round wants {wishes.least} or more"
    if len(new) < wishes.least and not wishes.forced:
        return Plan(None, False, new, said)
    number = int(rounds[-1].folder.name) + 1 if rounds else 1
    return Plan(wishes.folder / f"{number:04}", False, new, said + (", but it is wished for" if len(new) < wishes.least else ""))


def retrain(wishes: Wishes, tell: Tell) -> dict[str, Any]:
    """Go once through the loop, as far as there is something to do; answer what came of it.

    Raises HeldError where another process is at it, StoppedError where somebody wished the training to stop.
    """
    wishes.folder.mkdir(parents=True, exist_ok=True)
    with only(wishes.folder / LOCK, _me()):
        waiting = _candidates(wishes)
        due = plan(wishes)
        tell(due.why)
        if due.round is None:
            return {"outcome": "nothing", "why": due.why, "new": len(due.new), "waiting": waiting}
        with no_network():
            outcome = _Turn(wishes, Round(due.round), due.new, tell).go()
    return {**outcome, "waiting": waiting}


def _me() -> str:
    return f"process {os.getpid()} of {speaker()} on {socket.gethostname()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def _candidates(wishes: Wishes) -> dict[str, int]:
    """Make examples of the feedback that waits, to be verified by people; answer how many by what became of them."""
    manifest = needed_manifest(wishes.data)
    dialects: dict[str, int] = manifest["code"]["dialects"]
    with opened() as store:
        return make_candidates(store, dialect=max(sorted(dialects), key=dialects.__getitem__), house=known_house(wishes.data / INDEX))


class _Turn:
    """One round, from its first step that is not done to its end."""

    def __init__(self, wishes: Wishes, round_: Round, new: tuple[str, ...], tell: Tell) -> None:
        self._wishes, self._round, self._new, self._tell = wishes, round_, new, tell
        self._base = digest_of_model(Path(wishes.spec.base))

    def go(self) -> dict[str, Any]:
        """Do what is left, and answer what came of the round."""
        data, joined = self._joined()
        run, adapter = self._trained(data, joined["digest"])
        with opened() as store:
            champion = promoting.champion_of(store)
        decided = self._round.said["steps"].get("decided", {}).get("output", {})
        if champion is None or champion.digest != adapter or decided.get("adapter") != adapter:
            decided = self._decided(data, joined, run, adapter, champion)
        # Else it was promoted, and killed before it could write that down.
        outcome = {**decided, "model": self._promoted(decided) if decided["promote"] else None}
        outcome["outcome"] = "promoted" if outcome["model"] else "refused"
        self._round.end(outcome)
        return outcome

    def _decided(self, data: Path, joined: dict[str, Any], run: Path, adapter: str, champion: Model | None) -> dict[str, Any]:
        """Measure the new model and the champion on the same, and answer what the gate says."""
        evaluation, against = self._evaluated("evaluation", data, joined["digest"], run, adapter), None
        leader, digest = (Path(champion.path), champion.digest) if champion else (None, None)
        if leader is not None and digest is not None:
            against = self._evaluated("champion", data, joined["digest"], leader, digest)
        taught = {
            "before": self._asked_again("before", data, joined, leader, digest),
            "after": self._asked_again("after", data, joined, run, adapter),
        }
        found = {
            **promoting.decided(run, evaluation, against).verdict.to_json(), "round": self._round.folder.as_posix(), "adapter": adapter,
            "run": run.as_posix(), "evaluation": evaluation.as_posix(), "against": against and against.as_posix(),
            "new": len(joined["fresh"]), "added": joined["added"], "left_out": joined["left_out"], "leaking": joined["leaking"],
            "seen": joined["seen"], "taught": taught,
        }  # fmt: skip
        self._round.note("decided", found)
        return found

    def _promoted(self, decided: Mapping[str, Any]) -> str:
        """Make the champion of what passed; answer its name."""
        against = decided["against"] and Path(decided["against"])
        why, wishes = f"stc retrain, round {self._round.folder.name}: the gate passed it", self._wishes
        with opened() as store:
            found = promoting.considered(store, Path(decided["run"]), Path(decided["evaluation"]), against=against)
            return promoting.promoted(store, found, name=wishes.name, models=wishes.models, reason=why, request=self._round.request)

    def _joined(self) -> tuple[Path, dict[str, Any]]:
        """Export what is verified, as it is when the round begins, and join it with the data set."""
        exported, export = self._round.step("verified", {}, self._export, lambda folder, said: (folder / exports.MANIFEST).is_file())
        dataset = needed_manifest(self._wishes.data)["digest"]
        inputs = {"dataset": dataset, "export": export["digest"], "refused": export["refused"]}

        def act(folder: Path) -> dict[str, Any]:
            self._tell("joining the data set with what was verified")
            done = join(self._wishes.data, exported, export["refused"], folder)
            with opened() as store:
                exports.note_joined(store, done.digest, export["digest"], done.added)
            fresh = [which for which in export["fresh"] if which in done.added]
            return {
                "digest": done.digest, "added": list(done.added), "left_out": done.left_out, "leaking": list(done.leaking),
                "seen": export["seen"], "fresh": fresh, "wrong": {which: export["wrong"].get(which, "") for which in fresh},
            }  # fmt: skip

        return self._round.step("data", inputs, act, lambda folder, said: (read_manifest(folder) or {}).get("digest") == said["digest"])

    def _export(self, folder: Path) -> dict[str, Any]:
        with opened() as store:
            done, refused, taught = exports.export(store, folder), exports.refused(store), exports.taught(store)
            fresh = {which: taught[which] for which in self._new if which in taught}
            given = said_before(store, [one for places in fresh.values() for one in places])
        wrong = {which: given[places[0]][1] for which, places in fresh.items() if places}
        return {"digest": done.digest, "refused": refused, "seen": sorted(taught), "fresh": list(fresh), "wrong": wrong}

    def _trained(self, data: Path, digest: str) -> tuple[Path, str]:
        """Train on the joined data set; answer the folder of the run, and the digest of its adapter's files."""
        spec, memory = self._wishes.spec, self._wishes.memory
        settings = {key: value for key, value in spec.to_json().items() if key not in ("base", "data")}

        def act(folder: Path) -> dict[str, Any]:
            self._tell(f"training in {folder}")
            trained(RunSpec(**{**_values(spec), "data": str(data)}), folder, memory)
            return {"adapter": digest_of_model(folder / ADAPTER)}

        inputs = {"data": digest, "base": self._base, "spec": settings}
        folder, said = self._round.step("run", inputs, act, lambda folder, said: _is_as_it_was(folder, said["adapter"]))
        return folder, said["adapter"]

    def _evaluated(self, name: str, data: Path, digest: str, run: Path, adapter: str) -> Path:
        """Evaluate a model on the test part of the joined data set; answer the folder of the evaluation."""
        inputs = {"data": digest, "base": self._base, "adapter": adapter, "most": self._wishes.most, "tokens": self._wishes.max_tokens}

        def act(folder: Path) -> dict[str, Any]:
            self._tell(f"evaluating {run}")
            report = measure(self._model(run), suite_at(data, None, "test", (), self._wishes.most), folder)
            return {"report": report.digest}

        folder, _ = self._round.step(name, inputs, act, lambda folder, said: _report_of(folder) == said["report"])
        return folder

    def _asked_again(self, name: str, data: Path, joined: dict[str, Any], run: Path | None, adapter: str | None) -> dict[str, int]:
        """Ask once more what was taught since the last round; answer how often the answer was right, compiled, was preferred."""
        suite = suite_of_taught(data, joined["fresh"], joined["wrong"])
        if suite is None:
            return {}
        inputs = {"suite": suite.digest, "base": self._base, "adapter": adapter, "tokens": self._wishes.max_tokens}

        def act(folder: Path) -> dict[str, Any]:
            report = measure(self._model(run), suite, folder)
            return {"report": report.digest, "counts": counts_of(suite, read_rows(folder))}

        _, said = self._round.step(name, inputs, act, lambda folder, said: _report_of(folder) == said["report"])
        counts: dict[str, int] = said["counts"]
        return counts

    def _model(self, run: Path | None) -> LocalModel:
        from stc.cli.evaluate import local_model

        spec, most = self._wishes.spec, self._wishes.max_tokens
        template = spec.chat_template if run is None else ""
        how = {"temperature": 0.0, "seed": 1, "batch": 8, "constrained": False, "device": spec.device, "max_tokens": most}
        return local_model({"base": Path(spec.base), "run_": run, "chat_template": template, **how})


def _values(spec: RunSpec) -> dict[str, Any]:
    return {field.name: getattr(spec, field.name) for field in fields(RunSpec)}


def _is_as_it_was(folder: Path, adapter: str) -> bool:
    try:
        return RunFolder(folder).finished() is not None and digest_of_model(folder / ADAPTER) == adapter
    except StcError:
        return False


def _report_of(folder: Path) -> str | None:
    try:
        found: str = read_report(folder)["digest"]
    except BadInputError:
        return None
    return found
