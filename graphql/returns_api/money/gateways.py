"""A partner's account at a gateway, and what keeps its money from moving, as clients see it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import strawberry

from adapters.store.lists.of_money import UNREAD_EVENTS
from adapters.store.lists.statements import ListQuery
from adapters.store.money import accounts, lanes, unread
from returns_api.context import Context, Info
from returns_api.types.pages import Connection, Page, Shown, listed, paged


@strawberry.type(description="A clock of a server of Takeback differs from Stripe's.")
class ClockOff:
    """`seconds` is by how many it is ahead, below zero where it is behind; money is safe."""

    since: datetime
    """When it was seen first, in UTC."""
    seconds: int
    """By how many it is ahead; below zero where it is behind."""
    sentence: str
    """What it means, for people."""


EventUnread = strawberry.enum(
    unread.Unread, name="UnreadReason", description="Why an event of Stripe is not understood."
)


@strawberry.type(description="Events of Stripe of one type that are not understood.")
class UnreadEvents:
    """`waitsFor` is the dispute that is read again at each comparison, once the key may."""

    type: str
    """Their type at Stripe, such as `charge.updated`."""
    why: EventUnread  # type: ignore[valid-type]
    """Why they are not understood."""
    times: int
    """How many came."""
    api_version: str | None
    """The version of Stripe's API that they are of."""
    first_at: datetime
    """When the first came, in UTC."""
    last_at: datetime
    """When the last came, in UTC."""
    waits_for: str | None
    """The dispute that is read again once the key may; null for none."""


@strawberry.type(description="A partner's account at Stripe.")
class Gateway:
    """Of secrets only the end and a fingerprint are shown."""

    account: str
    """The account's id at Stripe, `acct_…`."""
    connected: bool
    """Reached by the key of those who run this server."""
    key: str | None
    """The end of the key and a fingerprint of it; null where none was set."""
    signing_secrets: list[str]
    """The end of each secret and a fingerprint of it."""
    set_at: datetime
    """When the account or its key was last set, in UTC."""
    checked_at: datetime
    """When the key was last tried, in UTC."""
    trouble: str | None
    clock_off: ClockOff | None
    """How far a clock of this server is off; null while all are right."""

    @paged(
        "What Stripe told and is not understood, by type, what came last first; each type is in "
        "the journal once."
    )
    def unread_events(self, info: Info, page: Page | None = None) -> Connection[UnreadEvents]:
        context = info.context
        read = partial(context.store.unread.some, context.principal.tenant)
        asked = ListQuery(principal=context.principal, sort="NEWEST")
        return listed(context, UNREAD_EVENTS, asked, page, Shown(read=read, show=_unread))


@strawberry.type(description="Why nothing of a supplier's money is sent.")
class Stop:
    """It goes on when the key is set anew, or by `resumePayouts`."""

    since: datetime
    reason: str
    """What the gateway said, in a sentence."""


def gateway(context: Context, found: accounts.Account) -> Gateway:
    """An account as its owner sees it."""
    return Gateway(
        account=found.account,
        connected=found.connected,
        key=found.shown or None,
        signing_secrets=[each.shown for each in found.webhooks],
        set_at=found.set_at,
        checked_at=found.checked_at,
        trouble=found.trouble or None,
        clock_off=_clock_off(context.store.lanes.clock(found.partner)),
    )


def _clock_off(off: lanes.ClockOff | None) -> ClockOff | None:
    return ClockOff(since=off.since, seconds=off.seconds, sentence=off.sentence) if off else None


def _unread(found: unread.UnreadEvent) -> UnreadEvents:
    return UnreadEvents(
        type=found.type,
        why=found.why,
        times=found.times,
        api_version=found.version or None,
        first_at=found.first_at,
        last_at=found.last_at,
        waits_for=found.reference or None,
    )


def stop(found: lanes.Stop | None) -> Stop | None:
    """A lane that stands still."""
    return Stop(since=found.since, reason=found.reason) if found else None
