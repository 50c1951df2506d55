"""Write a query in one normal form: explicit AND, straight quotes, no parentheses that change nothing.

``parse(write(parse(q)))`` equals ``parse(q)``, so a stored query can be shown, compared and edited.
"""

from __future__ import annotations

from streams.query.ast import And, Near, Node, Not, Or, Phrase, Term, Within

_BINDS = {Or: 1, And: 2, Not: 3, Near: 4}
_PRIMARY = 5


def write(node: Node, tighter_than: int = 0) -> str:
    """Print the node, in parentheses where what surrounds it binds as tightly or more.

    >>> write(And((Term("a"), Or((Phrase("b c"), Not(Term("d")))))))
    'a AND ("b c" OR NOT d)'
    """
    binds = _BINDS.get(type(node), _PRIMARY)
    match node:
        case Term(text):
            shown = text
        case Phrase(text):
            shown = f'"{text}"'
        case And(nodes) | Or(nodes):
            shown = (" AND " if binds == 2 else " OR ").join(write(child, binds) for child in nodes)
        case Not(child):
            shown = f"NOT {write(child, binds - 1)}"
        case Near(left, right, distance):
            shown = f"{write(left, binds - 1)} NEAR/{distance} {write(right, binds)}"
        case Within(name, child):
            shown = f"{name}:{write(child, _PRIMARY - 1)}"
    return f"({shown})" if binds <= tighter_than else shown
