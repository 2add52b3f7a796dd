"""Ollama's Modelfile: base, adapter, template, system prompt, and what ends an answer."""

from __future__ import annotations

from stparse.issue import BadInputError
from trainer.exports._trained import Trained
from trainer.fim import fim_tokens
from trainer.gotemplate import go_template

_DEFAULT_THETA = 10_000.0


def modelfile(trained: Trained, base: str, *, adapter: str) -> str:
    """Answer the text of a Modelfile. Raises BadInputError for a template or system prompt that cannot be written into one."""
    tokenizer, fim = trained.chat.tokenizer, fim_tokens(trained.chat.tokenizer)
    ends = [trained.chat.end, tokenizer.eos_token_id, *([fim.end] if fim else [])]
    # The sign of sentencepiece is a space in what is written.
    stops = dict.fromkeys(str(tokenizer.convert_ids_to_tokens(end)).replace("▁<", "<") for end in ends)
    lines = [
        "# Written by stc export, from the chat template that the model was trained with.",
        f"FROM {base}",
        *([f"ADAPTER {adapter}"] if adapter else []),
        f"TEMPLATE {_quoted(go_template(trained.chat))}",
        *([f"SYSTEM {_quoted(trained.system)}"] if trained.system else []),
        *(f"PARAMETER stop {_quoted(stop)}" for stop in stops),
        "# As it was evaluated: always the likeliest token.",
        "PARAMETER temperature 0",
    ]
    return "\n".join(lines) + "\n"


def base_for_ollama(trained: Trained) -> str:
    """Answer what FROM names: what the user says, else the base's folder. Raises BadInputError where Ollama would misread that."""
    if trained.served:
        return trained.served
    config = trained.base.config
    rope = config.get("rope_parameters") or {}
    is_usual = rope.get("rope_type", "default") == "default" and float(rope.get("rope_theta", _DEFAULT_THETA)) == _DEFAULT_THETA
    if not is_usual and "rope_theta" not in config:
        raise BadInputError(
            f"{trained.base.path}/config.json says where positions turn (rope_parameters) in a way that Ollama does not read; "
            "give --from the base as GGUF or as a model that Ollama has, or take `stc export merged`"
        )
    return str(trained.base.path.resolve())


def _quoted(text: str) -> str:
    """Answer a text as a Modelfile has it; there is no way to write three quotes into one."""
    if '"""' in text:
        raise BadInputError(f"a Modelfile cannot hold this text, because of its quotes: {text[-60:]!r}")
    return f'"""{text}"""'
