"""The chat that everything is measured with: the same for a size on every machine.

Its table is the reference: what a store is filled with, and what every answer is compared with. It has the
shape of the chat of rookery-bench: messages of 40 to 360 bytes, channels by Zipf's law, 5,000 authors of whom
200 write in each channel; and beside that some replies, edits and attributes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

SEED = 1
AUTHORS = 5000
AUTHORS_PER_CHANNEL = 200
CHANNEL_EXPONENT = 0.99
SHORTEST_CONTENT, LONGEST_CONTENT = 40, 360
VOCABULARY = 6000
TEXT_BYTES = 8 << 20
FIRST_POST = datetime(2024, 1, 1, tzinfo=UTC)
DURATION_MS = 365 * 24 * 3600 * 1000
EPOCH_MS = 631_152_000_000  # of a store's ids, unless it is given another
ID_TIME_SHIFT = 22
REPLIES, EDITS, ATTRIBUTES = 0.10, 0.03, 0.05  # how many of the messages have them

Random = np.random.Generator


def channels_for(messages: int) -> int:
    """A hundred messages to a channel on average."""
    return max(messages // 100, 1)


def make_chat(messages: int) -> pa.Table:
    """The columns that a query gives by default, but for the nonce; sorted by id."""
    random = np.random.default_rng(SEED)
    channels = channels_for(messages)
    channel = _zipf(random, channels, messages)
    author = (channel * 7919 + random.integers(0, AUTHORS_PER_CHANNEL, messages)) % AUTHORS
    milliseconds = _first_ms() + np.arange(messages, dtype=np.int64) * DURATION_MS // messages
    ids = (milliseconds - EPOCH_MS << ID_TIME_SHIFT) | (np.arange(messages, dtype=np.int64) & 0xFFF)
    edited = random.random(messages) < EDITS
    columns = {
        "id": pa.array(ids),
        "channel": _named("guild/{}/talk", channel),
        "created_at": pa.array(milliseconds, pa.timestamp("ms", "UTC")),
        "author": _named("author{}", author),
        "content": _texts(random, messages),
        "reply_to": _replies(random, ids),
        "edited_at": pa.array(milliseconds + 60_000, pa.timestamp("ms", "UTC"), mask=~edited),
        "version": pa.array(1 + edited.astype(np.int64)),
        "flags": pa.array((random.random(messages) < 0.02).astype(np.uint32) * np.uint32(4)),
        "attributes": _attributes(random, messages),
    }
    return pa.table(columns)


def _first_ms() -> int:
    return int(FIRST_POST.timestamp()) * 1000


def _zipf(random: Random, count: int, draws: int) -> Any:
    """Numbers below `count`; 0 is drawn most."""
    weights = 1.0 / np.arange(1, count + 1) ** CHANNEL_EXPONENT
    return random.choice(count, draws, p=weights / weights.sum())


def _named(pattern: str, numbers: Any) -> pa.Array:
    """The names that the numbers have, as text and not as a dictionary."""
    names = pa.array([pattern.format(number) for number in range(int(numbers.max()) + 1)], pa.large_string())
    return names.take(pa.array(numbers))


def _texts(random: Random, count: int) -> pa.Array:
    """Pieces of a long text of made-up words."""
    text = np.frombuffer(_long_text(random), np.uint8)
    sizes = random.integers(SHORTEST_CONTENT, LONGEST_CONTENT + 1, count)
    starts = random.integers(0, len(text) - LONGEST_CONTENT, count)
    pieces = [text[start : start + size] for start, size in zip(starts, sizes, strict=True)]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.concatenate(pieces))]
    return pa.Array.from_buffers(pa.large_string(), count, buffers)


def _long_text(random: Random) -> bytes:
    letters = np.frombuffer(b"aaabcdeeeefghiiiklmnnoooprssttuuvw", np.uint8)
    words = [random.choice(letters, size).tobytes() for size in random.integers(2, 10, VOCABULARY)]
    drawn = _zipf(random, VOCABULARY, TEXT_BYTES // 5)
    return b" ".join(words[number] for number in drawn)[:TEXT_BYTES]


def _replies(random: Random, ids: Any) -> pa.Array:
    """Some of the messages answer one that was written before them."""
    answered = ids[(random.random(len(ids)) * np.arange(len(ids))).astype(np.int64)]
    return pa.array(answered, mask=random.random(len(ids)) >= REPLIES)


def _attributes(random: Random, count: int) -> pa.Array:
    """At most one each: a topic."""
    has_topic = random.random(count) < ATTRIBUTES
    topics = [f"topic {number}" for number in random.integers(0, 20, int(has_topic.sum()))]
    offsets = np.concatenate([[0], np.cumsum(has_topic)]).astype(np.int32)
    names = pa.array(["topic"] * len(topics), pa.string())
    return pa.MapArray.from_arrays(pa.array(offsets), names, pa.array(topics, pa.string()))
