"""Problems with inputs about stock, with the path of the value in the input."""

from __future__ import annotations

from engine.errors import RequestFault
from returns_api.types.problems import InputProblem, input_problem


def problem(fault: RequestFault) -> InputProblem:
    """Converts a fault to a problem."""
    return input_problem(fault, "" if fault.path.startswith("input") else "input")
