"""doctor and salvage: what they find, mend and copy."""

from __future__ import annotations

from pathlib import Path

import pytest

import rookery


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "chat.rook"
    with rookery.open(path, create=True) as db:
        for number in range(20):
            db.post("general", author="ada", content=f"message {number}")
    return path


def test_a_sound_store(path: Path) -> None:
    diagnosis = rookery.doctor(path)
    assert diagnosis.ok and diagnosis.complete and diagnosis.findings == ()
    assert repr(diagnosis) == "Diagnosis(ok: nothing is wrong)"


def test_damage_is_named_and_mended(path: Path) -> None:
    (path / "cell-0000" / "CURRENT").unlink()
    diagnosis = rookery.doctor(path, deep=False)
    assert not diagnosis.ok
    assert [finding.code for finding in diagnosis.findings] == ["current_missing"]
    assert diagnosis.findings[0].mendable
    mended = rookery.doctor(path, fix=True)
    assert mended.ok and any("CURRENT back" in done for done in mended.done)
    with rookery.open(path) as db:
        assert len(db.channel("general")) == 20


def test_a_store_that_is_open(path: Path) -> None:
    with rookery.open(path):
        diagnosis = rookery.doctor(path)
        assert not diagnosis.complete
        assert diagnosis.findings[0].code == "in_use"
        with pytest.raises(rookery.LockedError):
            rookery.doctor(path, fix=True)


def test_salvage(path: Path, tmp_path: Path) -> None:
    report = rookery.salvage(path, tmp_path / "saved.rook")
    assert report.whole and report.messages == 20
    with rookery.open(tmp_path / "saved.rook") as db:
        assert len(db.channel("general")) == 20
    with pytest.raises(rookery.AlreadyExistsError):
        rookery.salvage(path, tmp_path / "saved.rook")


def test_salvage_names_what_is_missing(path: Path, tmp_path: Path) -> None:
    for table in (path / "cell-0000").glob("*.sst"):
        table.write_bytes(table.read_bytes()[:10])
    report = rookery.salvage(path, tmp_path / "saved.rook")
    assert not report.whole and report.messages == 0
    assert {lost.cell for lost in report.ranges} == {"main"}


def test_progress_may_stop_it(path: Path) -> None:
    def stop(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rookery.doctor(path, progress=stop)
    with pytest.raises(rookery.NotAStoreError):
        rookery.doctor(path / "nothing")
