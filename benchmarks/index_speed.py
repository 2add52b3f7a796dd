"""Index speed: cold, with nothing changed, with one file changed, a senders query from the shell; seconds and peak memory.

    python benchmarks/index_speed.py SOURCE [--jobs N] [--keep FOLDER]

The sources are copied first, so that one file can be changed. Peak memory is that of the command and its worker processes,
read from the operating system (Linux and macOS; 0 elsewhere).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stparse.index.scan import scan

_MEASURE = (
    "import json,subprocess,sys,time\n"
    "begin=time.perf_counter()\n"
    "code=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL).returncode\n"
    "seconds=time.perf_counter()-begin\n"
    "try:\n"
    " import resource; peak=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
    " peak=peak//1024 if sys.platform=='darwin' else peak\n"
    "except ImportError:\n"
    " peak=0\n"
    "print(json.dumps([code,seconds,peak]))\n"
)


def measured(name: str, command: list[str]) -> float:
    """Run a command, print its time and the largest process's memory; answer the seconds."""
    done = subprocess.run([sys.executable, "-c", _MEASURE, *command], capture_output=True, text=True, check=True)
    code, seconds, peak = json.loads(done.stdout.splitlines()[-1])
    if code:
        sys.exit(f"{' '.join(command)} failed with {code}\n{done.stderr}")
    print(f"{name:28} {seconds:8.2f} s   largest process {peak / 1024:8.0f} MB", flush=True)
    return float(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="copy and index are kept in this folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        run(arguments.source, arguments.jobs, arguments.keep or Path(temporary))


def run(source: Path, jobs: int, folder: Path) -> None:
    copy, index = folder / "source", folder / "index.db"
    shutil.copytree(source, copy, dirs_exist_ok=True)
    stc = [sys.executable, "-m", "stc"] if not shutil.which("stc", path=str(Path(sys.executable).parent)) else [_beside("stc")]
    command = [*stc, "index", str(copy), "-o", str(index), "--jobs", str(jobs)]
    index.unlink(missing_ok=True)
    cold = measured("cold", command)
    listed = subprocess.run([*stc, "query", "methods", "--index", str(index), "--json"], capture_output=True, text=True, check=True)
    methods = len(json.loads(listed.stdout))
    print(f"{methods} methods, {methods / cold:.0f} methods/s; the index has {index.stat().st_size / 1e6:.0f} MB")
    measured("nothing changed", command)
    changed = max(scan([copy]).files, key=lambda file: file.size if file.size < 200_000 else 0)
    path = Path(changed.location)
    path.write_bytes(path.read_bytes() + b"\n")
    print(f"changed: {changed.path}, {changed.size} bytes")
    measured("one file changed", command)
    for _ in range(3):
        measured("senders of printOn:", [*stc, "query", "senders", "printOn:", "--index", str(index), "--json"])


def _beside(name: str) -> str:
    return str(Path(sys.executable).parent / name)


if __name__ == "__main__":
    main()
