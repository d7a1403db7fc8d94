"""Shows a policy for people: its header, each topic with its rows in a table, and its changes.

Shows the words of a tree without knowing what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine.policy.faults import Source
from engine.policy.printing.yaml import BUILT_IN, flow
from engine.policy.reading import HEADER
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.topics.catalogue import TOPICS
from takeback.terminal import clean, say

Place = Callable[[str], str]
"""Returns the file as people name it, for the file that a node names."""

_LINES: Final[tuple[str, ...]] = (
    "effective",
    "applies_by",
    "for",
    "extends",
    "currency",
    "time_zone",
    "rounding",
    "overpaid",
)
_TABLES: Final = tuple(key for key in HEADER if key not in (*_LINES, "policy", "version", "title"))
_NOT_SET: Final = ("id", "when", "otherwise")
_SENTENCES: Final = ("because", "for_agent")
_AFTER: Final = ("must", "partners_may", "compare")


class Overview:
    """Prints one policy on a console; without `place`, its rows come from one file and
    show lines.
    """

    def __init__(self, console: Console, place: Place | None = None) -> None:
        self._console = console
        self._place = place

    def tell(self, tree: Map) -> None:
        """Prints the whole policy."""
        self._header(tree)
        changes = tree.get("changes")
        if isinstance(changes, Items):
            self._changes(changes)
        for key in (key for key in tree.entries if key in _TABLES):
            self._listing(key, tree.entries[key])
        for key in tree.entries:
            if key not in (*HEADER, *_AFTER, "extends", "changes", "tests"):
                self._topic(key, tree.entries[key])
        for key in (key for key in _AFTER if key in tree.entries):
            self._topic(key, tree.entries[key])

    def _header(self, tree: Map) -> None:
        name = f"{tree.text_of('policy')}@{tree.text_of('version')}"
        say(self._console, (name, "bold"), f"  {tree.text_of('title')}")
        tests = tree.get("tests")
        cases = tests.get("cases") if isinstance(tests, Map) else None
        said = {key: _plain(tree.entries[key]) for key in _LINES if key in tree.entries}
        if isinstance(cases, Items):
            said["tests"] = str(len(cases.items))
        self._pairs(said)

    def _changes(self, changes: Items) -> None:
        table = self._table("changes", "Change", "Of", "To", "Why", "Days")
        for edit in (edit for edit in changes.items if isinstance(edit, Map)):
            kind = next((key for key in ("set", "add", "drop") if key in edit.entries), "")
            of = edit.text_of("into") if kind == "add" else edit.text_of(kind)
            to = edit.get("add") if kind == "add" else edit.get("to")
            days = edit.get("effective")
            shown = (_plain(node) if node else "" for node in (to, edit.get("why"), days))
            table.add_row(*(clean(cell) for cell in (kind, of, *shown)))
        self._console.print(table)

    def _listing(self, key: str, node: Node) -> None:
        self._heading(key)
        if isinstance(node, Map):
            self._pairs({name: _plain(child) for name, child in node.entries.items()})
        else:
            self._pairs({"": _plain(node)})

    def _topic(self, key: str, node: Node) -> None:
        for name, part in _parts(key, node):
            rows = part.get("rows") if isinstance(part, Map) else part
            if isinstance(rows, Items) and any(isinstance(row, Map) for row in rows.items):
                beside = part.without("rows") if isinstance(part, Map) else None
                self._rows(name, rows, beside)
            else:
                self._listing(name, part)

    def _rows(self, name: str, rows: Items, beside: Map | None) -> None:
        title = f"{name}  {_plain(beside)}" if beside and beside.entries else name
        table = self._table(title, "Row", "When", "Says", "From" if self._place else "Line")
        for row in (row for row in rows.items if isinstance(row, Map)):
            when = "otherwise" if "otherwise" in row.entries else _plain(row.get("when"))
            cells = (row.text_of("id"), when, "\n".join(_says(row)), self._from(row))
            table.add_row(*(clean(cell) for cell in cells))
        self._console.print(table)

    def _from(self, row: Map) -> str:
        places = dict.fromkeys(
            self._shown(source) for source in (row.source, *(n.source for n in _inside(row)))
        )
        return "\n".join(places)

    def _shown(self, source: Source) -> str:
        if source.file == BUILT_IN.file:
            return "built in"
        return f"{self._place(source.file)}:{source.line}" if self._place else str(source.line)

    # --- layout -----------------------------------------------------------------------------------

    def _heading(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(clean(text), "bold underline"))

    def _table(self, title: str, *columns: str) -> Table:
        self._heading(title)
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        for column in columns:
            table.add_column(column, overflow="fold", no_wrap=column == "Row")
        return table

    def _pairs(self, pairs: Mapping[str, str]) -> None:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in pairs.items():
            table.add_row(Text(clean(f"  {name}")), Text(clean(value)))
        if pairs:
            self._console.print(table)


def _parts(key: str, node: Node) -> Iterator[tuple[str, Node]]:
    """Yields a plural topic by its parts; any other as it is."""
    plural = key in TOPICS and TOPICS[key].plural
    if not plural or not isinstance(node, Map) or "rows" in node.entries or not _only_maps(node):
        yield key, node
        return
    for part, child in node.entries.items():
        yield f"{key}.{part}", child


def _only_maps(node: Map) -> bool:
    return all(isinstance(child, Map) for child in node.entries.values())


def _says(row: Map) -> Iterator[str]:
    fields = {key: node for key, node in row.entries.items() if key not in _NOT_SET}
    short = (f"{key}: {_plain(node)}" for key, node in fields.items() if key not in _SENTENCES)
    if said := ", ".join(short):
        yield said
    yield from (_plain(node) for key, node in fields.items() if key in _SENTENCES)


def _inside(node: Node) -> Iterator[Node]:
    """Yields the values of a row that come from another file than the row."""
    children = node.entries.values() if isinstance(node, Map) else ()
    for child in children:
        if child.source.file != node.source.file:
            yield child


def _plain(node: Node | None) -> str:
    """Returns a node on one line, as written, without the outermost braces."""
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return node.text
    return flow(node)[1:-1]
