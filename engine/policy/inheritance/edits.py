"""Edits of a policy's tree: `set`, `add` and `drop`, each with the path that it touches.

A path such as `window.W-BASE.days` names a table, a row or a field of the tree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from engine.policy.context import Context, Unreadable
from engine.policy.header.who import overpaid_in_full
from engine.policy.inheritance.shorthand import SHORT_TOPICS, in_full, row_in_full
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.topics.catalogue import TOPICS
from engine.policy.topics.rows import ENDS

Path = tuple[str, ...]

MOST_STEPS: Final = 8


class FoundRow(NamedTuple):
    """A row in the tree: the path of its table (`must` is one too), the row and its position."""

    table: Path
    row: Map
    position: int


def path_of(node: Node, tree: Map) -> Path:
    """Returns a written path with the short names of topics in full; empty if it is no path."""
    said = tuple(node.text.split(".")) if isinstance(node, Scalar) else ()
    if not said or len(said) > MOST_STEPS or not all(said):
        return ()
    if said[0] in SHORT_TOPICS:
        return (*SHORT_TOPICS[said[0]], *said[1:])
    parts = tree.get("remedies")
    if said[0] == "remedy" and isinstance(parts, Map) and parts.entries:
        return ("remedies", next(iter(parts.entries)), *said[1:])
    fees = tree.get("fees")
    only_fee = isinstance(fees, Map) and list(fees.entries) == ["fee"]
    if said[0] == "fees" and only_fee and said[1:2] != ("fee",):
        return ("fees", "fee", *said[1:])
    return said


def at(tree: Map, path: Path) -> Map | None:
    """Returns the map at a path."""
    node: Node | None = tree
    for key in path:
        node = node.get(key) if isinstance(node, Map) else None
    return node if isinstance(node, Map) else None


def put(tree: Map, path: Path, node: Node) -> Map:
    """Returns the tree with a node at a path that is not empty."""
    *above, last = path
    if not above:
        return tree.with_entry(last, node)
    holder = at(tree, tuple(above)) or Map(source=node.source, entries={}, keys={})
    return put(tree, tuple(above), holder.with_entry(last, node))


def tables(tree: Map, topic: str) -> list[Path]:
    """Returns the paths of all tables of a topic."""
    holder = tree.get(topic)
    if isinstance(holder, Items):
        return [(topic,)]
    if not isinstance(holder, Map):
        return []
    if "rows" in holder.entries:
        return [(topic,)]
    inner = {part: node for part, node in holder.entries.items() if isinstance(node, Map)}
    return [(topic, part) for part, node in inner.items() if "rows" in node.entries]


def items_of(tree: Map, table: Path) -> Items | None:
    """Returns the list of rows of a table."""
    if len(table) == 1 and isinstance(node := tree.get(table[0]), Items):
        return node
    holder = at(tree, table) if table else None
    rows = holder.get("rows") if holder else None
    return rows if isinstance(rows, Items) else None


def rows_of(tree: Map, table: Path) -> tuple[Map, ...]:
    """The rows of a table."""
    return tuple(row for row in listed(tree, table) if isinstance(row, Map))


def find_row(tree: Map, path: Path) -> FoundRow | None:
    """Returns the row that a path names by its id; the part in between may be left out."""
    for name in path[1:]:
        for table in tables(tree, path[0]):
            if len(path) > 2 and len(table) > 1 and path[1] not in (table[1], name):
                continue
            for position, row in enumerate(listed(tree, table)):
                if isinstance(row, Map) and row.text_of("id") == name:
                    return FoundRow(table, row, position)
    return None


def with_items(tree: Map, table: Path, items: tuple[Node, ...]) -> Map:
    """Returns the tree with other rows in a table."""
    before = items_of(tree, table)
    full = replace(before, items=items) if before else Items(source=tree.source, items=items)
    holder = at(tree, table)
    return put(tree, table, full if holder is None else holder.with_entry("rows", full))


def names_in(tree: Map) -> list[str]:
    """Returns all topics, parts and row ids, for hints."""
    found = list(tree.entries)
    for topic, node in tree.entries.items():
        found += node.entries if isinstance(node, Map) else ()
        found += [
            row.text_of("id") for table in tables(tree, topic) for row in rows_of(tree, table)
        ]
    return found


def listed(tree: Map, table: Path) -> tuple[Node, ...]:
    """Returns the items of a table's list; none if there is no list."""
    found = items_of(tree, table)
    return found.items if found else ()


# --- edits ----------------------------------------------------------------------------------------


KEYS: Final = ("set", "to", "add", "into", "before", "after", "drop", "why", "effective")
OVERPAID: Final = "overpaid"
PLURAL: Final = tuple(name for name, topic in TOPICS.items() if topic.plural)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What an edit changed: the path of a table or field, a row's id, the node before and after.

    A `set` of a field of a row has the row in `before` and `after`, and the field in `field`.
    `holder` is the table or the map around it, as it was.
    """

    kind: Literal["set", "add", "drop"]
    path: Path
    field: str | None = None
    row: str | None = None
    before: Node | None = None
    after: Node | None = None
    holder: Map | None = None
    edit: Map


Edited = tuple[Map, Touched]
"""The tree after an edit, and what it touched."""


def apply_edit(tree: Map, edit: Map, ctx: Context) -> Edited:
    """Applies one edit; raises `Unreadable` for one that cannot be made."""
    ctx.only_keys(edit, KEYS, "an edit")
    kinds = [kind for kind in ("set", "add", "drop") if kind in edit.entries]
    if kinds == ["set"] and "to" in edit.entries:
        return _set(tree, edit, ctx)
    if kinds == ["add"] and "into" in edit.entries:
        return _add(tree, edit, ctx)
    if kinds == ["drop"]:
        return _drop(tree, edit, ctx)
    said = "An edit is `{set: PATH, to: ..}`, `{add: {..}, into: PATH}` or `{drop: PATH}`."
    raise Unreadable("wrong_shape", edit.source, said)


def _set(tree: Map, edit: Map, ctx: Context) -> Edited:
    path, value = path_of(edit.entries["set"], tree), edit.entries["to"]
    found = find_row(tree, path)
    if found:
        return _set_in_row(tree, found, path, edit, ctx)
    if path == (OVERPAID,):  # the one header key that is set whole, also from one word
        after = overpaid_in_full(value)
        before = tree.get(OVERPAID) or Map(source=after.source, entries={}, keys={})
        whole = Touched(kind="set", path=path, before=before, after=after, edit=edit)
        return tree.with_entry(OVERPAID, after, edit.source), whole
    holder = at(tree, path[:-1]) if len(path) > 1 else None
    if holder is None and path[:-1] == (OVERPAID,):
        holder = Map(source=value.source, entries={}, keys={})
    if holder is None:
        raise _lost(edit.entries["set"], tree, ctx)
    field, value = in_full(path[0], path[-1], value)
    touched = Touched(
        kind="set",
        path=path[:-1],
        field=field,
        before=holder.get(field),
        after=value,
        holder=holder,
        edit=edit,
    )
    return put(
        tree, path[:-1], _freed(holder, field).with_entry(field, value, edit.source)
    ), touched


def _set_in_row(tree: Map, found: FoundRow, path: Path, edit: Map, ctx: Context) -> Edited:
    row, name = found.row, found.row.text_of("id")
    fields = path[path.index(name) + 1 :]
    if len(fields) > 1:
        raise _lost(edit.entries["set"], tree, ctx)
    if fields:
        field, value = in_full(path[0], fields[0], edit.entries["to"])
        after: Node = _freed(row, field).with_entry(field, value, edit.source)
    else:
        field, after = None, row_in_full(path[0], edit.entries["to"], ctx)
        if not isinstance(after, Map):
            said = f"`to` must hold the fields of the row `{name}`."
            raise Unreadable("wrong_shape", after.source, said)
        after = after.with_entry("id", row.entries["id"])
    return _with_row(tree, found, after, field, edit)


def _with_row(
    tree: Map, found: FoundRow, after: Node | None, field: str | None, edit: Map
) -> Edited:
    """Returns the tree with a row in another's place, or without it, and what that touched."""
    touched = Touched(
        kind="drop" if "drop" in edit.entries else "set",
        path=found.table,
        field=field,
        row=found.row.text_of("id"),
        before=found.row,
        after=after,
        holder=at(tree, found.table),
        edit=edit,
    )
    items = list(listed(tree, found.table))
    items[found.position : found.position + 1] = [after] if after is not None else []
    return with_items(tree, found.table, tuple(items)), touched


def _freed(holder: Map, field: str) -> Map:
    """Returns the map without what the new field replaces: a clock has one kind of end."""
    return holder.without(*ENDS) if field in ENDS and field not in holder.entries else holder


def _add(tree: Map, edit: Map, ctx: Context) -> Edited:
    path = path_of(edit.entries["into"], tree)
    added = row_in_full(path[0], edit.entries["add"], ctx) if path else edit.entries["add"]
    if path and isinstance(added, Map) and items_of(tree, path) is not None:
        return _add_row(tree, path, added, edit, ctx)
    parts = at(tree, path[:1])
    part = len(path) == 2 and path[0] in PLURAL and not (parts and path[1] in parts.entries)
    if path == ("must",) and "must" not in tree.entries and isinstance(added, Map):
        empty = Items(source=added.source, items=())
        return _add_row(tree.with_entry("must", empty), path, added, edit, ctx)
    if not part or not isinstance(added, Map):
        said = (
            "`into` must name a table with `rows`, `must`, or a new part of "
            "`deadlines`, `limits`, `remedies` or `fees`."
        )
        hint = ctx.nearest(".".join(path[-1:]), names_in(tree))
        raise Unreadable("unknown_path", edit.entries["into"].source, f"{said}{hint}")
    return put(tree, path, added), Touched(kind="add", path=path, after=added, edit=edit)


def _add_row(tree: Map, path: Path, added: Map, edit: Map, ctx: Context) -> Edited:
    rows = list(rows_of(tree, path))
    rows.insert(_position(rows, edit, ctx), added)
    touched = Touched(
        kind="add",
        path=path,
        row=added.text_of("id"),
        after=added,
        holder=at(tree, path),
        edit=edit,
    )
    return with_items(tree, path, tuple(rows)), touched


def _position(rows: list[Map], edit: Map, ctx: Context) -> int:
    """Returns the place of a new row; adds a fault if the row beside which it goes is missing."""
    ids = [row.text_of("id") for row in rows]
    for key in ("before", "after"):
        if key in edit.entries and (name := edit.text_of(key)) not in ids:
            said = f"There is no row `{name[:60]}` there.{ctx.nearest(name, ids)}"
            ctx.fault("unknown_row", edit.entries[key].source, said)
    return place_of(rows, edit)


def place_of(rows: list[Map], edit: Map) -> int:
    """Returns the place of a new row: beside a named one, else last but before `otherwise`."""
    ids = [row.text_of("id") for row in rows]
    for key, offset in (("before", 0), ("after", 1)):
        if edit.text_of(key) in ids:
            return ids.index(edit.text_of(key)) + offset
    last = len(rows)
    return last - 1 if rows and "otherwise" in rows[-1].entries else last


def _drop(tree: Map, edit: Map, ctx: Context) -> Edited:
    path = path_of(edit.entries["drop"], tree)
    found = find_row(tree, path)
    if found:
        return _drop_in_row(tree, found, path[-1], edit, ctx)
    holder = at(tree, path[:-1]) if path else None
    if holder is None or path[-1] not in holder.entries:
        raise _lost(edit.entries["drop"], tree, ctx)
    below = holder.without(path[-1])
    after = put(tree, path[:-1], below) if len(path) > 1 else below
    before = holder.get(path[-1])
    return after, Touched(kind="drop", path=path, before=before, holder=holder, edit=edit)


def _drop_in_row(tree: Map, found: FoundRow, last: str, edit: Map, ctx: Context) -> Edited:
    """Drops the row itself, or the field that the path ends with."""
    row, name = found.row, found.row.text_of("id")
    if last != name and last not in row.entries:
        raise _lost(edit.entries["drop"], tree, ctx)
    field, after = (None, None) if last == name else (last, row.without(last))
    return _with_row(tree, found, after, field, edit)


def _lost(node: Node, tree: Map, ctx: Context) -> Unreadable:
    said = node.text if isinstance(node, Scalar) else ""
    known = names_in(tree)
    unknown = [word for word in said[:200].split(".") if word not in known]
    hint = next((hint for word in unknown if (hint := ctx.nearest(word, known))), "")
    sentence = f"`{said[:80]}` is not in the policy; a path is topic.part.row.field.{hint}"
    return Unreadable("unknown_path", node.source, sentence)
