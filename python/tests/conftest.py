"""What the tests share: stores that are closed when their test ends, and a small chat to ask about."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import rookery

# The same examples in every run, and nothing left beside the tests. A calculation that takes long is no failure.
settings.register_profile("rookery", derandomize=True, database=None, deadline=None)
settings.load_profile("rookery")

START = datetime(2026, 1, 1, tzinfo=UTC)
AUTHORS = ("ada", "grace", "alan")
CHANNELS = ("general", "guild/dev", "guild/ops")


def at(minutes: float) -> datetime:
    """A moment of the small chat."""
    return START + timedelta(minutes=minutes)


def chat_messages() -> list[dict[str, Any]]:
    """Thirty messages, a minute apart, in three channels: with replies, edits, bots and attributes."""
    messages: list[dict[str, Any]] = []
    for number in range(30):
        message: dict[str, Any] = {
            "channel": CHANNELS[number % 3],
            "author": AUTHORS[number % 4 % 3],
            "content": f"message {number}" + ("?" if number % 5 == 0 else ""),
            "id": (number + 1) << 22,
            "created_at": at(number),
            "flags": 4 if number % 7 == 0 else 0,
        }
        if number % 6 == 0 and number:
            message["reply_to"] = number << 22
        if number % 4 == 0:
            message["attributes"] = {"topic": f"topic {number % 3}", "mood": "grün"}
        if number % 10 == 9:
            message.update(edited_at=at(number + 100), version=2, nonce=f"nonce {number}")
        messages.append(message)
    return messages


@pytest.fixture(autouse=True, scope="session")
def _interrupts_are_heard() -> None:
    """A run that was started in the background of a shell inherits that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def db() -> Iterator[rookery.Store]:
    """An empty store in memory."""
    with rookery.open(":memory:") as store:
        yield store


@pytest.fixture
def chat(db: rookery.Store) -> rookery.Store:
    """A store in memory with the small chat."""
    db.post_many(chat_messages())
    return db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store on disk may be made."""
    return tmp_path / "chat.rook"


@pytest.fixture
def saved(path: Path) -> Path:
    """A closed store on disk with the small chat."""
    with rookery.open(path, create=True) as store:
        store.post_many(chat_messages())
    return path


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real conversations that ROOKERY_TEST_DATA names; skips if there is none."""
    default = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
    folder = Path(os.environ.get("ROOKERY_TEST_DATA", default))
    if not folder.is_dir():
        pytest.skip("there is no real data here; ROOKERY_TEST_DATA names the folder that has it")
    return folder
