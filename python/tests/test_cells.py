"""Cells: groups of channels with an engine and a directory of their own."""

from __future__ import annotations

from collections.abc import Iterator
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
