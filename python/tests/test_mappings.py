"""The mappings, by the tests that CPython has for its own.

Records hold bytes under text, and most of those tests use small integers and keys of their own: a Shelf,
which is Records with values and keys encoded, takes those. What is left out says why.
"""

from __future__ import annotations

import ast
import itertools
import pickle
import unittest
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest

import rookery
from rookery import Channels, Record, Records, Store

mapping_tests: Any = pytest.importorskip("test.mapping_tests", exc_type=ImportError)

_numbers = itertools.count()


class FreshRecords(Records):
    """Records as the tests make them: each of a channel of its own, filled by the constructor."""

    store: ClassVar[Store]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(self.store, f"channel {next(_numbers)}")
        self.update(*arguments, **named)

    def put(self, key: Any, value: Any, expected_version: int | None = None) -> int:
        return super().put(key, value.encode() if isinstance(value, str) else value, expected_version)


class Shelf(FreshRecords):
    """Records of anything, under keys that are literals."""

    def put(self, key: Any, value: Any, expected_version: int | None = None) -> int:
        return Records.put(self, repr(key), pickle.dumps(value), expected_version)

    def record(self, key: Any) -> Any:
        found = super().record(repr(key))
        return Record(key, pickle.loads(found.value), found.version, found.updated_at)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(repr(key))

    def __delitem__(self, key: Any) -> None:
        super().__delitem__(repr(key))

    def _page(self, after: Any, limit: int) -> Any:
        page, more = super()._page(repr(after) if after else "", limit)
        return [
            Record(ast.literal_eval(row.key), pickle.loads(row.value), 1, row.updated_at) for row in page
        ], more

    def popitem(self) -> Any:
        page, _ = self._page("", 1)
        return (page[0].key, self.pop(page[0].key)) if page else super().popitem()

    def clear(self) -> None:
        for key in list(self):
            del self[key]

    def copy(self) -> Shelf:
        return Shelf(self)


@pytest.fixture(scope="module", autouse=True)
def shared_store() -> Iterator[None]:
    with rookery.open(":memory:") as store:
        FreshRecords.store = store
        yield


class TestRecords(mapping_tests.BasicTestMappingProtocol):  # type: ignore[misc]
    type2test = FreshRecords

    def _reference(self) -> dict[str, bytes]:
        return {"1": b"2", "key1": b"value1", "key2": b"\x01\x02\x03"}


class TestShelf(mapping_tests.TestHashMappingProtocol):  # type: ignore[misc]
    type2test = Shelf

    # The rest of these two is about keys that hash and compare in their own ways, and keys are text.
    test_getitem = mapping_tests.TestMappingProtocol.test_getitem
    test_pop = mapping_tests.TestMappingProtocol.test_pop

    @unittest.skip("a MutableMapping has no fromkeys")
    def test_fromkeys(self) -> None: ...

    @unittest.skip("changes a list after it was stored, and what is stored is a copy")
    def test_setdefault(self) -> None: ...

    @unittest.skip("compares keys that hash and compare in their own ways, and keys are text")
    def test_eq(self) -> None: ...

    @unittest.skip("the repr is one line and reads nothing")
    def test_repr(self) -> None: ...

    @unittest.skip("the repr is one line and reads nothing")
    def test_repr_deep(self) -> None: ...


class TestChannels(mapping_tests.BasicTestMappingProtocol):  # type: ignore[misc]
    """The part that reads: channels come and go with what is in them."""

    test_write = test_update = test_setdefault = test_popitem = test_pop = None

    def _reference(self) -> dict[str, Any]:
        self.stores = [rookery.open(":memory:")]
        self.addCleanup(self._close)
        return {name: self.stores[0].channel(name) for name in ("general", "guild/dev", "guild/ops")}

    def _close(self) -> None:
        for store in self.stores:
            store.close()

    def _empty_mapping(self) -> Channels:
        self.stores.append(rookery.open(":memory:"))
        return self.stores[-1].channels

    def _full_mapping(self, data: Mapping[str, Any]) -> Channels:
        for name in data:
            self.stores[0].post(name, "hello")
        return self.stores[0].channels


def test_channels_come_and_go(db: Store) -> None:
    assert not db.channels
    number = db.post("general", "hello")
    db.channel("guild/dev").records["a"] = b"1"
    assert list(db.channels) == ["general", "guild/dev"]
    db.delete("general", number)
    assert list(db.channels) == ["guild/dev"]


def test_channels_are_found_by_their_whole_name(db: Store) -> None:
    db.post("guild/dev", "hello")
    channels = db.channels
    assert "guild/dev" in channels
    assert channels[b"guild/dev"].name == "guild/dev"
    for name in ("guild", "guild/", "guild/dev/", "", "x" * 5_000, 5, None):
        assert name not in channels
    with pytest.raises(KeyError, match="there is no channel 'guild' with anything in it"):
        channels["guild"]
    assert channels.get("guild") is None


def test_many_channels_are_listed_by_pages(db: Store) -> None:
    names = [f"{number:05}" for number in range(2_500)]
    db.post_many({"channel": name} for name in names)
    assert list(db.channels) == names
    assert len(db.channels) == 2_500
    assert [channel.name for channel in db.channels.values()] == names
    assert all(name == channel.name for name, channel in db.channels.items())
