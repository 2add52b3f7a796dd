"""How a conversation is written for a model: by its own chat template, found out once and checked before anything is trained.

What is learnt of a conversation is what the model has to write itself: all that the template puts between the prompt and the end of the
answer, and the token that ends it. What comes behind that token is left out, for generation stops there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from stparse.issue import BadInputError

OFFERED = Path(__file__).parent / "templates"
PROBE = "Bp>>isOpen: aDate\n\t\"Answer 'it''s'  $x.\"\n\n\t^(rights at: #a ifAbsent: [nil]) ~= nil & (1.5e3 >= 16r1F)"
"""Text that a tokenizer of code must give back: tabs, empty lines, two spaces, quotes, signs."""
_ANSWER = "stcAnswer"
_ASKED = ({"role": "user", "content": "stcQuestion"},)

Conversation = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Chat:
    """A tokenizer with what its template puts around an answer: `before` and `after` it, and the token `end` that ends it."""

    tokenizer: Any
    before: str
    after: str
    end: int

    def prompt(self, messages: Conversation) -> str:
        """Answer the text that asks the model for an answer. Raises BadInputError where the template refuses the messages."""
        try:
            return str(self.tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True))
        except Exception as error:  # the template raises what it likes
            hint = "; is it the system prompt? make the data set without --system" if messages[0]["role"] == "system" else ""
            raise BadInputError(f"the chat template of the base model refuses the conversation ({error}){hint}") from error

    def answer(self, text: str) -> str:
        """Answer all that the model has to write behind the prompt, up to the token that ends it."""
        return f"{self.before}{text}{self.after}"


def open_tokenizer(base: Path, template: str, trusted: bool = False) -> Any:
    """Answer the tokenizer of the model in `base`, with `template` in place of its chat template if one is named.

    Raises BadInputError for a tokenizer that does not give text back as it was, and a template that is not there.
    """
    tokenizer = AutoTokenizer.from_pretrained(base, trust_remote_code=trusted)
    ids = tokenizer(PROBE, add_special_tokens=False)["input_ids"]
    said = tokenizer.decode(ids, clean_up_tokenization_spaces=False)
    if said.lstrip(" ") != PROBE:
        raise BadInputError(f"the tokenizer of {base} does not give code back as it was: it makes {said[:60]!r} of {PROBE[:60]!r}")
    if tokenizer.eos_token_id is None:
        raise BadInputError(f"the tokenizer of {base} has no token that ends a text; set eos_token in its tokenizer_config.json")
    if tokenizer.pad_token_id is None:
        # What is padded is told by its place, never by this token: the end that an answer has is learnt all the same.
        tokenizer.pad_token = tokenizer.eos_token
    tokenizer.padding_side = "right"
    if template:
        tokenizer.chat_template = _template(template)
    return tokenizer


def chat_of(tokenizer: Any) -> Chat:
    """Find out what the template of `tokenizer` puts around an answer. Raises BadInputError where there is none, or it cannot be used."""
    if not tokenizer.chat_template:
        offered = ", ".join(sorted(path.stem for path in OFFERED.glob("*.jinja")))
        raise BadInputError(
            "the base model has no chat template, so nobody knows how it is to be asked. Give one with --chat-template: "
            f"a Jinja file, or one of stc's own ({offered}); 'instruction' suits a base that was never tuned for chat"
        )
    asked = Chat(tokenizer, "", "", 0).prompt(_ASKED)
    whole = str(tokenizer.apply_chat_template([*_ASKED, {"role": "assistant", "content": _ANSWER}], tokenize=False))
    if not whole.startswith(asked) or whole.count(_ANSWER) != 1:
        raise BadInputError(
            "the chat template does not begin a whole conversation as it begins one that waits for its answer; "
            "mend it, or give another with --chat-template"
        )
    before, after = whole[len(asked) :].split(_ANSWER)
    ids = tokenizer(after, add_special_tokens=False)["input_ids"] if after else []
    specials = set(tokenizer.all_special_ids) | {id_ for id_, token in tokenizer.added_tokens_decoder.items() if token.special}
    place = next((place for place, id_ in enumerate(ids) if id_ in specials), None)
    if place is None:
        # The template itself ends nothing.
        return Chat(tokenizer, before, after + tokenizer.eos_token, tokenizer.eos_token_id)
    return Chat(tokenizer, before, tokenizer.decode(ids[: place + 1], clean_up_tokenization_spaces=False), ids[place])


def _template(name: str) -> str:
    offered = OFFERED / f"{name}.jinja"
    path = offered if name.isidentifier() and offered.is_file() else Path(name)
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(sorted(found.stem for found in OFFERED.glob("*.jinja")))
        raise BadInputError(f"--chat-template {name} is neither a file nor one of stc's templates ({known}): {error}") from error
