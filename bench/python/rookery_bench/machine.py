"""What a measurement was taken on: numbers without it say nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

_PACKAGES = ("rookery", "pyarrow", "pandas", "numpy", "rocksdict", "lmdb", "flatbuffers")


def describe() -> dict[str, str]:
    """By name, in the order in which it is printed."""
    return {
        "machine": f"{_field('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, {_memory()} GiB",
        "system": f"{platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f}",
        "commit": _commit(),
        "versions": f"Python {platform.python_version()}, "
        + ", ".join(filter(None, map(_version, _PACKAGES))),
    }


def _field(path: str, name: str) -> str:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "unknown")


def _memory() -> int:
    return round(int(_field("/proc/meminfo", "MemTotal").split()[0]) / 1024**2)


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"


def _version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return ""
