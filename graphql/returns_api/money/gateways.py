"""A partner's account at a gateway, and what stops its money, as the API shows them."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import strawberry

from adapters.store.lists.of_money import UNREAD_EVENTS
from adapters.store.lists.statements import ListQuery
from adapters.store.money import accounts, unread
from adapters.store.money import payouts as lanes
from returns_api.context import Context, Info
from returns_api.types.pages import Connection, Page, Shown, listed, paged


@strawberry.type(description="The clock of a server of Takeback differs from Stripe's.")
class ClockOff:
    """`seconds` is how far it is ahead, negative if it is behind; no money is at risk."""

    since: datetime
    """When the difference was first seen, in UTC."""
    seconds: int
    """The seconds by which it is ahead; negative if it is behind."""
    sentence: str
    """What it means, in a sentence."""


EventUnread = strawberry.enum(
    unread.Unread, name="UnreadReason", description="Why an event of Stripe is not understood."
)


@strawberry.type(description="Events of Stripe of one type that are not understood.")
class UnreadEvents:
    """`waitsFor` is the dispute that each comparison reads again, once the key may."""

    type: str
    """Their type at Stripe, such as `charge.updated`."""
    why: EventUnread  # type: ignore[valid-type]
    """Why they are not understood."""
    times: int
    """The number of events."""
    api_version: str | None
    """The version of Stripe's API that they use."""
    first_at: datetime
    """When the first came, in UTC."""
    last_at: datetime
    """When the last came, in UTC."""
    waits_for: str | None
    """The dispute that is read again once the key permits it; null for none."""


@strawberry.type(description="A partner's account at Stripe.")
class Gateway:
    """Secrets are shown only by their end and a fingerprint."""

    account: str
    """The account's id at Stripe, `acct_…`."""
    connected: bool
    """Whether it is reached with the key of the server's operator."""
    key: str | None
    """The end of the key and its fingerprint; null if none was set."""
    signing_secrets: list[str]
    """The end of each secret and its fingerprint."""
    set_at: datetime
    """When the account or its key was last set, in UTC."""
    checked_at: datetime
    """When the key was last checked, in UTC."""
    trouble: str | None
    clock_off: ClockOff | None
    """How far a clock of this server is off; null while all are right."""

    @paged(
        "Events from Stripe that are not understood, by type, latest first; the journal has an "
        "entry for the first of each type."
    )
    def unread_events(self, info: Info, page: Page | None = None) -> Connection[UnreadEvents]:
        context = info.context
        read = partial(context.store.unread.some, context.principal.tenant)
        asked = ListQuery(principal=context.principal, sort="NEWEST")
        return listed(context, UNREAD_EVENTS, asked, page, Shown(read=read, show=_unread))


@strawberry.type(description="Why a supplier's payouts are on hold.")
class Stop:
    """They resume when the key is set anew, or by `resumePayouts`."""

    since: datetime
    reason: str
    """The gateway's message, in a sentence."""


def gateway(context: Context, found: accounts.Account) -> Gateway:
    """Converts an account to the API's type."""
    return Gateway(
        account=found.account,
        connected=found.connected,
        key=found.shown or None,
        signing_secrets=[each.shown for each in found.webhooks],
        set_at=found.set_at,
        checked_at=found.checked_at,
        trouble=found.trouble or None,
        clock_off=_clock_off(context.store.payouts.clock(found.partner)),
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
    """Converts the reason for which payouts are on hold."""
    return Stop(since=found.since, reason=found.reason) if found else None
