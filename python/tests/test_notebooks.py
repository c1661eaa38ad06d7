"""The notebooks run on a small store, the same every time, and report what a plain count gives."""

from __future__ import annotations

import csv
import importlib
import os
import random
import re
import struct
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import rookery

for _package in ("matplotlib", "pandas", "polars", "pyarrow"):
    pytest.importorskip(_package)

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = ("activity", "conversations", "capacity")
TIMEOUT = 300  # seconds
START = datetime(2025, 1, 1, tzinfo=timezone.utc)
WORDS = [[f"word{letter}{group}" for letter in "abcdef"] for group in "wxyz"]
UNPRINTABLE = "mean $x^ \x1b[31m name"  # neither a terminal nor a picture may take it for more than a name

Message = dict[str, Any]


def small_chat(epoch_ms: int) -> list[Message]:
    """700 messages in half a year, oldest first: 4 groups of authors, each mostly in two channels."""
    chance = random.Random(7)
    messages: list[Message] = []
    time = START
    for _ in range(700):
        time += timedelta(seconds=chance.randrange(1, 45_000))
        group = chance.choice((0, 0, 0, 0, 1, 1, 2, 3))
        author = group + 4 * min(chance.randrange(6), chance.randrange(6))
        place = 2 * group + chance.randrange(2) if chance.random() < 0.9 else chance.randrange(8)
        message: Message = {
            "channel": f"room-{place}",
            "author": UNPRINTABLE if author == 23 else f"author {author:02}",
            "content": " ".join(chance.choices(WORDS[group], k=chance.randrange(1, 20))),
            "created_at": time,
            "id": (int(time.timestamp() * 1000) - epoch_ms) << 22,
        }
        earlier = [other for other in messages[-60:] if other["channel"] == message["channel"]]
        if earlier and chance.random() < 0.3:
            message["reply_to"] = chance.choice(earlier)["id"]
        messages.append(message)
    return messages


@dataclass(frozen=True)
class Chat:
    """The small chat and where it is stored."""

    path: Path
    messages: list[Message]

    def count(self, field: str) -> Counter[str]:
        """How many messages have each value of a field."""
        return Counter(str(message[field]) for message in self.messages)


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Chat:
    """The small chat, in a closed store; it is only read."""
    path = tmp_path_factory.mktemp("notebooks") / "chat.rook"
    with rookery.open(path, create=True) as db:
        messages = small_chat(db.info()["epoch_ms"])
        db.post_many(messages)
    return Chat(path, messages)


@pytest.fixture(scope="module")
def reports(chat: Chat, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each notebook prints about the small chat. What it writes is in the folder that it names."""
    printed = {}
    for name in NOTEBOOKS:
        done = run(name, chat.path, tmp_path_factory.mktemp(name))
        assert done.returncode == 0, done.stderr
        printed[name] = done.stdout
    return printed


def run(name: str, store: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """Runs a notebook as a script. What numpy warns of is an error."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    command = [
        sys.executable,
        "-W",
        "error::RuntimeWarning",
        str(FOLDER / f"{name}.py"),
        str(store),
        str(output),
    ]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        env=environment,
        check=False,
    )


def rows_under(report: str, heading: str) -> list[list[str]]:
    """The rows of the table under a heading, below its header, each cut where two spaces or more are."""
    below = report.split(f"\n{heading}\n", 1)[1].split("\n\n", 1)[0]
    return [re.split(r"\s{2,}", line.strip()) for line in below.splitlines()[2:]]


def number_before(report: str, words: str) -> int:
    """The number at the beginning of the line that goes on with `words`."""
    found = re.search(rf"^([\d,]+) {re.escape(words)}", report, re.MULTILINE)
    assert found is not None, report
    return int(found[1].replace(",", ""))


def picture_of(report: str) -> Path:
    """The picture that a report names at its end."""
    return Path(report.rstrip().rpartition("the picture is ")[2])


def check_picture(path: Path) -> None:
    """It is a PNG of a size that can be read, with something on it, and room around that."""
    from matplotlib.image import imread

    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", head[16:24])
    assert 800 <= width <= 3_000 and 500 <= height <= 2_000
    coloured = (imread(path)[:, :, :3].min(axis=2) < 0.99).mean()
    assert 0.02 < coloured < 0.9


# --- Activity -----------------------------------------------------------------------------------------------


def test_activity_counts_everything(chat: Chat, reports: dict[str, str]) -> None:
    authors, channels = len(chat.count("author")), len(chat.count("channel"))
    assert f"\n700 messages by {authors} authors in {channels} channels\n" in reports["activity"]


def test_activity_finds_the_busiest_months(chat: Chat, reports: dict[str, str]) -> None:
    months: dict[str, list[str]] = {}
    for message in chat.messages:
        months.setdefault(f"{message['created_at']:%Y-%m}", []).append(message["author"])
    busiest = sorted(months, key=lambda month: (-len(months[month]), month))[:5]
    counted = [[month, str(len(months[month])), str(len(set(months[month])))] for month in busiest]
    assert rows_under(reports["activity"], "Busiest months") == counted


def test_activity_counts_hours_and_weekdays(chat: Chat, reports: dict[str, str]) -> None:
    hours = Counter(f"{message['created_at']:%H}" for message in chat.messages)
    shown = rows_under(reports["activity"], "Messages by hour of the day (UTC)")
    assert [(hour, int(count)) for hour, count, *_ in shown] == [
        (f"{hour:02}", hours[f"{hour:02}"]) for hour in range(24)
    ]
    days = Counter(f"{message['created_at']:%a}" for message in chat.messages)
    shown = rows_under(reports["activity"], "Messages by day of the week (UTC)")
    assert {day: int(count) for day, count, *_ in shown} == days


@pytest.mark.parametrize("column", ["author", "channel"])
def test_activity_ranks(chat: Chat, reports: dict[str, str], column: str) -> None:
    shown = rows_under(reports["activity"], f"Top {column}s")[:-1]
    ranked = sorted(chat.count(column).items(), key=lambda item: (-item[1], item[0]))
    assert [(name, int(count)) for name, count, *_ in shown] == ranked[: len(shown)]


def test_activity_saves_a_picture(reports: dict[str, str]) -> None:
    check_picture(picture_of(reports["activity"]))


def test_reports_print_names_as_names(reports: dict[str, str]) -> None:
    assert all("\x1b" not in report for report in reports.values())


# --- Conversations ------------------------------------------------------------------------------------------


def answers(chat: Chat) -> tuple[Counter[tuple[str, str]], int]:
    """Who answers whom how often, by the notebook's words, and how many messages begin a conversation."""
    rooms: dict[str, list[Message]] = {}
    for message in chat.messages:
        rooms.setdefault(message["channel"], []).append(message)
    pairs = [pair for room in rooms.values() for pair in pairwise(room)]
    pauses = sorted(after["created_at"] - before["created_at"] for before, after in pairs)
    place, part = divmod((len(pauses) - 1) * 0.9, 1)
    longest = pauses[int(place)] + part * (pauses[int(place) + 1] - pauses[int(place)])
    before = {b["id"]: a for a, b in pairs if b["created_at"] - a["created_at"] <= longest}
    by_id = {message["id"]: message for message in chat.messages}
    edges: Counter[tuple[str, str]] = Counter()
    for message in chat.messages:
        other = by_id.get(message.get("reply_to")) or before.get(message["id"])
        if other is not None:
            edges[message["author"], other["author"]] += 1
    return edges, len(chat.messages) - edges.total()


def test_conversations_are_those_of_a_plain_count(chat: Chat, reports: dict[str, str]) -> None:
    report = reports["conversations"]
    edges, begun = answers(chat)
    assert number_before(report, "reply to") == sum("reply_to" in message for message in chat.messages)
    assert number_before(report, "begin a conversation") == begun
    own = sum(count for (one, other), count in edges.items() if one == other)
    assert number_before(report, "continue what") == own
    assert number_before(report, "answer another") == len(chat.messages) - begun - own


def test_conversations_save_every_edge(chat: Chat, reports: dict[str, str]) -> None:
    path = Path(reports["conversations"].rstrip().rpartition("the graph is ")[2])
    with path.open(encoding="utf-8", newline="") as file:
        saved = {(row["source"], row["target"]): int(row["times"]) for row in csv.DictReader(file)}
    assert saved == {pair: count for pair, count in answers(chat)[0].items() if pair[0] != pair[1]}


def test_conversations_recommend_better_than_chance(reports: dict[str, str]) -> None:
    report = reports["conversations"]
    everybody = re.search(r"^(\d+) of (\d+) authors resemble nobody more than", report, re.MULTILINE)
    assert everybody is not None and everybody[1] == everybody[2]
    assert "similar authors beat chance: yes" in report


# --- Capacity -----------------------------------------------------------------------------------------------


def test_capacity_counts_everything(chat: Chat, reports: dict[str, str]) -> None:
    assert "\n700 messages in 8 channels with " in reports["capacity"]
    shown = {row[0]: int(row[1]) for row in rows_under(reports["capacity"], "Largest channels")}
    assert shown == chat.count("channel")


def test_capacity_knows_the_balance(chat: Chat, reports: dict[str, str]) -> None:
    with rookery.open(chat.path, mode="ro") as db:
        names = Counter(db.route(message["channel"]).shard_name for message in chat.messages)
    rows = rows_under(reports["capacity"], "Balance of the shards")
    shown = {row[0]: int(row[2]) for row in rows if row[0].startswith("shard-")}
    assert {name: count for name, count in shown.items() if count} == names


def test_capacity_fits_a_line_by_least_squares(chat: Chat, reports: dict[str, str]) -> None:
    by_month = Counter(message["created_at"].month for message in chat.messages)
    counts = [
        sum(by_month[earlier] for earlier in by_month if earlier <= month) for month in sorted(by_month)
    ]
    middle, mean = (len(counts) - 1) / 2, sum(counts) / len(counts)
    slope = sum((step - middle) * count for step, count in enumerate(counts)) / sum(
        (step - middle) ** 2 for step in range(len(counts))
    )
    errors = [count - mean - slope * (step - middle) for step, count in enumerate(counts)]
    expected = (sum(error**2 for error in errors) / len(errors)) ** 0.5
    linear = rows_under(reports["capacity"], "Growth, by month")[0]
    assert linear[0] == "linear"
    assert float(linear[1].replace(",", "")) == pytest.approx(expected, abs=0.01)


def test_capacity_says_what_breaks_first(reports: dict[str, str]) -> None:
    rows = rows_under(reports["capacity"], "What breaks first")
    assert len([row for row in rows if len(row) == 6]) == 7
    assert f"first of all: {rows[0][0]}: {rows[0][5]}\n" in reports["capacity"]
    check_picture(picture_of(reports["capacity"]))


# --- All of them --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_an_empty_store_has_nothing_to_show(name: str, tmp_path: Path) -> None:
    rookery.open(tmp_path / "empty.rook", create=True).close()
    done = run(name, tmp_path / "empty.rook", tmp_path / "output")
    assert done.returncode == 0, done.stderr
    assert "holds no messages: there is nothing to show" in done.stdout
    assert not list((tmp_path / "output").iterdir())


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_single_message_is_enough(name: str, tmp_path: Path) -> None:
    with rookery.open(tmp_path / "one.rook", create=True) as db:
        db.post(b"caf\xe9", b"\xff", author=UNPRINTABLE)
    done = run(name, tmp_path / "one.rook", tmp_path / "output")
    assert done.returncode == 0, done.stderr
    assert "1 message " in done.stdout


def test_no_store_is_told_with_the_way_to_one(tmp_path: Path) -> None:
    done = run("activity", tmp_path / "none.rook", tmp_path / "output")
    assert done.returncode == 1
    assert "make demo" in done.stderr and "Traceback" not in done.stderr


def test_a_store_in_use_is_told(tmp_path: Path) -> None:
    with rookery.open(tmp_path / "used.rook", create=True):
        done = run("activity", tmp_path / "used.rook", tmp_path / "output")
    assert done.returncode == 1
    assert "is open in process" in done.stderr and "Traceback" not in done.stderr


@pytest.fixture
def helper(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a module from the folder of the notebooks."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


def test_growth_is_recognised(helper: Any) -> None:
    import numpy as np

    growth = helper("growth")
    times = np.linspace(0, 1, 40)
    line, curve = 100 + 900 * times, 50 * np.exp(3 * times)
    assert growth.error_of_fit(growth.fit_linear, line) < 1e-6
    assert growth.error_of_fit(growth.fit_exponential, curve) < 1
    forecast = growth.error_of_forecast
    assert forecast(growth.fit_linear, line) < forecast(growth.fit_exponential, line)
    assert forecast(growth.fit_exponential, curve) < forecast(growth.fit_linear, curve)


def test_a_limit_is_found(helper: Any) -> None:
    resources = helper("resources")
    assert resources.Resource("disk", lambda x: 5 * x, 100).breaks_at() == pytest.approx(20)
    assert resources.times(resources.Resource("disk", lambda x: 5, 4).breaks_at()) == "already"
    assert resources.times(resources.Resource("memory", lambda x: 5, 10).breaks_at()) == "never"
