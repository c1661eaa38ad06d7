"""Backups from Python: made while the store is open, proved, restored and pruned."""

from __future__ import annotations

from pathlib import Path

import pytest

import rookery


@pytest.fixture
def db(tmp_path: Path):
    with rookery.open(tmp_path / "chat.rook", create=True) as store:
        for number in range(50):
            store.post("general", author="ada", content=f"message {number}")
        store.post("games", content="chess?")
        yield store


def test_a_backup_is_proved_and_becomes_a_store(db: rookery.Store, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    report = db.create_backup(tmp_path / "set", progress=lambda done, total: told.append((done, total)))
    assert report.backup.messages == 51
    assert report.backup.cells == ("main",)
    assert told
    assert rookery.backups(tmp_path / "set")[0].verified_at is None
    assert rookery.verify_backup(tmp_path / "set", quick=True).verified_at is None
    proved = rookery.verify_backup(tmp_path / "set")
    assert proved.verified_at is not None
    assert "verified: 51 messages" in repr(proved)
    assert rookery.restore_backup(tmp_path / "set", tmp_path / "again").messages == 51
    with rookery.open(tmp_path / "again", recovery="strict") as again:
        assert [m.content for m in again.history("general", limit=2)] == ["message 49", "message 48"]
    with pytest.raises(rookery.AlreadyExistsError, match="never overwrites"):
        rookery.restore_backup(tmp_path / "set", tmp_path / "again")


def test_damage_names_the_file(db: rookery.Store, tmp_path: Path) -> None:
    name = db.create_backup(tmp_path / "set").backup.name
    current = tmp_path / "set" / "backups" / name / "main" / "CURRENT"
    current.write_bytes(b"MANIFEST-000001\n")
    with pytest.raises(rookery.CorruptionError, match="CURRENT"):
        rookery.verify_backup(tmp_path / "set")
    (current.parent.parent / "manifest").write_text("nothing")
    assert "damaged" in repr(rookery.backups(tmp_path / "set")[0])


def test_what_is_not_there(db: rookery.Store, tmp_path: Path) -> None:
    with pytest.raises(rookery.NotFoundError, match="no backup set"):
        rookery.backups(tmp_path / "set")
    db.create_backup(tmp_path / "set")
    with pytest.raises(rookery.NotFoundError, match="no backup x"):
        rookery.verify_backup(tmp_path / "set", "x")
    with pytest.raises(rookery.NotFoundError, match="no channel"):
        db.restore_channel(tmp_path / "set", "nope")


def test_one_channel_comes_back(db: rookery.Store, tmp_path: Path) -> None:
    db.create_backup(tmp_path / "set")
    assert db.restore_channel(tmp_path / "set", "games", channel_as="old games").messages == 1
    assert next(iter(db.history("old games"))).content == "chess?"
    db.post("games", content="another")
    with pytest.raises(rookery.AlreadyExistsError):
        db.restore_channel(tmp_path / "set", "games")
    counts = rookery.restore_backup(tmp_path / "set", tmp_path / "one", channel="games", channel_as="g")
    assert counts == rookery.BackupCounts(messages=1, records=0, attachments=0)
    with rookery.open(tmp_path / "one") as one:
        assert one.list_channels() == (["g"], False)


def test_pruning(db: rookery.Store, tmp_path: Path) -> None:
    names = [db.create_backup(tmp_path / "set").backup.name for _ in range(3)]
    rookery.verify_backup(tmp_path / "set", names[0])
    dry = rookery.prune_backups(tmp_path / "set", keep=1, dry_run=True)
    assert (dry.removed, dry.kept) == ((names[1],), (names[0], names[2]))
    assert rookery.prune_backups(tmp_path / "set", keep=1).removed == dry.removed
    assert [backup.name for backup in rookery.backups(tmp_path / "set")] == [names[0], names[2]]
    with pytest.raises(rookery.InvalidArgumentError):
        rookery.prune_backups(tmp_path / "set")


def test_what_progress_raises_stops_it(db: rookery.Store, tmp_path: Path) -> None:
    def stop(done: int, total: int | None) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        db.create_backup(tmp_path / "set", progress=stop)
    assert rookery.backups(tmp_path / "set") == []
    db.create_backup(tmp_path / "set")
    with pytest.raises(ZeroDivisionError):
        rookery.verify_backup(tmp_path / "set", progress=stop)
    with pytest.raises(ZeroDivisionError):
        rookery.restore_backup(tmp_path / "set", tmp_path / "again", progress=stop)
    assert not (tmp_path / "again").exists()


def test_what_was_left_out_is_told(tmp_path: Path) -> None:
    with rookery.open(tmp_path / "chat.rook", create=True) as store:
        store.add_cell("dm", prefixes=["dm/"])
        store.post("general", content="hello")
    (tmp_path / "chat.rook" / "cells" / "dm").rename(tmp_path / "away")
    with rookery.open(tmp_path / "chat.rook") as store:
        report = store.create_backup(tmp_path / "set", missing_cells="leave_out")
    assert report.backup.left_out == ("dm",)
    assert "without cells dm" in repr(rookery.backups(tmp_path / "set")[0])
    assert rookery.verify_backup(tmp_path / "set", scratch=tmp_path).left_out == ("dm",)
    assert rookery.restore_backup(tmp_path / "set", tmp_path / "again").left_out == ("dm",)


def test_what_is_not_rookerys_keeps_the_tables(db: rookery.Store, tmp_path: Path) -> None:
    db.create_backup(tmp_path / "set")
    (tmp_path / "set" / "backups" / "mine").mkdir()
    assert rookery.prune_backups(tmp_path / "set", keep=1).unknown == ("mine",)


def test_a_second_restore_of_a_channel_adds_nothing(db: rookery.Store, tmp_path: Path) -> None:
    db.create_backup(tmp_path / "set")
    assert db.restore_channel(tmp_path / "set", "games", channel_as="again").messages == 1
    assert db.restore_channel(tmp_path / "set", "games", channel_as="again").messages == 0
