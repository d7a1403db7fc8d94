"""The page of a comparison says for each partner whether it agrees, and shows what does not."""

from datetime import UTC, datetime

from adapters.store.money.comparing import Comparison, SettlementDifference
from adapters.store.money.unread import Unread, UnreadEvent
from takeback.reports.reconciliation import page

AT = datetime(2025, 6, 1, 12, tzinfo=UTC)
USUAL = {"partner": "p_1", "since": AT, "began_at": AT, "ended_at": AT, "seen": 2}
ODD = SettlementDifference(
    settlement="st_1",
    reference="re_<1>",
    amount="USD 5.00",
    ours="succeeded",
    theirs="failed",
    tax="USD 0.80",
)


def test_each_partner_has_its_part() -> None:
    text = page([("acme", Comparison(**USUAL)), ("globex", Comparison(**USUAL, differing=(ODD,)))])

    assert text.index("<h2>acme</h2>") < text.index("Agrees:") < text.index("<h2>globex</h2>")
    assert "<td>USD 5.00</td><td>USD 0.80</td><td>st_1</td><td>re_&lt;1&gt;</td>" in text
    assert "Made by hand" not in text


def test_what_could_not_be_compared_says_why_and_nothing_is_taken_for_markup() -> None:
    text = page([("<b>", Comparison(**USUAL, trouble="the key & all"))])

    assert "<h2>&lt;b&gt;</h2>" in text
    assert "Could not be compared:</b> the key &amp; all" in text


def test_events_that_are_not_understood_are_shown_with_what_is_read_again() -> None:
    about = {"version": "2031-01-01.x", "first_at": AT, "last_at": AT, "times": 3}
    denied = UnreadEvent(
        type="charge.dispute.created", reference="du_<1>", why=Unread.NOT_ALLOWED, **about
    )
    text = page([("acme", Comparison(**USUAL, unread=(denied,)))])

    assert "Not read" in text
    assert "<td>charge.dispute.created</td><td>3</td>" in text
    assert "<td>not allowed</td>" in text
    assert "<td>du_&lt;1&gt;</td>" in text
    assert "Not read" not in page([("acme", Comparison(**USUAL))])
