"""Relay connections over lists of the store, and the arguments that every list has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from enum import Enum
from typing import Annotated, Any, Final, Generic, TypeVar, cast

import strawberry

from adapters.identity.principal import Scope
from adapters.store.lists.declared import ListOf
from adapters.store.lists.pager import Part
from adapters.store.lists.statements import ListQuery
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.types.described import described

T = TypeVar("T")
R = TypeVar("R", bound=Callable[..., Any])

USUAL: Final = 20
MOST: Final = 100
MOST_SEARCHED: Final = 200
_Enum: Any = Enum  # mypy knows the members of a literal only


@strawberry.type(description="The position of a page in its list.")
class PageInfo:
    """Whether there are more members is only queried if requested."""

    start_cursor: str | None
    end_cursor: str | None
    after: strawberry.Private[Callable[[], bool]]
    before: strawberry.Private[Callable[[], bool]]

    @described("Whether there are more members after this page.")
    def has_next_page(self) -> bool:
        return self.after()

    @described("Whether there are members before this page.")
    def has_previous_page(self) -> bool:
        return self.before()


@strawberry.type
class Edge(Generic[T]):
    """One member of a page."""

    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]]
    page_info: PageInfo
    counted: strawberry.Private[Callable[[], int]]

    @described("The number of members of all pages; leave it out if you do not need it.")
    def total_count(self) -> int:
        return self.counted()

    @described("The members without their cursors.")
    def nodes(self) -> list[T]:
        return [edge.node for edge in self.edges]


@strawberry.input(
    description="Replaces the arguments `first`, `after`, `last` and `before`; do not use both."
)
class Page:
    """At most 100 members per page."""

    first: int | None = None
    """The number of members from the start, 1 to 100; by default 20."""
    after: str | None = None
    last: int | None = None
    before: str | None = None


_ARGUMENTS: Final = {
    "first": (int, f"Members from the start of the list, or after `after`: 1 to {MOST}."),
    "after": (str, "The cursor of the member after which the page starts."),
    "last": (int, "Members from the end of the list, or before `before`, in place of `first`."),
    "before": (str, "The cursor of the member before which the page ends."),
}


def paged(text: str, *, also_page: bool = False, asks: Scope | None = None) -> Callable[[R], R]:
    """Makes a method a list field: it takes `page`, clients send Relay's arguments.

    `also_page` keeps `page` as an argument too; `asks` is as in `described`.
    """

    def mark(method: R) -> R:
        shown = inspect.signature(method).parameters
        own = [each for name, each in shown.items() if also_page or name != "page"]

        def resolve(*sent: Any, **named: Any) -> Any:
            said = Page(**{name: named.pop(name, None) for name in _ARGUMENTS})
            asked = {**named, "page": _one(named.get("page"), said)}
            with nullcontext() if named.get("page") else _beside_page():
                return method(*sent, **asked)

        resolve.__name__, resolve.__module__ = method.__name__, method.__module__
        types = {
            name: cast(Any, _argument(type_, says)) for name, (type_, says) in _ARGUMENTS.items()
        }
        kinds = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=type_)
            for name, type_ in types.items()
        ]
        said = inspect.signature(method).replace(parameters=[*own, *kinds])
        resolve.__signature__ = said  # type: ignore[attr-defined]
        resolve.__annotations__ = {**method.__annotations__, **types}
        return cast("R", described(text, asks=asks)(resolve))

    return mark


@contextmanager
def _beside_page() -> Iterator[None]:
    """Raises a fault of a value inside `page` as of the argument that was sent instead."""
    try:
        yield
    except RequestFault as fault:
        raise RequestFault(fault.code, fault.message, fault.path.removeprefix("page.")) from None


def _argument(type_: Any, says: str) -> Any:
    return Annotated[type_ | None, strawberry.argument(description=says)]


def _one(page: Page | None, said: Page) -> Page:
    """Returns the requested page, given in either way; raises `RequestFault` `wrong_page`."""
    if page is None:
        return _checked(said, "")
    if said != Page():
        both = "Send `page` or the arguments beside it, not both."
        raise RequestFault("wrong_page", both, "page")
    return _checked(page, "page.")


def _checked(page: Page, inside: str) -> Page:
    if page.first is not None and page.last is not None:
        both = "Send `first` or `last`, not both."
        raise RequestFault("wrong_page", both, f"{inside}last")
    count_of(page.first, f"{inside}first")
    count_of(page.last, f"{inside}last")
    return page


def _part_of(page: Page) -> Part:
    count = page.first if page.last is None else page.last
    return Part(
        most=USUAL if count is None else count,
        after=page.after,
        before=page.before,
        from_end=page.last is not None,
    )


def count_of(count: int | None, path: str) -> int:
    """Returns the size of a page; raises `RequestFault` `wrong_page`."""
    if count is None:
        return USUAL
    if not 1 <= count <= MOST:
        raise RequestFault("wrong_page", f"A page has 1 to {MOST} members.", path)
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Generic[T]):
    """How the rows of a list are read by their keys, and converted."""

    read: Callable[[list[Any]], Mapping[Any, Any]]
    show: Callable[[Any], T]


def listed(
    context: Context, of: ListOf, asked: ListQuery, page: Page | None, shown: Shown[T]
) -> Connection[T]:
    """Returns a page of a list; raises `RequestFault` `unknown_cursor`."""
    lists, part = context.store.lists, _part_of(page or Page())
    found = lists.page(of, asked, part)
    rows = shown.read([key for _, key in found.keys])
    edges = [
        Edge(cursor=cursor, node=shown.show(rows[key])) for cursor, key in found.keys if key in rows
    ]
    start, end = (edges[0].cursor, edges[-1].cursor) if edges else (part.after, part.before)

    def beyond(cursor: str | None, *, after: bool) -> bool:
        return cursor is not None and lists.any_beyond(of, asked, cursor, after=after)

    def after() -> bool:
        cut = found.more and not part.from_end
        return cut or (part.before is not None and beyond(end, after=True))

    def before() -> bool:
        cut = found.more and part.from_end
        return cut or (part.after is not None and beyond(start, after=False))

    return Connection(
        edges=edges,
        page_info=PageInfo(
            start_cursor=start if edges else None,
            end_cursor=end if edges else None,
            after=after,
            before=before,
        ),
        counted=lambda: lists.count(of, asked),
    )


def sorts_of(name: str, of: ListOf) -> Any:
    """Returns the enum of the sort orders of a list."""
    members = {
        each: strawberry.enum_value(each, description=sort.says) for each, sort in of.sorts.items()
    }
    return strawberry.enum(_Enum(name, members), description=f"How {of.name} are sorted.")


def asked_of(
    context: Context,
    sort: Any,
    filter_: Any = None,
    search: str | None = None,
    more: Mapping[str, object] | None = None,
) -> ListQuery:
    """Returns a query of a list: the fields of a filter by name, and `more` that is not null.

    Raises `RequestFault` `wrong_filter`, or `not_found` for a partner that the caller does not
    have.
    """
    said = {each.name: getattr(filter_, each.name) for each in fields(filter_)} if filter_ else {}
    _check_filters(context, said, "filter.")
    _check_filters(context, more or {}, "")
    given = {name: value for name, value in {**said, **(more or {})}.items() if value is not None}
    text = (search or "").strip()
    if len(text) > MOST_SEARCHED:
        too_long = f"Up to {MOST_SEARCHED} characters are searched for."
        raise RequestFault("wrong_filter", too_long, "search")
    return ListQuery(principal=context.principal, sort=sort.name, filters=given, search=text)


def check_partner(context: Context, handle: str, path: str) -> None:
    """Raises `RequestFault` `not_found` for a partner that the caller does not have."""
    if not context.store.partnerships.deals_with(context.principal, handle):
        raise RequestFault("not_found", f"You have no partner `{handle[:60]}`.", path)


def _check_filters(context: Context, said: Mapping[str, Any], inside: str) -> None:
    if said.get("partner") is not None:
        check_partner(context, said["partner"], f"{inside}partner")
    for name, last in said.items():
        first = said.get(f"{name.removesuffix('_to')}_from") if name.endswith("_to") else None
        if first is not None and last is not None and last < first:
            path = f"{inside}{name.removesuffix('_to')}To"
            raise RequestFault("wrong_filter", f"{last} comes before {first}.", path)
