"""Several processes of one run, as accelerate launch starts them: who writes, who waits for whom, and what of a step each one does."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from accelerate import PartialState
from accelerate.utils import reduce

from stparse.issue import BadInputError
from trainer.spec import RunSpec


@dataclass(frozen=True, slots=True)
class Processes:
    """`number` processes, of which this is the one with that `rank`."""

    number: int = 1
    rank: int = 0

    @property
    def main(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == 0

    def wait(self) -> None:
        """Wait until all have come here."""
        if self.number > 1:
            PartialState().wait_for_everyone()

    def any(self, wish: bool) -> bool:
        """Answer whether one of them has the wish; all must ask."""
        if self.number == 1:
            return wish
        found = reduce(torch.tensor(int(wish), device=PartialState().device), reduction="sum")
        return bool(found.item())

    def accumulated(self, spec: RunSpec) -> int:
        """Answer how many batches of a step this process does. Raises BadInputError where they cannot be shared out."""
        if spec.accumulate % self.number:
            nearest = max(1, round(spec.accumulate / self.number)) * self.number
            raise BadInputError(
                f"a step has {spec.accumulate} batches, which {self.number} processes cannot share: "
                f"give an --accumulate that {self.number} divides, such as {nearest}"
            )
        return spec.accumulate // self.number


def started(device: str) -> Processes:
    """Answer the processes that the launcher has started, connected with each other; one where there is no launcher."""
    number = int(os.environ.get("WORLD_SIZE", "1"))
    if number == 1:
        return Processes()
    return Processes(number, PartialState(cpu=device == "cpu").process_index)


def holders(device: str) -> int:
    """Answer how many processes hold one model together: all of them with FSDP on cards, else each holds its own."""
    dealt = device == "cuda" and os.environ.get("ACCELERATE_USE_FSDP", "").lower() == "true"
    return int(os.environ.get("WORLD_SIZE", "1")) if dealt else 1
