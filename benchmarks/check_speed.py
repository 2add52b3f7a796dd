"""How long a verdict takes: in process, against parsing the same methods; from the shell; and of a whole index.

    STC_CORPORA=/path/to/corpora python benchmarks/check_speed.py [--methods N] [--corpus NAME]... [--index FILE]

In process each method is judged in its class with one House, as the evaluator does it: milliseconds a method, the slowest of
a hundred, and the ratio to parsing alone. From the shell: `stc check - --as method`, without an index and with the one given.
With --index also `stc check --index FILE` over all of it, with all rules.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from corpus import RealMethod, sample

from checker.check import check
from checker.environment import House
from stparse.index.query import CodeIndex
from stparse.parser import parse_method

_FILEOUT = "Object subclass: #Foo instanceVariableNames: 'a' category: 'x'!\n!Foo methodsFor: 'x'!\nfoo\n\t^a\n!\nbar: x\n\ta := x! !\n"
_CLASS = "Object subclass: #Foo instanceVariableNames: 'a' classVariableNames: '' poolDictionaries: '' category: 'x'"


def timed(action: Callable[[RealMethod], object], methods: list[RealMethod]) -> list[float]:
    """Answer the seconds of each method, the best of three turns after one to warm up."""
    best = [1e9] * len(methods)
    for turn in range(4):
        for number, method in enumerate(methods):
            begin = time.perf_counter()
            action(method)
            seconds = time.perf_counter() - begin
            if turn:
                best[number] = min(best[number], seconds)
    return best


def report(name: str, seconds: list[float], parsing: list[float]) -> None:
    """Print milliseconds a text and the ratio to parsing."""
    ordered = sorted(seconds)
    mean, most = 1000 * sum(seconds) / len(seconds), 1000 * ordered[len(ordered) * 99 // 100]
    print(f"{name:26} {mean:8.3f} ms a method   99 of 100 under {most:7.3f} ms   {sum(seconds) / sum(parsing):5.2f} times parsing")


def in_process(methods: list[RealMethod], index: Path | None) -> None:
    """Measure `checker.check`."""
    parsing = timed(lambda method: parse_method(method.source, method.dialect), methods)
    report("parse", parsing, parsing)
    house = House(CodeIndex.open(index) if index else None)
    report("check: method", timed(lambda m: check(m.source, class_name=m.class_name, dialect=m.dialect, house=house), methods), parsing)
    report("check: kind by evidence", timed(lambda m: check(m.source, kind=None, dialect=m.dialect, house=house), methods), parsing)
    for kind, source in (("class", _CLASS), ("fileout", _FILEOUT)):
        begin = time.perf_counter()
        for _ in range(100):
            check(source, kind=kind, house=house)
        print(f"{'check: ' + kind:26} {10 * (time.perf_counter() - begin):8.3f} ms a text")


def from_the_shell(arguments: list[str], text: str, turns: int = 5) -> None:
    """Print the best wall time of a process."""
    best = 1e9
    for _ in range(turns):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "stc", "check", *arguments], input=text, capture_output=True, text=True, check=False)
        best = min(best, time.perf_counter() - begin)
    print(f"stc check {' '.join(arguments):60} {best:7.3f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", type=int, default=2000, help="about so many methods, the same share of each corpus")
    parser.add_argument("--corpus", action="append", default=[], help="only this one (may be repeated)")
    parser.add_argument("--index", type=Path, help="an index, for the shell and for the whole of it")
    arguments = parser.parse_args()
    in_process(sample(arguments.methods, arguments.corpus), arguments.index)
    from_the_shell(["-", "--as", "method", "--json"], "foo\n\t^zork")
    from_the_shell(["-", "--as", "answer", "--json"], "Look:\n```smalltalk\nfoo\n\t^zork\n```\n")
    from_the_shell(["-", "--as", "fileout", "--json"], _FILEOUT)
    if arguments.index:
        name = next(CodeIndex.open(arguments.index).classes()).name
        from_the_shell(["-", "--as", "method", "--class", name, "--index", str(arguments.index), "--json"], "foo\n\t^zork")
        from_the_shell(["--index", str(arguments.index), "--json"], "", turns=1)


if __name__ == "__main__":
    main()
