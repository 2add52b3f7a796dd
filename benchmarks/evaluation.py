"""Real methods judged as answers: how many compile, how many keep to the house, and how long 10,000 answers take.

python benchmarks/evaluation.py INDEX [MOST] [JOBS]; an index whose conventions were mined is judged by them, too.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from evaluating import suite_of

from evaluator.evaluate import Plan, evaluate
from evaluator.recorded import Recorded
from stc.evaluating import conventions_of


def main() -> None:
    """Judge the methods of an index and print the scores."""
    index, most, jobs = Path(sys.argv[1]), int(sys.argv[2] if len(sys.argv) > 2 else 10_000), int(sys.argv[3] if len(sys.argv) > 3 else 1)
    suite = suite_of(index, most)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.jsonl"
        path.write_text("".join(json.dumps({"id": i.id, "completion": i.reference}) + "\n" for i in suite.items), encoding="utf-8")
        started = time.monotonic()
        plan = Plan(suite, jobs=jobs, conventions=conventions_of(index)[0])
        report = evaluate(Recorded(path), plan, Path(folder) / "out", "benchmark", lambda phase, done, total: None)
        wall = time.monotonic() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        f"{len(suite.items):,} answers in {wall:.1f} s, {sum(u.ru_utime + u.ru_stime for u in used):.1f} s of processor time, {jobs} jobs"
    )
    for score in report.scores:
        if not score.part:
            print(f"{score.metric:20} {score.value:.4f} [{score.low:.4f}, {score.high:.4f}] n {score.n:,} classes {score.clusters:,}")
    for one in report.failures[:10]:
        print(one.item, one.prompt, one.broken)


if __name__ == "__main__":
    main()
