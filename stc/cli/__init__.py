"""The command line: one file of this folder is one command, and is imported when it is called.

A command's file holds `command`; its docstring's first line is the short help, read without importing it.
"""

from __future__ import annotations

import ast
import errno
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from stc import __version__
from stparse.issue import StcError

FOLDER = Path(__file__).parent
DONE, FINDINGS, BAD_INPUT, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130


class LazyGroup(click.Group):
    """The commands of this folder: `compile_dataset.py` is `stc compile-dataset`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(path.stem.replace("_", "-") for path in FOLDER.glob("*.py") if not path.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = cmd_name.replace("-", "_")
        if name.startswith("_") or not name.isidentifier() or not (FOLDER / f"{name}.py").is_file():
            return None
        command = import_module(f"stc.cli.{name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, short_help(FOLDER / f"{name.replace('-', '_')}.py")) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def short_help(path: Path) -> str:
    """Answer the first line of the docstring of the module at `path`, without running or even parsing the rest of it."""
    with path.open(encoding="utf-8") as file:
        line = file.readline().strip()
    if not line.endswith('"""') or len(line) < 6:
        line += '"""'
    try:
        said = ast.literal_eval(line)
    except (SyntaxError, ValueError):
        return ""
    return said.strip().rstrip(".") if isinstance(said, str) else ""


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stc")
def cli() -> None:
    """Compile a private Smalltalk code base into a verified training set, train on it, and judge the result."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What is printed is data in UTF-8, whatever the terminal's locale says.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; answer the exit code. Errors that the user can mend are one line on stderr."""
    try:
        code = cli.main(arguments, prog_name="stc", standalone_mode=False)
        sys.stdout.flush()
    except StcError as error:
        return _say(str(error), BAD_INPUT)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted", INTERRUPTED)
    except OSError as error:
        if error.errno == errno.EPIPE:
            return _nobody_reads()
        return _internal(error)
    except Exception as error:  # noqa: BLE001 - the last place that can tell the user
        return _internal(error)
    return code if isinstance(code, int) else DONE


def _say(message: str, code: int) -> int:
    click.echo(f"stc: {message}", err=True)
    return code


def _internal(error: Exception) -> int:
    if os.environ.get("STC_DEBUG"):
        raise error
    hint = "this is a fault of stc; set STC_DEBUG=1 to see where, and please report it"
    return _say(f"internal error: {type(error).__name__}: {error}\n{hint}", INTERNAL)


def _nobody_reads() -> int:
    """End quietly when the reader of the pipe has gone; Python would complain once more while it closes stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE
