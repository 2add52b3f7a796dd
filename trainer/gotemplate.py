"""A chat template in Go's language of templates, as Ollama wants it, found out by asking the template that was trained with.

Jinja is not translated. The template is rendered for some conversations whose texts are known, and what it puts around them is written
down; then the pieces must give, for longer conversations too, what the template gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stparse.issue import BadInputError
from trainer.chat import Chat, Conversation
from trainer.fim import fim_tokens

_SYSTEM, _FIRST, _SAID, _SECOND = "stcSystem", "stcFirst", "stcSaid", "stcSecond"


@dataclass(frozen=True, slots=True)
class Pieces:
    """What stands around the texts of a conversation: `head` before the first question, or `opening`, the system prompt, `closing`.

    `asked` stands behind each question, `before` before each answer, `between` behind an answer that is followed by a question.
    """

    head: str
    opening: str | None
    closing: str
    asked: str
    before: str
    between: str

    def render(self, messages: Conversation) -> str:
        """Answer a conversation that waits for its answer."""
        system = [m["content"] for m in messages if m["role"] == "system"]
        said = f"{self.opening}{system[0]}{self.closing}" if system else self.head
        turns = [m for m in messages if m["role"] != "system"]
        for place, message in enumerate(turns):
            if message["role"] == "user":
                said += (self.between if place else "") + message["content"] + self.asked
            else:
                said += self.before + message["content"]
        return said


def pieces_of(chat: Chat) -> Pieces:
    """Find out what the template puts around texts. Raises BadInputError where that depends on more than their roles."""
    question, answer = {"role": "user", "content": _FIRST}, {"role": "assistant", "content": _SAID}
    system, another = {"role": "system", "content": _SYSTEM}, {"role": "user", "content": _SECOND}
    head, asked = _cut(chat.prompt([question]), _FIRST)
    _, behind = _cut(chat.prompt([question, answer, another]), _SAID)
    between, _ = _cut(behind, _SECOND)
    opening: str | None = None
    closing = ""
    try:
        opening, behind = _cut(chat.prompt([system, question]), _SYSTEM)
        closing, _ = _cut(behind, _FIRST)
    except BadInputError:
        # A template without system prompts: nobody can give one then.
        opening = None
    found = Pieces(head, opening, closing, asked, chat.before, between)
    tried: list[Sequence[dict[str, str]]] = [[question], [question, answer, another]]
    if opening is not None:
        tried += [[system, question], [system, question, answer, another, answer, question]]
    for messages in tried:
        if found.render(messages) != chat.prompt(messages):
            raise BadInputError(
                "the chat template does more than to put texts around the messages, which Ollama's template cannot follow; "
                "merge the model and serve it with a program that reads Jinja (llama-server --jinja, vLLM)"
            )
    return found


def go_template(chat: Chat) -> str:
    """Answer the template as Ollama executes it; it fills in the middle too, where the base has learnt that."""
    found = _without_begin(pieces_of(chat), chat)
    start = _literal(found.head)
    if found.opening is not None:
        start = f"{{{{ if .System }}}}{_literal(found.opening)}{{{{ .System }}}}{_literal(found.closing)}{{{{ else }}}}{start}{{{{ end }}}}"
    user = f"{{{{ if $later }}}}{_literal(found.between)}{{{{ end }}}}{{{{ $later = true }}}}{{{{ .Content }}}}{_literal(found.asked)}"
    turns = (
        f'{{{{ $later := false }}}}{{{{ range .Messages }}}}{{{{ if eq .Role "user" }}}}{user}'
        f'{{{{ else if eq .Role "assistant" }}}}{_literal(found.before)}{{{{ .Content }}}}{{{{ end }}}}{{{{ end }}}}'
    )
    fim = fim_tokens(chat.tokenizer)
    if fim is None:
        return start + turns
    hole = fim.text("{{ .Prompt }}", "{{ .Suffix }}")
    return f"{{{{ if .Suffix }}}}{hole}{{{{ else }}}}{start}{turns}{{{{ end }}}}"


def _without_begin(pieces: Pieces, chat: Chat) -> Pieces:
    """Where the tokenizer begins a text by itself, the program that serves the model does so too: the token would be there twice."""
    begin = chat.tokenizer.bos_token
    if not begin or chat.tokenizer("")["input_ids"][:1] != [chat.tokenizer.bos_token_id]:
        return pieces
    opening = None if pieces.opening is None else pieces.opening.removeprefix(begin)
    return replace(pieces, head=pieces.head.removeprefix(begin), opening=opening)


def _cut(text: str, at: str) -> tuple[str, str]:
    before, found, behind = text.partition(at)
    if not found:
        raise BadInputError(f"the chat template leaves a message out: {text!r}")
    return before, behind


def _literal(text: str) -> str:
    return text.replace("{{", '{{ "{{" }}')
