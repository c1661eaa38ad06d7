"""Where the notebooks find their store, and where they write to.

A notebook takes two arguments: the path of a store and a folder for what it writes. Left out, they are what
`make demo` leaves and build/notebooks, from wherever it is run; in Jupyter they are always left out. The
store is opened for reading only. What stops a notebook is told in a sentence, not in a traceback.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path
from typing import NoReturn

import rookery

_ROOT = Path(__file__).resolve().parents[2]
_STORE = _ROOT / "build" / "demo" / "chat.rook"
_OUTPUT = _ROOT / "build" / "notebooks"


def arguments(description: str) -> tuple[Path, Path]:
    """The store's path and the folder for output, which exists afterwards."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # names may have letters that the terminal has not
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("store", nargs="?", type=Path, default=_near(_STORE), help="default: %(default)s")
    parser.add_argument("output", nargs="?", type=Path, default=_near(_OUTPUT), help="default: %(default)s")
    chosen = parser.parse_args([] if "ipykernel" in sys.modules else None)
    chosen.output.mkdir(parents=True, exist_ok=True)
    return chosen.store, chosen.output


def open_store(path: Path, cache: int | None = None) -> rookery.Store:
    """The store, for reading. Ends the notebook if there is none, or if it is open for writing elsewhere."""
    try:
        return rookery.open(path, mode="ro", cache=cache)
    except rookery.NotAStoreError as error:
        raise SystemExit(f"{error}\nmake demo makes {_near(_STORE)}; or give another's path") from None
    except rookery.Error as error:
        raise SystemExit(str(error)) from None


def end_as_empty(path: Path) -> NoReturn:
    """Ends the notebook, without an error, for a store that holds no message."""
    print(f"{path} holds no messages: there is nothing to show")
    raise SystemExit(0)


def _near(path: Path) -> Path:
    """The path as it is written from the folder that the notebook runs in."""
    near = os.path.relpath(path)
    return path if near.startswith(os.pardir) else Path(near)
