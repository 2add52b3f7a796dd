"""What each page costs the server: processor time of the first and of later requests, in one process.

    python benchmarks/pages.py INDEX WORK

WORK is a folder with data sets and trainings, as for `stc serve --work`. Passages of the index that are not read yet are read first.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

from starlette.testclient import TestClient

from stc.web.app import build

PATHS = (
    "/", "/class?name=OrderedCollection", "/class?name=Morph", "/selector?name=isEmpty", "/references?name=OrderedCollection",
    "/search?q=string", "/ask", "/ask?q=Who+sends+%23isEmpty%3F", "/ask?q=where+are+strings+parsed", "/ask?q=what+is+OrderedCollection+for",
    "/conventions", "/data", "/data/set?name=cm1", "/training",
)  # fmt: skip
TIMES = 5


def main(index: Path, work: Path) -> None:
    """Print a line for each page."""
    with TestClient(build(index, ["testserver"], None, work=work)) as client:
        began = time.process_time()
        while "data-reload" in client.get("/ask?q=what+is+Object").text:
            time.sleep(1)
        print(f"passages read or opened: {time.process_time() - began:.1f} s")
        for path in PATHS:
            costs = []
            for _ in range(TIMES):
                began = time.process_time()
                answer = client.get(path)
                costs.append(1000 * (time.process_time() - began))
            kilobytes = len(answer.content) // 1000
            print(f"{path:40} {answer.status_code}  first {costs[0]:5.0f} ms, later {median(costs[1:]):5.0f} ms, {kilobytes:,} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
