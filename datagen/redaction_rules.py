"""What is hidden from a data set: each rule is an expression for one form that a secret or personal data takes in source code.

The kinds are those of the PII formatters of the field, with what Smalltalk adds: keyword arguments, stamps, connect strings.
"""

from __future__ import annotations

from typing import NamedTuple

_KEYWORD = r"(?:password|passwd|passphrase|passwort|kennwort|pwd|secret|credentials?|api_?key|access_?key|auth_?token)"
_KEYWORDS = (
    "password", "passwd", "passphrase", "passwort", "kennwort", "pwd", "secret", "credential",
    "api_key", "apikey", "access_key", "accesskey", "auth_token", "authtoken",
)  # fmt: skip
_TO = r"\s*(?::=|:|==?|->|_|\^|\bput:|=>)\s*"
_WORLD = r"(?:com|org|net|edu|gov|info|biz|eu|de|at|ch|nl|be|lu|fr|it|es|pt|uk|ie|se|no|dk|fi|pl|cz|ru|us|ca|br|au|nz|jp|cn|in|tv|io)"
_HOUSE = r"(?:intranet|intern|internal|local|localdomain|lan|corp|home|private)"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"


class Rule(NamedTuple):
    """What to hide: the group `v` of an expression, together with what `left` finds right before it.

    Where there are needles (in small letters), only their surroundings are searched; the other expressions begin with one
    certain character, which Python finds fast, and look behind afterwards.
    """

    kind: str
    needles: tuple[str, ...]
    pattern: str
    whole: bool = False
    """Whether punctuation is hidden too, since it is part of the secret."""
    left: str | None = None
    prose: bool = False
    """Whether it is for text that is no code alone."""


RULES = (
    Rule("credential", (), r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+(?P<v>[A-Za-z0-9+/=\s]+?)-----END", True),
    Rule("credential", ("://",), r"://[^\s/'\"@:]{1,64}:(?P<v>[^\s/'\"@]{1,64})@", True),
    Rule("credential", _KEYWORDS, rf"(?i)\b{_KEYWORD}\b[*`']*\s*[:=|]\s*[*`'\"]*(?P<v>[^\s*`'\"|,;]{{4,80}})", True, prose=True),
    Rule("user name", ("user", "login", "uid"),
         r"(?i)\b(?:user|user ?name|login|uid)\b[*`']*\s*[:=|]\s*[*`'\"]*(?P<v>[a-z][\w.@\\-]{1,40})", prose=True),
    Rule("user name", ("://",), r"://(?P<v>[^\s/'\"@:]{1,64}):[^\s/'\"@]{1,64}@"),
    Rule("credential", _KEYWORDS, rf"(?i){_KEYWORD}(?:String|Text|Value|Hash|\d)?\b'?{_TO}'(?P<v>[^'\s]{{3,80}})'(?!')", True),
    Rule("credential", _KEYWORDS, rf"(?i)(?<=[;'?&\s(,]){_KEYWORD}=(?P<v>[^\s;'\"&,)]{{2,80}})(?=[;'&])", True),
    Rule("credential", ("akia", "ghp_", "gho_", "xox", "eyj", "glpat-"),
         r"\b(?P<v>AKIA[0-9A-Z]{16}|gh[po]_[A-Za-z0-9]{30,}|xox[abp]-[A-Za-z0-9-]{20,}|"
         r"eyJ[\w-]{15,}\.[\w-]{15,}\.[\w-]+|glpat-[\w-]{20,})", True),
    Rule("user name", ("user", "login", "accountname", "account_name"),
         r"(?i)\b(?:user|user_?name|user_?id|login|login_?name|account_?name)(?::|\s*:=)\s*'(?P<v>[a-z][\w.@\\-]{1,40})'(?!')"),
    Rule("user name", ("user=", "user id=", "username=", "user_name=", "uid=", "login="),
         r"(?i)(?<=[;'?&])\s?(?:user|user id|user_?name|uid|login)=(?P<v>[^\s;'\"&,)]{2,40})(?=[;'&])"),
    Rule("user name", ("users\\", "settings\\"), r"(?i)\b[A-Z]:\\(?:Users|Documents and Settings)\\(?P<v>[^\\'\"\s]{2,40})(?=\\)"),
    Rule("user name", ("/home/", "/users/"), r"/(?:home|Users)/(?P<v>[a-z][\w.-]{1,40})(?=/)"),
    Rule("user name", ("stamp",), r"(?i)stamp'?\s*:?\s*'(?P<v>[^'\d]{2,60}?)\s+\d{1,2}[/.-]\d"),
    Rule("user name", (), r"/ ?\d\d?:\d\d(?::\d\d)?(?: ?[ap]m)? ?/ ?(?P<v>[A-Za-z][\w.-]{1,30}(?:[ \t][A-Z][\w.-]*){0,2})(?=[\s\"])"),
    Rule("user name", (), r"\"\s?(?P<v>[A-Za-z]{2,12})[ :,/-]{1,3}\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b"),
    Rule("user name", ("author", "autor", "ed by", "ten by"),
         r"(?:\bA(?:uthors?|UTHORS?|utor):|(?:ritten|reated|odified|hanged|ontributed) by)[ \t]+"
         r"(?P<v>[A-Z][\w.'-]*\w(?:[ \t][A-Z][\w.-]*\w){0,2})"),
    # In small letters it is a keyword message, but at the beginning of a comment.
    Rule("user name", ("author:", "authors:"), r"\"\s{0,20}authors?:[ \t]+(?P<v>[A-Z]{2,4}\b|[A-Z][\w.-]*\w[ \t][A-Z][\w.-]*\w)"),
    Rule("e-mail address", (), rf"(?P<v>@(?:[A-Za-z0-9-]+\.)+(?:{_WORLD}|{_HOUSE}))\b", left=r"(?<![\w.+-])[A-Za-z][\w.+-]*"),
    Rule("host", ("://",), r"(?i)\b(?:https?|ftps?|sftp|ldaps?|ssh|smb|svn|git|tcp|amqps?|redis|mongodb|mysql|postgres(?:ql)?|oracle)"
         r"://(?:[^\s/'\"@]{1,100}@)?(?P<v>[A-Za-z][\w-]*(?:\.[\w-]+)*)"),
    Rule("host", ("jdbc:",), r"(?i)\bjdbc:\w+:(?:thin:@)?(?://)?(?P<v>[A-Za-z][\w.-]*)(?=[:/;])"),
    Rule("host", ("server=", "host=", "hostname=", "host_name=", "source=", "address="),
         r"(?i)(?<=[;'?&])\s?(?:server|host|host_?name|data source|address)=(?P<v>[A-Za-z][\w.\\-]{1,60})(?=[;'&,:])"),
    Rule("host", ("server", "host"), r"(?i)\b(?:server|host|host_?name|server_?name)(?::|\s*:=)\s*'(?P<v>[A-Za-z][\w.-]{1,60})'(?!')"),
    Rule("host", (), rf"(?P<v>\.{_WORLD})(?![\w-]|\.\w|:)", left=rf"(?<![\w.@/#-])(?:{_LABEL}\.){{1,4}}{_LABEL}"),
    Rule("host", (), rf"(?P<v>\.{_HOUSE})(?![\w-]|\.\w|:)", left=rf"(?<![\w.@/#-])(?:{_LABEL}\.){{0,4}}{_LABEL}"),
    Rule("host", (), r"\\\\(?<=['\"\s(]\\\\)(?P<v>[A-Za-z][\w-]{1,40})(?=\\[\w$]{2,})"),
    Rule("network address", (), r"(?P<v>(?:\.\d{1,3}){3})(?!\w|\.\d)", left=r"(?<![\w.])\d{1,3}"),
    # The first two digits stay: they are where the search begins.
    Rule("network address", (), r":(?<=[0-9A-Fa-f]:)(?P<v>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){4}|"
         r"[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){6})(?![\w:])"),
    Rule("phone number", (), r"\+(?<![\w.+]\+)(?P<v>\d{1,3}[ /-]?\(?\d{2,5}\)?(?:[ ./-]\d{2,8}){1,4})(?![\w.]\w|\w)"),
)  # fmt: skip
