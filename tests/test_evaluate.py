"""Evaluation of recorded answers: known mixtures score what they must, missing answers are failures, nothing is asked twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from evaluating import FAULTS, MINI, index_of, suite_of

from datagen.complete import Asked, Completion
from datagen.sample import ask
from evaluator.compare import differences
from evaluator.evaluate import Plan, evaluate, read_report, read_rows, report_in
from evaluator.item import Expected, Item, Suite, Way
from evaluator.judged import Bench, Judged, open_bench
from evaluator.judging import row_of
from evaluator.metrics import METRICS, marks_of
from evaluator.page import html_page, markdown
from evaluator.recorded import Recorded
from evaluator.suite import read_suite
from stc.cli import cli
from stparse.issue import BadInputError

pytestmark = pytest.mark.xdist_group("evaluate")


def quiet(phase: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return suite_of(index_of(MINI / "Foundation", tmp_path_factory.mktemp("evaluate") / "index.sqlite"), 100)


def recording(path: Path, answers: dict[str, str | None]) -> Recorded:
    path.write_text("".join(json.dumps({"id": key, "completion": text}) + "\n" for key, text in answers.items()), encoding="utf-8")
    return Recorded(path)


def test_real_methods_all_compile(suite: Suite, tmp_path: Path) -> None:
    found = evaluate(
        recording(tmp_path / "r.jsonl", {i.id: i.reference for i in suite.items}), Plan(suite, conventions=False), tmp_path, "t", quiet
    )
    for name in ("compile_rate", "syntax_rate", "exact_match", "tree_match", "edit_similarity", "answered"):
        score = found.score(name)
        assert score is not None
        assert score.value == 1.0, name
    assert not found.failures


@pytest.mark.parametrize("fenced", [False, True])
def test_thirty_faults_in_a_hundred_score_seventy(suite: Suite, tmp_path: Path, fenced: bool) -> None:
    assert len(suite.items) == 100
    answers: dict[str, str | None] = {}
    wanted: dict[str, str] = {}
    for place, item in enumerate(suite.items):
        text = item.reference
        if place % 10 < 3:
            code = list(FAULTS)[place % 10 + place // 10 % 3]
            text, wanted[item.id] = FAULTS[code](text), code
        answers[item.id] = f"Here it is:\n\n```smalltalk\n{text}\n```\n" if fenced else text
    assert len(wanted) == 30
    assert len(set(wanted.values())) == len(FAULTS)
    found = evaluate(recording(tmp_path / "r.jsonl", answers), Plan(suite, conventions=False), tmp_path, "t", quiet)
    score = found.score("compile_rate")
    assert score is not None
    assert score.value == 0.7
    assert score.low < 0.7 < score.high
    for row in read_rows(tmp_path):
        codes = [one.code for one in row.findings]
        assert codes == [] if row.item not in wanted else wanted[row.item] in codes, (row.item, codes)


def test_an_undeclared_name_does_not_compile(suite: Suite, tmp_path: Path) -> None:
    item = next(item for item in suite.items if item.class_name == "Broadcast.BpRange" and not item.meta)
    found = evaluate(
        recording(tmp_path / "r.jsonl", {item.id: f"{item.selector}\n\t^zork"}), Plan(suite, conventions=False), tmp_path, "t", quiet
    )
    assert [one.code for row in read_rows(tmp_path) if row.item == item.id for one in row.findings][:1] == ["C101"]
    assert found.score("compile_rate").value == 0.0  # type: ignore[union-attr]


def test_what_is_missing_is_a_failure_and_is_shown(suite: Suite, tmp_path: Path) -> None:
    answers = {item.id: item.reference for item in suite.items[:80]}
    found = evaluate(recording(tmp_path / "r.jsonl", {**answers}), Plan(suite, conventions=False), tmp_path, "t", quiet)
    score = found.score("compile_rate")
    assert score is not None
    assert (score.value, score.missing, score.n) == (0.8, 20, 100)
    assert found.missing == {"not in the recording": 20}
    assert "20 answers are missing and count as failures" in markdown(found)


class Counting:
    """A model that counts how often it is asked, and can be interrupted."""

    batch = 10
    ranks = False

    def __init__(self, most: int = 10_000) -> None:
        self.asked: Counter[str] = Counter()
        self.most = most

    @property
    def identity(self) -> dict[str, str]:
        return {"kind": "counting"}

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        if self.asked.total() >= self.most:
            raise KeyboardInterrupt
        self.asked.update(one.id for one in asked)
        return [Completion("foo\n\t^1", tokens=5, seconds=0.1, ended=True) for _ in asked]


def test_an_interrupted_evaluation_goes_on(suite: Suite, tmp_path: Path) -> None:
    first, second = Counting(40), Counting()
    with pytest.raises(KeyboardInterrupt):
        evaluate(first, Plan(suite, conventions=False), tmp_path, "t", quiet)
    with (tmp_path / "completions.jsonl").open("a") as file:
        file.write('{"id": "m1", "comp')
    found = evaluate(second, Plan(suite, conventions=False), tmp_path, "t", quiet)
    assert (first.asked.total(), second.asked.total()) == (40, 60)
    again = evaluate(Counting(0), Plan(suite, conventions=False), tmp_path, "t", quiet)
    assert again.to_json() == found.to_json()
    speed = found.score("speed")
    assert speed is not None
    assert speed.value == pytest.approx(50.0)


def test_a_report_reads_back_and_its_pages_hold_no_script(suite: Suite, tmp_path: Path) -> None:
    answers: dict[str, str | None] = {item.id: item.reference + " <script>]" for item in suite.items}
    found = evaluate(recording(tmp_path / "r.jsonl", answers), Plan(suite, conventions=False), tmp_path, "t", quiet)
    assert report_in(tmp_path).to_json() == found.to_json()
    page = html_page(found)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "^" in found.failures[0].shown[0].splitlines()[-1]
    (tmp_path / "rows.jsonl").write_text("")
    with pytest.raises(BadInputError, match="not what the report was made from"):
        read_report(tmp_path)


def test_two_models_are_told_apart_and_one_is_not_from_itself(suite: Suite, tmp_path: Path) -> None:
    good: dict[str, str | None] = {item.id: item.reference for item in suite.items}
    bad = {key: text if place % 3 else f"{text} ]" for place, (key, text) in enumerate(good.items())}
    for name, answers in (("good", good), ("bad", bad)):
        evaluate(recording(tmp_path / f"{name}.jsonl", answers), Plan(suite, conventions=False), tmp_path / name, "t", quiet)
    rows = {name: read_rows(tmp_path / name) for name in ("good", "bad")}
    verdicts = {one.metric: one.verdict for one in differences(rows["good"], rows["bad"])}
    assert verdicts["compile_rate"] == "worse"
    assert {one.verdict for one in differences(rows["good"], rows["good"])} == {"no difference is shown"}


def test_jobs_do_not_change_what_is_found(suite: Suite, tmp_path: Path) -> None:
    answers: dict[str, str | None] = {item.id: item.reference + (" ]" if place % 7 == 0 else "") for place, item in enumerate(suite.items)}
    one = evaluate(recording(tmp_path / "r.jsonl", answers), Plan(suite, conventions=False), tmp_path / "a", "t", quiet)
    two = evaluate(recording(tmp_path / "r.jsonl", answers), Plan(suite, jobs=2, conventions=False), tmp_path / "b", "t", quiet)
    assert one.to_json() == two.to_json()


def test_broken_lines_of_a_recording_cost_their_own_answers(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(
        '{"id": "a", "completion": "x"}\n{"id": "b", "compl\n[]\n{"id": "c", "completion": 7}\n{"prompt": "Ask", "completion": "y"}\n'
    )
    found = Recorded(path)
    assert found.broken == 3
    said = found([Asked("a", ask("?")), Asked("b", ask("?")), Asked("d", ask("Ask"))])
    assert [one.text for one in said] == ["x", None, "y"]


def case(**more: object) -> dict[str, object]:
    return {
        "id": "one",
        "prompt": "Create Store subclass",
        "expected_patterns": ["subclass:", "instanceVariableNames:"],
        "must_compile": True,
        **more,
    }


def suite_file(path: Path, *cases: dict[str, object]) -> Path:
    path.write_text(json.dumps(cases), encoding="utf-8")
    return path


CLASS = "Object subclass: #Store\n\tinstanceVariableNames: 'items'\n\tclassVariableNames: ''\n\tpoolDictionaries: ''\n\tcategory: 'A'"
GOOD = f"```smalltalk\n{CLASS}\n```"


@pytest.mark.parametrize(
    ("answer", "right"), [(GOOD, 1.0), (GOOD.replace("#Store", "#Store ]"), 0.0), ("Use subclass: and instanceVariableNames: for it.", 0.0)]
)
def test_the_case_of_the_seed(tmp_path: Path, answer: str, right: float) -> None:
    item = read_suite(suite_file(tmp_path / "s.json", case())).items[0]
    row = row_of(Judged(item, Completion(answer), Bench(None)), 0, ("case_passed", "expected_patterns"))
    assert row.value("case_passed") == right


def test_patterns_in_smalltalk_see_code_and_not_prose() -> None:
    item = Item("a", "case", ask("?"), "a", "visualworks", expected=(Expected(Way.SMALLTALK, "`@x at: #rights put: `@y"),))
    for answer, right in (
        ("```smalltalk\nfoo\n\t^store at: #rights put: (self new foo: 3)\n```", 1.0),
        ("`store at: #rights put: 3`, he said", 0.0),
    ):
        assert row_of(Judged(item, Completion(answer), Bench(None)), 0, ("expected_patterns",)).value("expected_patterns") == right


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"promt": "x"}, "no key promt"), ({"prompt": " "}, "needs a prompt"), ({"must_compile": "yes"}, "must_compile"),
        ({"use": "magic"}, "use is 'magic'"),
        ({"expected_patterns": [{"regex": "("}]}, "no regular expression"),
        ({"expected_patterns": [{"smalltalk": "`@x foo: ]"}]}, "pattern"),
        ({"dialect": "java"}, "no dialect"),
    ],
)  # fmt: skip
def test_a_faulty_case_names_itself(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    with pytest.raises(BadInputError, match=said) as caught:
        read_suite(suite_file(tmp_path / "s.json", case(**changed)))
    assert "one" in str(caught.value)


def test_every_metric_says_what_it_is() -> None:
    for name, metric in METRICS.items():
        assert metric.title, name
        assert metric.source, name
        assert metric.better in ("higher", "lower", "neither")


def test_a_missing_answer_is_nothing_got_in_every_share_that_is_to_be_high() -> None:
    item = Item("a", "completion.method_body", ask("?"), "A", "visualworks", "method", must_compile=True, reference="foo", selector="foo")
    judged = Judged(item, Completion(None, "time-out"), Bench(None))
    marks = {name: marks_of(metric, judged) for name, metric in METRICS.items()}
    assert all(mark.got == 0 for found in marks.values() for mark in found)
    assert {"answered", "compile_rate", "syntax_rate", "exact_match", "tree_match"} <= {name for name, found in marks.items() if found}


def test_commands(tmp_path: Path) -> None:
    path = suite_file(tmp_path / "s.json", case())
    (tmp_path / "r.jsonl").write_text(json.dumps({"id": "one", "completion": GOOD}) + "\n", encoding="utf-8")
    for out in ("a", "b"):
        found = CliRunner().invoke(
            cli, ["quality", str(path), str(tmp_path / "r.jsonl"), "-o", str(tmp_path / out), "--jobs", "1", "--json"]
        )
        assert found.exit_code == 0, found.output
        assert (tmp_path / out / "report.html").is_file()
    found = CliRunner().invoke(cli, ["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json"])
    assert {one["verdict"] for one in json.loads(found.output)} == {"no difference is shown"}


def test_undeclared_names_count_in_small_letters_too(suite: Suite, tmp_path: Path) -> None:
    item = next(item for item in suite.items if item.class_name == "Broadcast.BpRange" and not item.meta)
    judged = Judged(
        item, Completion(f"{item.selector}\n\t^zork + start + BpError + Zork + self"), open_bench(suite.index, conventions=False)
    )
    whole, *buckets = marks_of(METRICS["unknown_names"], judged)
    # Without the base of VisualWorks nobody can say that there is no Zork: it was never seen.
    assert (whole.got, whole.of, whole.why) == (1, 4, "unknown: zork")
    assert [(mark.part, mark.got, mark.of) for mark in buckets if mark.got] == [("never seen", 1, 2), ("seen 11-100", 1, 2)]


def test_what_is_under_test_does_not_make_a_selector_common(suite: Suite) -> None:
    own = frozenset([("Broadcast.BpError", True, "raise:in:")])
    found = {}
    for name, held_out in (("all", frozenset()), ("rest", suite.under_test), ("own", own)):
        found[name] = open_bench(suite.index, conventions=False, held_out=held_out).sent
    assert found["all"]["messageText:"] == 3
    assert found["own"]["messageText:"] == 2
    assert 0 < found["rest"].total() < found["own"].total() < found["all"].total()


def test_a_method_may_have_a_fence_in_its_comment(suite: Suite) -> None:
    text = 'example\n\t"```\n\tself example\n\t```"\n\t^1'
    item = Item("a", "completion.method_body", ask("?"), "A", "pharo", "method", selector="example", must_compile=True, reference=text)
    for answer in (text, f"So:\n\n~~~\n{text}\n~~~\n"):
        row = row_of(Judged(item, Completion(answer), Bench(None)), 0, ("compile_rate", "exact_match", "edit_similarity"))
        assert {name: row.value(name) for name in row.marks} == {"compile_rate": 1.0, "exact_match": 1.0, "edit_similarity": 1.0}
