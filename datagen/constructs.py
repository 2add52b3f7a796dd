"""What TypeScript has nothing of: the constructs that a person must decide on, how an answer words them, and what shows them.

No code: the generator finds them in the tree, the proof in the tokens.
"""

from __future__ import annotations

WORDED = {
    "non-local return": "A `^` within a block leaves the whole method: write a loop with `return`, or a search such as `find`.",
    "become": "Identities are exchanged (`become:`), which JavaScript cannot: change what the references hold.",
    "does not understand": "Unknown messages are caught (`doesNotUnderstand:`): a `Proxy`, or the messages one by one.",
    "perform": "The selector is only known when it runs (`perform:`): a table from the old selectors to the new names.",
    "context": "The call stack is read (`thisContext`): there is none to read.",
    "super cascade": "A cascade on `super`: one statement `super.…` for each of its messages.",
    "resumption": "An exception is resumed or retried: when `catch` runs, the stack is gone already.",
    "primitive": "Code of the virtual machine or of another language: write it anew.",
    "equality": "Equality is its own (`=` or `hash`): `===`, `Map` and `Set` compare identities.",
    "creation": "`new` is its own: what it does belongs in the constructor.",
}
"""The kinds of constructs in methods, in the order in which answers list them."""

SOUGHT = (
    "`^` within a block, `become:`, `doesNotUnderstand:`, `perform:`, `thisContext`, a cascade on `super`, resumed exceptions, primitives,"
    " its own `=`, `hash` or `new`, shared variables, pools, indexed elements"
)
"""What an answer says was looked for where nothing was found."""

SENT = {
    "become:": "become",
    "becomeForward:": "become",
    "oneWayBecome:": "become",
    "perform:": "perform",
    "retry": "resumption",
    "retryUsing:": "resumption",
    "resume:": "resumption",
}
"""Messages that show a construct wherever they are sent, by their first keyword."""

IMPLEMENTED = {
    (False, "doesNotUnderstand:"): "does not understand",
    (False, "="): "equality",
    (False, "hash"): "equality",
    (True, "new"): "creation",
    (True, "new:"): "creation",
}
"""Methods that are a construct by what they are called."""

BRANCHES = frozenset(
    ("ifTrue:", "ifFalse:", "ifNil:", "ifNotNil:", "ifNotNilDo:", "ifEmpty:", "ifNotEmpty:", "whileTrue:", "whileFalse:", "timesRepeat:")
)
"""Keywords whose blocks become statements of their own, so that a `^` in them stays a `return`."""

LOOPS = frozenset(("whileTrue", "whileFalse", "whileTrue:", "whileFalse:", "repeat"))
"""Messages to a block that become a loop."""

NEVER = frozenset(("subclassResponsibility", "error:", "halt", "shouldNotImplement"))
"""Messages after which nobody knows what is answered, by their first keyword."""

ROOTS = (None, "nil", "Object", "ProtoObject")
"""What a class inherits from that extends nothing in TypeScript."""
