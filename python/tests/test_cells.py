"""Cells: groups of channels with an engine and a directory of their own."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

import rookery
from rookery import AlreadyExistsError, CellMove, InvalidArgumentError, NotFoundError, Store, UnavailableError


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Store]:
    """A store with a cell for "dm/" beside its main one."""
    with rookery.open(tmp_path / "s", create=True, routing="hash:2") as store:
        store.add_cell("dm", prefixes="dm/", routing="hash:2", quota="1GiB")
        store.post("dm/1", content="in dm")
        store.post("general", content="in main")
        yield store


def test_a_channel_is_in_the_cell_of_its_prefix(db: Store) -> None:
    assert db.route("dm/1").cell == "dm"
    assert db.route("general").cell == "main"
    main, dm = db.cells()
    assert (main.name, main.prefixes, main.state) == ("main", (), "open")
    assert (dm.name, dm.prefixes, dm.quota_bytes, dm.shards) == ("dm", ("dm/",), 1 << 30, 2)
    assert repr(dm) == "Cell('dm', open)"


def test_queries_read_all_cells(db: Store) -> None:
    assert sorted(db.channels) == ["dm/1", "general"]
    assert db.query().count() == 2


def test_a_channel_moves_with_all_it_has(db: Store) -> None:
    assert db.move_to_cell("general", "dm") == CellMove(messages=1, records=0, attachments=0, moved=True)
    assert db.route("general").cell == "dm"
    assert [message.content for message in db.history("general")] == ["in main"]
    assert not db.move_to_cell("general", "dm").moved


def test_what_is_wrong_is_raised(db: Store) -> None:
    with pytest.raises(AlreadyExistsError, match="has a cell dm already"):
        db.add_cell("dm")
    with pytest.raises(InvalidArgumentError, match="name is"):
        db.add_cell("No Name")
    with pytest.raises(InvalidArgumentError, match="quota"):
        db.add_cell("x", quota="much")
    with pytest.raises(NotFoundError, match="no cell"):
        db.move_to_cell("general", "nowhere")
    with pytest.raises(NotFoundError, match="no cell"):
        db.reopen_cell("nowhere")


def test_shards_are_those_of_the_cell_that_is_named(db: Store) -> None:
    before = db.verify_reshard(cell="dm")
    assert len(before.shards) == 2
    plan = db.plan_reshard(shards=3, cell="dm")
    assert (plan.shards_before, plan.shards_after) == (2, 3)
    db.start_reshard(shards=3, cell="dm", epoch=plan.epoch, keep=timedelta(days=1), share=1)
    assert db.wait_for_reshard(60, cell=b"dm").phase == "switched"
    assert db.verify_reshard(cell="dm").store == before.store
    assert [cell.shards for cell in db.cells()] == [2, 3]
    assert db.reshard_status() is None
    assert db.reshard_status(cell="main") is None


def test_a_job_is_paused_and_reverted_in_its_cell(db: Store) -> None:
    db.start_reshard(shards=3, cell="dm", keep=timedelta(days=1), share=1)
    db.wait_for_reshard(60, cell="dm")
    for other in (db.pause_reshard, db.resume_reshard, db.revert_reshard, db.wait_for_reshard):
        with pytest.raises(NotFoundError):
            other()
    db.pause_reshard(cell="dm")
    status = db.reshard_status(cell="dm")
    assert status is not None and status.paused
    db.resume_reshard(cell="dm")
    db.revert_reshard(cell="dm")
    assert db.wait_for_reshard(60, cell="dm").phase == "reverted"
    assert [cell.shards for cell in db.cells()] == [2, 2]


@pytest.mark.parametrize(
    "call",
    [
        partial(Store.plan_reshard, shards=3),
        partial(Store.start_reshard, shards=3),
        Store.reshard_status,
        Store.pause_reshard,
        Store.resume_reshard,
        Store.revert_reshard,
        Store.wait_for_reshard,
        Store.verify_reshard,
    ],
)
def test_shards_of_no_cell_are_refused(db: Store, call: Callable[..., object]) -> None:
    with pytest.raises(NotFoundError, match='no cell "nowhere"'):
        call(db, cell="nowhere")
    with pytest.raises((TypeError, InvalidArgumentError), match="cell"):
        call(db, cell=3)


@pytest.fixture
def part(tmp_path: Path) -> Iterator[Store]:
    """A store whose cell "dm" is quarantined, with a message in "general" beside it."""
    with rookery.open(tmp_path / "part", create=True) as db:
        db.add_cell("dm", prefixes="dm/")
        db.post("dm/1", content="in dm")
        db.post("general", content="in main")
    (tmp_path / "part" / "cells" / "dm").rename(tmp_path / "away")
    with rookery.open(tmp_path / "part") as db:
        yield db


WHOLE_READS: dict[str, Callable[..., object]] = {
    "count": lambda db, **more: db.query(**more).count(),
    "messages": lambda db, **more: len(db.query(**more).to_list()),
    "batches": lambda db, **more: sum(len(batch) for batch in db.query(order="oldest", **more).batches()),
    "named": lambda db, **more: db.query(channels=["dm/1", "general"], **more).count(),
    "prefix": lambda db, **more: db.query(prefix="g", **more).filter(rookery.col("id") > 0).count(),
    "channels": lambda db, **more: len(db.list_channels(**more)[0]),
    "verify": lambda db, **more: db.verify(**more).messages,
    "export": lambda db, **more: db.export(io.BytesIO(), **more).messages,
}


@pytest.mark.parametrize("read", WHOLE_READS.values(), ids=WHOLE_READS.keys())
def test_whole_reads_leave_a_cell_out_if_told_to(part: Store, read: Callable[..., object]) -> None:
    for refusal in ({}, {"missing_cells": "refuse"}):
        with pytest.raises(UnavailableError, match="cell dm is quarantined"):
            read(part, **refusal)
    assert read(part, missing_cells="leave_out") == 1
    with pytest.raises(InvalidArgumentError, match="missing_cells"):
        read(part, missing_cells="forget")


def test_a_query_says_that_it_leaves_cells_out(part: Store) -> None:
    query = part.query(missing_cells="leave_out").select("id").limit(5)
    assert "missing_cells=leave_out" in repr(query)
    assert "missing_cells" not in repr(part.query())
    assert query.count() == 1


def test_a_channel_that_is_named_is_exported_or_refused(part: Store) -> None:
    assert part.export(io.BytesIO(), channel="general").messages == 1
    with pytest.raises(UnavailableError, match="cell dm is quarantined"):
        part.export(io.BytesIO(), channel="dm/1", missing_cells="leave_out")


def test_a_cell_that_vanished_leaves_the_others_alone(tmp_path: Path) -> None:
    with rookery.open(tmp_path / "s", create=True) as db:
        db.add_cell("dm", prefixes=["dm/"], directory=tmp_path / "dm")
        db.post("dm/1", content="hello")
    (tmp_path / "dm").rename(tmp_path / "away")
    with rookery.open(tmp_path / "s") as db:
        assert [cell.state for cell in db.cells()] == ["open", "quarantined"]
        db.post("general", content="goes on")
        with pytest.raises(UnavailableError, match="cell dm is quarantined"):
            db.post("dm/1", content="more")
        (tmp_path / "away").rename(tmp_path / "dm")
        db.reopen_cell("dm")
        assert [message.content for message in db.history("dm/1")] == ["hello"]
