"""A region is called empty where its days contradict each other, and never where a return lies."""

from engine.dates import Calendar, Length, Unit
from engine.meaning.emptiness import surely_empty
from engine.meaning.graph import Graph, Node
from engine.meaning.lowering.days import Later
from engine.meaning.regions import FAR, Path
from engine.policy.editions import load

TEXT = "policy: acme/e\nversion: 1\neffective: {from: 2025-01-01}\ncurrency: USD\n"
CALENDAR: Calendar = load(TEXT, "e.yaml", lambda *_: None).policy.calendar


def _later(graph: Graph, day: Node) -> Node:
    return graph.step(Later(Length(12, Unit.MONTHS), CALENDAR, 1), graph.plus(day, 14))


def _path(graph: Graph, apart: int) -> Path:
    """Asked for after a year from one day, not after a year from another, `apart` days later."""
    first, last, asked = (graph.fact(name) for name in ("first", "last", "asked"))
    return (
        (graph.sub(last, first), ((-FAR, apart),)),
        (graph.sub(asked, _later(graph, first)), ((1, FAR),)),
        (graph.sub(asked, _later(graph, last)), ((-FAR, 0),)),
    )


def test_a_step_from_no_later_day_leads_to_no_later_day() -> None:
    graph = Graph()

    assert surely_empty(_path(graph, 0), (), graph.zero)
    assert surely_empty(_path(graph, -5), (), graph.zero)
    assert not surely_empty(_path(graph, 1), (), graph.zero)
