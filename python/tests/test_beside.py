"""Reading a store while another process, or another handle, writes to it: from checkpoints that the owner makes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import rookery
from rookery import BusyError, InvalidArgumentError, LockedError, PermissionError_, ServeReaders, Store

AT_ONCE = ServeReaders(interval=0)


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Store]:
    with rookery.open(tmp_path / "chat", create=True, serve_readers=AT_ONCE) as db:
        db.post("general", author="ada", content="hello")
        yield db


def contents(db: Store) -> list[str]:
    return [message.content for message in db.channel("general")]


def test_readers_see_what_the_owner_has_acknowledged(owner: Store) -> None:
    for number in range(5):
        with rookery.open(owner.path, mode="ro") as view:
            assert view.read_only
            assert contents(view) == contents(owner)
            owner.post("general", author="ada", content=f"number {number}")
            assert len(contents(view)) == number + 1


def test_a_view_tells_from_when_it_is(owner: Store) -> None:
    assert owner.view().source == "live"
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    with rookery.open(owner.path, mode="ro") as db:
        view = db.view()
        assert view.source == "checkpoint"
        assert before <= view.at <= datetime.now(UTC)
        assert timedelta(0) <= view.age < timedelta(minutes=5)
        assert db.view().age >= view.age


def test_a_view_refuses_writes(owner: Store) -> None:
    with rookery.open(owner.path, mode="ro") as view, pytest.raises(PermissionError_):
        view.post("general", "no")


def test_tables_come_from_the_view(owner: Store) -> None:
    with rookery.open(owner.path, mode="ro") as view:
        owner.post("general", "later")
        assert view.query(channel="general").to_arrow().num_rows == 1


def test_who_does_not_serve_is_told_how_to(tmp_path: Path) -> None:
    path = tmp_path / "chat"
    with rookery.open(path, create=True), pytest.raises(LockedError, match="serve_readers=True"):
        rookery.open(path, mode="ro")


def test_what_is_too_old_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chat"
    with rookery.open(path, create=True, serve_readers=True) as db:
        db.post("general", "hello")
        rookery.open(path, mode="ro").close()
    with rookery.open(path) as db:
        db.post("general", "later")
        with rookery.open(path, mode="ro", max_age=timedelta(hours=1)) as view:
            assert contents(view) == ["hello"]
        with pytest.raises(BusyError, match="were asked for"):
            rookery.open(path, mode="ro", max_age=0)


def test_a_store_that_nobody_has_is_read_itself(owner: Store) -> None:
    owner.close()
    with rookery.open(owner.path, mode="ro", max_age=0) as db:
        assert db.view().source == "live"
        assert db.view().age == timedelta(0)


def test_options_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "chat"
    with pytest.raises(InvalidArgumentError, match="max_age"):
        rookery.open(path, create=True, max_age=1)
    with pytest.raises(InvalidArgumentError, match="serve_readers"):
        rookery.open(path, create=True, serve_readers="yes")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match=r"serve_readers\.max_checkpoints"):
        rookery.open(path, create=True, serve_readers=ServeReaders(max_checkpoints=1))
    with pytest.raises(InvalidArgumentError, match="serve_readers"):
        rookery.open(path, mode="ro", serve_readers=True)
    with pytest.raises(InvalidArgumentError, match="serve_readers"):
        rookery.open(":memory:", serve_readers=True)
    assert not path.exists()


def test_workers_read_beside_the_process_that_gave_them_the_store(owner: Store) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(contents, [owner, owner]) == [["hello"], ["hello"]]
