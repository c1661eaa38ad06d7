"""progress=True: a bar where there is tqdm, and a line on stderr where there is none."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from rookery import Store
from rookery._progress import reporting


def test_none_and_false_are_silent(chat: Store, capsys: pytest.CaptureFixture[str]) -> None:
    list(chat.query().batches(progress=None))
    list(chat.query().batches(progress=False))
    assert capsys.readouterr() == ("", "")


def test_without_tqdm_a_line_tells_the_end(
    chat: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    list(chat.query().batches(7, progress=True))
    assert capsys.readouterr() == ("", "query: 30 messages\n")
    list(chat.query(author="nobody").batches(progress=True))
    assert capsys.readouterr() == ("", "")


def test_with_tqdm_it_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[Any] = []

    class Bar(SimpleNamespace):
        n = 0
        total: int | None = None

        def update(self, more: int) -> None:
            self.n += more
            steps.append((self.n, self.total))

        def close(self) -> None:
            steps.append("closed")

    module = ModuleType("tqdm.auto")
    module.tqdm = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tqdm", ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", module)
    with reporting(True, "verify", "rows") as report:
        assert report is not None
        report(3, 10)
        report(10, 10)
    assert steps == [(3, 10), (10, 10), "closed"]


def test_anything_else_is_refused(chat: Store) -> None:
    with pytest.raises(TypeError, match="progress is a str"):
        chat.verify(progress="yes")  # type: ignore[arg-type]
