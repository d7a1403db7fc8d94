"""The page of a comparison says for each partner whether it agrees, and shows what does not."""

from datetime import UTC, datetime

from adapters.store.money.comparing import Comparison, Difference
from takeback.reports.reconciliation import page

AT = datetime(2025, 6, 1, 12, tzinfo=UTC)
USUAL = {"partner": "p_1", "since": AT, "began_at": AT, "ended_at": AT, "seen": 2}
ODD = Difference(
    settlement="st_1", reference="re_<1>", amount="USD 5.00", ours="succeeded", theirs="failed"
)


def test_each_partner_has_its_part() -> None:
    text = page([("acme", Comparison(**USUAL)), ("globex", Comparison(**USUAL, differing=(ODD,)))])

    assert text.index("<h2>acme</h2>") < text.index("Agrees:") < text.index("<h2>globex</h2>")
    assert "<td>USD 5.00</td><td>st_1</td><td>re_&lt;1&gt;</td>" in text
    assert "Made by hand" not in text


def test_what_could_not_be_compared_says_why_and_nothing_is_taken_for_markup() -> None:
    text = page([("<b>", Comparison(**USUAL, trouble="the key & all"))])

    assert "<h2>&lt;b&gt;</h2>" in text
    assert "Could not be compared:</b> the key &amp; all" in text
