"""What is exported: a finished run, its base, how it is asked, and where the user has the data set that it learnt from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datagen.exports import Written
from datagen.manifest import needed_manifest
from stparse.issue import BadInputError
from trainer.basemodel import BaseModel
from trainer.chat import Chat, chat_of, open_tokenizer
from trainer.checkpoints import made_readable
from trainer.folder import ADAPTER, Run
from trainer.trained import finished_run

OLD_CLASS = "PreTrainedTokenizerFast"
"""transformers 5 calls the class of a tokenizer by a name that no older version knows; this one all of them know."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A run with its base. `served` is what Ollama is to call the base, empty for the base's own folder."""

    run: Run
    base: BaseModel
    chat: Chat
    data: Path | None
    served: str

    @property
    def adapter(self) -> Path:
        """The folder of the adapter, as peft writes it."""
        return self.run.folder / ADAPTER

    @property
    def spec(self) -> dict[str, Any]:
        """The settings of the run."""
        found: dict[str, Any] = self.run.record["spec"]
        return found

    @property
    def lora(self) -> dict[str, Any]:
        """The configuration of the adapter."""
        found: dict[str, Any] = json.loads((self.adapter / "adapter_config.json").read_text(encoding="utf-8"))
        return found

    @property
    def system(self) -> str:
        """The system prompt that every conversation began with, empty where there was none."""
        return str(self.run.record.get("system") or "")

    def needed_data(self) -> Written:
        """Answer the data set. Raises BadInputError where it was not given, or is not the one that the run learnt from."""
        if self.data is None:
            raise BadInputError("this export trains again, so it needs the data set that the run learnt from: --data PATH")
        if needed_manifest(self.data)["digest"] != self.run.record["data"]["digest"]:
            raise BadInputError(f"{self.run.folder} learnt from another data set than {self.data}")
        return Written(self.data)

    def write_tokenizer(self, folder: Path) -> None:
        """Write the tokenizer with the template that was trained with, as older versions of transformers read it too."""
        self.chat.tokenizer.save_pretrained(folder)
        path = folder / "tokenizer_config.json"
        said = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**said, "tokenizer_class": OLD_CLASS}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        made_readable(folder)


def read_trained(run: Path, base: Path, data: Path | None, served: str) -> Trained:
    """Answer what is exported of the run in `run`. Raises BadInputError where run, base and data set do not belong together."""
    found, read = finished_run(run, base)
    chat = chat_of(open_tokenizer(found.folder / ADAPTER, ""))
    return Trained(found, read, chat, data, served)
