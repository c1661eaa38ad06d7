"""A store that is closed, dropped, forked or left open when its process ends: nothing crashes or hangs."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripts import lines_of, run_script

from rookery import _rookery
from rookery.errors import ClosedError, Error

MEMORY: dict[str, object] = {"memory": True}


def filled(path: Path | str = ":memory:", **options: object) -> tuple[_rookery.Store, list[int]]:
    """A store with ten messages in channel "a", and their ids."""
    store = _rookery.Store(str(path), options or dict(MEMORY))
    return store, store.post_batch([{"channel": "a", "content": str(number)} for number in range(10)])


class TestClose:
    """close(), and everything after it."""

    def test_it_is_idempotent(self) -> None:
        store, _ = filled()
        assert not store.closed
        for _ in range(3):
            store.close()
            assert store.closed

    def test_every_call_afterwards_says_so(self, tmp_path: Path) -> None:
        store, ids = filled()
        store.close()
        calls: list[Callable[[], Any]] = [
            lambda: store.get("a", ids[0]),
            lambda: store.get_many([("a", ids[0])]),
            lambda: store.history("a"),
            lambda: store.post("a", "x"),
            lambda: store.post_batch([{"channel": "a"}]),
            lambda: store._bulk_load(1 << 24, "fast", "fail", False),
            lambda: store._ingestor(),
            lambda: store.edit("a", ids[0], "x"),
            lambda: store.delete("a", ids[0]),
            lambda: store.put_record("a", "k", b""),
            lambda: store.get_record("a", "k"),
            lambda: store.delete_record("a", "k"),
            lambda: store.list_records("a"),
            lambda: store.list_channels(),
            lambda: store.explain("a"),
            lambda: store.info(),
            lambda: store.metrics(),
            lambda: store.verify_(),
            lambda: store._repair(),
            lambda: store._set_retention({"scope": "store", "max_messages": 1}),
            lambda: store._retention(),
            lambda: store._run_retention(),
            lambda: store._put_attachment("a", ids[0], "x"),
            lambda: store._get_attachment("a", ids[0], "x"),
            lambda: store._list_attachments("a", ids[0]),
            lambda: store.delete_attachment("a", ids[0], "x"),
            lambda: store.import_(str(tmp_path), {}),
            lambda: store.export_(str(tmp_path / "x"), {}),
            lambda: store.sync(),
            lambda: store.compact(),
            lambda: store.set_cache_capacity(1 << 20),
        ]
        for call in calls:
            with pytest.raises(ClosedError, match="is closed; open it again"):
                call()
        assert store.path == ":memory:" and not store.read_only
        assert not (tmp_path / "x").exists()

    def test_messages_and_pages_outlive_it(self) -> None:
        store, ids = filled()
        message, page = store.get("a", ids[3]), store.history("a", limit=5)
        item, again = page[0], store.history("a")[0]
        store.close()
        del store
        gc.collect()
        assert message is not None and message.content == "3" and message.to_dict()["id"] == ids[3]
        assert [one.content for one in page] == list("98765") and item == again
        del page
        assert item.content == "9" and hash(item) == hash(again)

    def test_threads_that_read_are_told(self) -> None:
        store, ids = filled()
        reading = threading.Barrier(5)
        ended: list[Error] = []

        def read() -> None:
            store.get("a", ids[0])
            reading.wait()
            try:
                while True:
                    for id in ids:
                        assert store.get("a", id) is not None
                    store.history("a")
            except Error as error:
                ended.append(error)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        reading.wait()
        store.close()
        for thread in threads:
            thread.join()
        assert [type(error) for error in ended] == [ClosedError] * 4

    def test_threads_that_write_lose_nothing_acknowledged(self, tmp_path: Path) -> None:
        store, _ = filled(tmp_path / "a", mode="create")
        writing = threading.Barrier(4)
        posted: list[int] = []

        def write() -> None:
            writing.wait()
            try:
                while True:
                    posted.extend(store.post_batch([{"channel": "b"}] * 5))
            except ClosedError:
                pass

        threads = [threading.Thread(target=write) for _ in range(3)]
        for thread in threads:
            thread.start()
        writing.wait()
        store.close()
        for thread in threads:
            thread.join()
        again = _rookery.Store(str(tmp_path / "a"), {"mode": "read_only"})
        assert {message.id for message in again.history("b", limit=10_000)} == set(posted)
        again.close()

    def test_many_threads_may_close_it(self, tmp_path: Path) -> None:
        store, _ = filled(tmp_path / "a", mode="create")
        closing = threading.Barrier(8)
        free = []

        def close() -> None:
            closing.wait()
            store.close()
            free.append(store.closed)

        threads = [threading.Thread(target=close) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert free == [True] * 8
        _rookery.Store(str(tmp_path / "a"), {"mode": "open"}).close()


class TestDropped:
    """A store that nobody holds any more is closed."""

    def test_it_can_be_opened_again(self, tmp_path: Path) -> None:
        store, ids = filled(tmp_path / "a", mode="create")
        held = weakref.ref(store)
        del store
        assert held() is None
        again = _rookery.Store(str(tmp_path / "a"), {"mode": "open"})
        assert again.get("a", ids[0]) is not None
        again.close()

    def test_also_in_a_cycle(self, tmp_path: Path) -> None:
        class Own(_rookery.Store):
            me: Any = None

        store = Own(str(tmp_path / "a"), {})
        store.me = store
        del store
        gc.collect()
        _rookery.Store(str(tmp_path / "a"), {}).close()

    def test_a_store_that_was_not_opened_is_harmless(self) -> None:
        class Own(_rookery.Store):
            def __init__(self) -> None:
                pass

        with pytest.raises(TypeError), pytest.warns(RuntimeWarning, match="uninitialized instance"):
            Own().get("a", 1)


class TestFork:
    """A child has none of the threads of its parent."""

    def test_a_child_is_told_and_exits_cleanly(self, tmp_path: Path) -> None:
        script = """
            store = open_store()
            ids = [store.post("a", str(number)) for number in range(100)]
            child = os.fork()
            if child == 0:
                get, post = lambda: store.get("a", ids[0]), lambda: store.post("a", "x")
                for call in (get, post, store.sync, store.verify_):
                    try:
                        call()
                    except errors.UnavailableError as error:
                        print("child:", error)
                print("child:", store.closed, store.close())
                if sys.argv[2] == "drop":
                    del store
                    gc.collect()
                print("child: exits", flush=True)
                sys.exit(7)
            print("parent:", wait_for(child))
            store.post("a", "after")
            store.close()
            store = open_store()
            print("parent:", len(store.history("a", limit=1000)), store.verify_()["problem_count"])
        """
        told = f"child: this process was forked from the one that opened the store {tmp_path / 's'}; open it"
        for how in ("drop", "keep"):
            lines = lines_of(script, tmp_path / "s", how)
            assert lines[:4] == [f"{told} again in the child, read-only"] * 4
            assert lines[4:7] == ["child: True None", "child: exits", "parent: 7"]
        assert lines[7] == "parent: 202 0"

    def test_a_child_reads_what_its_parent_has_closed(self, tmp_path: Path) -> None:
        script = """
            store = open_store()
            store.post_batch([{"channel": "a", "content": "x" * 1000}] * 5000)
            store.compact()
            store.close()
            def work():
                reader = open_store(mode="read_only")
                assert len(reader.history("a", limit=10_000)) == 5000
                assert reader.verify_()["problem_count"] == 0
                reader.close()
                memory = _rookery.Store(":memory:", {"memory": True})
                memory.post("a", "x")
                sys.exit(5)
            for _ in range(3):
                child = os.fork()
                if child == 0:
                    work()
                print(wait_for(child))
        """
        assert lines_of(script, tmp_path / "s") == ["5"] * 3

    def test_a_child_cannot_write_after_its_parent_did(self, tmp_path: Path) -> None:
        script = """
            open_store().close()
            child = os.fork()
            if child == 0:
                try:
                    open_store()
                except errors.UnavailableError as error:
                    print(error, flush=True)
                sys.exit(0)
            wait_for(child)
            open_store().close()
        """
        lines = lines_of(script, tmp_path / "s")
        assert (
            len(lines) == 1
            and "open the store read-only here, or start processes that write by spawn" in lines[0]
        )

    def test_a_child_of_a_process_without_stores_writes(self, tmp_path: Path) -> None:
        script = """
            child = os.fork()
            if child == 0:
                store = open_store()
                store.post("a", "x")
                store.compact()
                store.close()
                sys.exit(0)
            print(wait_for(child), len(open_store().history("a")))
        """
        assert lines_of(script, tmp_path / "s") == ["0 1"]

    def test_a_parent_can_open_again_while_its_child_lives(self, tmp_path: Path) -> None:
        script = """
            store = open_store()
            ready, go = os.pipe(), os.pipe()
            child = os.fork()
            if child == 0:
                os.write(ready[1], b"x")
                os.read(go[0], 1)
                os._exit(0)
            os.read(ready[0], 1)
            store.close()
            store = open_store()
            print(store.post("a", "x") > 0)
            os.write(go[1], b"x")
            print(wait_for(child))
        """
        assert lines_of(script, tmp_path / "s") == ["True", "0"]

    def test_forking_beside_busy_threads(self, tmp_path: Path) -> None:
        script = """
            store = open_store()
            ids = store.post_batch([{"channel": "a"}] * 100)
            stopping = threading.Event()
            def work():
                while not stopping.is_set():
                    store.get("a", ids[0]), store.history("a"), store.post("b", "x")
            threads = [threading.Thread(target=work) for _ in range(3)]
            for thread in threads: thread.start()
            codes = []
            for _ in range(20):
                child = os.fork()
                if child == 0:
                    try:
                        store.get("a", ids[0])
                    except errors.UnavailableError:
                        store.close()
                        del store
                        sys.exit(3)
                    os._exit(1)
                codes.append(wait_for(child))
            stopping.set()
            for thread in threads: thread.join()
            print(set(codes), store.verify_()["problem_count"])
        """
        assert lines_of(script, tmp_path / "s") == ["{3} 0"]

    def test_a_child_that_returns_into_a_call_ends(self, tmp_path: Path) -> None:
        script = """
            store = open_store()
            source = os.path.join(os.path.dirname(PATH), "in.jsonl")
            with open(source, "w") as file:
                file.write('{"channel":"a","created_at":"2026-01-01","content":"x"}\\n')
            children = []
            def progress(done, total):
                children.append(os.fork())
            store.import_(source, {}, progress)
            print([wait_for(child) for child in children][0], len(store.history("a")))
        """
        outcome = run_script(script, tmp_path / "s")
        assert outcome.output.splitlines() == ["1 1"]
        assert "a forked child returned from a callback into its parent's store" in outcome.errors


class TestExit:
    """The end of the interpreter closes what is open."""

    def count(self, path: Path) -> int:
        store = _rookery.Store(str(path), {"mode": "read_only"})
        try:
            return len(store.history("a", limit=10_000))
        finally:
            store.close()

    def test_an_open_store_is_closed(self, tmp_path: Path) -> None:
        script = """
            store = open_store()
            store.post_batch([{"channel": "a"}] * 100)
            pages = [store.history("a")]
            iterator = iter(pages[0])
            next(iterator)
        """
        assert lines_of(script, tmp_path / "s") == []
        assert self.count(tmp_path / "s") == 100

    def test_after_an_exception_too(self, tmp_path: Path) -> None:
        outcome = run_script(
            "store = open_store()\nstore.post('a', 'x')\nraise SystemExit(9)", tmp_path / "s"
        )
        assert (outcome.code, outcome.errors) == (9, "")
        assert self.count(tmp_path / "s") == 1

    def test_what_runs_later_is_told(self, tmp_path: Path) -> None:
        script = """
            store = open_store()
            class Late:
                def __del__(self, store=store, write=os.write, ClosedError=errors.ClosedError):
                    try:
                        store.post("a", "x")
                    except ClosedError:
                        write(1, b"closed\\n")
            sys.late = Late()
        """
        assert lines_of(script, tmp_path / "s") == ["closed"]

    @pytest.mark.parametrize("where", ["disk", "memory"])
    def test_daemon_threads_do_not_hold_it_up(self, tmp_path: Path, where: str) -> None:
        script = """
            # A thread that lives until then is told that the store is closed. It must not say so: Python ends with an
            # error of its own if a thread is in the middle of a print when it is frozen.
            threading.excepthook = lambda _: None
            store = open_store(memory=sys.argv[2] == "memory")
            ids = store.post_batch([{"channel": "a", "content": "x" * 100}] * 100)
            working = threading.Barrier(5)
            def work(call):
                call()
                working.wait()
                while True:
                    call()
            for call in (
                lambda: store.get("a", ids[0]),
                lambda: store.history("a", limit=100)[0].content,
                lambda: store.post_batch([{"channel": "b"}] * 100),
                lambda: store.verify_(progress=lambda done, total: None),
            ):
                threading.Thread(target=work, args=(call,), daemon=True).start()
            working.wait()
        """
        for _ in range(5):
            assert lines_of(script, tmp_path / "s", where) == []

    def test_a_killed_process_loses_nothing_acknowledged(self, tmp_path: Path) -> None:
        script = """
            store = open_store()
            store.post_batch([{"channel": "a"}] * 50)
            os.kill(os.getpid(), signal.SIGKILL)
        """
        assert run_script(script, tmp_path / "s").code == -9
        assert self.count(tmp_path / "s") == 50
