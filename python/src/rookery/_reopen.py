"""Opening a store again in the process that unpickles it: read-only, and once for all that is unpickled.

A pickle is its path. An error is not raised while unpickling, where the workers of a pool would die of it or
wait for ever, but by the first use.
"""

from __future__ import annotations

import os
from typing import Any
from weakref import WeakValueDictionary

from rookery._store import Store
from rookery.errors import Error

_stores: WeakValueDictionary[tuple[int, str], Store] = WeakValueDictionary()


def reopen(path: str, options: dict[str, object]) -> Store:
    """The store of a pickle; the one that is open already while somebody holds it."""
    key = (os.getpid(), path)  # a forked child has to open its own
    store = _stores.get(key)
    if store is None or store.closed:
        try:
            store = _stores[key] = Store(path, {**options, "mode": "read_beside"})
        except Error as error:
            return UnopenedStore(path, options, error)
    return store


class UnopenedStore(Store):
    """A store that could not be opened when it was unpickled. Every use raises why."""

    def __init__(self, path: str, options: dict[str, object], error: Error) -> None:
        self.__dict__.update(path=path, options=options, error=error)  # and none of the C++ object

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        error: Error = self.__dict__["error"]
        raise type(error)(str(error)) from error

    def __repr__(self) -> str:
        return f"<Store {self.__dict__['path']!r} not opened: {self.__dict__['error']}>"

    def __reduce__(self) -> tuple[object, ...]:
        return reopen, (self.__dict__["path"], self.__dict__["options"])
