"""The loss of what is learnt, and of nothing else: no logits where there is no label, and those of a few tokens at a time in fp32.

A batch has as many logits as tokens times words of the vocabulary: in a plain step they are the largest tensors of all, several times
over. Most tokens are a prompt's, and what the loss needs of a logit it needs for a moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from trainer.activations import LOGITS_AT_A_TIME
from trainer.encode import IGNORED


@contextmanager
def learnt_alone(model: Any, labels: torch.Tensor, items: Any = None) -> Iterator[None]:
    """Let the forward pass of `model`, a base with LoRA, reckon logits only where the next token is learnt, and answer its loss.

    `labels` have the shape of the tokens, (rows, tokens), with -100 where nothing is learnt; the loss is the mean over those that
    are, or their sum divided by `items`. Of the logits the output keeps three sums: see `sums_of`.
    """
    wanted = torch.nn.functional.pad(labels, (0, 1), value=IGNORED)[:, 1:]
    places = wanted != IGNORED
    wanted = wanted[places]

    def choose(module: Any, states: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor]:
        return (states[0][places][None],)

    def measure(module: Any, given: Any, output: Any) -> Any:
        losses, right = sums_of(output.logits[0], wanted)
        output.loss = losses / (max(1, len(wanted)) if items is None else items)
        # A mixture of experts whose configuration asks for it has a second loss, of how evenly they are used.
        if getattr(output, "aux_loss", None) is not None:
            output.loss = output.loss + model.config.router_aux_loss_coef * output.aux_loss
        output.logits = torch.stack([losses.detach(), right, torch.full_like(right, len(wanted))])[None]
        return output

    # Inside of what the library wraps around a model: it would turn all logits that come out to fp32.
    hooks = [model.get_output_embeddings().register_forward_pre_hook(choose), model.base_model.register_forward_hook(measure)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def sums_of(logits: torch.Tensor, wanted: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Answer the sum of the losses, and how many tokens are foretold; both are fp32. Shapes: (tokens, vocabulary), (tokens,)."""
    losses, right = _Sums.apply(logits, wanted)
    return losses, right


class _Sums(torch.autograd.Function):
    """Cross entropy that keeps the logits as they are, and one number of each token: what is in fp32 is made again on the way back."""

    @staticmethod
    def forward(context: Any, logits: torch.Tensor, wanted: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        losses, right, norms = logits.new_zeros((), dtype=torch.float32), logits.new_zeros((), dtype=torch.float32), []
        for some, asked in _pieces(logits, wanted):
            norms.append(some.float().logsumexp(-1))
            losses += (norms[-1] - some.gather(-1, asked[:, None])[:, 0].float()).sum()
            right += (some.argmax(-1) == asked).sum()
        context.save_for_backward(logits, wanted, torch.cat(norms) if norms else losses)
        context.mark_non_differentiable(right)
        return losses, right

    @staticmethod
    def backward(context: Any, *given: torch.Tensor) -> tuple[torch.Tensor, None]:
        logits, wanted, norms = context.saved_tensors
        found, at = torch.empty_like(logits), 0
        for some, asked in _pieces(logits, wanted):
            # A new tensor, in fp32 as the norms are: whoever made the logits may need them yet.
            part = (some - norms[at : at + len(asked), None]).exp_()
            part[torch.arange(len(asked), device=asked.device), asked] -= 1
            found[at : at + len(asked)] = part.mul_(given[0])
            at += len(asked)
        return found, None


def _pieces(logits: torch.Tensor, wanted: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    size = max(1, LOGITS_AT_A_TIME // logits.shape[-1])
    return zip(logits.split(size), wanted.split(size), strict=True) if len(wanted) else iter(())
