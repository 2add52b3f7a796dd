"""The handbook of a house, in Markdown and HTML: how strong each convention is, examples, exceptions; and what differs from another."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from checker.conventions import CONVENTIONS
from checker.style.counts import above
from checker.style.judge import Judge
from checker.style.rules import Rule
from checker.style.validity import Validity
from checker.style.wording import Spots, how_often, scope_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of the handbook, in words."""

    about: str
    usual: str
    strength: str
    examples: tuple[str, ...]
    exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One convention: its rules, the strongest first, how many more there are, and what stc.toml mutes in it."""

    code: str
    title: str
    why: str
    entries: tuple[Entry, ...]
    more: int
    muted: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said beside the rules."""
        if self.entries or self.muted:
            return self.muted
        return ("No convention: there is too little of it, or no majority, or other houses do the same.",)


@dataclass(frozen=True, slots=True)
class Handbook:
    """All of it. `head` are lines about the house and the validity of what is said."""

    name: str
    head: tuple[str, ...]
    sections: tuple[Section, ...]


def handbook(judge: Judge, codes: Sequence[str], most: int) -> Handbook:
    """Answer the handbook, of the conventions `codes` or of all. Raises BadInputError for a convention that is none."""
    wanted = [CONVENTIONS[code].code for code in codes] or list(CONVENTIONS)
    spots = Spots(judge.index)
    sections = []
    for code in wanted:
        rules = [rule for rule in judge.book.in_force if rule.code == code and not _is_implied(rule, judge)]
        # What is general and frequent comes first; rules of narrow scopes are exceptions to it.
        rules.sort(key=lambda rule: (rule.scope != "all", -rule.count * (rule.lift > 1), rule.context))
        entries = tuple(_entry(judge, rule, spots) for rule in rules[:most])
        muted = tuple(
            f"Muted in stc.toml{f' ({mute.context})' if mute.context else ''}: {mute.reason}"
            for mute in judge.wishes.muted
            if mute.convention == code
        )
        sections.append(Section(code, CONVENTIONS[code].title, _why(CONVENTIONS[code].doc), entries, max(0, len(rules) - most), muted))
    meta = judge.mined.meta
    head = (
        f"{meta['methods']:,} methods, {len(judge.book.in_force):,} conventions in force.",
        judge.validity.line[:1].upper() + judge.validity.line[1:] + ".",
        judge.validity.verdict[:1].upper() + judge.validity.verdict[1:] + ".",
    )
    return Handbook(judge.index.path.name, head, tuple(sections))


def _is_implied(rule: Rule, judge: Judge) -> bool:
    """Answer whether a more general rule says the same already."""
    general = judge.book.find(rule.scope, rule.name, above(rule.context))
    return general is not None and general.in_force and general.value == rule.value


def _entry(judge: Judge, rule: Rule, spots: Spots) -> Entry:
    one = CONVENTIONS[rule.code]
    pin = judge.wishes.pin_of(rule)
    seen = f"{rule.classes} classes, {rule.packages} packages; {min(rule.lift, 999):.1f} times as often as elsewhere"
    why = seen if pin is None else f"pinned in stc.toml: {pin.reason}"
    strength = f"{how_often(rule.count, rule.kept)}{scope_of(rule)}; {why}"
    others = sorted(judge.mined.of(rule.context).items(), key=lambda item: (-item[1], item[0])) if rule.scope == "all" else []
    exceptions = []
    for value, _ in [(value, count) for value, count in others if value != rule.value][:2]:
        places = judge.mined.places_of(value, rule.context, (), 1)
        exceptions += [f"{one.named(value)}: {spot}" for spot in spots.of(places)]
    return Entry(
        one.about(rule.context[4:]), one.named(rule.value), strength, tuple(map(str, spots.of(rule.places[:3]))), tuple(exceptions)
    )


def _why(doc: str) -> str:
    """Answer the paragraph under `Why:` of a docstring."""
    said = doc.partition("Why:\n")[2].partition("Example:")[0]
    return " ".join(said.split())


def markdown(book: Handbook) -> str:
    """Answer the handbook as Markdown."""
    lines = [f"# The conventions of {book.name}", "", *(f"{line}\n" for line in book.head)]
    for section in book.sections:
        lines += [f"## {section.code} {section.title[:1].upper()}{section.title[1:]}", "", section.why, ""]
        lines += [line for said in section.lines for line in (said, "")]
        for entry in section.entries:
            lines.append(f"* {entry.about}: **{entry.usual}** ({entry.strength})")
            lines += [f"  * {example}" for example in entry.examples]
            lines += [f"  * but {exception}" for exception in entry.exceptions]
        if section.more:
            lines.append(f"* and {section.more} more")
        if section.entries:
            lines.append("")
    return "\n".join(lines)


_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;overflow-wrap:anywhere}"
    "small{opacity:.75}li{margin:.3em 0}"
)


def html_page(book: Handbook) -> str:
    """Answer the handbook as one HTML page that needs nothing else."""
    escape = html.escape
    parts = [f"<h1>The conventions of {escape(book.name)}</h1>", *(f"<p>{escape(line)}</p>" for line in book.head)]
    for section in book.sections:
        parts.append(f'<h2 id="{section.code}">{section.code} {escape(section.title)}</h2><p>{escape(section.why)}</p>')
        parts += [f"<p>{escape(line)}</p>" for line in section.lines]
        for entry in section.entries:
            shown = "".join(f"<li>{escape(example)}</li>" for example in entry.examples)
            shown += "".join(f"<li>but {escape(exception)}</li>" for exception in entry.exceptions)
            parts.append(
                f"<p>{escape(entry.about)}: <b>{escape(entry.usual)}</b> <small>({escape(entry.strength)})</small></p><ul>{shown}</ul>"
            )
        if section.more:
            parts.append(f"<p>and {section.more} more</p>")
    body = "\n".join(parts)
    title = f"The conventions of {escape(book.name)}"
    return f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>\n{body}\n</html>\n'


def rule_objects(judge: Judge, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the JSON object of each rule in force, with the places that show it."""
    wanted = {CONVENTIONS[code].code for code in codes}
    spots = Spots(judge.index)
    for rule in judge.book.in_force:
        if not wanted or rule.code in wanted:
            one = CONVENTIONS[rule.code]
            yield {
                "convention": rule.code,
                "scope": rule.scope,
                "name": rule.name or None,
                "context": rule.context[4:],
                "about": one.about(rule.context[4:]),
                "value": rule.value,
                "count": rule.count,
                "kept": rule.kept,
                "lower": round(rule.lower, 4),
                "lift": round(rule.lift, 2),
                "classes": rule.classes,
                "packages": rule.packages,
                "author_share": round(rule.author_share, 3),
                "places": [{"reference": spot.reference, "file": spot.file, "line": spot.line} for spot in spots.of(rule.places)],
            }


def differences(old: Judge, new: Judge) -> list[dict[str, Any]]:
    """Answer what differs between the conventions of two houses: new, gone, turned, stronger, weaker.

    Where it is none in one of them, what most do there is said, if that was counted.
    """
    before, after = ({(r.scope, r.name, r.context): r for r in judge.book.in_force} for judge in (old, new))
    found = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        change = _change(one, other)
        rule = other or one
        if change is not None and rule is not None:
            both = (one or old.book.find(*key), other or new.book.find(*key))
            shown = [f"{CONVENTIONS[rule.code].named(r.value)} ({how_often(r.count, r.kept)})" if r else None for r in both]
            about = CONVENTIONS[rule.code].about(rule.context[4:]) + scope_of(rule)
            found.append({"change": change, "convention": rule.code, "about": about, "before": shown[0], "after": shown[1]})
    return found


def _change(one: Rule | None, other: Rule | None) -> str | None:
    if one is None or other is None:
        return "new" if one is None else "gone"
    if one.value != other.value:
        return "turned"
    # Within the uncertainty of both nothing has changed.
    if other.lower > one.share:
        return "stronger"
    return "weaker" if one.lower > other.share else None


def validity_lines(validity: Validity, meta: dict[str, Any]) -> list[str]:
    """Answer the validity report as lines."""

    def number(value: float | None, form: str = ".3f") -> str:
        return "too little to measure" if value is None else format(value, form)

    weights = sorted(meta["weights"].items(), key=lambda item: -item[1])
    return [
        f"held-out methods: {validity.methods:,}, as many of {validity.others}, matched in size; identifiers abstracted",
        f"AUC, methods: {number(validity.auc_method)}",
        f"AUC, classes: {number(validity.auc_class)}",
        f"AUC, labels shuffled: {number(validity.null)} (0.5 if nothing leaks)",
        f"Brier score of the probability: {number(validity.brier)} (0.25 says nothing)",
        f"one convention broken ranks below its original: {number(validity.pairs)} of {validity.pairs_count} pairs",
        f"methods of the house that check finds fault with: {number(validity.false_alarms, '.1%')} of those held out",
        f"rules of one half of the classes that the other half has too: {number(validity.stability, '.1%')}",
        f"conventions by weight: {', '.join(f'{code} {weight:.2f}' for code, weight in weights)}",
        validity.verdict,
    ]
