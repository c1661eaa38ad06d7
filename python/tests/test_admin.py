"""verify_, import_, export_, _repair and what a store tells about itself; progress, Ctrl-C and close() amid them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from scripts import lines_of

from rookery import _rookery
from rookery.errors import ClosedError, CorruptionError, InvalidArgumentError, NotFoundError

MESSAGES = 30_000


@pytest.fixture
def store() -> Iterator[_rookery.Store]:
    """An empty store in memory."""
    opened = _rookery.Store(":memory:", {"memory": True})
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes longer to import than the time between two looks at signals."""
    path = tmp_path_factory.mktemp("data") / "long.jsonl"
    with path.open("w") as file:
        for number in range(MESSAGES):
            time = f"2026-01-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
            file.write(
                json.dumps({"channel": f"c{number % 7}", "created_at": time, "content": f"text {number}"})
            )
            file.write("\n")
    return path


def write_lines(path: Path, *lines: str | dict[str, Any]) -> str:
    """A JSON Lines file."""
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return str(path)


class TestImport:
    """From files into the store."""

    def test_it_reads_and_reports(self, store: _rookery.Store, tmp_path: Path) -> None:
        source = write_lines(
            tmp_path / "in.jsonl",
            {"channel": "a", "id": "4194304", "author": "ada", "content": "x", "created_at": "2026-01-01"},
            {"type": "record", "channel": "a", "key": "k", "value": "v"},
        )
        report = store.import_(source, {})
        assert report == {
            "format": "jsonl",
            "files": 1,
            "files_skipped": 0,
            "messages_read": 1,
            "messages_added": 1,
            "messages_existing": 0,
            "messages_filtered": 0,
            "events_skipped": 0,
            "records_read": 1,
            "records_added": 1,
            "records_existing": 0,
            "problems": 0,
            "bytes": os.path.getsize(source),
        }
        message = store.get("a", 4194304)
        assert message is not None and (message.author, message.created_at.year) == ("ada", 2026)
        assert store.import_([Path(source)])["messages_existing"] == 1

    def test_options(self, store: _rookery.Store, long_file: Path) -> None:
        noon = 1_767_268_800_000  # 2026-01-01T12:00Z
        options = {"format": "jsonl", "since_ms": noon - 3_600_000 * 8, "dry_run": True, "batch_size": 100}
        report = store.import_(str(long_file), options)
        assert report["messages_read"] == MESSAGES and 0 < report["messages_filtered"] < MESSAGES
        assert store.list_channels() == ([], False)

    def test_problems_are_told_one_by_one(self, store: _rookery.Store, tmp_path: Path) -> None:
        source = write_lines(
            tmp_path / "in.jsonl", {"channel": "a", "created_at": "2026-01-01"}, "{", '{"x":1}'
        )
        told: list[dict[str, Any]] = []
        report = store.import_([source], {"format": "jsonl"}, None, told.append)
        assert report["problems"] == 2 and report["messages_added"] == 1
        assert [(problem["path"], problem["position"], problem["unit"]) for problem in told] == [
            (source, 2, "line"),
            (source, 3, "line"),
        ]
        assert all(problem["reason"] for problem in told)

    def test_too_many_problems_end_it(self, store: _rookery.Store, tmp_path: Path) -> None:
        source = write_lines(tmp_path / "in.jsonl", "{", "{", "{")
        with pytest.raises(CorruptionError):
            store.import_(source, {"format": "jsonl", "max_errors": 1})

    @pytest.mark.parametrize(
        ("paths", "options", "error", "said"),
        [
            ([], {}, InvalidArgumentError, "no path"),
            ("nowhere", {}, NotFoundError, "nowhere"),
            ("nowhere", {"format": "carrier pigeon"}, InvalidArgumentError, "carrier pigeon"),
            (
                "nowhere",
                {"fromat": "jsonl"},
                InvalidArgumentError,
                "there is no option fromat; the options are format",
            ),
            (
                "nowhere",
                {"dry_run": "yes"},
                InvalidArgumentError,
                "dry_run is 'yes'; it must be True or False",
            ),
            (
                "nowhere",
                {"since_ms": "2026"},
                InvalidArgumentError,
                "since_ms is '2026'; it must be milliseconds",
            ),
            ("nowhere", {"utc_offset_minutes": 1441}, InvalidArgumentError, "utc_offset_minutes is 1441"),
            ("nowhere", {"batch_size": 0}, InvalidArgumentError, "batch_size"),
            ("nowhere", [], InvalidArgumentError, "options must be a dict, not list"),
            ([5], {}, TypeError, "paths must be str, bytes or os.PathLike, not int"),
        ],
    )
    def test_bad_arguments(
        self, store: _rookery.Store, paths: Any, options: Any, error: type[Exception], said: str
    ) -> None:
        with pytest.raises(error, match=said):
            store.import_(paths, options)

    def test_callables_are_checked_before_anything_is_read(
        self, store: _rookery.Store, long_file: Path
    ) -> None:
        with pytest.raises(TypeError, match=r"^progress must be a callable\(done, total\) or None, not int"):
            store.import_(str(long_file), {}, 5)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"^on_problem must be a callable\(problem\) or None, not int"):
            store.import_(str(long_file), {}, None, 5)  # type: ignore[arg-type]
        assert store.list_channels() == ([], False)

    def test_formats_are_listed(self) -> None:
        names = [name for name, description in _rookery.Store.import_formats() if description]
        assert {"jsonl", "mbox", "slack"} <= set(names)


class TestExport:
    """From the store into a file."""

    def test_what_is_exported_can_be_imported(self, store: _rookery.Store, tmp_path: Path) -> None:
        store.post_batch([{"channel": f"c{number % 3}", "content": str(number)} for number in range(30)])
        store.put_record("c1", "k", b"\xff")
        target = tmp_path / "out.jsonl"
        report = store.export_(str(target), {})
        assert report == {"channels": 3, "messages": 30, "records": 1, "bytes": target.stat().st_size}
        copy = _rookery.Store(":memory:", {"memory": True})
        assert copy.import_(str(target))["messages_added"] == 30
        assert copy.history("c1") == store.history("c1") and copy.get_record("c1", "k") == store.get_record(
            "c1", "k"
        )
        assert sorted(os.listdir(tmp_path)) == ["out.jsonl"]

    def test_parts(self, store: _rookery.Store, tmp_path: Path) -> None:
        for channel in ("a/1", "a/2", "b"):
            store.post(channel, created_at_ms=1000, id=1 << 22)
            store.put_record(channel, "k", b"v")

        def counts(**options: object) -> tuple[int, int]:
            report = store.export_(tmp_path / "out", dict(options))
            return report["messages"], report["records"]

        assert counts(prefix="a/") == (2, 2)
        assert counts(channel="b") == (1, 1)
        assert counts(records=False, until_ms=1001) == (3, 0)
        assert counts(messages=False, since_ms=1001) == (0, 3)
        with pytest.raises(InvalidArgumentError, match="channel or prefix"):
            counts(channel="b", prefix="a")

    def test_a_failed_export_leaves_what_was_there(self, store: _rookery.Store, tmp_path: Path) -> None:
        store.post("a", "x")
        target = tmp_path / "out.jsonl"
        target.write_text("before")

        def fail(done: int, total: int | None) -> None:
            raise ZeroDivisionError

        store.post_batch([{"channel": "a"}] * 100)
        with pytest.raises(ZeroDivisionError):
            store.export_(target, {}, fail)
        assert os.listdir(tmp_path) == ["out.jsonl"]

    def test_a_place_that_cannot_be_written(self, store: _rookery.Store, tmp_path: Path) -> None:
        with pytest.raises(OSError, match=r"cannot create .*No such file or directory"):
            store.export_(tmp_path / "none" / "out", {})

    def test_a_device_is_written_in_place(self, store: _rookery.Store) -> None:
        store.post("a", "x")
        assert store.export_("/dev/null", {})["messages"] == 1

    def test_a_symbolic_link_stays_one(self, store: _rookery.Store, tmp_path: Path) -> None:
        store.post("a", "x")
        (tmp_path / "target").touch()
        (tmp_path / "link").symlink_to("target")
        store.export_(tmp_path / "link", {})
        assert (tmp_path / "link").is_symlink() and (tmp_path / "target").stat().st_size > 0


class TestTold:
    """What a store tells about itself."""

    def test_verify_counts(self, store: _rookery.Store) -> None:
        store.post_batch([{"channel": "a", "nonce": str(number)} for number in range(10)])
        store.put_record("b", "k", b"v")
        report = store.verify_()
        assert {
            name: report[name] for name in ("channels", "messages", "records", "problem_count", "problems")
        } == {
            "channels": 2,
            "messages": 10,
            "records": 1,
            "problem_count": 0,
            "problems": [],
        }
        assert sum(shard["nonces"] for shard in report["shards"]) == 10
        assert [shard["id"] for shard in report["shards"]] == list(range(16))

    def test_info_and_explain(self) -> None:
        store = _rookery.Store(":memory:", {"memory": True, "routing": ("range", ["m"]), "worker": 3})
        info = store.info()
        assert (info["strategy"], info["shards"], info["worker"], info["engine"]) == ("range", 2, 3, "memory")
        assert len(info["store_id"]) == 32 and info["epoch_ms"] < info["created_at_ms"]
        route = store.explain("zebra")
        assert (route["channel"], route["strategy"], route["shard"], route["placed"]) == (
            "zebra",
            "range",
            1,
            True,
        )
        assert all(isinstance(name, str) and isinstance(detail, str) for name, detail in route["steps"])

    def test_metrics(self, store: _rookery.Store) -> None:
        id = store.post("a", "x")
        for _ in range(3):
            store.get("a", id)
        metrics = store.metrics()
        assert metrics["counters"]["messages_posted"] == 1 and metrics["counters"]["message_reads"] == 3
        assert all(isinstance(value, int | float) for value in metrics["counters"].values())
        assert len(metrics["shards"]) == 16 and metrics["unavailable_reason"] == ""

    def test_the_cache_can_be_resized(self, store: _rookery.Store) -> None:
        store.set_cache_capacity(2 << 20)
        assert store.metrics()["counters"]["cache_capacity_bytes"] == 2 << 20
        with pytest.raises(InvalidArgumentError):
            store.set_cache_capacity(5)

    def test_chores(self, tmp_path: Path) -> None:
        store = _rookery.Store(str(tmp_path / "a"), {})
        store.post("a", "x")
        store.sync()
        store.compact()
        store.close()


Long = Callable[[_rookery.Store, Callable[[int, int | None], object]], Any]


@pytest.fixture(params=["import", "export", "verify", "repair"])
def long_call(request: pytest.FixtureRequest, long_file: Path, tmp_path: Path) -> Long:
    """A call that takes a while and reports its progress."""
    if request.param == "import":
        return lambda store, progress: store.import_(str(long_file), {}, progress)
    if request.param == "export":
        return lambda store, progress: store.export_(tmp_path / "out", {}, progress)
    if request.param == "repair":
        return lambda store, progress: store._repair(progress)
    return lambda store, progress: store.verify_(100, progress)


@pytest.fixture
def full(store: _rookery.Store, long_call: Long, request: pytest.FixtureRequest) -> _rookery.Store:
    """A store with much in it."""
    for start in range(0, MESSAGES, 10_000):
        store.post_batch([{"channel": f"d{number % 7}"} for number in range(start, start + 10_000)])
    return store


class TestProgress:
    """The progress function runs on the caller's thread, and what it does has an effect."""

    def test_it_is_told_to_the_end(self, full: _rookery.Store, long_call: Long) -> None:
        told: list[tuple[int, int | None]] = []
        threads: set[int] = set()

        def progress(done: int, total: int | None) -> None:
            told.append((done, total))
            threads.add(threading.get_ident())

        long_call(full, progress)
        assert told and threads == {threading.get_ident()}
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert told[-1][0] == told[-1][1] and told[-1][0] >= MESSAGES

    def test_what_it_raises_ends_the_call(self, full: _rookery.Store, long_call: Long) -> None:
        class Enough(BaseException):
            pass

        def progress(done: int, total: int | None) -> None:
            raise Enough(done)

        with pytest.raises(Enough) as raised:
            long_call(full, progress)
        assert raised.value.args[0] <= MESSAGES * 100
        assert len(full.history("d0")) == 50

    def test_it_may_use_the_store(self, full: _rookery.Store, long_call: Long) -> None:
        long_call(full, lambda done, total: full.put_record("progress", "done", str(done)))
        assert full.get_record("progress", "done") is not None

    def test_it_may_close_the_store(self, full: _rookery.Store, long_call: Long) -> None:
        def progress(done: int, total: int | None) -> None:
            full.close()
            assert full.closed
            full.close()

        with suppress(ClosedError):  # which it raises unless it had ended by then
            long_call(full, progress)
        with pytest.raises(ClosedError):
            full.get("a", 1)

    def test_another_thread_may_close_the_store(self, full: _rookery.Store, long_call: Long) -> None:
        closers: list[threading.Thread] = []

        def progress(done: int, total: int | None) -> None:
            if not closers:
                closers.append(threading.Thread(target=full.close))
                closers[0].start()

        with suppress(ClosedError):  # which it raises unless it had ended by then
            long_call(full, progress)
        closers[0].join()
        assert full.closed

    def test_a_problem_handler_that_raises_ends_an_import(
        self, store: _rookery.Store, tmp_path: Path
    ) -> None:
        source = write_lines(tmp_path / "in.jsonl", *["{"] * 50)
        told = []

        def on_problem(problem: dict[str, Any]) -> None:
            told.append(problem)
            raise KeyError(problem["reason"])

        with pytest.raises(KeyError):
            store.import_(source, {"format": "jsonl"}, None, on_problem)
        assert len(told) == 1


class TestInterrupt:
    """Ctrl-C ends long calls; it is a signal to the process, so each test has one of its own."""

    @pytest.mark.parametrize("how", ["progress", "timer"])
    def test_an_import_ends_and_can_be_repeated(self, tmp_path: Path, long_file: Path, how: str) -> None:
        script = """
            import _thread
            store = open_store()
            source = sys.argv[2]
            def progress(done, total):
                if done < total:
                    _thread.interrupt_main()
            if sys.argv[3] == "timer":
                # As if somebody at a terminal stopped it: nothing of Python runs meanwhile.
                signal.signal(signal.SIGALRM, signal.default_int_handler)
                signal.setitimer(signal.ITIMER_REAL, 0.01)
            try:
                for _ in range(1000):
                    store.import_(source, {"batch_size": 10}, progress if sys.argv[3] == "progress" else None)
                print("not interrupted")
            except KeyboardInterrupt:
                print("interrupted")
            report = store.import_(source, {})
            print(report["messages_added"] + report["messages_existing"], store.verify_()["messages"])
        """
        lines = lines_of(script, tmp_path / "s", str(long_file), how)
        assert lines == ["interrupted", f"{MESSAGES} {MESSAGES}"]

    def test_a_handler_that_raises_another_exception(self, tmp_path: Path, long_file: Path) -> None:
        script = """
            store = open_store()
            class Enough(Exception): pass
            def stop(number, frame):
                raise Enough
            signal.signal(signal.SIGTERM, stop)
            try:
                terminate = lambda done, total: os.kill(os.getpid(), signal.SIGTERM)
                store.import_(sys.argv[2], {"batch_size": 10}, terminate)
            except Enough:
                print("enough")
            store.close()
        """
        assert lines_of(script, tmp_path / "s", str(long_file)) == ["enough"]

    def test_a_handler_that_closes_the_store(self, tmp_path: Path, long_file: Path) -> None:
        script = """
            store = open_store()
            signal.signal(signal.SIGTERM, lambda number, frame: store.close())
            try:
                terminate = lambda done, total: os.kill(os.getpid(), signal.SIGTERM)
                store.import_(sys.argv[2], {"batch_size": 10}, terminate)
            except errors.ClosedError:
                print("closed")
            open_store().close()
        """
        assert lines_of(script, tmp_path / "s", str(long_file)) == ["closed"]
