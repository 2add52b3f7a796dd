"""Methods a second on one core: our parser, and the public ones that are at hand, on the same methods in the same run.

    STC_CORPORA=/path/to/corpora python benchmarks/parse_speed.py [--methods N] [--corpus NAME]...
        [--python-peer FOLDER] [--tree-sitter LIBRARY]... [--site FOLDER]

`--python-peer` is the `src` folder of github.com/mumez/tonel-smalltalk-parser, a pure Python parser of method bodies.
`--tree-sitter` is a compiled grammar (a shared library that has a function tree_sitter_NAME, its file called NAME.so);
`--site` is a folder with Python's tree_sitter package, where that is not installed. What is not given is left out.
Every parser is given all methods of the sample; a peer that reads bodies only is spared the method patterns.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus import RealMethod, sample

from stparse import nodes as n
from stparse.parser import parse_method, parser_for
from stparse.unparse import to_source


def ours(method: RealMethod) -> bool:
    return parse_method(method.source, method.dialect).tree is not None


def ours_scan(method: RealMethod) -> bool:
    return bool(parser_for(method.dialect).tokens(method.source).kinds)


def ours_round_trip(method: RealMethod) -> bool:
    tree = parse_method(method.source, method.dialect).tree
    return tree is not None and parse_method(to_source(tree, method.dialect), method.dialect).tree == tree


def python_peer(folder: Path) -> Callable[[RealMethod], bool]:
    """Answer the pure Python parser, which raises or answers a tree."""
    sys.path.append(str(folder))
    module: Any = importlib.import_module("tonel_smalltalk_parser.smalltalk_parser")
    bodies: dict[str, str] = {}

    def accepts(method: RealMethod) -> bool:
        body = bodies.get(method.source)
        if body is None:
            # The turn to warm up: what cuts the pattern off is not measured.
            body = bodies[method.source] = body_of(method)
        try:
            return module.SmalltalkParser().parse(body) is not None
        except Exception:  # noqa: BLE001 - whatever it raises says no
            return False

    return accepts


def body_of(method: RealMethod) -> str:
    """Answer the text behind the method pattern."""
    tree = parse_method(method.source, method.dialect).tree
    if not isinstance(tree, n.Method):
        return method.source
    if tree.arguments:
        return method.source[tree.arguments[-1].end :]
    return method.source[tree.start + len(tree.selector) :]


def tree_sitter_peer(library: Path) -> Callable[[RealMethod], bool]:
    """Answer a tree-sitter grammar, which always answers a tree, with error nodes in it where it does not understand."""
    module: Any = importlib.import_module("tree_sitter")
    function = getattr(ctypes.CDLL(str(library)), f"tree_sitter_{library.stem}")
    function.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype, capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    parser = module.Parser(module.Language(capsule(function(), b"tree_sitter.Language", None)))
    return lambda method: not parser.parse(method.source.encode()).root_node.has_error


def measure(name: str, accepts: Callable[[RealMethod], bool], methods: list[RealMethod]) -> None:
    """Print how many methods a second, and how many are refused; the best of three turns, after one to warm up."""
    for method in methods:
        accepts(method)
    best, refused = 1e9, 0
    for _ in range(3):
        begin = time.process_time()
        refused = sum(not accepts(method) for method in methods)
        best = min(best, time.process_time() - begin)
    size = sum(len(method.source) for method in methods)
    print(
        f"{name:34} {len(methods) / best:9.0f} methods/s {size / best / 1e6:7.2f} MB/s   refused {100 * refused / len(methods):6.2f} %",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", type=int, default=5000, help="about so many methods, the same share of each corpus")
    parser.add_argument("--corpus", action="append", default=[], help="only this one (may be repeated)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python-peer", type=Path)
    parser.add_argument("--tree-sitter", type=Path, action="append", default=[])
    parser.add_argument("--site", type=Path)
    arguments = parser.parse_args()
    methods = sample(arguments.methods, arguments.corpus, arguments.seed)
    lines = sum(method.source.count("\n") + 1 for method in methods)
    print(f"{len(methods)} methods, {sum(len(method.source) for method in methods)} characters, {lines} lines")
    measure("stc: parse", ours, methods)
    measure("stc: only scan", ours_scan, methods)
    measure("stc: parse, print, parse again", ours_round_trip, methods)
    if arguments.site:
        sys.path.append(str(arguments.site))
    if arguments.python_peer:
        measure("tonel-smalltalk-parser (Python)", python_peer(arguments.python_peer), methods)
    else:
        print("no --python-peer: the Python peer is left out")
    for library in arguments.tree_sitter:
        try:
            peer = tree_sitter_peer(library)
        except (OSError, AttributeError, ImportError) as error:
            print(f"tree-sitter {library} is left out: {error}")
        else:
            measure(f"tree-sitter {library.name} (C)", peer, methods)
    if not arguments.tree_sitter:
        print("no --tree-sitter: the C peers are left out")


if __name__ == "__main__":
    main()
