"""Named edits on a policy's tree: `set`, `add` and `drop`, each with the path it touches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engine.policy.context import Context
from engine.policy.faults import nearest
from engine.policy.shorthand import PATHS, in_full, row_in_full
from engine.policy.text import Items, Map, Node, Scalar

KEYS: Final = ("set", "to", "add", "into", "before", "after", "drop", "why", "effective")


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What an edit changed: the path in full, the row if there is one, and both values."""

    kind: str
    path: tuple[str, ...]
    row: str | None
    before: Node | None
    after: Node | None
    siblings: tuple[Map, ...]
    edit: Map


def apply_edit(tree: Map, edit: Map, ctx: Context) -> tuple[Map, Touched | None]:
    """The tree after one edit, and what it touched; faults leave the tree as it was."""
    ctx.only_keys(edit, KEYS, "an edit")
    kinds = [kind for kind in ("set", "add", "drop") if kind in edit.entries]
    if (
        len(kinds) != 1
        or ("set" in kinds and "to" not in edit.entries)
        or ("add" in kinds and "into" not in edit.entries)
    ):
        ctx.fault(
            "wrong_shape",
            edit.source,
            "An edit is `{set: PATH, to: ..}`, `{add: {..}, into: PATH}` or `{drop: PATH}`.",
        )
        return tree, None
    return {"set": _set, "add": _add, "drop": _drop}[kinds[0]](tree, edit, ctx)


def _set(tree: Map, edit: Map, ctx: Context) -> tuple[Map, Touched | None]:
    path = _path(edit.entries["set"], tree, ctx)
    value = edit.entries["to"]
    found = _row(tree, path)
    if found:
        table, row, index = found
        name = str(_text(row.get("id")))
        field = path[path.index(name) + 1 :]
        if not field:
            after: Node = row_in_full(path[0], value)
            if isinstance(after, Map):
                after = replace(after, entries={"id": row.entries["id"], **after.entries})
        elif len(field) == 1:
            full, value = in_full(path[0], field[0], value)
            after = _freed(row, full).with_entry(full, value, edit.source)
        else:
            return _lost(edit.entries["set"], tree, ctx)
        touched = Touched(
            kind="set",
            path=_place(tree, table, path[0]) + tuple(field),
            row=name,
            before=row,
            after=after,
            siblings=_rows(tree, table),
            edit=edit,
        )
        return _with_rows(tree, table, index, after), touched
    if len(path) < 2 or _at(tree, path[:-1]) is None:
        return _lost(edit.entries["set"], tree, ctx)
    full, value = in_full(path[0], path[-1], value)
    holder = _at(tree, path[:-1])
    assert holder is not None
    touched = Touched(
        kind="set",
        path=(*path[:-1], full),
        row=None,
        before=holder.get(full),
        after=value,
        siblings=(),
        edit=edit,
    )
    return _put(tree, path[:-1], _freed(holder, full).with_entry(full, value, edit.source)), touched


_CLOCKS = ("within", "under", "until", "no_limit")


def _freed(holder: Map, field: str) -> Map:
    """The map without what the new field replaces: a clock has one kind of end."""
    for other in _CLOCKS if field in _CLOCKS else ():
        holder = holder.without(other) if other != field else holder
    return holder


def _add(tree: Map, edit: Map, ctx: Context) -> tuple[Map, Touched | None]:
    path = _path(edit.entries["into"], tree, ctx)
    holder = _at(tree, path)
    added = row_in_full(path[0], edit.entries["add"]) if path else edit.entries["add"]
    if not isinstance(added, Map) or holder is None or not isinstance(holder.get("rows"), Items):
        if (
            path
            and isinstance(added, Map)
            and len(path) == 2
            and _at(tree, path[:1]) is not None
            and holder is None
        ):
            touched = Touched(
                kind="add", path=path, row=None, before=None, after=added, siblings=(), edit=edit
            )
            return _put(tree, path, added), touched
        ctx.fault(
            "unknown_path",
            edit.entries["into"].source,
            "`into` must name a table with `rows` (or a new part of "
            "`deadlines`, `limits`, `remedies` or `fees`).",
        )
        return tree, None
    rows = list(_rows(tree, path))
    index = _position(rows, edit, ctx)
    rows.insert(index, added)
    name = _text(added.get("id"))
    touched = Touched(
        kind="add",
        path=path,
        row=name,
        before=None,
        after=added,
        siblings=_rows(tree, path),
        edit=edit,
    )
    listed = replace(holder.entries["rows"], items=tuple(rows))  # type: ignore[type-var]
    return _put(tree, path, holder.with_entry("rows", listed)), touched


def _position(rows: list[Map], edit: Map, ctx: Context) -> int:
    for key, offset in (("before", 0), ("after", 1)):
        if key in edit.entries:
            name = _text(edit.entries[key])
            for index, row in enumerate(rows):
                if _text(row.get("id")) == name:
                    return index + offset
            ids = [str(_text(row.get("id"))) for row in rows]
            ctx.fault(
                "unknown_row",
                edit.entries[key].source,
                f"There is no row `{str(name)[:60]}` there.{nearest(str(name), ids)}",
            )
    last = len(rows)
    return last - 1 if rows and "otherwise" in rows[-1].entries else last


def _drop(tree: Map, edit: Map, ctx: Context) -> tuple[Map, Touched | None]:
    path = _path(edit.entries["drop"], tree, ctx)
    found = _row(tree, path)
    if found:
        table, row, index = found
        place = _place(tree, table, path[0])
        touched = Touched(
            kind="drop",
            path=place,
            row=_text(row.get("id")),
            before=row,
            after=None,
            siblings=_rows(tree, table),
            edit=edit,
        )
        return _with_rows(tree, table, index, None), touched
    holder = _at(tree, path[:-1]) if path else None
    if holder is None or path[-1] not in holder.entries:
        return _lost(edit.entries["drop"], tree, ctx)
    touched = Touched(
        kind="drop",
        path=path,
        row=None,
        before=holder.get(path[-1]),
        after=None,
        siblings=(),
        edit=edit,
    )
    return _put(tree, path[:-1], holder.without(path[-1])), touched


def _lost(node: Node, tree: Map, ctx: Context) -> tuple[Map, None]:
    said = _text(node) or ""
    known = [*tree.entries, *(str(_text(row.get("id"))) for row in _every_row(tree))]
    hint = nearest(said.split(".")[-1], known) or nearest(said.split(".")[0], known)
    ctx.fault(
        "unknown_path",
        node.source,
        f"`{said[:80]}` is not in the policy; a path is topic.part.row.field.{hint}",
    )
    return tree, None


def _path(node: Node, tree: Map, ctx: Context) -> tuple[str, ...]:
    said = tuple((_text(node) or "").split("."))
    if said[0] in PATHS:
        return (*PATHS[said[0]], *said[1:])
    remedies = tree.get("remedies")
    if said[0] == "remedy" and isinstance(remedies, Map) and remedies.entries:
        return ("remedies", next(iter(remedies.entries)), *said[1:])
    if (
        said[0] == "fees"
        and isinstance(fees := tree.get("fees"), Map)
        and list(fees.entries) == ["fee"]
        and said[1:2] != ("fee",)
    ):
        return ("fees", "fee", *said[1:])
    return said


def _row(tree: Map, path: tuple[str, ...]) -> tuple[tuple[str, ...], Map, int] | None:
    """The row that a path names, by its id: the path of its table, the row, its index."""
    for name in path[1:]:
        for table in _tables(tree, path[:1]):
            for index, row in enumerate(_rows(tree, table)):
                if _text(row.get("id")) == name:
                    return table, row, index
    return None


def _tables(tree: Map, topic: tuple[str, ...]) -> list[tuple[str, ...]]:
    holder = _at(tree, topic)
    if holder is None:
        return []
    if "rows" in holder.entries:
        return [topic]
    return [
        (*topic, part)
        for part, node in holder.entries.items()
        if isinstance(node, Map) and "rows" in node.entries
    ]


def _rows(tree: Map, table: tuple[str, ...]) -> tuple[Map, ...]:
    holder = _at(tree, table)
    rows = holder.get("rows") if holder else None
    return (
        tuple(row for row in rows.items if isinstance(row, Map)) if isinstance(rows, Items) else ()
    )


def _every_row(tree: Map) -> list[Map]:
    return [
        row
        for topic in tree.entries
        for table in _tables(tree, (topic,))
        for row in _rows(tree, table)
    ]


def _place(tree: Map, table: tuple[str, ...], topic: str) -> tuple[str, ...]:
    return table or (topic,)


def _with_rows(tree: Map, table: tuple[str, ...], index: int, row: Node | None) -> Map:
    holder = _at(tree, table)
    assert holder is not None and isinstance(holder.entries["rows"], Items)
    items = list(holder.entries["rows"].items)
    items[index : index + 1] = [row] if row is not None else []
    return _put(
        tree, table, holder.with_entry("rows", replace(holder.entries["rows"], items=tuple(items)))
    )


def _at(tree: Map, path: tuple[str, ...]) -> Map | None:
    node: Node | None = tree
    for key in path:
        node = node.get(key) if isinstance(node, Map) else None
    return node if isinstance(node, Map) else None


def _put(tree: Map, path: tuple[str, ...], node: Node) -> Map:
    if not path:
        assert isinstance(node, Map)
        return node
    child = tree.get(path[0])
    below = child if isinstance(child, Map) else Map(source=node.source, entries={}, keys={})
    return tree.with_entry(path[0], _put(below, path[1:], node) if len(path) > 1 else node)


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) else None
