"""Findings as SARIF: valid by the schema of OASIS (`sarif_schema.json`), with places to open."""

import json
from pathlib import Path

import jsonschema
import pytest

from engine.policy.faults import Fault, Level, Source
from takeback.files import Unreadable
from takeback.reports.findings import Findings
from takeback.reports.rules import MEANING
from takeback.reports.sarif import sarif

SCHEMA = json.loads(Path(__file__).with_name("sarif_schema.json").read_text("utf-8"))


def findings(*found: Fault, unreadable: tuple[Unreadable, ...] = ()) -> Findings:
    return Findings(checked=1, found=found, unreadable=unreadable)


def fault(file: str = "p.yaml", code: str = "gap", level: Level = Level.ERROR) -> Fault:
    source = Source(file, 2, 9)
    return Fault(
        code=code, source=source, sentence="Not so.", level=level, example={"country": "FR"}
    )


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text("policy: a/b\nwindow: {daze: 3}\n", "utf-8")
    return tmp_path


def test_every_kind_of_finding_is_valid() -> None:
    every = [fault(level=level, code=code) for level in Level for code in ("gap", "tab")]

    data = sarif(findings(*every, unreadable=(Unreadable(Path("a b.yaml"), "Gone."),)))

    jsonschema.validate(data, SCHEMA, cls=jsonschema.Draft7Validator)
    run = data["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["gap", "tab"]
    assert {each["level"] for each in run["results"]} == {"error", "warning", "note"}
    assert not run["invocations"][0]["executionSuccessful"]


def test_nothing_found_is_valid_too() -> None:
    data = sarif(findings())

    jsonschema.validate(data, SCHEMA, cls=jsonschema.Draft7Validator)
    assert data["runs"][0]["results"] == []


def test_a_rule_tells_what_its_code_means() -> None:
    rule = sarif(findings(fault(code="gap")))["runs"][0]["tool"]["driver"]["rules"][0]

    assert rule["shortDescription"]["text"] == MEANING["gap"]
    assert rule["help"]["text"].startswith(MEANING["gap"])


def test_a_place_is_a_word_of_a_line() -> None:
    result = sarif(findings(fault()))["runs"][0]["results"][0]

    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "p.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 2, "startColumn": 9}
    assert result["properties"] == {"example": {"country": "FR"}}


def test_a_word_has_an_end() -> None:
    word = Fault(code="unknown_key", source=Source("p.yaml", 2, 10), sentence="No.")

    region = sarif(findings(word))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]

    assert region["region"] == {"startLine": 2, "startColumn": 10, "endColumn": 15}


def test_paths_are_relative_where_that_is_possible(folder: Path) -> None:
    def place(file: str) -> dict[str, str]:
        result = sarif(findings(fault(file)))["runs"][0]["results"][0]
        return result["locations"][0]["physicalLocation"]["artifactLocation"]

    assert place(str(folder / "a b" / "p.yaml"))["uri"] == "a%20b/p.yaml"
    assert place("/elsewhere/p.yaml") == {"uri": "file:///elsewhere/p.yaml"}
