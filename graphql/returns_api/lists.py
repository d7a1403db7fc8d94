"""The lists of partnerships, decisions and journal entries; part of the schema."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import strawberry

from adapters.identity.principal import Scope
from adapters.store.lists.of_records import DECISIONS, ENTRIES, PARTNERSHIPS
from returns_api.context import Info
from returns_api.journal import JournalEntry, JournalKind, journal_entry
from returns_api.types.eligibility import RecordedDecision, recorded
from returns_api.types.ids import NodeKind, decode, sought
from returns_api.types.pages import Connection, Page, Shown, asked_of, listed, paged, sorts_of
from returns_api.types.trade import Partnership, PartnershipStatus, partnership

PartnershipSort: Any = sorts_of("PartnershipSort", PARTNERSHIPS)
DecisionSort: Any = sorts_of("DecisionSort", DECISIONS)
JournalSort: Any = sorts_of("JournalSort", ENTRIES)


@strawberry.input(description="Which decisions to list: those that match every given field.")
class DecisionFilter:
    """Days are in UTC; both ends are included."""

    partner: str | None = strawberry.field(
        default=None, description="The handle of the other partner."
    )
    order: strawberry.ID | None = strawberry.field(
        default=None, description="The order to which their lines belong."
    )
    order_line: strawberry.ID | None = strawberry.field(
        default=None, description="The order line that they decide."
    )
    edition: strawberry.ID | None = strawberry.field(
        default=None, description="The edition that decided."
    )
    decided_from: date | None = strawberry.field(
        default=None, description="The first day on which they were made."
    )
    decided_to: date | None = strawberry.field(
        default=None, description="The last day on which they were made."
    )


@strawberry.input(description="Which journal entries to list: those that match every given field.")
class JournalFilter:
    """Days are in UTC; both ends are included."""

    kinds: list[JournalKind] | None = strawberry.field(
        default=None, description="Their kind: any of these."
    )
    about: strawberry.ID | None = strawberry.field(
        default=None, description="The id of their subject."
    )
    actor: str | None = strawberry.field(
        default=None, description="Who did it, as in `actor` of an entry."
    )
    happened_from: date | None = strawberry.field(
        default=None, description="The first day on which it happened."
    )
    happened_to: date | None = strawberry.field(
        default=None, description="The last day on which it happened."
    )


@strawberry.type
class RecordLists:
    """Partnerships, decisions and the journal."""

    @paged(
        "Your partnerships; search by a part of the partner's handle or name.",
        asks=Scope.READ_POLICIES,
    )
    def partnerships(
        self,
        info: Info,
        status: PartnershipStatus | None = None,  # type: ignore[valid-type]
        search: str | None = None,
        sort: PartnershipSort = PartnershipSort.HANDLE,
        page: Page | None = None,
    ) -> Connection[Partnership]:
        asked = asked_of(info.context, sort, search=search, more={"status": status})
        shown = Shown(read=info.context.store.partnerships.some, show=partnership)
        return listed(info.context, PARTNERSHIPS, asked, page, shown)

    @paged(
        "Decisions on lines of your orders, by default newest first.",
        asks=Scope.READ_DECISIONS,
    )
    def decisions(
        self,
        info: Info,
        filter: DecisionFilter | None = None,  # noqa: A002
        sort: DecisionSort = DecisionSort.NEWEST,
        page: Page | None = None,
    ) -> Connection[RecordedDecision]:
        more: dict[str, object] = {}
        if filter:
            ids = {
                "order": (filter.order, NodeKind.ORDER),
                "order_line": (filter.order_line, NodeKind.ORDER_LINE),
                "edition": (filter.edition, NodeKind.EDITION),
            }
            more = {name: sought(id_, kind) for name, (id_, kind) in ids.items() if id_ is not None}
        asked = asked_of(info.context, sort, filter, more=more)
        store = info.context.store
        store.group_commit.keep_now()
        shown = Shown(read=store.decisions.some, show=recorded)
        return listed(info.context, DECISIONS, asked, page, shown)

    @paged(
        "Events that concern you and that your key may see, by default newest first. To miss "
        "none, use `journal` with the last number that you have seen."
    )
    def journal_entries(
        self,
        info: Info,
        filter: JournalFilter | None = None,  # noqa: A002
        sort: JournalSort = JournalSort.NEWEST,
        page: Page | None = None,
    ) -> Connection[JournalEntry]:
        context = info.context
        said = filter or JournalFilter()
        only = None if said.kinds is None else [each.name.lower() for each in said.kinds]
        more = {
            "kinds": context.store.journal.readable(context.principal, only),
            "about": None if said.about is None else (decode(said.about) or ("", "none"))[1],
        }
        asked = asked_of(context, sort, filter, more=more)
        shown = Shown(
            read=partial(context.store.journal.some, context.principal), show=journal_entry
        )
        return listed(context, ENTRIES, asked, page, shown)
