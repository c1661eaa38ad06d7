"""A store: opened, written, read, told about, and closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import rookery
from conftest import at, chat_messages
from rookery import (
    AlreadyExistsError,
    ClosedError,
    ConflictError,
    DirectoryRouting,
    HashRouting,
    InvalidArgumentError,
    LockedError,
    NotAStoreError,
    NotFoundError,
    PermissionError_,
    RangeRouting,
    Store,
)


def test_a_store_is_made_closed_and_opened_again(path: Path) -> None:
    with rookery.open(path, create=True) as db:
        number = db.post("general", author="ada", content="hello")
    with rookery.open(path) as db:
        message = db.get("general", number)
        assert message is not None
        assert (message.author, message.content) == ("ada", "hello")


def test_what_is_not_there_is_not_made_unless_asked_for(path: Path) -> None:
    with pytest.raises(NotAStoreError) as caught:
        rookery.open(path)
    assert isinstance(caught.value, FileNotFoundError)
    assert not path.exists()


def test_one_store_is_opened_for_writing_once(saved: Path) -> None:
    with rookery.open(saved), pytest.raises(LockedError) as caught:
        rookery.open(saved, mode="ro")
    assert isinstance(caught.value, BlockingIOError)
    assert caught.value.retryable


def test_read_only_reads_and_refuses_to_write(saved: Path) -> None:
    with rookery.open(saved, mode="ro") as db:
        assert db.read_only
        assert len(db.channel("general")) == 10
        with pytest.raises(PermissionError_) as caught:
            db.post("general", "no")
    assert isinstance(caught.value, PermissionError)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"mode": "r"}, "mode='r'"),
        ({"mode": "ro", "create": True}, "leave create out"),
        ({"create": True, "routing": "hash:x"}, "routing='hash:x'"),
        ({"create": True, "routing": 16}, "routing=16"),
        ({"create": True, "routing": HashRouting(0)}, "shard"),
        ({"create": True, "cache": "lots"}, "cache='lots' is not a size"),
        ({"create": True, "cache": 5}, "cache"),
        ({"create": True, "worker": 5000}, "worker"),
        ({"create": True, "memory": "much"}, "memory='much' is not a size"),
        ({"create": True, "memory": 5}, "memory must be at least 8 MiB"),
        ({"create": True, "durability": "maybe"}, "durability"),
        ({"create": True, "cache": rookery.Cache(policy="best")}, "cache.policy"),  # type: ignore[arg-type]
    ],
)
def test_a_bad_option_is_named(path: Path, arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidArgumentError, match=text):
        rookery.open(path, **arguments)


def test_options_of_all_forms_are_taken(tmp_path: Path) -> None:
    forms: list[dict[str, Any]] = [
        {"routing": "hash"},
        {"routing": "hash:4", "cache": "2MiB"},
        {"routing": RangeRouting(["g", b"p"]), "cache": 0},
        {"routing": DirectoryRouting(4, "weighted", [1, 1, 1, 2], {"general": 3}), "cache": False},
        {"cache": rookery.Cache("1 MiB", policy="lru", write_mode="through", ttl=5, window=0)},
        {"limits": rookery.Limits(max_content_bytes="1KiB"), "durability": "sync", "worker": 7},
        {"memory": "32MiB"},
        {
            "memory": 64 << 20,
            "cache": rookery.Cache(policy="lru"),
            "tuning": rookery.Tuning(max_wal_bytes="8MiB"),
        },
        {"tuning": rookery.Tuning(block_cache_bytes="8MiB", write_buffer_bytes="4MiB", max_wal_bytes="8MiB")},
    ]
    for number, form in enumerate(forms):
        with rookery.open(tmp_path / str(number), create=True, **form) as db:
            assert db.get("general", db.post("general", "hello")) is not None
    with rookery.open(tmp_path / "3") as db:
        assert db.route("general").shard == 3


def test_limits_are_kept() -> None:
    with rookery.open(":memory:", limits=rookery.Limits(max_content_bytes=4)) as db:
        with pytest.raises(InvalidArgumentError, match="content"):
            db.post("general", "12345")


def test_text_that_is_not_utf8_survives(db: Store) -> None:
    number = db.post(b"\xff", b"\xfe\x00", author="é")
    message = db.get(b"\xff", number)
    assert message is not None
    assert (message.channel, message.content, message.author) == ("\udcff", "\udcfe\0", "é")
    assert db.get("\udcff", number) == message
    assert list(db.channels) == ["\udcff"]


@pytest.mark.parametrize(
    "moment",
    ["2026-01-01", datetime(2026, 1, 1), 1_767_225_600_000, datetime(2026, 1, 1, tzinfo=UTC).date()],
)
def test_a_time_may_be_given_in_any_form(db: Store, moment: Any) -> None:
    number = db.post("general", "hello", created_at=moment)
    db.post_many(
        [{"channel": "general", "content": "too", "created_at": moment, "edited_at": moment, "version": 2}]
    )
    assert db.channel("general")[number].created_at == at(0)
    assert [m.created_at for m in db.channel("general")] == [at(0)] * 2
    assert db.history("general", limit=1)[0].edited_at == at(0)


def test_a_nonce_makes_posting_idempotent(db: Store) -> None:
    first = db.post("general", "hello", nonce="once")
    assert db.post("general", "hello", nonce="once") == first
    assert len(db.channel("general")) == 1


def test_edits_are_guarded_by_versions(db: Store) -> None:
    number = db.post("general", "hello", attributes={"mood": "calm"})
    assert db.edit("general", number, "hello, all", expected_version=1) == 2
    with pytest.raises(ConflictError) as caught:
        db.edit("general", number, "lost", expected_version=1)
    assert caught.value.current_version == 2
    with pytest.raises(NotFoundError):
        db.edit("general", number + 1, "nothing")
    message = db.channel("general")[number]
    assert (message.content, message.attributes) == ("hello, all", {"mood": "calm"})


def test_deleting_says_whether_there_was_something(db: Store) -> None:
    number = db.post("general", "hello")
    assert db.delete("general", number)
    assert not db.delete("general", number)
    assert db.get("general", number) is None


def test_an_id_that_is_taken_is_refused(chat: Store) -> None:
    with pytest.raises(AlreadyExistsError):
        chat.post("general", "other", id=1 << 22)


def test_get_many_answers_in_order(chat: Store) -> None:
    found = chat.get_many([("general", 4 << 22), ("general", 5), ("guild/dev", 2 << 22)])
    assert [message and message.content for message in found] == ["message 3", None, "message 1"]


def test_posting_many_gives_their_ids(db: Store) -> None:
    told: list[tuple[int, int | None]] = []
    messages = chat_messages()
    ids = db.post_many(iter(messages), batch_size=7, progress=lambda done, total: told.append((done, total)))
    assert ids == [message["id"] for message in messages]
    assert told == [(7, None), (14, None), (21, None), (28, None), (30, None)]
    assert db.query().count() == 30


def test_messages_that_were_read_can_be_posted(chat: Store) -> None:
    with rookery.open(":memory:") as copy:
        copy.post_many(list(chat.query()))
        assert sorted(map(repr, copy.query())) == sorted(map(repr, chat.query()))
        assert set(copy.query()) == set(chat.query())


def test_messages_of_all_kinds_can_be_posted_together(chat: Store) -> None:
    mapping = MappingProxyType({"channel": "new", "content": "mapping"})
    message = chat.history("general", limit=1)[0]
    assert chat.post_many([{"channel": "new", "content": "dict"}, mapping, message])[2] == message.id
    assert [found.content for found in chat.channel("new")] == ["dict", "mapping"]


def test_posting_many_says_how_many_were_stored_before_an_error(db: Store) -> None:
    messages = [{"channel": "general", "content": str(number)} for number in range(25)]
    messages[22] = {"channel": "", "content": "22"}
    with pytest.raises(InvalidArgumentError) as caught:
        db.post_many(messages, batch_size=10)
    assert getattr(caught.value, "posted", None) == 20
    assert "stored before this: 20 messages" in caught.value.__notes__
    assert len(db.channel("general")) == 20


@pytest.mark.parametrize(
    ("messages", "kind", "text"),
    [
        ([{"channel": "general", "colour": "red"}], InvalidArgumentError, "colour"),
        ([{"content": "nowhere"}], InvalidArgumentError, "no channel"),
        (["general"], TypeError, "a mapping such as a dict, not a str"),
        ([{"channel": 5}], TypeError, "channel"),
        ([{"channel": "general", "created_at": "soon"}], InvalidArgumentError, "created_at='soon'"),
    ],
)
def test_a_message_that_is_wrong_is_explained(
    db: Store, messages: Any, kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        db.post_many(messages)
    assert not db.channels


def test_threads_write_and_read_side_by_side(db: Store) -> None:
    def work(author: str) -> None:
        for number in range(200):
            db.post("general", str(number), author=author)

    threads = [threading.Thread(target=work, args=(author,)) for author in ("ada", "grace", "alan")]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert db.query().count() <= len(db.query().to_list())
    for thread in threads:
        thread.join()
    assert db.query(author="ada").count() == 200
    assert len(db.channel("general")) == 600


def test_a_store_tells_about_itself(chat: Store) -> None:
    stats = chat.stats()
    assert stats["info"]["engine"] == "memory"
    assert stats["counters"]["messages_posted"] == 30
    assert len(stats["shards"]) == stats["info"]["shards"]
    assert not stats["unavailable_reason"]


def test_a_route_is_explained(chat: Store) -> None:
    route = chat.route("general")
    assert (route.channel, route.strategy, route.placed) == ("general", "hash", True)
    assert dict(route.steps)


def test_verifying_counts_everything(saved: Path) -> None:
    told: list[tuple[int, int | None]] = []
    with rookery.open(saved) as db:
        db.channel("general").records["a"] = b"1"
        report = db.verify(progress=lambda done, total: told.append((done, total)))
    assert report.ok
    assert (report.channels, report.messages, report.records) == (3, 30, 1)
    assert told[-1][0] == told[-1][1]


def test_repairing_counts_anew(saved: Path) -> None:
    told: list[tuple[int, int | None]] = []
    report = rookery.repair(saved, progress=lambda done, total: told.append((done, total)))
    assert (report.messages, report.buckets_mended) == (30, 0)
    assert told[-1][0] == told[-1][1] == 30
    with rookery.open(saved) as db:  # it was closed
        assert db.repair() == report
    with rookery.open(saved, mode="ro") as db, pytest.raises(rookery.PermissionError_):
        db.repair()
    with pytest.raises(rookery.NotAStoreError):
        rookery.repair(saved.parent / "nowhere")


CLOSED: dict[str, Callable[[Store], object]] = {
    "post": lambda db: db.post("general", "x"),
    "post_many": lambda db: db.post_many([{"channel": "general"}]),
    "bulk_load": lambda db: db.bulk_load(),
    "ingestor": lambda db: db.ingestor(),
    "get": lambda db: db.get("general", 1),
    "history": lambda db: db.history("general"),
    "edit": lambda db: db.edit("general", 1, "x"),
    "delete": lambda db: db.delete("general", 1),
    "stats": lambda db: db.stats(),
    "verify": lambda db: db.verify(),
    "repair": lambda db: db.repair(),
    "set_retention": lambda db: db.set_retention(max_messages=1),
    "retention": lambda db: db.retention(),
    "run_retention": lambda db: db.run_retention(),
    "put_attachment": lambda db: db.put_attachment("general", 1, "a", b""),
    "get_attachment": lambda db: db.get_attachment("general", 1, "a"),
    "list_attachments": lambda db: db.list_attachments("general", 1),
    "delete_attachment": lambda db: db.delete_attachment("general", 1, "a"),
    "route": lambda db: db.route("general"),
    "sync": lambda db: db.sync(),
    "export": lambda db: db.export("nowhere.jsonl"),
    "import": lambda db: db.import_(__file__, format="jsonl"),
    "channels": lambda db: list(db.channels),
    "len of channels": lambda db: len(db.channels),
    "in channels": lambda db: "general" in db.channels,
    "channel": lambda db: list(db.channel("general")),
    "len of channel": lambda db: len(db.channel("general")),
    "bool of channel": lambda db: bool(db.channel("general")),
    "in channel": lambda db: 5 in db.channel("general"),
    "message": lambda db: db.channel("general")[5],
    "records": lambda db: list(db.channel("general").records),
    "record": lambda db: db.channel("general").records.get("a"),
    "put": lambda db: db.channel("general").records.update(a=b"1"),
    "query to_list": lambda db: db.query().to_list(),
    "query count": lambda db: db.query().count(),
    "query batches": lambda db: next(db.query().batches()),
    "query explain": lambda db: db.query().explain(),
    "query stream": lambda db: db.query().__arrow_c_stream__(),
}


@pytest.mark.parametrize("use", CLOSED.values(), ids=CLOSED)
def test_a_closed_store_raises_closed_error(chat: Store, use: Callable[[Store], object]) -> None:
    chat.close()
    chat.close()
    assert chat.closed
    with pytest.raises(ClosedError):
        use(chat)


def test_what_was_read_outlives_the_store(chat: Store) -> None:
    page = chat.history("general")
    messages = list(chat.query())
    chat.close()
    assert page[0].content == "message 27"
    assert len({message.content for message in messages}) == 30


def test_closing_ends_iterations_under_way(saved: Path) -> None:
    db = rookery.open(saved)
    db.post_many({"channel": "general", "content": str(number)} for number in range(5_000))
    iterations = [iter(db.query()), iter(db.query().batches(1)), iter(db.channel("general"))]
    for iteration in iterations:
        next(iteration)
    db.close()
    for iteration in iterations:
        with pytest.raises(ClosedError):
            for _ in iteration:
                pass


def test_a_stream_of_arrow_ends_with_an_error_when_the_store_is_closed(saved: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    db = rookery.open(saved)
    reader = pa.RecordBatchReader.from_stream(db.query())
    db.close()
    with pytest.raises((pa.ArrowException, OSError), match="closed"):
        reader.read_all()


def test_id_at_is_the_first_id_of_its_time(db: rookery.Store) -> None:
    first = db.id_at("2001-01-01")
    db.post("old", content="before", id=first - 1)
    db.post("old", content="at", id=first)
    assert [m.content for m in db.query(channel="old", since="2001-01-01").to_list()] == ["at"]
    assert db.channel("old")[first].created_at == datetime(2001, 1, 1, tzinfo=UTC)


def test_id_at_knows_the_ends_of_ids(db: rookery.Store) -> None:
    assert db.id_at(0) == 1
    with pytest.raises(rookery.InvalidArgumentError, match="69 years"):
        db.id_at("2200-01-01")
