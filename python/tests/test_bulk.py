"""Bulk loads: fast, seen whole or not at all, and with the outcome of posts."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import chat_messages
from scripts import lines_of

import rookery
from rookery import (
    AlreadyExistsError,
    BulkRefusal,
    BulkReport,
    BusyError,
    ClosedError,
    InvalidArgumentError,
    PermissionError_,
    Store,
)

MANY = 25_000


def numbered(count: int, channel: str = "many") -> list[dict[str, Any]]:
    return [{"channel": channel, "author": "ada", "content": f"message {number}"} for number in range(count)]


def contents(db: Store, channel: str = "many") -> list[str]:
    return [message.content for message in db.channel(channel)]


class TestLoading:
    """What is added is what is there."""

    def test_it_gives_the_store_that_posts_give(self, db: Store) -> None:
        with db.bulk_load() as load:
            assert load.add_many(chat_messages()) == 30
        assert load.report == BulkReport(posted=30, existed=0, renamed=0, refused=0)
        with rookery.open(":memory:") as other:
            other.post_many(chat_messages())
            assert db.query(order="oldest").to_list() == other.query(order="oldest").to_list()
        assert db.verify().ok

    def test_one_by_one(self, db: Store) -> None:
        with db.bulk_load() as load:
            load.add("a", "one", author="ada", attributes={"mood": "glad"}, flags=3, id=7 << 22, nonce="n")
            load.add(b"a", b"two", reply_to=7 << 22, created_at="2026-01-01")
            assert load.added == 2
        first, second = db.channel("a")
        assert (first.content, first.author, first.attributes) == ("one", "ada", {"mood": "glad"})
        assert (first.flags, first.id, first.nonce) == (3, 7 << 22, "n")
        assert (second.reply_to, second.created_at) == (7 << 22, datetime(2026, 1, 1, tzinfo=UTC))

    def test_nothing_is_seen_before_the_end(self, db: Store) -> None:
        with db.bulk_load() as load:
            load.add_many(numbered(MANY))
            assert db.query().count() == 0
            db.post("many", "posted meanwhile")
        assert db.query().count() == MANY + 1
        assert [text for text in contents(db) if text.startswith("message")] == [
            f"message {number}" for number in range(MANY)
        ]

    def test_from_generators_and_messages_that_were_read(self, chat: Store) -> None:
        with rookery.open(":memory:") as copy, copy.bulk_load() as load:
            assert load.add_many(message for message in chat.query(channel="general")) == 10
            assert load.add_many([]) == 0
            load.finish()
            assert copy.query().to_list() == chat.query(channel="general").to_list()

    def test_times_of_other_libraries(self, db: Store) -> None:
        numpy: Any = pytest.importorskip("numpy")
        with db.bulk_load() as load:
            load.add_many([{"channel": "a", "created_at": numpy.datetime64("2026-01-01T00:00:00", "ns")}])
        assert db.history("a")[0].created_at == datetime(2026, 1, 1, tzinfo=UTC)

    def test_tables(self, db: Store) -> None:
        pa: Any = pytest.importorskip("pyarrow")
        table = pa.table({"content": [f"message {number}" for number in range(MANY)]})
        with db.bulk_load() as load:
            assert load.add_many(table, channel="many") == MANY
            assert load.add_many(table.append_column("channel", pa.array(["b"] * MANY))) == MANY
        assert contents(db) == contents(db, "b") == table["content"].to_pylist()

    def test_a_query_of_the_same_store(self, chat: Store) -> None:
        with chat.bulk_load() as load:
            load.add_many(chat.query())
        assert load.report == BulkReport(posted=0, existed=30, renamed=0, refused=0)

    def test_it_lasts(self, path: Path) -> None:
        with rookery.open(path, create=True) as db:
            with db.bulk_load(memory="8MiB", packing="small") as load:
                load.add_many(
                    {**one, "content": "x" * 1000} for one in numbered(MANY)
                )  # more than its memory
            assert load.report is not None and load.report.posted == MANY
        with rookery.open(path) as db:
            assert len(db.channel("many")) == MANY and db.verify().ok


class TestCollisions:
    """Ids that are taken."""

    @pytest.fixture
    def taken(self, db: Store) -> int:
        return db.post("a", "old", id=5 << 22)

    def test_they_end_the_load(self, db: Store, taken: int) -> None:
        with pytest.raises(AlreadyExistsError), db.bulk_load() as load:
            load.add("a", "new", id=taken)
            load.add("a", "other")
        assert load.report is None and contents(db, "a") == ["old"]

    def test_or_take_the_next_free_id(self, db: Store, taken: int) -> None:
        with db.bulk_load(id_collision="next_free") as load:
            load.add("a", "new", id=taken)
            load.add("a", "old", id=taken)
        assert load.report == BulkReport(posted=1, existed=1, renamed=1, refused=0)
        assert [message.id for message in db.channel("a")] == [taken, taken + 1]

    def test_or_are_left_out(self, db: Store, taken: int) -> None:
        refused: list[BulkRefusal] = []
        with db.bulk_load(on_refused=refused.append) as load:
            load.add("b", "fine")
            load.add("a", "new", id=taken)
        assert refused == [BulkRefusal("a", taken, 1)]
        assert load.report == BulkReport(posted=1, existed=0, renamed=0, refused=1)
        assert contents(db, "a") == ["old"] and contents(db, "b") == ["fine"]

    def test_unless_the_callback_raises(self, db: Store, taken: int) -> None:
        def stop(refusal: BulkRefusal) -> None:
            raise LookupError(refusal.index)

        with pytest.raises(LookupError), db.bulk_load(on_refused=stop) as load:
            load.add("a", "new", id=taken)
            load.add("b", "fine")
        assert contents(db, "b") == []


class TestLeaving:
    """A load that does not finish leaves nothing, and the next one can begin."""

    def check_nothing_is_left(self, db: Store) -> None:
        assert db.query().count() == 0
        with db.bulk_load() as load:
            load.add("a")
        assert db.query().count() == 1 and db.verify().ok

    def test_by_an_exception(self, db: Store) -> None:
        with pytest.raises(KeyError), db.bulk_load() as load:
            load.add_many(numbered(MANY))
            raise KeyError
        assert load.report is None
        self.check_nothing_is_left(db)

    def test_by_an_exception_of_the_source(self, db: Store) -> None:
        def source() -> Any:
            yield from numbered(10_001)
            raise OSError("the disk is gone")

        with pytest.raises(OSError, match="the disk is gone") as raised, db.bulk_load() as load:
            load.add_many(source())
        assert raised.value.added == 10_000  # type: ignore[attr-defined]
        self.check_nothing_is_left(db)

    def test_by_cancelling(self, db: Store) -> None:
        with db.bulk_load() as load:
            load.add("a")
            load.cancel()
            load.cancel()
            with pytest.raises(InvalidArgumentError, match="the bulk load has ended"):
                load.add("a")
        assert repr(load) == "<BulkLoader ended: 1 messages added>"
        self.check_nothing_is_left(db)

    def test_by_forgetting(self, db: Store) -> None:
        load = db.bulk_load()
        load.add("a")
        with pytest.raises(BusyError):
            db.bulk_load()
        del load
        gc.collect()
        self.check_nothing_is_left(db)

    def test_by_closing_the_store(self, path: Path) -> None:
        with rookery.open(path, create=True) as db, pytest.raises(ClosedError), db.bulk_load() as load:
            load.add("a")
            db.close()
            load.add("a")
        with rookery.open(path) as db:
            self.check_nothing_is_left(db)

    def test_finished_it_is_finished(self, db: Store) -> None:
        load = db.bulk_load()
        load.add("a")
        with load:
            load.finish()
        load.cancel()
        with pytest.raises(InvalidArgumentError, match="the bulk load has ended"):
            load.finish()
        assert repr(load) == "<BulkLoader finished: 1 messages added>" and db.query().count() == 1

    def test_with_the_process(self, path: Path) -> None:
        script = """
            import rookery
            db = rookery.open(PATH, create=True)
            load = db.bulk_load()
            load.add("a")
            child = os.fork()
            if child == 0:
                try:
                    load.add("a")
                except errors.UnavailableError:
                    print("refused", flush=True)
                del load
                gc.collect()
                sys.exit(0)
            print(wait_for(child), load.added)
        """
        assert lines_of(script, path) == ["refused", "0 1"]
        with rookery.open(path) as db:
            self.check_nothing_is_left(db)


class TestBadMessages:
    """They are refused, and the load goes on."""

    def test_one(self, db: Store) -> None:
        with db.bulk_load() as load:
            load.add("a", "good")
            with pytest.raises(InvalidArgumentError, match="channel"):
                load.add("", "bad")
            with pytest.raises(TypeError, match="content must be str or bytes"):
                load.add("a", 5)  # type: ignore[arg-type]
        assert contents(db, "a") == ["good"]

    def test_among_many(self, db: Store) -> None:
        with db.bulk_load() as load:
            with pytest.raises(InvalidArgumentError, match="colour") as raised:
                load.add_many([*numbered(10_000), {"channel": "a", "colour": "red"}])
            assert raised.value.added == 10_000  # type: ignore[attr-defined]
            assert "added before this: 10,000 messages" in raised.value.__notes__
        assert load.report is not None and load.report.posted == 10_000

    @pytest.mark.parametrize("messages", [5, [5], {"channel": "a"}, "text"])
    def test_no_messages_at_all(self, db: Store, messages: Any) -> None:
        with db.bulk_load() as load, pytest.raises(TypeError):
            load.add_many(messages)

    def test_a_channel_is_for_tables(self, db: Store) -> None:
        with db.bulk_load() as load, pytest.raises(TypeError, match="channel is for tables"):
            load.add_many([{"content": "x"}], channel="a")

    @pytest.mark.parametrize(
        ("options", "error", "said"),
        [
            ({"memory": "1MiB"}, InvalidArgumentError, "memory_bytes is 1048576; at least 8 MiB"),
            ({"memory": "much"}, InvalidArgumentError, "memory='much' is not a size"),
            ({"packing": "tight"}, InvalidArgumentError, 'packing is "tight"'),
            ({"id_collision": "ignore"}, InvalidArgumentError, 'id_collision is "ignore"'),
            ({"on_refused": 5}, TypeError, "on_refused is a int"),
            ({"progress": 5}, TypeError, "progress is a int"),
        ],
    )
    def test_options_that_cannot_be(
        self, db: Store, options: dict[str, Any], error: type[Exception], said: str
    ) -> None:
        with pytest.raises(error, match=said):
            db.bulk_load(**options)

    def test_a_store_that_is_read_only(self, saved: Path) -> None:
        with rookery.open(saved, mode="ro") as db, pytest.raises(PermissionError_):
            db.bulk_load()


class TestProgress:
    """The progress function is told, may use the store, and may stop the load."""

    def test_it_is_told(self, db: Store) -> None:
        told: list[tuple[int, int | None]] = []
        with db.bulk_load(progress=lambda *done: told.append(done)) as load:
            load.add_many(numbered(MANY))
        assert told[0][1] is None and told[-1] == (MANY, MANY)

    def test_it_may_use_the_store(self, db: Store) -> None:
        with db.bulk_load(progress=lambda done, total: db.post("meanwhile", str(done))) as load:
            load.add_many(numbered(MANY))
        assert len(db.channel("many")) == MANY and len(db.channel("meanwhile")) > 1

    def test_it_may_not_use_the_load(self, db: Store) -> None:
        load: rookery.BulkLoader
        refused: list[InvalidArgumentError] = []

        def use(done: int, total: int | None) -> None:
            with pytest.raises(InvalidArgumentError, match="cannot use what called it") as raised:
                load.add("a")
            refused.append(raised.value)
            with pytest.raises(InvalidArgumentError):
                load.cancel()

        load = db.bulk_load(progress=lambda done, total: use(done, total) if total is None else None)
        load.add_many(numbered(10_000))
        assert refused and load.finish().posted == 10_000

    def test_what_it_raises_ends_the_load(self, db: Store) -> None:
        def stop(done: int, total: int | None) -> None:
            raise TypeError("enough")

        with db.bulk_load(progress=stop) as load:
            with pytest.raises(TypeError, match="enough"):
                load.add_many(numbered(10_000))
            with pytest.raises(rookery.Error):
                load.add("a")
            load.cancel()
        assert db.query().count() == 0

    def test_it_may_close_the_store(self, db: Store) -> None:
        with pytest.raises(ClosedError), db.bulk_load(progress=lambda *_: db.close()) as load:
            load.add_many(numbered(10_000))
            load.finish()
        assert db.closed
