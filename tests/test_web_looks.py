"""Every page in a real browser, light and dark, wide and narrow: axe finds nothing, nothing is wider than the window, no complaint."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import pytest
from evaluating import MINI, suite_of
from evaluating import index_of as indexed
from storing import Clone, clone, sample, write_dataset
from test_promote import DATA, measured, trained
from webbing import CODE, FakeModel, browser_page, needs_browser, served

pytest.importorskip("starlette", reason="the pages need stc[web]")
pytest.importorskip("jinja2", reason="the pages need stc[web]")

from evaluator.item import Suite
from stc.cli import run
from stc.people import add
from store import examples, feedback, models, review
from store.embedded import USER, Embedded
from trainer.basemodel import digest_of_model
from trainer.live import write_point

pytestmark = pytest.mark.xdist_group("store")
PACKAGE = "Bp-Rights"
PAGES = {
    "packages": "/", "package": f"/package?name={quote(PACKAGE)}", "class": "/class?name=BpRight",
    "selector": "/selector?name=isOpen", "references": "/references?name=BpRight", "search": "/search?q=right",
    "error": "/class?name=Nobody", "sign in": "/sign-in", "question": "/ask", "answer": "/ask?q=what+is+BpRight", "review": "/review",
    "item": "/review/item?id={item}", "correction": "/review/item?id={correction}&last={item}",
    "unanswered": "/review/unanswered?id={unanswered}", "conventions": "/conventions", "data": "/data", "data set": "/data/set?name=data",
    "training": "/training", "run": "/training/run?name=live", "models": "/models",
    "compare": "/models/compare?first=eval-one&second=eval-two", "consider": "/models/consider?run=one&evaluation=eval-one",
}  # fmt: skip
"""The addresses of what is looked at; what is in braces is in the store."""
WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 360, "height": 700}
needs_axe = pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="needs axe-playwright-python")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8") if find_spec("axe_playwright_python") else ""
WORDS = ["See BpRight>>isOpen.\n\n", "```smalltalk\nBpRight>>isShut\n\t^self isOpen ifTrue: [3\n```\n"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WRONG = """<!doctype html><html lang=en><title>x</title><style>p { color: #000; background: #fff }
    @media (prefers-color-scheme: dark) { p { color: #999; background: #aaa } }</style><main><input><p>low</p></main></html>"""


@dataclass(frozen=True, slots=True)
class World:
    """Where pages are served that have something to show on each of them, their addresses by name, and the cookie of who is signed in."""

    address: str
    pages: dict[str, str]
    cookie: tuple[str, str]


@pytest.fixture(scope="module")
def world(postgres: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Fill a store and a folder, and serve them."""
    folder = tmp_path_factory.mktemp("looks")
    index = indexed(MINI, folder / "index.sqlite")
    assert run(["conventions", "mine", "--index", str(index), "--jobs", "1"]) == 0
    (folder / "Right.st").write_text(CODE, encoding="utf-8")
    assert run(["compile-dataset", str(folder / "Right.st"), "-o", str(folder / "work" / "data"), "--jobs", "1"]) == 0
    suite = suite_of(index, 60)
    suite = Suite(suite.name, suite.digest, suite.items, suite.dialect, DATA, suite.index, None, ())
    for name, right in (("one", 7), ("two", 10)):
        measured(folder / "work", suite, trained(folder / "work", name), right)
    live = folder / "work" / "live"
    live.mkdir()
    record = {"format": 1, "status": "running", "base": {"name": "tiny"}, "spec": {"stages": ["sft"]}}
    (live / "run.json").write_text(json.dumps(record), encoding="utf-8")
    for step in range(1, 50):
        write_point(
            live / "stages" / "sft", {"stage": "sft", "step": step, "loss": 2 / step, "validation_accuracy": 1 - 1 / step, "of": 100}
        )
    model = FakeModel()
    model.words = WORDS
    model.released.set()
    (folder / "stc.toml").write_text(f'[ask]\nendpoint = "{model.url}"\nmodel = "m"\n[gate]\nadherence = 0.0\n', encoding="utf-8")
    token = add(folder / "people.json", "anna")
    with clone(postgres) as db:
        ids = _filled(db, folder)
        environment = {"STC_DSN": db.conninfo(USER), "STC_CONFIG": str(folder / "stc.toml")}
        with served(index, "--work", str(folder / "work"), "--people", str(folder / "people.json"), environment=environment) as address:
            cookie = (f"stc_token_{urlsplit(address).port}", token)
            yield World(address, {name: path.format(**ids) for name, path in PAGES.items()}, cookie)
    model.close()


def _filled(db: Clone, folder: Path) -> dict[str, str]:
    """Put something into the store; answer an example, a correction of another, and feedback that waits for an answer."""
    made = [sample(n) for n in range(120)] + [sample(n, "completion.method_body", answer=f"isOpen{n}\n\t^nil") for n in range(2)]
    with db.store("ben") as store:
        examples.load(store, write_dataset(folder / "rights", made))
        found = review.decide(store, made[-1].id, "correct", correction="isOpen\n\t^nil isNil")
        review.decide(store, made[1].id, "reject", "trivial")
        feedback.give(store, feedback.Feedback("Who?", "I", rating=1, corrected_answer="You"))
        bad = feedback.give(store, feedback.Feedback("What is it?", "".join(WORDS), thumbs="down", comment="wrong", model="m"))
        version = folder / "work" / "models" / "m-v1"
        shutil.copytree(folder / "work" / "two", version)
        shutil.copytree(folder / "work" / "eval-two", version / "evaluation")
        models.register(store, "m-v1", digest=digest_of_model(version / "adapter"), path=str(version))
        gate = {"reasons": [{"rule": "compile_rate", "kept": True, "said": "93 %"}, {"rule": "adherence", "kept": False, "said": "low"}]}
        models.promote(store, "m-v1", passed=True, gate=gate, reason="better")
    assert found.correction is not None
    return {"item": made[0].id, "correction": found.correction, "unanswered": str(bad)}


def _shown(page: Any, address: str, name: str) -> None:
    """Open a page, and what it has that is closed at first."""
    page.goto(address)
    # While passages are read for the first time the page loads itself again.
    page.wait_for_selector("[data-reload]", state="detached")
    if name == "answer":
        page.wait_for_selector("figure.checked")
    if name in ("item", "correction", "unanswered"):
        page.keyboard.press("e")
        page.keyboard.press("Control+End")
        page.keyboard.type(" [")
        page.wait_for_selector("[data-preview] .diff")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.fixture(scope="module")
def browser(world: World) -> Iterator[tuple[Any, list[str]]]:
    """Answer a page of one browser for all tests, of somebody who is signed in, and the list that its complaints come into."""
    with browser_page(viewport=WIDE) as (page, complaints):
        page.context.add_cookies([{"name": world.cookie[0], "value": world.cookie[1], "url": world.address}])
        yield page, complaints


def _violations(page: Any) -> dict[str, list[tuple[str, list[Any]]]]:
    """Answer what axe says of the page as it is, in each colour scheme; all but the colours is the same in the second one."""
    page.evaluate(AXE)
    colours = page.evaluate("axe.getRules(['cat.color'])")
    only = {"type": "rule", "values": [one["ruleId"] for one in colours if set(TAGS) & set(one["tags"])]}
    found = {}
    for scheme, rules in (("light", {"type": "tag", "values": TAGS}), ("dark", only)):
        page.emulate_media(color_scheme=scheme)
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        said = page.evaluate("options => axe.run(options).then((found) => found.violations)", options)
        found[scheme] = [(one["id"], [node["target"] for node in one["nodes"]][:4]) for one in said]
    return found


@needs_browser
@needs_axe
@pytest.mark.parametrize("name", PAGES)
def test_a_page(world: World, browser: tuple[Any, list[str]], name: str) -> None:
    page, complaints = browser
    complaints.clear()
    _shown(page, world.address + world.pages[name], name)
    assert _violations(page) == {"light": [], "dark": []}
    page.set_viewport_size(NARROW)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size(WIDE)
    assert wider <= 0
    # The page that says that there is no such class is a 404, which the console tells.
    assert [said for said in complaints if name != "error" or "404" not in said] == []


@needs_browser
@needs_axe
def test_what_is_wrong_is_found(browser: tuple[Any, list[str]]) -> None:
    page, _ = browser
    page.goto("about:blank")
    page.set_content(WRONG)
    assert {scheme: {rule for rule, _ in said} for scheme, said in _violations(page).items()} == {
        "light": {"label"},
        "dark": {"color-contrast"},
    }


def test_a_hundred_readers_of_every_page(world: World) -> None:
    paths: Sequence[str] = [path for name, path in world.pages.items() if name not in ("error", "compare")]

    def read(number: int) -> int:
        request = Request(world.address + paths[number % len(paths)], headers={"Cookie": "=".join(world.cookie)})
        with urlopen(request, timeout=200) as answer:
            answer.read()
            assert answer.url.endswith(paths[number % len(paths)])
            return int(answer.status)

    with ThreadPoolExecutor(100) as readers:
        assert set(readers.map(read, range(200))) == {200}
