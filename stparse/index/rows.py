"""Rows of the index's tables to the values of model.py: the one place that knows the order of the columns."""

from __future__ import annotations

from typing import Any

from stparse.index.model import DoIt, FileComment, Finding, IndexedClass, MethodDef, Namespace, Outline, SharedVariable
from stparse.issue import Issue, Severity
from stparse.text import Span

Row = tuple[Any, ...]

METHOD_COLUMNS = (
    "m.id, cn.text, m.meta, sn.text, pn.text, m.source, m.stamp, m.start, m.end, f.path, m.line, m.source_line, f.dialect,"
    " m.comment, m.tokens, m.lines, m.shape, m.parsed"
)
METHOD_NAMES = " CROSS JOIN names cn ON cn.id = m.class LEFT JOIN names sn ON sn.id = m.selector LEFT JOIN names pn ON pn.id = m.protocol"
# CROSS JOIN keeps SQLite from turning the loops round: files by path, then methods by (file, start), needs no sorting.
METHODS_IN_ORDER = f"SELECT {METHOD_COLUMNS} FROM files f CROSS JOIN methods m ON m.file = f.id{METHOD_NAMES}"
METHODS_BY_ID = f"SELECT {METHOD_COLUMNS} FROM methods m CROSS JOIN files f ON f.id = m.file{METHOD_NAMES}"
OUTLINE_QUERY = (
    "SELECT m.id, cn.text, m.meta, sn.text, pn.text, m.stamp, m.shape, f.path, m.line, m.source_line"
    f" FROM files f CROSS JOIN methods m ON m.file = f.id{METHOD_NAMES} WHERE m.parsed ORDER BY f.path, m.start, m.id"
)
# As above, with the ids of the names, which come first.
OUTLINE_BY_ID = (
    "SELECT m.class, m.selector, m.protocol, m.id, m.meta, m.stamp, m.shape, f.path, m.line, m.source_line"
    " FROM methods m CROSS JOIN files f ON f.id = m.file"
)
CLASS_QUERY = (
    "SELECT c.id, c.name, c.namespace, c.superclass, c.kind, c.instance_variables, c.class_variables, c.class_instance_variables,"
    " c.pools, c.imports, c.traits, c.category, c.comment, c.stub, c.trait, c.start, c.end, f.path, c.line, f.dialect"
    " FROM classes c JOIN files f ON f.id = c.file ORDER BY f.path, c.start, c.id"
)
DOIT_QUERY = "SELECT d.id, d.source, d.start, d.end, f.path, d.line, f.dialect, d.parsed FROM doits d CROSS JOIN files f ON f.id = d.file"
COMMENT_QUERY = (
    "SELECT c.class, c.text, c.start, c.end, f.path, c.line FROM files f JOIN comments c ON c.file = f.id ORDER BY f.path, c.start"
)
NAMESPACE_QUERY = (
    "SELECT n.name, n.parent, n.imports, n.category, n.comment, f.path, n.line FROM files f JOIN namespaces n ON n.file = f.id"
    " ORDER BY f.path, n.start"
)
SHARED_QUERY = (
    "SELECT v.name, v.environment, v.initializer, v.category, v.comment, f.path, v.line"
    " FROM files f JOIN shared_variables v ON v.file = f.id ORDER BY f.path, v.start"
)
USES_QUERY = (
    "SELECT u.owner, u.write, c.text, f.path FROM uses u JOIN methods m ON m.id = u.owner JOIN names c ON c.id = m.class"
    " JOIN files f ON f.id = m.file WHERE u.name = ? AND u.kind < 2"
)
LITERAL_COUNT = (
    "SELECT count(DISTINCT l.owner) FROM literals l JOIN methods m ON m.id = l.owner"
    " WHERE l.value = ? AND l.kind IN (SELECT value FROM json_each(?))"
)
_ISSUES = (
    "SELECT i.code, i.severity, i.message, i.hint, i.start, i.end, coalesce(f.path, i.path), i.line, i.column, cn.text, m.meta, sn.text"
    " FROM issues i LEFT JOIN files f ON f.id = i.file LEFT JOIN methods m ON m.id = i.owner LEFT JOIN names cn ON cn.id = m.class"
    " LEFT JOIN names sn ON sn.id = m.selector"
)
_ISSUE_ORDER = " ORDER BY 7, i.line, i.column, i.code, i.message"
ISSUE_QUERY = _ISSUES + _ISSUE_ORDER
ISSUES_OF_OWNER = f"{_ISSUES} WHERE i.owner = ?{_ISSUE_ORDER}"


def method_of(row: Row, issues: tuple[Issue, ...]) -> MethodDef:
    """Answer the method of a row of METHOD_COLUMNS."""
    span = Span(row[7], row[8])
    return MethodDef(
        row[0], row[1], bool(row[2]), row[3] or "", row[4], row[5], row[6], span, row[9], row[10], row[11], row[12], row[13],
        row[14], row[15], row[16], bool(row[17]), issues,
    )  # fmt: skip


def outline_of(row: Row) -> Outline:
    """Answer the method of a row of OUTLINE_QUERY, without its source."""
    return Outline(row[0], row[1], bool(row[2]), row[3] or "", *row[4:])


def class_of(row: Row) -> IndexedClass:
    """Answer the class of a row of CLASS_QUERY."""
    return IndexedClass(
        id=row[0],
        name=row[1],
        namespace=row[2],
        superclass=row[3],
        kind=row[4],
        instance_variables=tuple(row[5].split()),
        class_variables=tuple(row[6].split()),
        class_instance_variables=tuple(row[7].split()),
        pools=tuple(row[8].split()),
        imports=tuple(row[9].split()),
        traits=tuple(row[10].split()),
        category=row[11],
        comment=row[12],
        stub=bool(row[13]),
        trait=bool(row[14]),
        span=Span(row[15], row[16]),
        file=row[17],
        line=row[18],
        dialect=row[19],
    )


def doit_of(row: Row) -> DoIt:
    """Answer the do-it of a row of DOIT_QUERY."""
    return DoIt(row[0], row[1], Span(row[2], row[3]), row[4], row[5], row[6], bool(row[7]))


def comment_of(row: Row) -> FileComment:
    """Answer the comment of a row of COMMENT_QUERY."""
    return FileComment(row[0], row[1], Span(row[2], row[3]), row[4], row[5])


def namespace_of(row: Row) -> Namespace:
    """Answer the namespace of a row of NAMESPACE_QUERY."""
    return Namespace(row[0], row[1], tuple(row[2].split()), row[3], row[4], row[5], row[6])


def shared_of(row: Row) -> SharedVariable:
    """Answer the shared variable of a row of SHARED_QUERY."""
    return SharedVariable(*row)


def finding_of(row: Row) -> Finding:
    """Answer the finding of a row of ISSUE_QUERY."""
    issue = Issue(row[0], row[2], Severity(row[1]), Span(row[4], row[5]), row[3])
    meta = None if row[10] is None else bool(row[10])
    return Finding(issue, row[6], row[7], row[8], row[9], meta, row[11])
