"""A run from its spec to its adapter, from top to bottom; called again after an interruption it goes on, to the same result."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from datagen.layout import file_digest
from datagen.manifest import needed_manifest
from stparse.issue import StcError
from trainer.basemodel import BaseModel, digest_of_model, read_base
from trainer.card import card_of
from trainer.chat import Chat, chat_of, open_tokenizer
from trainer.checkpoints import is_over, last_good, made_readable, state_of, step_of
from trainer.curves import draw, points_of
from trainer.encode import Encoder
from trainer.folder import ADAPTER, CARD, CURVES, PICTURE, WEIGHTS, Run, RunFolder, stated
from trainer.hardware import Machine, environment, machine_for, peak_memory
from trainer.judge import answers, sample_metrics
from trainer.learning import Stage, learner_for
from trainer.material import Material, material_for
from trainer.memory import Estimate, adapter_parameters, must_fit
from trainer.model import load_model, quiet, read_adapter
from trainer.preference import preference_learner_for
from trainer.processes import Processes, holders, started
from trainer.spec import RunSpec
from trainer.tracking import Live, Tracker, must_be_trackable
from trainer.trouble import must_have_room, told
from trainer.watch import Show, Stop, Watcher

Note = Callable[[str, int, int], None]
"""Takes the name of a phase, and how much of how much is done."""


class StoppedError(StcError):
    """A run that was stopped by a wish; the same command goes on with it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known before anything is loaded: the base, where it computes, and what memory it will take."""

    base: BaseModel
    machine: Machine
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Watching:
    """Who is told how it goes, and who may stop it."""

    show: Show = lambda step: None
    note: Note = lambda phase, done, total: None
    stop: Stop = field(default_factory=Stop)
    begun: Callable[[Mapping[str, Any]], None] = lambda record: None
    """Is told what run.json says when a run begins or goes on; not of one that is finished already."""
    tracks: tuple[str, ...] = ()
    """Programs that draw the run: tensorboard, wandb."""


def plan(spec: RunSpec, memory: int | None = None, *, elsewhere: bool = False) -> Plan:
    """Answer what a run of `spec` needs, where `memory` bytes are there or what is free here. Raises BadInputError if it cannot fit.

    `elsewhere` asks for a machine that this is not: one with a card of `memory` bytes.
    """
    base = read_base(Path(spec.base), spec.trust_remote_code)
    if elsewhere and memory is not None:
        machine = Machine("cuda", "bf16" if spec.precision == "auto" else spec.precision, memory)
    else:
        machine = machine_for(spec)
    available = machine.memory if memory is None else min(machine.memory, memory)
    return Plan(base, machine, must_fit(base, spec, machine.precision, machine.device, available, holders(machine.device)))


def train(spec: RunSpec, out: Path, tool: str, watching: Watching | None = None, memory: int | None = None) -> Run:
    """Train what `spec` says and write the run into the folder `out`; go on with what was begun there.

    Raises BadInputError for what cannot be trained, StoppedError where a stop was wished, TrainingEndedError where disk or memory end.
    """
    watching = watching or Watching()
    out = out.resolve()
    planned = plan(spec, memory)
    data = needed_manifest(Path(spec.data))
    must_be_trackable(watching.tracks)
    processes = started(planned.machine.device)
    processes.accumulated(spec)
    folder = RunFolder(out, writes=processes.main)
    if processes.main:
        folder.begin(stated(spec, planned.base.name, digest_of_model(planned.base.path, watching.note), data["digest"]))
    processes.wait()
    if (found := folder.finished()) is not None:
        return found
    must_have_room(out, adapter_parameters(planned.base, spec), spec)
    if spec.threads:
        torch.set_num_threads(spec.threads)
    chat = chat_of(open_tokenizer(planned.base.path, spec.chat_template, bool(spec.trust_remote_code)))
    known = {"tool": tool, "environment": {**environment(planned.machine), "processes": processes.number}, "system": data.get("system")}
    folder.note(**known, estimated_memory=planned.estimate.total)
    if processes.main:
        watching.begun(folder.record)
    run = _Running(spec, planned.machine, processes, folder, chat, watching, dialect_of(data))
    with quiet():
        model = load_model(planned.base, spec, planned.machine, alone=processes.number == 1)
        before: str | None = None
        for stage in spec.stages:
            if not folder.is_done(stage):
                if before is not None:
                    read_adapter(model, folder.stage(before) / ADAPTER)
                _learn(stage, run, model)
            before = stage
        if processes.main:
            _finish(run)
    processes.wait()
    finished = folder.finished()
    assert finished is not None
    return finished


def dialect_of(manifest: dict[str, Any]) -> str:
    """Answer the dialect of most of the code of a data set: what is written is parsed as it."""
    dialects: dict[str, int] = manifest["code"]["dialects"]
    return max(sorted(dialects), key=lambda name: dialects[name])


@dataclass(frozen=True, slots=True)
class _Running:
    """What all stages of a run share."""

    spec: RunSpec
    machine: Machine
    processes: Processes
    folder: RunFolder
    chat: Chat
    watching: Watching
    dialect: str


def _learn(stage: str, run: _Running, model: Any) -> None:
    """Do one stage, from its last good checkpoint on where there is one, and write its adapter."""
    spec, folder, watching, processes = run.spec, run.folder, run.watching, run.processes
    watching.note(f"reading for {stage}", 0, 1)
    encoder = Encoder(run.chat, spec.max_length)
    material = material_for(stage, Path(spec.data), encoder, spec)
    watching.note(f"reading for {stage}", 1, 1)
    checkpoints = folder.stage(stage) / "checkpoints"
    resumed = _last_good(checkpoints, processes)
    if resumed is None or not is_over(resumed):
        judge = _judge(spec, run.chat, material, run.dialect)
        made = (preference_learner_for if stage == "dpo" else learner_for)(
            Stage(stage, spec, run.machine, checkpoints, model, run.chat, material, judge, processes)
        )
        watcher = Watcher(stage, watching.show, watching.stop, spec.save_minutes, made.tokens, made.learnt, processes)
        made.learner.add_callback(watcher)
        if processes.main:
            made.learner.add_callback(Live(folder.stage(stage), stage))
        if watching.tracks and processes.main:
            made.learner.add_callback(Tracker(watching.tracks, folder.path, stage, spec.to_json()))
        with told(checkpoints):
            made.learner.train(resume_from_checkpoint=str(resumed) if resumed else None)
        speed = {name: round(value, 1) for name, value in watcher.speed.items()}
        folder.note(measured={**folder.record.get("measured", {}), stage: {**speed, "peak_memory": peak_memory(run.machine)}})
    last = _last_good(checkpoints, processes)
    assert last is not None, "a stage ends with a checkpoint"
    if not is_over(last):
        raise StoppedError(f"stopped at step {step_of(last)} of {stage}, which is saved in {last}; the same command goes on from there")
    # All have looked at the checkpoints: to keep a stage is to remove them.
    processes.wait()
    if processes.main:
        _keep(stage, folder, last, material)
    processes.wait()


def _last_good(checkpoints: Path, processes: Processes) -> Path | None:
    """Answer the newest checkpoint that is whole. One process removes the others, before the rest look and touch nothing."""
    processes.wait()
    if processes.main:
        checkpoints.mkdir(parents=True, exist_ok=True)
        last_good(checkpoints)
    processes.wait()
    return last_good(checkpoints, clean=False)


def _judge(spec: RunSpec, chat: Chat, material: Material, dialect: str) -> Callable[[Any], dict[str, float]] | None:
    """Answer what lets the model write the methods that are asked for, and measures them."""
    if not material.asked:
        return None
    return lambda model: sample_metrics(answers(model, chat, material.asked, spec.sample_tokens, spec.batch_tokens), dialect)


def _keep(stage: str, folder: RunFolder, last: Path, material: Material) -> None:
    """Keep of a stage the adapter that was best on the validation part, the last one where there is none, and how it went."""
    state = state_of(last)
    chosen = Path(state["best_model_checkpoint"] or last)
    adapter = folder.stage(stage) / ADAPTER
    adapter.mkdir(parents=True, exist_ok=True)
    for name in (WEIGHTS, "adapter_config.json"):
        shutil.copyfile(chosen / name, adapter / name)
    points = points_of(stage, state["log_history"])
    best = next((point for point in points if point["step"] == step_of(chosen)), {})
    folder.finish_stage(
        stage,
        {
            "examples": len(material.train),
            "validated_on": len(material.validation),
            "dropped": material.dropped,
            "steps": state["global_step"],
            "planned_steps": state["max_steps"],
            "validated_every": state["eval_steps"],
            "kept_step": step_of(chosen),
            "best": {name: value for name, value in best.items() if name not in ("stage", "step")},
            "points": points,
        },
    )


def _finish(run: _Running) -> None:
    """Write adapter, curves and card of a run whose stages are all done."""
    spec, folder, chat = run.spec, run.folder, run.chat
    results = {stage: folder.result_of(stage) for stage in spec.stages}
    adapter = folder.path / ADAPTER
    shutil.copytree(folder.stage(spec.stages[-1]) / ADAPTER, adapter, dirs_exist_ok=True)
    chat.tokenizer.save_pretrained(adapter)
    made_readable(adapter)
    points = [point for result in results.values() for point in result["points"]]
    folder.write(CURVES, points)
    draw(points, folder.path / PICTURE)
    digest = file_digest(adapter / WEIGHTS)
    stop = chat.tokenizer.convert_ids_to_tokens(chat.end)
    kept = {stage: {name: value for name, value in result.items() if name != "points"} for stage, result in results.items()}
    folder.note(stages=kept, adapter={"folder": ADAPTER, "digest": digest, "stop": stop})
    (folder.path / CARD).write_text(card_of(folder.record), encoding="utf-8")
    folder.note(status="finished")
