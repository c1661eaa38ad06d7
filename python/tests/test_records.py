"""Records: a mapping from keys to bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rookery import ConflictError, InvalidArgumentError, NotFoundError, Records, Store


@pytest.fixture
def records(db: Store) -> Records:
    return db.channel("user/42").records


def test_records_are_a_mapping(records: Records) -> None:
    records["a"] = b"1"
    records.update(b=b"2")
    records.put("c", bytearray(b"3"))
    records.put("d", memoryview(b"4"))
    assert dict(records) == {"a": b"1", "b": b"2", "c": b"3", "d": b"4"}
    assert records == {"a": b"1", "b": b"2", "c": b"3", "d": b"4"}
    assert list(records) == ["a", "b", "c", "d"]
    assert list(records.values()) == [b"1", b"2", b"3", b"4"]
    assert len(records) == 4
    del records["a"]
    assert "a" not in records
    assert records.pop("b") == b"2"
    assert records.popitem() == ("c", b"3")
    assert records.setdefault("e", b"5") == b"5"
    records.clear()
    assert not records


def test_what_is_not_there_is_a_key_error(records: Records) -> None:
    for use in (lambda: records["a"], lambda: records.record("a"), lambda: records.pop("a"), records.popitem):
        with pytest.raises(NotFoundError) as caught:
            use()
        assert isinstance(caught.value, KeyError)
    with pytest.raises(KeyError, match="no record 'a'"):
        del records["a"]
    assert records.get("a") is None


def test_versions_guard_writes(records: Records) -> None:
    assert records.put("a", b"1", expected_version=0) == 1
    assert records.put("a", b"2", expected_version=1) == 2
    with pytest.raises(ConflictError) as caught:
        records.put("a", b"3", expected_version=1)
    assert caught.value.current_version == 2
    with pytest.raises(ConflictError):
        records.put("a", b"3", expected_version=0)


def test_a_record_knows_its_version_and_time(records: Records) -> None:
    before = datetime.now(UTC)
    records["a"] = b"\x00\xff"
    record = records.record(b"a")
    assert (record.key, record.value, record.version) == ("a", b"\x00\xff", 1)
    assert abs(record.updated_at - before).total_seconds() < 60


def test_keys_are_any_bytes(records: Records) -> None:
    records["ä"] = b"1"
    records[b"\xff"] = b"2"
    assert list(records) == ["ä", "\udcff"]
    assert records["\udcff"] == b"2"
    assert records[b"\xc3\xa4"] == b"1"


def test_records_are_read_by_pages(records: Records) -> None:
    names = [f"{number:05}" for number in range(2_500)]
    records.update((name, name.encode()) for name in names)
    assert list(records) == names
    assert [value.decode() for _, value in records.items()] == names
    assert len(records) == 2_500
    records.clear()
    assert len(records) == 0


def test_channels_do_not_share_records(db: Store) -> None:
    db.channel("a").records["x"] = b"1"
    assert "x" not in db.channel("b").records
    assert list(db.channels) == ["a"]


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (lambda records: records.update(a="text"), r"use value.encode\(\)"),
        (lambda records: records.__setitem__("a", 5), "value"),
        (lambda records: records.__setitem__(5, b"1"), "a record's key is a str or bytes, not a int"),
        (lambda records: records[5], "a record's key is a str or bytes, not a int"),
        (lambda records: records[[]], "unhashable"),
        (lambda records: [] in records, "unhashable"),
    ],
)
def test_other_types_are_type_errors(records: Records, use: Any, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        use(records)


def test_a_key_that_cannot_be_is_refused_and_not_found(records: Records) -> None:
    with pytest.raises(InvalidArgumentError):
        records[""] = b"1"
    assert "" not in records
    assert "x" * 5_000 not in records
