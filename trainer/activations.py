"""What one batch takes on its way through a model and back, operation by operation, from the shape of the model alone. No torch here.

Each term is what autograd keeps of one operation, or what one passes through; `benchmarks/training_memory.py` counts the same bytes in
real steps. Sizes are in bytes, widths in numbers for each token. What a batch holds is not known before: it is the largest that the
settings allow, and all its tokens are learnt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trainer.basemodel import BaseModel
from trainer.spec import RunSpec

LOGITS_AT_A_TIME = 2**24
"""So many logits `trainer.loss` turns to fp32 at a time (64 MiB): enough for a GPU to be busy, and little beside a layer."""
_TILE = (4096, 32768)
"""Tokens and words of the vocabulary that TRL's loss takes at a time (`trl.kernels.chunked_logprob`), whatever a batch has of them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths of a model: of the stream between the layers, of all queries, of all keys, of the feed-forward part."""

    layers: int
    vocabulary: int
    hidden: int
    heads: int
    queries: int
    keys: int
    inner: int

    @classmethod
    def of(cls, base: BaseModel) -> Shape:
        """Read it from config.json. Raises BadInputError where that lacks a number."""
        hidden, heads = base.number("hidden_size", "n_embd"), base.number("num_attention_heads", "n_head")
        width = int(base.config.get("head_dim") or hidden // heads)
        keys = int(base.config.get("num_key_value_heads") or heads) * width
        # A GPT-2 names no inner width where it is four times the other.
        inner = int(base.config.get("intermediate_size") or base.config.get("n_inner") or 4 * hidden)
        layers, words = base.number("num_hidden_layers", "n_layer"), base.number("vocab_size")
        return cls(layers, words, hidden, heads, heads * width, keys, inner)


@dataclass(frozen=True, slots=True)
class Step:
    """One batch of a stage; `size` is that of a number in the precision of the run, `device` is cuda or cpu."""

    base: BaseModel
    shape: Shape
    spec: RunSpec
    stage: str
    size: int
    device: str

    @property
    def total(self) -> int:
        return self.activations + self.logits

    @property
    def activations(self) -> int:
        """What is there at most, but for logits: all layers; or the input of each and one layer, which is computed again."""
        mask = self.tokens * self._longest
        if self.spec.checkpointing:
            inputs = (self.shape.layers + 1) * self.tokens * self.shape.hidden * self._stream
            return inputs + self._layer + self._passing + mask
        return self.shape.layers * self._layer + mask + max(0, self._passing - self._head)

    @property
    def logits(self) -> int:
        """What comes on top of it while the loss is reckoned. Where layers are computed again, it is gone before they are."""
        return max(0, self._head - self._layer - self._passing) if self.spec.checkpointing else self._head

    @property
    def tokens(self) -> int:
        # A batch of dpo has at least one pair, whose two answers are two rows.
        return max(self.spec.batch_tokens, 2 * self.spec.max_length) if self._pairs else self.spec.batch_tokens

    @property
    def _pairs(self) -> bool:
        return self.stage == "dpo"

    @property
    def _stream(self) -> int:
        """The size of a number between the layers. With four bits it is in fp32, as the norms are: a layer gives back what it was given."""
        return 4 if self.spec.quantize == "4bit" else self.size

    @property
    def _longest(self) -> int:
        """The tokens of a row of which each layer has a square: where rows are packed, and of pairs, which TRL pads with a mask."""
        if self._pairs:
            return self.spec.max_length
        return self.spec.batch_tokens if self.spec.packing else 0

    @property
    def _layer(self) -> int:
        """What autograd keeps of a layer. The mask is turned to numbers once for each."""
        width = self._norms + self._attention + self._feed_forward + self._lora + self._dropout
        return self.tokens * (width + self._longest * self.size + self._weights * (12 if self.size == 4 else 10))

    @property
    def _passing(self) -> int:
        """What the way back through a layer takes: gradients of the tensors of the feed-forward part, or of the weights of attention."""
        return self.tokens * max(3 * self.shape.inner * self._stream, 4 * self._weights)

    @property
    def _norms(self) -> int:
        # Two keep their input, in fp32.
        return 2 * 4 * self.shape.hidden

    @property
    def _attention(self) -> int:
        # Queries, keys, values, and what attention makes of them. With a mask, keys and values are repeated for each head.
        keys = self.shape.queries if self._longest else self.shape.keys
        return self.size * (2 * self.shape.queries + 2 * keys)

    @property
    def _weights(self) -> int:
        """How many weights of attention a token has in a layer, where they stand in memory at all: kernels keep none.

        On a CPU there is no kernel that leaves weights out by chance, as a GPT-2 wants it while it learns (not in dpo, where TRL leaves
        nothing out): there are the weights, which of them were left out, and what is left.
        """
        squares = self._config("attn_pdrop") and self.device == "cpu" and not self._pairs
        return self.shape.heads * (self._longest or self.spec.max_length) if squares else 0

    @property
    def _feed_forward(self) -> int:
        if (self._config("activation_function") or self._config("hidden_act")) == "gelu_new":
            # Written out in six operations, of which x, x / 2, tanh and 1 + tanh are kept.
            # On a GPU autocast takes a power in fp32: tanh is in fp32 then, and x is kept once more.
            return self.shape.inner * (18 if self.device == "cuda" and self.size == 2 else 4 * self.size)
        # A gate, what the activation makes of it, and what it is multiplied with; or the input and the output of the activation.
        gated = self.base.matrices(".gate_proj") or self.base.matrices(".gate_up_proj")
        return self.shape.inner * self._stream * (3 if gated else 2)

    @property
    def _lora(self) -> int:
        """The input of each first matrix of LoRA, and that of each second one."""
        # A GPT-2 has its matrices the other way round.
        inputs = 0 if self._config("model_type") == "gpt2" else 1
        widths = [found[0][inputs] for target in self.spec.targets if (found := self.base.matrices(f".{target}"))]
        ranks = len(widths) * self.spec.r * self.size
        if self.spec.dropout and not self._pairs:
            # Each has an input of its own, and which part of it was left out: on a GPU as truth values, on a CPU as numbers in fp32.
            return ranks + sum(widths) * (self.size + (1 if self.device == "cuda" else 4))
        # In fp32 they share what they are given; else each turns it to fp32, where LoRA is, and autocast turns it back.
        return ranks + (sum(set(widths)) if self.size == 4 else sum(widths)) * self.size

    @property
    def _dropout(self) -> int:
        """What a GPT-2 leaves out of what attention and feed-forward part answer; a Llama leaves nothing out."""
        dropped = self._config("resid_pdrop") and not self._pairs
        return 2 * self.shape.hidden * (1 if self.device == "cuda" else self.size) if dropped else 0

    @property
    def _head(self) -> int:
        """Logits and what is made of them, with the states before them."""
        # With four bits the head is in fp32, too; its product wants it in the precision of the run, and keeps it.
        copied = self.shape.vocabulary * self.shape.hidden * self.size if self.spec.quantize == "4bit" else 0
        return copied + (self._head_of_pairs if self._pairs else self._head_of_tokens)

    @property
    def _head_of_tokens(self) -> int:
        # The loss of trainer.loss: logits, and in fp32 a piece of them and its exponentials; or logits, gradients and a piece of those.
        logits = self.tokens * self.shape.vocabulary
        piece = min(LOGITS_AT_A_TIME, logits)
        there = logits * self.size + piece * (8 if self.size == 2 else 4)
        back = logits * 2 * self.size + piece * 4
        return max(there, back) + self.tokens * self.shape.hidden * 4

    @property
    def _head_of_pairs(self) -> int:
        # TRL's loss: a tile of logits; the states before them twice, and their gradient, which is in fp32.
        rows, words = min(self.tokens, _TILE[0]), min(self.shape.vocabulary, _TILE[1])
        states = self.tokens * self.shape.hidden * (2 * self.size + 4)
        # Without its kernel for GPUs, what is computed of a tile stands beside it in fp32, eight times over.
        return rows * _TILE[1] * self.size + states + (0 if self.device == "cuda" else 8 * 4 * rows * words)

    def _config(self, name: str) -> Any:
        return self.base.config.get(name)
