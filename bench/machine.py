"""What the numbers of a benchmark hold for, and the memory of this process."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

_STATM = Path("/proc/self/statm")


def machine(*packages: str) -> str:
    """The processor, the Python, and the versions of durable-rules and some packages."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    named = ("durable-rules", *packages)
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in named)
    model = models[0] if models else platform.processor()
    return f"{model}, {os.cpu_count()} CPUs, Python {platform.python_version()}\n{versions}"


def resident_megabytes() -> float:
    """Resident memory of this process; Linux alone tells it."""
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
