"""Export and import: there and back, in pieces, and with problems told."""

from __future__ import annotations

import gzip
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import rookery
from conftest import at
from rookery import CorruptionError, ImportProblem, InvalidArgumentError, NotFoundError, Store


def test_a_store_goes_there_and_back(chat: Store, tmp_path: Path) -> None:
    chat.channel("general").records["topic"] = b"\xff"
    told: list[tuple[int, int | None]] = []
    written = chat.export(tmp_path / "all.jsonl", progress=lambda done, total: told.append((done, total)))
    assert (written.channels, written.messages, written.records) == (3, 30, 1)
    assert written.bytes == (tmp_path / "all.jsonl").stat().st_size
    assert told[-1][0] == 31
    with rookery.open(":memory:") as copy:
        read = copy.import_(tmp_path / "all.jsonl")
        assert (read.messages_added, read.records_added, read.problems) == (30, 1, 0)
        assert {m.content for m in copy.query()} == {m.content for m in chat.query()}
        assert copy.channel("general").records == {"topic": b"\xff"}
        assert copy.import_([str(tmp_path / "all.jsonl")]).messages_existing == 30


def test_an_open_file_is_written(chat: Store, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    report = chat.export(buffer, channel="general")
    assert (report.messages, report.bytes) == (10, len(buffer.getvalue()))
    assert buffer.getvalue().count(b"\n") == 10
    with gzip.open(tmp_path / "general.jsonl.gz", "wb") as packed:
        chat.export(packed, prefix="guild/")
    with rookery.open(":memory:") as copy:
        assert copy.import_(tmp_path / "general.jsonl.gz").messages_added == 20


def test_a_part_is_exported(chat: Store) -> None:
    assert chat.export(io.BytesIO(), since=at(3), until=at(9)).messages == 6
    assert chat.export(io.BytesIO(), prefix="guild/", since="2026-01-01T00:20:00Z").messages == 7
    with pytest.raises(InvalidArgumentError, match="not both"):
        chat.export(io.BytesIO(), prefix="guild/", channel="general")
    for target in (5, io.StringIO()):
        with pytest.raises(TypeError, match=f"not to a {type(target).__name__}"):
            chat.export(target)  # type: ignore[arg-type]


LOG = "[00:00] <ada> hello\n[00:01] <alan> hi\n[00:02] <ada> tea?\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "2026-01-01-#general.txt"
    path.write_text(LOG, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("offset", "hours"), [(None, 0), ("+02:00", 2), (timedelta(hours=-3), -3), ("-0300", -3)]
)
def test_the_zone_of_a_log_is_given(db: Store, log: Path, offset: Any, hours: int) -> None:
    db.import_(log, format="irc", utc_offset=offset, channel="general")
    times = [message.created_at for message in db.channel("general")]
    assert times == [at(0) - timedelta(hours=hours) + timedelta(minutes=number) for number in range(3)]


def test_a_dry_run_writes_nothing(db: Store, log: Path) -> None:
    report = db.import_(log, format="irc", dry_run=True)
    assert report.messages_read == 3
    assert not db.channels


def test_a_part_is_imported(db: Store, log: Path) -> None:
    report = db.import_(log, format="irc", since="2026-01-01T00:01Z", until=at(2))
    assert (report.messages_added, report.messages_filtered) == (1, 2)


def test_in_one_piece_it_gives_the_same(db: Store, log: Path) -> None:
    report = db.import_(log, format="irc", bulk=True, bulk_memory="8MiB")
    assert report.messages_added == 3 and db.query().count() == 3
    assert db.import_(log, format="irc").messages_existing == 3
    assert db.import_(log, format="irc", bulk=True).messages_existing == 3
    with pytest.raises(InvalidArgumentError, match="at least 8 MiB"):
        db.import_(log, format="irc", bulk=True, bulk_memory="1MiB")
    with pytest.raises(InvalidArgumentError, match="bulk is 1; it must be True or False"):
        db.import_(log, format="irc", bulk=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(("bulk", "left"), [(False, 1), (True, 0)])
def test_what_is_left_of_an_import_that_ends(db: Store, tmp_path: Path, bulk: bool, left: int) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text('{"channel": "a", "created_at": "2026-01-01", "content": "good"}\nnot JSON\n')
    with pytest.raises(CorruptionError):
        db.import_(path, format="jsonl", max_errors=0, bulk=bulk)
    assert db.query().count() == left


def test_problems_are_told_and_counted(db: Store, tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text('{"channel": "general", "created_at": "2026-01-01"}\nnothing\n', encoding="utf-8")
    problems: list[ImportProblem] = []
    report = db.import_(path, format="jsonl", on_problem=problems.append)
    assert (report.messages_added, report.problems) == (1, 1)
    assert (problems[0].path, problems[0].position, problems[0].unit) == (str(path), 2, "line")
    with pytest.raises(CorruptionError):
        db.import_(path, format="jsonl", max_errors=0)


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ({"format": "stone"}, InvalidArgumentError, "jsonl"),
        ({"utc_offset": "east"}, InvalidArgumentError, "utc_offset='east'"),
        ({"since": "soon"}, InvalidArgumentError, "since='soon'"),
        ({"max_errors": "many"}, Exception, "max_errors"),
        ({"on_problem": 5}, TypeError, "on_problem"),
    ],
)
def test_wrong_arguments_are_named(
    db: Store, log: Path, arguments: dict[str, Any], kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        db.import_(log, **arguments)


def test_a_path_that_is_not_there_is_named(db: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        db.import_(tmp_path / "nowhere")


def test_formats_are_listed() -> None:
    assert "jsonl" in dict(Store.import_formats())
