"""From a fresh clone to a running stc, with nothing but Python and pip: `python3 -m stc.bootstrap demo`.

Standard library only: this runs before anything is installed. It makes `.venv`, installs stc for development, and
runs what is asked for inside it. The installation is skipped while `pyproject.toml` and the Python are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "stc-installed.txt"
OLDEST = (3, 11)

DEMO_OUT = "build/demo"
DEMO = (
    ("compile-dataset", "fixtures/projects/whatson-mini", "-o", DEMO_OUT),
    ("verify", DEMO_OUT),
)
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "--strict", "."),
    ("pytest", "-n", "auto"),
)
# First and alone, so that pip takes the build without CUDA where an index has both.
TORCH = "torch==2.13.0"
# A path in a .pth file; the finder that setuptools installs otherwise makes every start of Python a third slower.
EDITABLE = ("--config-settings", "editable_mode=compat")
PACKAGES = ("grammar", "stparse", "checker", "datagen", "trainer", "evaluator", "retrieval", "store", "stc")
BUILT = ("build", "dist", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")


class BootstrapError(Exception):
    """What the user has to mend before this can go on."""


def main(arguments: list[str] | None = None) -> int:
    """Do the task that the command line names; answer the exit code."""
    parser = argparse.ArgumentParser(prog="python -m stc.bootstrap", description=(__doc__ or "").splitlines()[0])
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    for name, task in TASKS.items():
        tasks.add_parser(name, help=(task.__doc__ or "").rstrip("."))
    chosen = parser.parse_args(arguments)
    try:
        return TASKS[chosen.task]()
    except BootstrapError as error:
        print(f"stc.bootstrap: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def env() -> int:
    """Make .venv with stc and the development tools in it."""
    install("dev")
    return 0


def install(*extras: str) -> None:
    """Make .venv with stc and these extras of it, unless they are in it already. Raises BootstrapError."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        raise BootstrapError(f"stc needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {found}. Try: make PYTHON=python3.11")
    if not _runs(venv_python()):
        _make_venv()
    elif set(extras) <= _installed():
        _compile()
        return
    wanted = sorted({*extras, *_installed()})
    pip = [str(venv_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    commands = [[*pip, *EDITABLE, "-e", f".[{','.join(wanted)}]"]]
    if "train" in wanted:
        commands.insert(0, [*pip, TORCH])
    if any(run(command) != 0 for command in commands):
        raise BootstrapError("pip could not install stc; its message is above. Without a network see docs/troubleshooting.md")
    _compile()
    STAMP.write_text(fingerprint() + ",".join(wanted), encoding="utf-8")


def demo() -> int:
    """Compile a data set from the example code base, and verify it."""
    env()
    out = ROOT / DEMO_OUT
    if out.exists():
        shutil.rmtree(out)
    for command in DEMO:
        code = run_tool("stc", *command)
        if code != 0:
            return code
    show(out)
    return 0


def test() -> int:
    """Run ruff, mypy --strict and pytest, each one whatever the others say."""
    install("dev", "train")
    failed = [check for check in CHECKS if run_tool(*check) != 0]
    for check in failed:
        print(f"failed: {shlex.join(check)}", file=sys.stderr)
    return 1 if failed else 0


def docs() -> int:
    """Write the generated pages."""
    env()
    return run([str(venv_python()), "-m", "stc.docs"])


def clean() -> int:
    """Remove what was built and every cache; .venv stays."""
    for name in BUILT:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in (path for path in ROOT.rglob("__pycache__") if VENV not in path.parents):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


TASKS = {"env": env, "demo": demo, "test": test, "docs": docs, "clean": clean}


def venv_python() -> Path:
    """Answer where the Python of `.venv` is, or would be."""
    return _scripts() / ("python.exe" if os.name == "nt" else "python")


def fingerprint() -> str:
    """Answer what the installation was made from: the project file, how, the Python, and the place."""
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return f"{project}\n{EDITABLE}\n{sys.version_info[0]}.{sys.version_info[1]}\n{ROOT}\n"


def run_tool(name: str, *arguments: str) -> int:
    """Run a program that is installed in `.venv`; answer its exit code."""
    return run([str(_scripts() / (f"{name}.exe" if os.name == "nt" else name)), *arguments])


def run(command: list[str]) -> int:
    """Say and run `command` in the root of the repository; answer its exit code."""
    shown = [Path(command[0]).stem, *command[1:]]
    print(f"$ {shlex.join(shown)}", flush=True)
    try:
        return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1"}, check=False).returncode
    except FileNotFoundError:
        raise BootstrapError(f"{command[0]} is missing; remove .venv and try again") from None


def show(out: Path) -> None:
    """Print what a data set's folder holds, and the first sample of it."""
    files = sorted(path for path in out.rglob("*") if path.is_file())
    if not files:
        raise BootstrapError(f"the demo said that it succeeded, and {DEMO_OUT} is empty")
    print(f"\nMade in {out.relative_to(ROOT).as_posix()}/:")
    for path in files:
        print(f"  {path.relative_to(out).as_posix():<28} {path.stat().st_size:>12,} bytes")
    for name in ("sft", "completion", "preference"):
        train = out / name / "train.jsonl"
        if train.is_file() and train.stat().st_size:
            with train.open(encoding="utf-8") as lines:
                sample = json.loads(next(lines))
            print(f"\nThe first sample of {name}/{train.name}, a {sample['kind']}:\n\n{_shown(sample)}")
    if (out / "report.html").is_file():
        print(f"\nThe report, for a browser: {(out / 'report.html').relative_to(ROOT).as_posix()}")


def _shown(sample: dict[str, Any]) -> str:
    """Answer the question and the answer of a sample, and what is rejected of a pair."""
    asked = [message["content"] for message in sample.get("messages") or sample["prompt"] if message["role"] == "user"]
    parts = [*asked, "  ->", sample["answer"]]
    if "rejected" in sample:
        parts += [f"  and not ({sample['fault']['message']})", sample["rejected"][0]["content"]]
    return "\n\n".join(parts)


def _installed() -> set[str]:
    """Answer the extras that .venv has of the project as it is now."""
    said = STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""
    return set(said.removeprefix(fingerprint()).split(",")) - {""} if said.startswith(fingerprint()) else set()


def _scripts() -> Path:
    return VENV / ("Scripts" if os.name == "nt" else "bin")


def _runs(python: Path) -> bool:
    """Tell whether `python` starts and is new enough; an environment that was moved or half made does not."""
    probe = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([str(python), "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _compile() -> None:
    """Write the byte code of what changed: where PYTHONDONTWRITEBYTECODE is set, Python would compile it anew at every start."""
    command = [str(venv_python()), "-m", "compileall", "-q", *PACKAGES]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def _make_venv() -> None:
    print("making .venv", flush=True)
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=os.name != "nt").create(VENV)
    except (subprocess.CalledProcessError, OSError) as error:
        raise BootstrapError(f"could not make .venv ({error}). On Debian and Ubuntu: sudo apt install python3-venv") from error


if __name__ == "__main__":
    sys.exit(main())
