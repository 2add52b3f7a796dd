"""A base model on this machine, with an adapter or without, as something that answers prompts (`datagen.complete.Complete`)."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

from datagen.complete import Asked, Completion
from datagen.sample import Prompt
from stparse.issue import BadInputError
from trainer.basemodel import digest_of_model, read_base
from trainer.chat import chat_of, open_tokenizer
from trainer.constrained import Constraints
from trainer.encode import Encoder
from trainer.folder import ADAPTER
from trainer.model import quiet
from trainer.trained import finished_run


class _Wished(StoppingCriteria):
    """Ends an answer that nobody waits for any more."""

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped = stopped

    def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
        return torch.full((input_ids.shape[0],), self._stopped.is_set(), device=input_ids.device, dtype=torch.bool)


class LocalModel:
    """Answers in batches, padded on the left. With a temperature of 0 it takes the likeliest token, else the seed decides with the draw."""

    ranks = True

    @quiet()
    def __init__(
        self, base: Path, run: Path | None = None, *, template: str = "", most: int = 512, temperature: float = 0.0, seed: int = 1,
        batch: int = 8, device: str = "auto", constrained: bool = False,
    ) -> None:  # fmt: skip
        """`run` is the folder of a training; `constrained` writes methods by the grammar of their dialect.

        Raises BadInputError where the adapter of the training has changed, or is of another base.
        """
        self.batch = batch
        self._name = (run or base).resolve().name
        self._most, self._temperature, self._seed = most, temperature, seed
        self._device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        digest = digest_of_model(read_base(base).path)
        adapter = None
        if run is not None:
            finished, _ = finished_run(run, base, digest)
            template = template or finished.record["spec"].get("chat_template", "")
            adapter = digest_of_model(run / ADAPTER)
        self._chat = chat_of(open_tokenizer(base, template))
        dtype = torch.bfloat16 if self._device == "cuda" else torch.float32
        try:
            model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype, use_safetensors=True, attn_implementation="sdpa")
        except (ValueError, OSError, ImportError) as error:
            raise BadInputError(f"{base} cannot be loaded as a causal language model: {error}") from error
        if run is not None:
            model = PeftModel.from_pretrained(model, run / ADAPTER)
        self._model = model.to(self._device).eval()
        self._encoder = Encoder(self._chat, most)
        window = getattr(model.config, "max_position_embeddings", None)
        self.takes: int | None = None if window is None else window - most
        """How many tokens a prompt may have, so that the answer still has room in the model's window; None where nobody says."""
        written = hashlib.sha256(str(self._chat.tokenizer.chat_template).encode()).hexdigest()
        self._identity = {
            "kind": "local", "base": base.resolve().name, "base_digest": digest, "adapter": adapter, "template": written,
            "max_tokens": most, "temperature": temperature, "seed": seed, "dtype": str(dtype), "device": self._device,
            "batch": batch, "constrained": constrained,
        }  # fmt: skip
        self._constraints = Constraints(self._chat.tokenizer, model.config.vocab_size, self._chat.end) if constrained else None

    @property
    def identity(self) -> Mapping[str, Any]:
        return self._identity

    def length_of(self, prompt: Prompt) -> int:
        """Answer how many tokens a prompt has, as the model reads it."""
        return len(self._encoder.asked([{"role": m.role, "content": m.content} for m in prompt.messages]))

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        found: dict[int, Completion] = {}
        written = [place for place, one in enumerate(asked) if one.pair is None]
        # Holes end with the end of a text, answers with that of a turn; of answers only methods have a grammar.
        for holes, by_grammar in ((False, False), (False, True), (True, False)):
            group = [place for place in written if (self._fills(asked[place]), self._has_grammar(asked[place])) == (holes, by_grammar)]
            if group:
                done = self._written([asked[place] for place in group], holes=holes, by_grammar=by_grammar)
                found.update(zip(group, done, strict=True))
        for place, one in enumerate(asked):
            if one.pair is not None:
                found[place] = self._ranked(one, one.pair)
        return [found[place] for place in range(len(asked))]

    def stream(self, one: Asked) -> Generator[str, None, Completion]:
        """Yield the words of an answer while they come, and return it whole. Who stops listening ends the writing."""
        words, stopped = TextIteratorStreamer(self._chat.tokenizer, skip_prompt=True, skip_special_tokens=True), threading.Event()
        found: list[Completion | Exception] = []

        def write() -> None:
            try:
                rules = {"streamer": words, "stopping_criteria": StoppingCriteriaList([_Wished(stopped)])}
                found.extend(self._written([one], holes=self._fills(one), by_grammar=self._has_grammar(one), **rules))
            except Exception as error:  # noqa: BLE001 - it is raised where the words are heard
                found.append(error)
                words.end()

        thread = threading.Thread(target=write, daemon=True)
        thread.start()
        try:
            yield from words
        finally:
            stopped.set()
            thread.join()
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    def _fills(self, one: Asked) -> bool:
        return one.hole is not None and self._encoder.fim is not None

    def _has_grammar(self, one: Asked) -> bool:
        return self._constraints is not None and one.form == "method" and bool(one.dialect) and not self._fills(one)

    def _prompt(self, one: Asked) -> list[int]:
        if one.hole is not None and self._encoder.fim is not None:
            return self._encoder.hole(*one.hole)
        return self._encoder.asked([{"role": m.role, "content": m.content} for m in one.prompt.messages])

    def _written(self, asked: Sequence[Asked], *, holes: bool, by_grammar: bool, **more: Any) -> list[Completion]:
        tokenizer = self._chat.tokenizer
        fim = self._encoder.fim
        end = fim.end if holes and fim is not None else self._chat.end
        prompts = [self._prompt(one) for one in asked]
        longest = max(map(len, prompts))
        ids = torch.tensor([[tokenizer.pad_token_id] * (longest - len(p)) + p for p in prompts], device=self._device)
        mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts], device=self._device)
        torch.manual_seed(self._seed + int(hashlib.sha256("".join(f"{o.id}{o.draw}" for o in asked).encode()).hexdigest()[:8], 16))
        warmth: dict[str, Any] = (
            {"do_sample": False} if self._temperature <= 0 else {"do_sample": True, "temperature": self._temperature, "top_k": 0}
        )
        rules = [self._constraints.of([one.dialect for one in asked], longest)] if by_grammar and self._constraints is not None else None
        started = time.monotonic()
        with torch.inference_mode():
            made = self._model.generate(
                input_ids=ids, attention_mask=mask, max_new_tokens=self._most, eos_token_id=end,
                pad_token_id=tokenizer.pad_token_id, use_cache=True, logits_processor=rules, **warmth, **more,
            )  # fmt: skip
        each = (time.monotonic() - started) / len(asked)
        return [self._completion(row, end, each, holes=holes) for row in made[:, longest:].tolist()]

    def _completion(self, ids: list[int], end: int, seconds: float, *, holes: bool) -> Completion:
        ended = end in ids
        said = ids[: ids.index(end)] if ended else ids
        text = self._chat.tokenizer.decode(said, clean_up_tokenization_spaces=False)
        if not holes:
            around = self._chat.after.removesuffix(self._chat.tokenizer.decode([end]))
            text = text.removeprefix(self._chat.before).removesuffix(around)
        return Completion(text, tokens=len(said) + ended, seconds=seconds, ended=ended, by=self._name)

    def _ranked(self, one: Asked, pair: tuple[str, str]) -> Completion:
        """Answer how much likelier the first of two answers is, in the mean over its tokens."""
        prompt = self._prompt(one)
        chosen, rejected = (self._likelihood(prompt, self._encoder.continued(self._chat.answer(text))) for text in pair)
        return Completion(None, margin=chosen - rejected)

    def _likelihood(self, prompt: list[int], answer: list[int]) -> float:
        ids = torch.tensor([prompt + answer], device=self._device)
        with torch.inference_mode():
            logits = self._model(input_ids=ids).logits[0, len(prompt) - 1 : -1].float()
        return float(logits.log_softmax(-1).gather(1, ids[0, len(prompt) :, None]).mean())
