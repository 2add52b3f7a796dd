"""May a model take the champion's place? Decided from reports alone; nothing here reads a file or moves anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from evaluator.compare import Difference
from evaluator.statistics import needed


def _said(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True)
class Policy:
    """What a model must reach; `[gate]` of stc.toml. A threshold of 0 (of loss: a negative one) is not asked for."""

    compile_rate: float = _said(
        0.90, "The lower end of the interval of the compile rate, without constrained decoding, must be above this."
    )
    adherence: float = _said(0.85, "The lower end of the interval of adherence to the house's conventions must be above this.")
    final_loss: float = _said(0.5, "The validation loss at the end of the last stage must be below this.")
    validation_accuracy: float = _said(0.80, "The share of tokens foretold on the validation part must be above this.")
    examples: int = _said(1000, "The adapter must have learnt from at least so many examples.")
    no_regression: bool = _said(True, "No metric may be significantly worse than the champion's.")
    uncontaminated: bool = _said(True, "No answer of the test may stand in a text of the training.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a model: the report of its evaluation, run.json, and the digest of its adapter's files as they are now."""

    report: Mapping[str, Any]
    run: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the policy, kept or broken."""

    rule: str
    kept: bool
    said: str


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """The decision with every reason."""

    reasons: tuple[Reason, ...]

    @property
    def promote(self) -> bool:
        return all(reason.kept for reason in self.reasons)

    @property
    def exit_code(self) -> int:
        return 0 if self.promote else 1

    def to_json(self) -> dict[str, Any]:
        return {"promote": self.promote, "reasons": [{"rule": r.rule, "kept": r.kept, "said": r.said} for r in self.reasons]}


def decide(candidate: Candidate, policy: Policy, against: Sequence[Difference] | None) -> GateVerdict:
    """Answer whether a model passes; `against` compares the champion (first) with it, None where there is no champion."""
    return GateVerdict(tuple(_reasons(candidate, policy, against)))


def _reasons(candidate: Candidate, policy: Policy, against: Sequence[Difference] | None) -> Iterator[Reason]:
    report, run = candidate.report, candidate.run
    yield _unchanged(candidate)
    yield _same_data(report, run)
    constrained = bool(report["model"].get("constrained"))
    yield Reason(
        "unconstrained", not constrained, "was measured with constrained decoding" if constrained else "measured without constraints"
    )
    if policy.compile_rate > 0:
        yield _lower("compile_rate", report, policy.compile_rate)
    if policy.adherence > 0:
        reason = _lower("adherence", report, policy.adherence)
        # A figure of adherence means as much as the house has style.
        yield replace(reason, said=f"{reason.said}; {report['validity']}") if report.get("validity") else reason
    yield from _learnt(run, policy)
    if policy.uncontaminated:
        leaked = report["suite"]["leaked"]
        said = (
            "nobody looked: evaluate on the test split of the data set"
            if leaked is None
            else f"{len(leaked)} test answers are in training texts"
        )
        yield Reason("uncontaminated", leaked is not None and not leaked, said)
    if policy.no_regression:
        worse = [one.title for one in against or () if one.verdict == "worse"]
        said = (
            "there is no champion yet" if against is None else f"worse: {', '.join(worse)}" if worse else "nothing is significantly worse"
        )
        yield Reason("no_regression", not worse, said)


def _unchanged(candidate: Candidate) -> Reason:
    measured = candidate.report["model"].get("adapter")
    same = bool(measured) and measured == candidate.digest
    return Reason(
        "unchanged", same, "the adapter is as it was evaluated" if same else "the adapter's files are not those that were evaluated"
    )


def _same_data(report: Mapping[str, Any], run: Mapping[str, Any]) -> Reason:
    same = bool(report["suite"]["dataset"]) and report["suite"]["dataset"] == run.get("data", {}).get("digest")
    return Reason("same_data", same, "evaluated on the data set that it learnt from" if same else "the report is of another data set")


def _lower(name: str, report: Mapping[str, Any], least: float) -> Reason:
    score = next((one for one in report["scores"] if (one["metric"], one["part"]) == (name, "")), None)
    if score is None:
        return Reason(name, False, f"not measured: {report['unmeasured'].get(name, 'nothing of this suite shows it')}")
    seen = f"{score['n']} answers of {score['clusters']} classes"
    said = f"{score['value']:.1%}, at least {score['low']:.1%} ({seen}); must be above {least:.0%}"
    kept = score["low"] > least
    if not kept and (enough := needed(score["value"], least)) is not None:
        said += f"; not enough samples: at this rate about {enough} independent ones would do"
    return Reason(name, kept, said)


def _learnt(run: Mapping[str, Any], policy: Policy) -> Iterator[Reason]:
    stages = run.get("stages") or {}
    measured = [stage["best"] for stage in stages.values() if "validation_loss" in stage.get("best", {})]
    last = measured[-1] if measured else {}
    loss, accuracy = last.get("validation_loss"), last.get("validation_accuracy")
    examples = max((stage.get("examples", 0) for stage in stages.values()), default=0)
    if policy.final_loss >= 0:
        said = "unknown" if loss is None else f"{loss:.3f}; must be below {policy.final_loss}"
        yield Reason("final_loss", loss is not None and loss < policy.final_loss, said)
    if policy.validation_accuracy > 0:
        said = "unknown" if accuracy is None else f"{accuracy:.1%}; must be above {policy.validation_accuracy:.0%}"
        yield Reason("validation_accuracy", accuracy is not None and accuracy > policy.validation_accuracy, said)
    if policy.examples > 0:
        yield Reason("examples", examples >= policy.examples, f"{examples:,} examples; must be {policy.examples:,} or more")
