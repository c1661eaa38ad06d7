"""Packages that Rookery works with and does not need: imported when something of theirs is asked for."""

from __future__ import annotations

import importlib
from typing import Any


def require(module: str, extra: str) -> Any:
    """The module. ImportError that says how to install it, if it is not there."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        message = f"this needs {package}, which cannot be imported ({error}): pip install 'rookery[{extra}]'"
        raise ImportError(message, name=module) from error
