"""What objects look like: one line each, and escaped tables in notebooks."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import rookery
from rookery import Store, col

NASTY = '<script>alert("1 & 2")</script>'


class Tags(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


OBJECTS: dict[str, tuple[Callable[[Store], object], str]] = {
    "store": (lambda db: db, "<Store ':memory:' open>"),
    "channel": (lambda db: db.channel("general"), "<Channel 'general' of <Store ':memory:' open>>"),
    "channels": (lambda db: db.channels, "<Channels of <Store ':memory:' open>>"),
    "records": (
        lambda db: db.channel("general").records,
        "<Records of 'general' in <Store ':memory:' open>>",
    ),
    "query": (
        lambda db: db.query(channel="general", author="ada", since="2026-01-01", limit=5, order="newest"),
        "<Query channel='general' since=2026-01-01T00:00:00.000Z "
        'where=col("author") == "ada" order=newest limit=5>',
    ),
    "whole query": (lambda db: db.query(), "<Query all messages>"),
    "slice": (
        lambda db: db.channel("general")[5:9],
        "<Query channel='general' after_id=4 before_id=9 order=oldest>",
    ),
    "many channels": (
        lambda db: db.query(channels=["a", "b", "c", "d"], columns=["id"]),
        "<Query channels=['a', ... 4 in all] columns=['id']>",
    ),
    "column": (lambda db: col("ts"), 'col("created_at")'),
}


@pytest.mark.parametrize(("make", "text"), OBJECTS.values(), ids=OBJECTS)
def test_a_repr_is_one_line(chat: Store, make: Callable[[Store], object], text: str) -> None:
    assert repr(make(chat)) == text


def test_a_message_is_one_line(chat: Store) -> None:
    assert (
        repr(chat.channel("general")[1 << 22])
        == "Message(general/4194304 ada 2026-01-01T00:00:00.000Z 'message 0?')"
    )


def test_reports_are_one_line(saved: Path, tmp_path: Path) -> None:
    with rookery.open(saved) as db:
        assert repr(db.verify()) == "VerifyReport(ok: 3 channels, 30 messages, 0 records)"
        assert repr(db.export(tmp_path / "all.jsonl")).startswith(
            "ExportReport(3 channels, 30 messages, 0 records, "
        )
        imported = db.import_(tmp_path / "all.jsonl")
        assert repr(imported) == "ImportReport(jsonl, 1 files: 30 read, 0 added, 30 existing, 0 problems)"
        assert repr(db.route("general")).startswith("RouteExplanation('general': hash xxh3_64")
    assert repr(db) == f"<Store {str(saved)!r} closed>"


@pytest.mark.parametrize(
    "make", [lambda db: db, lambda db: db.channel(NASTY), lambda db: db.query(channel=NASTY)]
)
def test_notebooks_show_escaped_tables(db: Store, make: Callable[[Store], Any]) -> None:
    db.post(NASTY, NASTY, author=NASTY, attributes={NASTY: NASTY})
    page = Tags(make(db)._repr_html_())
    assert set(page.tags) <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "p"}
    assert "script" not in page.tags


def test_notebooks_show_ten_rows_at_most(db: Store) -> None:
    db.post_many({"channel": "general", "content": f"<b>{number}</b>"} for number in range(50))
    for shown in (db.channel("general"), db.query(), db.query(columns=["ts", "attributes.x"])):
        page = Tags(shown._repr_html_())
        assert page.tags.count("tr") == 11
    assert "<b>49</b>" in Tags(db.channel("general")._repr_html_()).text
    assert Tags(db.query(columns=["reply_to"], limit=2)._repr_html_()).tags.count("tr") == 3


def test_long_and_strange_text_is_shortened_and_printable(db: Store) -> None:
    db.post(b"\xff", b"\xfe" * 5_000)
    for shown in (db.channel(b"\xff"), db.query()):
        page = shown._repr_html_()
        assert len(page) < 2_000
        page.encode()


def test_times_of_any_year_are_shown(db: Store) -> None:
    db.post("general", created_at=-(10**15))
    for shown in (db.channel("general"), db.query()):
        assert str(-(10**15)) in Tags(shown._repr_html_()).text


def test_closed_objects_still_have_reprs(chat: Store) -> None:
    shown = [chat, chat.channel("general"), chat.query(), chat.channels, chat.channel("general").records]
    chat.close()
    for thing in shown:
        assert "\n" not in repr(thing)
        if hasattr(thing, "_repr_html_"):
            assert "closed" in thing._repr_html_()
