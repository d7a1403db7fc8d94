"""Writes the results of policy tests as JUnit XML, the format that CI services read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from engine.policy.faults import Fault
from engine.publishing.suite import CaseResult
from takeback.opening import Broken
from takeback.reports.results import Results

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, each: Sequence[Results], broken: Iterable[Broken]) -> None:
    """Writes one suite per policy file, one test case per embedded test; a broken file
    is an error.
    """
    root = Element("testsuites", name="takeback")
    for one in each:
        _suite(root, one)
    for wrong in broken:
        _broken(root, wrong)
    _count(root, list(root))
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _suite(root: Element, results: Results) -> None:
    report = results.report
    suite = SubElement(root, "testsuite", name=_xml(report.file))
    properties = SubElement(suite, "properties")
    for name, value in (("rows", results.rows), ("rows_reached", results.reached)):
        SubElement(properties, "property", name=name, value=str(value))
    for case in report.cases:
        _case(suite, report.file, case)
    suite.attrib |= {
        "tests": str(len(report.cases)),
        "failures": str(report.failed),
        "errors": "0",
        "skipped": "0",
        "time": f"{sum(case.seconds for case in report.cases):.4f}",
    }


def _case(suite: Element, file: str, case: CaseResult) -> None:
    about = {
        "name": _xml(case.name),
        "classname": _xml(file),
        "file": _xml(file),
        "line": str(case.source.line),
        "time": f"{case.seconds:.4f}",
    }
    element = SubElement(suite, "testcase", about)
    if not case.passed:
        said = "\n".join(case.failures)
        failure = SubElement(element, "failure", message=_xml(case.failures[0]), type="expectation")
        failure.text = _xml(f"{case.source}\n{said}")


def _broken(root: Element, broken: Broken) -> None:
    file = _xml(str(broken.path))
    counts = {"tests": "1", "failures": "0", "errors": "1", "skipped": "0", "time": "0"}
    suite = SubElement(root, "testsuite", {"name": file, **counts})
    element = SubElement(suite, "testcase", name="the policy is read", classname=file, time="0")
    error = SubElement(element, "error", message=_xml(_first(broken.faults)), type="fault")
    error.text = _xml("\n".join(map(str, broken.faults)))


def _first(faults: tuple[Fault, ...]) -> str:
    return str(faults[0]) if faults else "the policy has faults"


def _count(root: Element, suites: list[Element]) -> None:
    for name in ("tests", "failures", "errors"):  # the schema has no `skipped` here
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.4f}")


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
