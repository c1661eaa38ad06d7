"""Encrypted stores: keys as bytes, digits and files, and what is refused without them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import rookery
from rookery import InvalidArgumentError, PermissionError_

KEY = bytes(range(32))
OTHER = bytes(range(32, 64))
CANARY = "Zq7~canary~Xv4#Jw9!Kp2"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A closed store that is encrypted with KEY and holds a message with the canary."""
    with rookery.open(tmp_path / "s", create=True, key=KEY) as db:
        db.post(CANARY, author=CANARY, content=CANARY)
    return tmp_path / "s"


def write_key(path: Path, key: bytes) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(key)
    return path


def test_nothing_of_it_is_on_disk_in_clear(store: Path) -> None:
    files = [path for path in store.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []


def test_a_key_is_bytes_digits_or_a_file(store: Path, tmp_path: Path) -> None:
    file = write_key(tmp_path / "key", KEY)
    for arguments in (
        {"key": KEY},
        {"key": KEY.hex()},
        {"key": [KEY]},
        {"key_file": file},
        {"key_file": [str(file)]},
    ):
        with rookery.open(store, **arguments) as db:  # type: ignore[arg-type]
            assert [message.content for message in db.channel(CANARY).history()] == [CANARY]


@pytest.mark.parametrize("key", [None, OTHER])
def test_without_its_key_it_is_refused(store: Path, key: bytes | None) -> None:
    with pytest.raises(PermissionError_, match="key_file="):
        rookery.open(store, key=key)


def test_a_new_key_comes_before_the_old_one(store: Path) -> None:
    with rookery.open(store, key=[OTHER, KEY]) as db:
        db.post(CANARY, author="ada", content="later")
    with pytest.raises(PermissionError_, match="give that key too"):
        rookery.open(store, key=OTHER)
    assert rookery.repair(store, key=[OTHER, KEY]).messages == 2


def test_wrong_keys_are_named_and_not_told(store: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="64 hexadecimal digits") as caught:
        rookery.open(store, key="hunter2")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(InvalidArgumentError, match="one of the two"):
        rookery.open(store, key=KEY, key_file=tmp_path / "key")
    with pytest.raises(InvalidArgumentError):
        rookery.open(store, key=[])
    shared = write_key(tmp_path / "shared", KEY)
    shared.chmod(0o644)
    with pytest.raises(PermissionError_, match="chmod 600"):
        rookery.open(store, key_file=shared)
    with pytest.raises(InvalidArgumentError, match="memory engine"):
        rookery.open(":memory:", key=KEY)


def test_a_pickle_has_the_file_of_a_key_but_never_a_key(store: Path, tmp_path: Path) -> None:
    with rookery.open(store, mode="ro", key=KEY) as db:
        assert KEY not in pickle.dumps(db)
    file = write_key(tmp_path / "key", KEY)
    with rookery.open(store, mode="ro", key_file=file) as db, pickle.loads(pickle.dumps(db)) as again:
        assert len(again.channel(CANARY)) == 1


def in_clear(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def test_the_doctor_needs_the_key_to_say_all(store: Path) -> None:
    sealed = rookery.doctor(store)
    assert not sealed.complete
    assert [finding.code for finding in sealed.findings] == ["key_needed"]
    assert rookery.doctor(store, key=KEY).complete
    with pytest.raises(PermissionError_):
        rookery.doctor(store, key=OTHER)
    (store / "cell-0000" / "CURRENT").unlink()
    assert rookery.doctor(store, fix=True, key=KEY).ok
    with rookery.open(store, key=KEY) as db:
        assert [message.content for message in db.channel(CANARY).history()] == [CANARY]


def test_salvage_makes_a_store_that_is_as_encrypted(store: Path, tmp_path: Path) -> None:
    with pytest.raises(PermissionError_):
        rookery.salvage(store, tmp_path / "saved")
    assert rookery.salvage(store, tmp_path / "saved", key=KEY).whole
    assert in_clear(tmp_path) == []
    file = write_key(tmp_path / "other", OTHER)
    rookery.salvage(store, tmp_path / "other saved", key=KEY, new_key_file=file)
    with rookery.open(tmp_path / "other saved", key=OTHER) as db:
        assert [message.content for message in db.channel(CANARY).history()] == [CANARY]
    rookery.salvage(store, tmp_path / "clear", key=KEY, in_clear=True)
    assert in_clear(tmp_path / "clear")


def test_a_backup_is_encrypted_and_names_its_key(store: Path, tmp_path: Path) -> None:
    with rookery.open(store, key=KEY) as db:
        report = db.create_backup(tmp_path / "set")
        db.restore_channel(tmp_path / "set", CANARY, channel_as=CANARY + "2")
    assert in_clear(tmp_path) == []
    (key_id,) = report.backup.key_ids
    with pytest.raises(PermissionError_, match=key_id):
        rookery.verify_backup(tmp_path / "set")
    assert rookery.verify_backup(tmp_path / "set", key=KEY).verified_at
    with pytest.raises(PermissionError_, match=key_id):
        rookery.restore_backup(tmp_path / "set", tmp_path / "again", key=OTHER)
    rookery.restore_backup(tmp_path / "set", tmp_path / "again", key=KEY)
    with rookery.open(tmp_path / "again", key=KEY) as db:
        assert [message.content for message in db.channel(CANARY).history()] == [CANARY]
