"""Is a training that is killed the same in the end? Kills a tiny run at moments of chance, and compares adapters and curves.

    python benchmarks/training_kills.py --kills 10 --seed 1

Each run is a process of its own that gets SIGKILL a moment after a step of chance: in the next step, in a validation, while a checkpoint is
written. Then it goes on, and is killed again with a chance of one half. The base and the data set are those of the tests.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from training import given

from trainer.folder import CURVES, RUN
from trainer.lora import Watching, train
from trainer.spec import RunSpec

_MOMENT = 0.3
"""So many seconds after a step a kill comes at most: as long as a step with its checkpoint takes."""


def main() -> None:
    """Print a line for each kill, and how many ended otherwise than the run that nobody killed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    random = Random(chosen.seed)
    base, data = given()
    spec = RunSpec(
        base=base, data=data, stages=("pretrain", "sft", "dpo"), max_length=256, batch_tokens=256, accumulate=2, epochs=6, steps=8,
        evaluate_every=2, learning_rate=2e-3, preference_rate=1e-3, threads=1, sample=0,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole"
        os.waitpid(_child(spec, whole)[0], 0)
        wanted, other = _result(whole), 0
        steps = len(json.loads(wanted[1]))
        for number in range(chosen.kills):
            out = Path(place) / str(number)
            places: list[str] = []
            left = steps
            while not places or (left > 1 and random.random() < 0.5):
                after = random.randrange(1, left)
                process, told = _child(spec, out)
                for _ in range(after):
                    os.read(told, 1)
                time.sleep(random.uniform(0, _MOMENT))
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                os.close(told)
                left -= after
                places.append(_place(out))
            os.waitpid(_child(spec, out)[0], 0)
            same = _result(out) == wanted
            other += not same
            print(json.dumps({"kill": number, "killed_at": places, "same": same}), flush=True)
        print(json.dumps({"kills": chosen.kills, "different": other}))


def _child(spec: RunSpec, out: Path) -> tuple[int, int]:
    """Train in a copy of this process, in which the libraries are loaded already; answer its id, and where it tells each step by a byte."""
    told, tell = os.pipe()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            train(spec, out, "stc benchmark", Watching(lambda step: _tell(tell)))
            code = 0
        finally:
            os._exit(code)
    os.close(tell)
    return process, told


def _tell(pipe: int) -> None:
    os.write(pipe, b".")


def _place(out: Path) -> str:
    """Answer how far the run in `out` has got: the newest checkpoint of its last stage."""
    found = sorted(out.glob("stages/*/checkpoints/checkpoint-*"), key=lambda path: path.stat().st_mtime)
    return "/".join(found[-1].parts[-3::2]) if found else "before the first checkpoint"


def _result(out: Path) -> tuple[str, bytes]:
    return json.loads((out / RUN).read_text(encoding="utf-8"))["adapter"]["digest"], (out / CURVES).read_bytes()


if __name__ == "__main__":
    main()
