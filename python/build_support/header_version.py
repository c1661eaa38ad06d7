"""Gives the package the version of the C++ library, from the one place that has it: rookery/version.h.

scikit-build-core calls it with pyproject.toml's folder as the current one: python/ of the repository, or the
root of an sdist, which is laid out as the repository is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HEADER = Path("include", "rookery", "version.h")


def dynamic_metadata(_settings: Mapping[str, Any], _project: Mapping[str, Any]) -> dict[str, str]:
    """The field `version` of the project's metadata."""
    header = next((path for path in (HEADER, ".." / HEADER) if path.is_file()), None)
    if header is None:
        raise SystemExit(
            f"there is no {HEADER} here or in the folder above: build from a checkout or an sdist"
        )
    found = re.search(r'^#define ROOKERY_VERSION_STRING "([^"]+)"$', header.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit(f"{header} has no ROOKERY_VERSION_STRING")
    return {"version": found[1]}
