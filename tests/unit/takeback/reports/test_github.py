"""Findings as workflow commands: one line each, with nothing that ends a command early."""

from pathlib import Path

from engine.policy.faults import Fault, Level, Source
from takeback.files import Unreadable
from takeback.reports.findings import Findings
from takeback.reports.github import workflow_commands


def test_each_finding_is_a_command_of_its_level() -> None:
    found = tuple(
        Fault(code="gap", source=Source("p.yaml", 3, 7), sentence="No row.", level=level)
        for level in Level
    )

    lines = list(workflow_commands(Findings(checked=1, found=found, unreadable=())))

    assert lines == [
        f"::{kind} file=p.yaml,line=3,col=7,title=gap::No row."
        for kind in ("error", "warning", "notice")
    ]


def test_what_would_end_a_command_is_escaped() -> None:
    source = Source("a,b:c.yaml", 1, 1)
    fault = Fault(code="gap", source=source, sentence="100%\nof, it: all")
    unreadable = (Unreadable(Path("x.yaml"), "Gone."),)

    lines = list(workflow_commands(Findings(checked=1, found=(fault,), unreadable=unreadable)))

    assert lines == [
        "::error file=a%2Cb%3Ac.yaml,line=1,col=1,title=gap::100%25%0Aof, it: all",
        "::error file=x.yaml::Gone.",
    ]
