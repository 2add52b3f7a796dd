"""A driver of LALR tables: tokens in, one value out, or the exact place and state where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stparse.scanner import Scanner, Tokens
from stparse.tables import END, Tables

Maker = Callable[[list[Any], int, int], Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a parse ended without an accept: the token's index, and the terminals that the state would have taken."""

    token: int
    expected: frozenset[str]


class Engine:
    """The automaton of one grammar, with the makers of its nodes left open.

    A maker is called as `make(values, start, end)`: the kept values of its production (tokens as their index, lists
    of `+` and `*` spread out) and the offsets of the text that it covers.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.scanner = Scanner(tables)
        self._gotos = tables.gotos
        self._actions = tables.actions

    def bind(self, makers: object) -> list[tuple[str, int, Maker | None, bool, tuple[int, ...], tuple[int, ...]]]:
        """Answer the rules with each `build` name looked up as a method of `makers`."""
        return [
            (rule.lhs, rule.size, getattr(makers, rule.build) if rule.build else None, rule.collect, rule.keep, rule.spread)
            for rule in self.tables.rules
        ]

    def run(self, text: str, tokens: Tokens, start: str, rules: list[Any]) -> Any:
        """Parse `tokens` from the start symbol `start`; answer its value, or a Stop.

        Binary runs that the automaton cannot take whole are cut in `tokens`, in place.
        """
        actions, gotos = self._actions, self._gotos
        kinds, starts, ends = tokens.kinds, tokens.starts, tokens.ends
        states = [self.tables.starts[start]]
        values: list[Any] = []
        begins: list[int] = []
        state = states[0]
        index = 0
        kind = kinds[0]
        while True:
            action = actions[state].get(kind)
            if action is None:
                if self._cut(text, tokens, index, actions[state]):
                    kind = kinds[index]
                    continue
                return Stop(index, frozenset(word for word in actions[state] if self._takes(states, word)))
            if action >= 0:
                if kind == END:
                    return values[-1]
                states.append(action)
                state = action
                values.append(index)
                begins.append(starts[index])
                index += 1
                kind = kinds[index]
                continue
            lhs, size, make, collect, keep, spread = rules[~action]
            if size == 1:
                if make is not None:
                    values[-1] = make(values[-1] if spread else values[-1:] if keep else [], begins[-1], ends[index - 1])
                elif collect:
                    values[-1] = values[-1] if spread else values[-1:] if keep else []
                state = gotos[states[-2]][lhs]
                states[-1] = state
                continue
            if size == 0:
                # Nothing stands right behind what came before it, so that it lies within what it is part of.
                begin = ends[index - 1] if index else starts[0]
                values.append(make([], begin, begin) if make is not None else [])
                begins.append(begin)
                state = gotos[state][lhs]
                states.append(state)
                continue
            if spread:
                head = keep[0]
                if collect and head == spread[0]:
                    # The helper of a `+`: its list grows in place, so that long lists cost no copies.
                    kept = values[head - size]
                    rest = keep[1:]
                else:
                    kept = []
                    rest = keep
                for position in rest:
                    if position in spread:
                        kept.extend(values[position - size])
                    else:
                        kept.append(values[position - size])
            elif len(keep) == size:
                kept = values[-size:]
            else:
                kept = [values[position - size] for position in keep]
            begin = begins[-size]
            if make is not None:
                value = make(kept, begin, ends[index - 1])
            elif collect:
                value = kept
            else:
                value = kept[0]
            del values[-size:], begins[-size:], states[-size:]
            values.append(value)
            begins.append(begin)
            state = gotos[states[-1]][lhs]
            states.append(state)

    def _takes(self, states: list[int], kind: str) -> bool:
        """Answer whether `kind` would be shifted: a merged LALR row also holds reductions that lead nowhere."""
        # Reductions shorten the stack below `depth` and put single states on top of it: no copy of a deep stack.
        depth, top = len(states) - 1, [states[-1]]
        while True:
            action = self._actions[top[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                return True
            rule = self.tables.rules[~action]
            size = rule.size
            while size and top:
                top.pop()
                size -= 1
            depth -= size
            below = top[-1] if top else states[depth - 1]
            top.append(self._gotos[below][rule.lhs])

    def _cut(self, text: str, tokens: Tokens, index: int, row: dict[str, int]) -> bool:
        """Cut the binary run at `index` after its longest prefix that `row` takes; answer whether there is one."""
        start, end = tokens.starts[index], tokens.ends[index]
        if end - start < 2 or tokens.kinds[index] not in ("BINARY", "BARS"):
            return False
        for middle in range(end - 1, start, -1):
            kind = self.scanner.kind_of_run(text[start:middle])
            if kind in row:
                tokens.kinds[index : index + 1] = [kind, self.scanner.kind_of_run(text[middle:end])]
                tokens.starts.insert(index + 1, middle)
                tokens.ends.insert(index, middle)
                return True
        return False
