"""What has changed from one view of a lab to the next, so that only that is sent to its page.

A picture moves by the points of a line and a few digits; the rest is as it was. A change is
- ``[value]``: something else is there now; ``[]``: nothing is there any more;
- ``[start, end, text]``: of a text, all but its first ``start`` and last ``end`` characters;
- a dict from a name to its change; of a list from an index; of a text with tags (SVG, HTML) from
  the number of a piece, where ``<`` parts the pieces.

lab.js makes the new view of the old one and the change, as ``changed`` does here:

>>> before = {"round": "9", "picture": '<svg><path d="M0 0"/></svg>', "wait": True}
>>> after = {"round": "9", "picture": '<svg><path d="M0 7"/></svg>'}
>>> change_between(before, after)
{'picture': {'2': [11, 3, '7']}, 'wait': []}
>>> changed(before, change_between(before, after)) == after
True
"""

from collections.abc import Iterable
from itertools import takewhile
from typing import Any

Change = list | dict


def change_between(before: Any, after: Any) -> Change:
    """The change that makes ``after`` of ``before``; {} if there is none."""
    if isinstance(before, dict) and isinstance(after, dict):
        gone = {name: [] for name in before if name not in after}
        new = {name: [after[name]] for name in after if name not in before}
        both = {name: (before[name], after[name]) for name in after if name in before}
        return _of_parts(both) | gone | new
    if isinstance(before, list | tuple) and isinstance(after, list | tuple):
        return _of_pieces(before, after)
    if isinstance(before, str) and isinstance(after, str):
        old, new = before.split("<"), after.split("<")
        return _of_pieces(old, new, after) if len(old) > 1 < len(new) else _cut(before, after)
    return {} if type(before) is type(after) and before == after else [after]


def _of_pieces(before, after, whole=None):
    if len(before) != len(after):
        return [after if whole is None else whole]
    pairs = zip(before, after, strict=True)
    return _of_parts({str(n): pair for n, pair in enumerate(pairs)})


def _of_parts(pairs):
    changes = {
        name: change_between(old, new) for name, (old, new) in pairs.items() if old is not new
    }
    return {name: change for name, change in changes.items() if change != {}}


def _cut(before, after):
    if before == after:
        return {}
    # The page counts characters of 16 bits.
    if max(before + after, default="") > "\uffff":
        return [after]
    start = _alike(before, after)
    end = _alike(reversed(before[start:]), reversed(after[start:]))
    return [start, end, after[start : len(after) - end]] if start + end > 5 else [after]


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """So many characters are the same before the first that is not."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def changed(before: Any, change: Change) -> Any:
    """What a change makes of what was before."""
    if change == {}:
        return before
    if isinstance(change, list):
        if len(change) == 1:
            return change[0]
        start, end, text = change
        return before[:start] + text + before[len(before) - end :]
    if isinstance(before, str):
        return "<".join(_with_changes(before.split("<"), change))
    if isinstance(before, dict):
        kept = {name: value for name, value in before.items() if change.get(name) != []}
        new = {name: c for name, c in change.items() if c != []}
        return kept | {name: changed(before.get(name), c) for name, c in new.items()}
    return _with_changes(list(before), change)


def _with_changes(pieces, change):
    for n, piece_change in change.items():
        pieces[int(n)] = changed(pieces[int(n)], piece_change)
    return pieces
