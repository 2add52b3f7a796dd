"""The prose stays true: commands, options, rooms, links, plug-ins, dialects and codes named in it exist, and the other way round."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from test_layers import ROOMS

from datagen.generators import GENERATORS
from stc import bootstrap
from stc.docs import GENERATED, commands
from stparse.registry import Registry

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"[PF][0-9]{2,3}")
SHELL = ("sh", "console", "powershell")


def page_name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tree() -> dict[str, click.Command]:
    """Answer every command of stc by the words that call it."""
    return dict(commands())


# The command line


def test_there_are_commands(tree: dict[str, click.Command]) -> None:
    assert {"stc", "stc compile-dataset", "stc verify", "stc index", "stc query", "stc check"} <= set(tree)


def test_every_command_and_option_has_help(tree: dict[str, click.Command]) -> None:
    mute = [path for path, command in tree.items() if not (command.help or "").strip()]
    mute += [
        f"{path} {option.opts[0]}"
        for path, command in tree.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden and not (option.help or "").strip()
    ]
    assert not mute, f"no help: {mute}"


def test_every_command_is_in_the_cli_page(tree: dict[str, click.Command]) -> None:
    page = text_of(ROOT / "docs" / "cli.md")
    lacking = [path for path in tree if f"# {path}\n" not in page]
    assert not lacking, f"docs/cli.md lacks {lacking}; run: make docs"


@pytest.mark.parametrize("name", GENERATED)
def test_generated_pages_are_current(name: str) -> None:
    assert text_of(ROOT / "docs" / name) == GENERATED[name](), f"docs/{name} is not what the source says; run: make docs"


def shell_lines(text: str) -> Iterator[str]:
    """Yield the commands in the shell blocks of a page, and its inline code, without prompts and comments."""
    for language, body in FENCE.findall(text):
        if language in SHELL:
            for line in body.replace("\\\n", " ").splitlines():
                yield line.removeprefix("$ ").split(" #", 1)[0].strip()
    for span in INLINE.findall(FENCE.sub("", text)):
        yield span.strip()


def unknown_words(line: str, tree: dict[str, click.Command]) -> list[str]:
    """Answer what `line` asks of stc that stc does not have: a command, or an option of one."""
    calls = [part.split() for part in re.split(r"\||&&|;|>", line)]
    return [word for words in calls if words[:1] == ["stc"] for word in _unknown(words, tree)]


def _unknown(words: list[str], tree: dict[str, click.Command]) -> list[str]:
    path, rest = "stc", words[1:]
    while rest and f"{path} {rest[0]}" in tree:
        path, rest = f"{path} {rest[0]}", rest[1:]
    command = tree[path]
    if isinstance(command, click.Group) and rest and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
        return [f"{path} {rest[0]}"]
    known = {"--help", *(name for option in command.params for name in (*option.opts, *option.secondary_opts))}
    return [f"{path} {word}" for word in rest if re.match(r"--?[A-Za-z]", word) and word.split("=", 1)[0] not in known]


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in GENERATED], ids=page_name)
def test_commands_in_the_prose_exist(page: Path, tree: dict[str, click.Command]) -> None:
    unknown = [word for line in shell_lines(text_of(page)) for word in unknown_words(line, tree)]
    assert not unknown, f"{page_name(page)} names {unknown}"


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_make_targets_in_the_prose_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    lines = list(shell_lines(text_of(page)))
    made = {name for line in lines for name in re.findall(r"(?:^|&& )make ([a-z]+)", line)}
    tasks = {name for line in lines for name in re.findall(r"-m stc\.bootstrap ([a-z]+)", line)}
    assert made <= targets
    assert tasks <= set(bootstrap.TASKS)


def test_makefile_and_bootstrap_know_the_same_tasks() -> None:
    makefile = text_of(ROOT / "Makefile")
    assert set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) == set(bootstrap.TASKS)
    assert set(re.findall(r"-m stc\.bootstrap ([a-z]+)$", makefile, re.MULTILINE)) == set(bootstrap.TASKS)


def test_the_demo_runs_commands_that_exist(tree: dict[str, click.Command]) -> None:
    for words in bootstrap.DEMO:
        assert f"stc {words[0]}" in tree
        assert not unknown_words(" ".join(("stc", *words)), tree)
    assert (ROOT / bootstrap.DEMO[0][1]).is_dir()


def test_a_made_up_command_is_found(tree: dict[str, click.Command]) -> None:
    text = "`stc levitate`\n\n```sh\nstc index . --sideways -o x | sort --reverse\nstc query senders foo: --json # stc no\n```\n"
    unknown = [word for line in shell_lines(text) for word in unknown_words(line, tree)]
    assert sorted(unknown) == ["stc index --sideways", "stc levitate"]


# The house


def test_every_room_exists_and_is_in_the_readme() -> None:
    readme = text_of(ROOT / "README.md")
    for room in (*ROOMS, "docs", "fixtures", "tests", "benchmarks"):
        assert (ROOT / room).is_dir(), f"no folder {room}"
        assert f"`{room}/`" in readme, f"README.md has no line for {room}/"


def test_every_room_is_installed() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    assert project["tool"]["setuptools"]["packages"]["find"]["include"] == [f"{room}*" for room in ROOMS]


def test_every_page_is_in_the_index() -> None:
    links = set(LINK.findall(text_of(ROOT / "docs" / "index.md")))
    pages = {page.name for page in (ROOT / "docs").glob("*.md")}
    assert pages - links - {"index.md"} == set(), "docs/index.md does not link these"
    assert "decisions" in links


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_relative_links_resolve(page: Path) -> None:
    broken = [link for link in LINK.findall(FENCE.sub("", text_of(page))) if not _resolves(page, link)]
    assert not broken, f"{page_name(page)}: {broken}"


def _resolves(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    place, _, anchor = link.partition("#")
    target = page.parent / place if place else page
    if not target.exists():
        return False
    return not anchor or anchor in {_anchor(title) for title in re.findall(r"^#+ (.*)$", text_of(target), re.MULTILINE)}


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@pytest.mark.parametrize(
    ("link", "resolves"),
    [
        ("README.md", True),
        ("docs", True),
        ("https://example.org/x", True),
        ("docs/levitation.md", False),
        ("README.md#no-such-title", False),
    ],
)
def test_link_checker_can_fail(link: str, resolves: bool) -> None:
    assert _resolves(ROOT / "LOG.md", link) is resolves


# The plug-ins


def registries() -> Iterator[tuple[str, Registry[object]]]:
    """Yield every registry with the name of its package. A registry lives in the `__init__.py` of its folder."""
    for room in ROOMS:
        package = importlib.import_module(room)
        names = [room, *(module.name for module in pkgutil.walk_packages(package.__path__, f"{room}.") if module.ispkg)]
        for name in names:
            found = list(vars(importlib.import_module(name)).values())
            yield from ((name, value) for value in found if isinstance(value, Registry) and value._package == name)


def described(entry: object) -> bool:
    """Tell whether a plug-in says what it is: its function or class, or the file of the function that it holds."""
    if inspect.isfunction(entry) or inspect.isclass(entry):
        return bool((entry.__doc__ or "").strip())
    if dataclasses.is_dataclass(entry):
        held = [getattr(entry, field.name) for field in dataclasses.fields(entry)]
        functions = [value for value in held if inspect.isfunction(value) or inspect.isclass(value)]
        return any((value.__doc__ or "").strip() for value in functions)
    return False


def test_every_plugin_has_a_docstring() -> None:
    names = [name for name, _ in registries()]
    assert "stparse.formats" in names
    mute = [f"{package}: {name}" for package, registry in registries() for name, entry in registry.items() if not described(entry)]
    assert not mute, f"no docstring: {mute}"


def test_a_mute_plugin_is_found() -> None:
    assert not described(lambda: None)
    assert not described("a string")
    assert described(test_a_mute_plugin_is_found) is False


@pytest.mark.parametrize(
    ("package", "page"), [("stparse.formats", "formats.md"), ("datagen.generators", "dataset.md"), ("datagen.exports", "exports.md")]
)
def test_every_plugin_has_a_line(package: str, page: str) -> None:
    text = text_of(ROOT / "docs" / page)
    missing = [name for found, registry in registries() if found == package for name in registry if f"`{name}`" not in text]
    assert not missing, f"docs/{page} does not name {missing}"


def test_every_dialect_has_a_line() -> None:
    text = text_of(ROOT / "docs" / "grammar.md")
    missing = [overlay.stem for overlay in (ROOT / "grammar" / "dialects").glob("*.lark") if f"`{overlay.stem}`" not in text]
    assert not missing, f"docs/grammar.md does not name {missing}"


def codes_used() -> set[str]:
    """Answer the issue codes of parser and files that the source of stparse spells out."""
    trees = (ast.parse(text_of(path)) for path in (ROOT / "stparse").rglob("*.py"))
    words = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {word for word in words if CODE.fullmatch(word)}


def test_every_code_is_explained() -> None:
    files = set(re.findall(r"^\| `(F\d+)` \|", text_of(ROOT / "docs" / "troubleshooting.md"), re.MULTILINE))
    syntax = set(re.findall(r"^## (P\d+)$", text_of(ROOT / "docs" / "syntax.md"), re.MULTILINE))
    used = codes_used()
    assert used - files - syntax == set(), "no page explains these: F in docs/troubleshooting.md, P in grammar/errors.txt"
    assert files - used == set(), "docs/troubleshooting.md explains these, and nothing reports them"


def test_the_readme_counts_the_kinds() -> None:
    said = re.search(r"(\d+) kinds of samples", text_of(ROOT / "README.md"))
    assert said
    assert int(said[1]) == len(list(GENERATORS))
