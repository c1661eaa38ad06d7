"""Pickling: messages by value, stores by path, read-only in the process that unpickles."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import rookery
from rookery import Channel, LockedError, Query, Store, col


def count(query: Query) -> tuple[int, int, bool]:
    """For another process: how many messages, in which process, and whether the store is read-only."""
    return query.count(), os.getpid(), query._store.read_only


def newest(channel: Channel) -> Any:
    """For another process: a message."""
    return channel.history(limit=1)[0]


def attempt(store: Store) -> str:
    """For another process: what happens to who writes."""
    try:
        store.post("general", "no")
    except rookery.Error as error:
        return type(error).__name__
    return "written"


@pytest.fixture(params=["spawn", "fork"])
def pool(request: pytest.FixtureRequest) -> Any:
    """Two processes that were made while no store was open."""
    with ProcessPoolExecutor(2, multiprocessing.get_context(request.param)) as executor:
        yield executor


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_queries_and_channels_go_to_other_processes(saved: Path, pool: Any) -> None:
    with rookery.open(saved, mode="ro", cache="2MiB") as db:
        authors = ("ada", "grace", "alan")
        queries = [db.query(where=col("author") == author) for author in authors]
        answers = list(pool.map(count, queries))
        assert [number for number, _, _ in answers] == [query.count() for query in queries]
        assert all(process != os.getpid() and read_only for _, process, read_only in answers)
        assert pool.submit(newest, db.channel("general")).result() == db.history("general", limit=1)[0]
        assert pool.submit(attempt, db).result() == "PermissionError_"


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_another_process_is_told_who_writes(saved: Path, pool: Any) -> None:
    with rookery.open(saved) as db:
        answer = pool.submit(count, db.query())
        with pytest.raises(LockedError, match=str(os.getpid())):
            answer.result()


def test_unpickling_beside_the_writer_says_so(saved: Path) -> None:
    with rookery.open(saved) as db:
        pickled = pickle.dumps(db.query())
        query = pickle.loads(pickled)
        for use in (
            query.count,
            query.to_list,
            lambda: query._store.get("general", 1),
            lambda: query._store.close(),
        ):
            with pytest.raises(LockedError, match="open in process"):
                use()
        assert "not opened" in repr(query._store)
    assert pickle.loads(pickle.dumps(query)).count() == 30


def test_unpickling_what_is_gone_says_so(saved: Path, tmp_path: Path) -> None:
    with rookery.open(saved, mode="ro") as db:
        pickled = pickle.dumps(db)
    saved.rename(tmp_path / "elsewhere")
    with pytest.raises(rookery.NotAStoreError):
        pickle.loads(pickled).query().count()


def test_what_is_pickled_together_shares_a_store(saved: Path) -> None:
    with rookery.open(saved, mode="ro") as db:
        things = [db, db.query(), db.channel("general"), db.channels, db.channel("general").records]
        again = [pickle.loads(pickle.dumps(thing)) for thing in things]
        store = again[0]
        assert store is not db
        assert all(thing._store is store for thing in again[1:])
        assert again[2] == store.channel("general")
        assert list(again[3]) == list(db.channels)
        store.close()
        assert pickle.loads(pickle.dumps(db)) is not store


def test_a_relative_path_still_names_the_store(
    saved: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(saved.parent)
    with rookery.open(saved.name, mode="ro") as db:
        pickled = pickle.dumps(db)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pickle.loads(pickled) as again:
        assert again.query().count() == 30


def test_messages_and_expressions_are_values(chat: Store) -> None:
    messages = chat.query(order="oldest").to_list()
    condition = (col("author") == "ada") & ~col("id").is_in([1, 2])
    chat.close()
    for thing in (messages, condition):
        assert pickle.loads(pickle.dumps(thing)) == thing
        assert copy.deepcopy(thing) == thing


def test_a_store_in_memory_is_not_pickled(chat: Store) -> None:
    for thing in (chat, chat.query(), chat.channel("general")):
        with pytest.raises(TypeError, match="a store in memory cannot be pickled"):
            pickle.dumps(thing)


def test_a_copy_is_the_same_open_store(chat: Store) -> None:
    assert copy.copy(chat) is chat
    assert copy.deepcopy([chat])[0] is chat
    assert copy.deepcopy(chat.query())._store is chat
