"""TypeScript and Markdown beside the Smalltalk: what is read, which samples are made of it, and their proof from the folder alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sampled_loaders import HEADER, class_text
from sampling import proved, samples_of

from datagen.companions import LARGEST, Companions, companion_of, read_companions
from datagen.compile import Settings, compile_dataset
from datagen.constructs import WORDED
from datagen.mentions import mentions_in
from datagen.naming import argument_names, method_name
from datagen.phrase import code_in
from datagen.proof import verify_dataset
from datagen.redact import Redactor
from datagen.sample import Prompt, Sample, ask
from datagen.sections import sections_of
from datagen.typescript import read_typescript
from stparse.index.build import build_index
from stparse.index.query import CodeIndex

ITEMS = (
    HEADER
    + class_text("BpItem", "Model", "title cue", "Registry")
    + class_text("BpClip", "BpItem", "frames")
    + "".join(class_text(f"Bp{name}", "Object") for name in ("Alpha", "Beta", "Gamma", "Delta"))
    + """!BpItem methodsFor: 'accessing'!

title
	^title!

title: aString
	title := aString!

at: index put: class
	^cue at: index put: class! !

!BpItem methodsFor: 'testing'!

isClip
	^false!

= anItem
	^title = anItem title!

frames
	self subclassResponsibility!

firstIn: items
	items do: [:each | each isClip ifTrue: [^each]].
	1 to: 3 do: [:n | n > 2 ifTrue: [^nil]].
	[cue isNil] whileFalse: [^cue].
	^self perform: #title! !

!BpItem class methodsFor: 'instance creation'!

title: aString
	^self new title: aString! !

!BpClip methodsFor: 'accessing'!

frames
	^25!

isClip
	^true!

release
	super release; title: nil.
	#(perform: become:) size.
	[^thisContext] value!

name
	^'clip'! !
"""
)
ITEM_TS = """import { x } from './x';

/** Counterpart of BpItem \u2013 in short. */
export abstract class Item {
  #title = '';
  constructor(readonly cue: string[]) { super({ a: 1 }); }
  get title(): string { return this.#title; }
  setTitle(title: string): void { if (title) { this.#title = title; } }
  atPut(index: number, value: string): void { this.cue[index] = value; }
  static title(title: string): Item { return `{${title}}`; } // not isClip()
  equals(other: Item): boolean { return false; }
}

export interface Clip { readonly frames: number; }
export class Unrelated {}
"""
GUIDE = """# Guide

## Items

A `BpItem` goes on air. Ask it `BpItem>>firstIn:` and more of that sort. The BpClip comes later.

```smalltalk
# BpClip is no heading here, whatever else is written in it
```

## BpClip

Clips are short, and they have frames: see ftp://mueller:geheim123@clips.broadcaster.example/frames.

**Cue** - what stands before a `BpClip`, in the list of all the items there are.

## Nothing

Too short.

| `BpItem` | a table is no sentence, however many words there are in it |
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a folder with Smalltalk, TypeScript and Markdown."""
    folder = tmp_path_factory.mktemp("beside") / "src"
    for name, text in {
        "Items.st": ITEMS,
        "web/item.ts": ITEM_TS,
        "docs/guide.md": GUIDE,
        "node_modules/item.ts": ITEM_TS,
        "dist/guide.md": GUIDE,
        ".git/guide.md": GUIDE,
        "Foo.class/README.md": GUIDE,
        "video.ts": "G\0\0" * 100,
        "translation.ts": "<?xml version='1.0'?><TS/>",
        "broken.ts": "export class BpAlpha { a( }",
        "large.md": "x" * (LARGEST + 1),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture(scope="module")
def index(source: Path) -> Iterator[CodeIndex]:
    """Answer the index of the Smalltalk."""
    build_index([source], source.parent / "index.sqlite", jobs=1)
    with CodeIndex.open(source.parent / "index.sqlite") as found:
        yield found


@pytest.fixture(scope="module")
def companions(source: Path) -> Companions:
    """Answer what lies beside it."""
    return read_companions([source], Redactor())


def one(samples: list[Sample], about: str) -> Sample:
    return next(sample for sample in samples if sample.claims[0].about == about)


# What is read


def test_what_is_read(companions: Companions) -> None:
    assert [file.path for file in companions.files] == ["broken.ts", "docs/guide.md", "web/item.ts"]
    assert companions.left_out == {"not text": 1, "XML": 1, f"larger than {LARGEST // 1024} KB": 1}
    assert companions.files[1].is_markdown
    assert not companions.files[2].is_markdown
    assert all(companion_of(file.to_line()) == file for file in companions.files)


def test_secrets_are_hidden(source: Path, companions: Companions) -> None:
    assert "geheim123" not in companions.files[1].text
    assert len(companions.files[1].text) == len(GUIDE)
    assert {(place["file"], place["line"]) for place in companions.hidden} == {("docs/guide.md", 13)}
    assert "geheim123" in read_companions([source]).files[1].text


def test_sections() -> None:
    found = {section.title: GUIDE[section.start : section.end] for section in sections_of(GUIDE)}
    assert list(found) == ["Items", "BpClip", "Cue", "Nothing"]
    assert found["Items"].endswith("```")
    assert found["Cue"].startswith("**Cue** - ")


@given(st.text(alphabet="#`* -\nabc~", max_size=80))
def test_sections_cut_without_overlap(text: str) -> None:
    found = sections_of(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(text.count("\n", 0, section.start) + 1 == section.line for section in found)


def test_mentions(index: CodeIndex, companions: Companions) -> None:
    found = [(mention.key, [f"{p.path}:{p.line}" for p in mention.passages]) for mention in mentions_in(index, companions)]
    assert found == [
        ("md BpClip", ["docs/guide.md:11", "docs/guide.md:15"]),
        ("md BpItem", ["docs/guide.md:3"]),
        ("ts BpClip", ["web/item.ts:14"]),
        ("ts BpItem", ["web/item.ts:4"]),
    ]


def test_typescript() -> None:
    found = read_typescript(ITEM_TS)
    assert found.sound
    item, clip, _ = found.classes
    assert (item.name, item.is_abstract, item.line, item.remark) == ("Item", True, 4, "Counterpart of BpItem \u2013 in short.")
    assert ITEM_TS[item.start : item.end].startswith("/** Counterpart")
    assert ITEM_TS[clip.start : clip.end] == "export interface Clip { readonly frames: number; }"
    kinds = [(member.name, member.kind, member.static) for member in item.members]
    assert kinds[:4] == [
        ("#title", "field", False),
        ("constructor", "constructor", False),
        ("cue", "field", False),
        ("title", "getter", False),
    ]
    assert ("title", "method", True) in kinds
    assert not read_typescript("class A { a( }").sound


@pytest.mark.parametrize(
    ("selector", "name"),
    [
        ("at:put:", "atPut"),
        ("title", "title"),
        ("title:", "setTitle"),
        ("resolve:", "resolveWith"),
        ("printReport:", "printReportWith"),
        ("printName:", "setPrintName"),
        ("printer:", "setPrinter"),
        ("érosion:", "setÉrosion"),
        ("includes:", "includes"),
        ("<=", "isAtMost"),
        ("constructor", "constructor_"),
        ("%", None),
    ],
)
def test_names(selector: str, name: str | None) -> None:
    assert method_name(selector, {"title", "at", "resolve", "printName", "printReport", "printer", "érosion"}.__contains__) == name
    assert method_name("name", lambda _: False, static=True) == "name_"
    assert argument_names(["class", "aString"]) == ("class_", "aString")


# What is made


@pytest.mark.parametrize("kind", ["qa.migration", "qa.document", "qa.counterpart"])
def test_all_hold(index: CodeIndex, companions: Companions, kind: str) -> None:
    found = [sample for seed in range(6) for sample in samples_of(index, kind, seed, companions=companions)]
    assert len({sample.prompt.text.split("\n")[0] for sample in found}) >= 4
    assert [why for why in proved(index, found, companions=companions) if why] == []


def test_a_sketch(index: CodeIndex) -> None:
    found = one(samples_of(index, "qa.migration"), "BpItem").answer
    assert code_in(found, "typescript") == (
        """export declare abstract class BpItem extends Model {
  protected _title: unknown;
  protected _cue: unknown;
  protected static _Registry: unknown; // class variable

  // accessing
  title(): unknown;
  setTitle(aString: unknown): this; // title:
  atPut(index: unknown, class_: unknown): unknown; // at:put:

  // testing
  isClip(): boolean;
  equals(anItem: unknown): unknown; // =
  abstract frames(): unknown;
  firstIn(items: unknown): unknown; // firstIn:

  // instance creation
  static title(aString: unknown): unknown; // title:
}""",
    )
    needs = found.partition("This needs a person:\n")[2]
    assert [line[:30] for line in needs.split("\n")] == [
        "- `Model` is outside the index",
        "- `Registry` is shared with th",
        f"- {WORDED['non-local return']}"[:30],
        f"- {WORDED['perform']}"[:30],
        f"- {WORDED['equality']}"[:30],
    ]
    assert "`BpItem>>firstIn:` (Items.st:" in needs


def test_what_only_looks_like_a_construct(index: CodeIndex) -> None:
    found = one(samples_of(index, "qa.migration"), "BpClip")
    assert found.claims[-1].names == ("non-local return", "context", "super cascade")
    assert "name(): string;" in found.answer


LIES: list[tuple[str, Callable[[str], str]]] = [
    ("a field is missing", lambda text: text.replace("  protected _cue: unknown;\n", "")),
    ("a method is missing", lambda text: re.sub(r"  isClip.*\n", "", text)),
    ("a method is there twice", lambda text: text.replace("  isClip(): boolean;", "  isClip(): boolean;\n  isClip(): boolean;")),
    ("another superclass", lambda text: text.replace("extends Model", "extends Modal")),
    ("no TypeScript", lambda text: text.replace("isClip(): boolean;", "isClip(: boolean;")),
    ("another parameter", lambda text: text.replace("aString: unknown", "aText: unknown")),
    ("another name", lambda text: text.replace("atPut(", "put(")),
    ("no setter", lambda text: text.replace("setTitle(", "title_(")),
    ("another side", lambda text: text.replace("static title", "title")),
    ("another type", lambda text: text.replace("isClip(): boolean", "isClip(): string")),
    ("a type too many", lambda text: text.replace("  title(): unknown", "  title(): string")),
    ("a construct is missing", lambda text: re.sub(r"- The selector is only.*\n", "", text)),
    ("another place", lambda text: text.replace("`BpItem>>firstIn:` (", "`BpItem>>isClip` (")),
]


@pytest.mark.parametrize(("lie", "told"), LIES, ids=[lie for lie, _ in LIES])
def test_a_wrong_sketch_is_found(index: CodeIndex, lie: str, told: Callable[[str], str]) -> None:
    claim = {"no setter": "setters", "another type": "types", "a type too many": "types"}.get(lie, "sketch")
    claim = "constructs" if lie in ("a construct is missing", "another place") else claim
    sample = one(samples_of(index, "qa.migration"), "BpItem")
    wrong = replace(sample, answer=told(sample.answer))
    assert wrong.answer != sample.answer
    reasons = proved(index, [wrong])[0]
    assert any(reason.startswith(f"{claim}: ") for reason in reasons), reasons


def test_a_document(index: CodeIndex, companions: Companions) -> None:
    found = one(samples_of(index, "qa.document", companions=companions), "BpClip")
    assert found.answer.startswith(
        "Two sections of the documents beside the indexed code name `BpClip` in their heading or first sentence."
    )
    assert 'docs/guide.md:11, "BpClip":\n\n> ## BpClip\n>\n> Clips are short' in found.answer
    assert [source.file for source in found.sources] == ["Items.st", "docs/guide.md", "docs/guide.md"]


def test_a_counterpart(index: CodeIndex, companions: Companions) -> None:
    found = one(samples_of(index, "qa.counterpart", companions=companions), "BpItem")
    assert found.answer.startswith("`BpItem` (Items.st:3) is the class `Item` in TypeScript (web/item.ts:4):")
    assert found.answer.endswith(
        "Of its eight methods in the indexed code, four have a counterpart by name there:"
        " `title`, `at:put:` as `atPut`, `=` as `equals` and `class>>title:` as `title`."
    )


@pytest.mark.parametrize(
    ("kind", "about", "was", "now"),
    [
        ("qa.document", "BpClip", "Clips are short", "Clips are long"),
        ("qa.document", "BpClip", "docs/guide.md:11", "docs/guide.md:12"),
        ("qa.counterpart", "BpItem", "readonly cue", "cue"),
        ("qa.counterpart", "BpItem", "`class>>title:` as", "`class>>name:` as"),
    ],
)
def test_wrong_quotations_are_found(index: CodeIndex, companions: Companions, kind: str, about: str, was: str, now: str) -> None:
    sample = one(samples_of(index, kind, companions=companions), about)
    wrong = replace(sample, answer=sample.answer.replace(was, now))
    assert wrong.answer != sample.answer
    assert proved(index, [wrong], companions=companions) != [[]]


def test_claims_that_leave_something_out_are_found(index: CodeIndex, companions: Companions) -> None:
    sample = one(samples_of(index, "qa.document", companions=companions), "BpClip")
    claim = replace(sample.claims[0], names=sample.claims[0].names[:1], places=sample.claims[0].places[:1], count=1)
    assert "the documents speak of it in" in proved(index, [replace(sample, claims=(claim,))], companions=companions)[0][0]
    other = replace(sample, prompt=Prompt(ask("What do our docs say about `BpItem`?").messages))
    assert proved(index, [other], companions=companions) != [[]]


# In the folder


@pytest.fixture(scope="module")
def written(index: CodeIndex, companions: Companions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a data set with samples of companions."""
    out = tmp_path_factory.mktemp("written") / "set"
    compile_dataset(index, Settings(out, 7, companions=companions, share=0.0))
    return out


def test_the_folder_proves_itself(written: Path) -> None:
    manifest: dict[str, Any] = json.loads((written / "manifest.json").read_text(encoding="utf-8"))
    assert {"qa.migration", "qa.document", "qa.counterpart"} <= manifest["samples"].keys()
    assert [file["path"] for file in manifest["companions"]["files"]] == ["broken.ts", "docs/guide.md", "web/item.ts"]
    assert not [one for one in manifest["skipped"] if one["path"] in ("docs/guide.md", "web/item.ts")]
    kept = [companion_of(line).path for line in (written / "companions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert kept == ["docs/guide.md", "web/item.ts"]
    assert '"file":"docs/guide.md"' in (written / "redacted.jsonl").read_text(encoding="utf-8")
    assert verify_dataset(written).failures == ()


def test_a_changed_companion_is_found(written: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(written, tmp_path / "set"))
    path = copy / "companions.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Clips are short", "Clips are shirt"), encoding="utf-8", newline="\n")
    reasons = {failure.reason for failure in verify_dataset(copy).failures}
    assert "source: docs/guide.md is not what it was" in reasons
    assert "the file is not the one that manifest.json names" in reasons
    path.write_text('{"path":"docs/other.md","digest":"0","text":""}\nnothing\n', encoding="utf-8", newline="\n")
    reasons = {failure.reason for failure in verify_dataset(copy).failures}
    assert "docs/other.md is not the file that manifest.json names" in reasons
    assert any(reason.startswith("not a companion of stc: 'nothing'") for reason in reasons)
