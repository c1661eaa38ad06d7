"""A store that has lost writes: refused until the caller says how to go on, and told what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import rookery
from rookery import CorruptionError, InvalidArgumentError
from rookery._typing import Recovery


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store whose engine's files are those of before its second message."""
    path = tmp_path / "chat"
    with rookery.open(path, create=True) as db:
        db.channel("general").post("kept")
        assert db.last_recovery()["lost"] == 0
    shutil.copytree(path / "cell-0000", tmp_path / "old")
    with rookery.open(path) as db:
        db.channel("general").post("lost")
    shutil.rmtree(path / "cell-0000")
    (tmp_path / "old").rename(path / "cell-0000")
    return path


@pytest.mark.parametrize("recovery", ["strict", "tail"])
def test_it_is_refused(path: Path, recovery: Recovery) -> None:
    with pytest.raises(CorruptionError, match="acknowledged are missing"):
        rookery.open(path, recovery=recovery)


def test_salvage_goes_on_with_what_there_is(path: Path) -> None:
    with rookery.open(path, recovery="salvage") as db:
        report = db.last_recovery()
        assert report["salvaged"] and report["lost"] > 0 and "missing" in report["summary"]
        assert [message.content for message in db.channel("general")] == ["kept"]
    with rookery.open(path, recovery="strict") as db:
        assert db.last_recovery()["lost"] == 0


def test_a_way_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="recovery"):
        rookery.open(tmp_path / "new", create=True, recovery="hope")  # type: ignore[arg-type]
