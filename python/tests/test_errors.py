"""The tree of exceptions: generated, complete, and what `except` clauses of built-in ones expect."""

from __future__ import annotations

import builtins
import errno
import pickle
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from rookery import _rookery, errors
from rookery.errors import Error

PYTHON = Path(__file__).resolve().parents[1]
TABLE = PYTHON.parent / "include" / "rookery" / "status_codes.def"

CLASSES = [
    getattr(errors, name)
    for name in errors.__all__
    if isinstance(getattr(errors, name), type) and name != "Error"
]


@pytest.fixture(scope="module")
def generator() -> dict[str, Any]:
    """The names in generate_errors.py."""
    return runpy.run_path(str(PYTHON / "generate_errors.py"))


def test_the_file_is_what_the_generator_writes(generator: dict[str, Any]) -> None:
    assert Path(errors.__file__).read_text("utf-8") == generator["module_text"](TABLE.read_text("utf-8"))


def test_the_generator_reads_every_code(generator: dict[str, Any]) -> None:
    rows = re.findall(
        r"^ROOKERY_STATUS_CODE\(k\w+, *(\d+), *\"(\w+)\"", TABLE.read_text("utf-8"), re.MULTILINE
    )
    codes = [(str(code.number), code.name) for code in generator["read_codes"](TABLE.read_text("utf-8"))]
    assert codes == [row for row in rows if row[1] != "OK"] and len(codes) > 10


def test_the_generator_refuses_a_code_that_it_does_not_know(generator: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match="KINDS has no line for the status code STRANGE"):
        generator["module_text"]('ROOKERY_STATUS_CODE(kStrange, 99, "STRANGE", 1, false, "do nothing")\n')


def test_every_code_has_a_class() -> None:
    for cls in CLASSES:
        assert cls.advice and isinstance(cls.retryable, bool) and cls.__doc__
    assert len({cls.code for cls in CLASSES}) == len(CLASSES) == 16


def test_no_name_hides_a_built_in_one() -> None:
    assert not [name for name in errors.__all__ if hasattr(builtins, name)]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_an_error_is_its_message(cls: type[Error]) -> None:
    error = cls("it's gone: 'x'")
    assert str(error) == "it's gone: 'x'" and error.args == ("it's gone: 'x'",)
    assert str(cls()) == ""
    assert (error.current_version, error.retry_after) == (None, None)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_an_error_survives_a_pickle(cls: type[Error]) -> None:
    error = cls("gone")
    error.current_version = 7
    error.retry_after = 0.25
    error.add_note("while testing")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is cls and again.args == error.args and str(again) == "gone"
    assert (again.current_version, again.retry_after, again.__notes__) == (7, 0.25, ["while testing"])
    assert getattr(again, "errno", None) == getattr(error, "errno", None)


@pytest.mark.parametrize(
    ("name", "base", "number"),
    [
        ("InvalidArgumentError", ValueError, None),
        ("NotFoundError", KeyError, None),
        ("AlreadyExistsError", FileExistsError, errno.EEXIST),
        ("BusyError", TimeoutError, errno.ETIMEDOUT),
        ("NotAStoreError", FileNotFoundError, errno.ENOENT),
        ("LockedError", BlockingIOError, errno.EWOULDBLOCK),
        ("PermissionError_", PermissionError, errno.EACCES),
        ("NoSpaceError", OSError, errno.ENOSPC),
        ("IoError", OSError, errno.EIO),
        ("UnavailableError", RuntimeError, None),
        ("ClosedError", ValueError, None),
        ("UnsupportedError", NotImplementedError, None),
        ("InterruptedError_", InterruptedError, errno.EINTR),
    ],
)
def test_a_built_in_clause_catches_it(name: str, base: type[Exception], number: int | None) -> None:
    cls = getattr(errors, name)
    assert issubclass(cls, base) and issubclass(cls, Error)
    assert getattr(cls("x"), "errno", None) == number


def test_the_module_raises_them(tmp_path: Path) -> None:
    path = str(tmp_path / "a")
    with pytest.raises(FileNotFoundError, match="there is no store at"):
        _rookery.Store(path, {"mode": "open"})
    first = _rookery.Store(path, {})
    with pytest.raises(BlockingIOError, match=r"is open in process \d+"):
        _rookery.Store(path, {})
    id = first.post("a", "x")
    with pytest.raises(errors.ConflictError, match="version") as conflict:
        first.edit("a", id, "y", expected_version=3)
    assert conflict.value.current_version == 1 and conflict.value.retry_after is None
    first.close()
    with pytest.raises(errors.ClosedError, match="is closed; open it again"):
        first.get("a", 1)


def test_a_message_with_bytes_that_are_no_text_can_be_printed(tmp_path: Path) -> None:
    with pytest.raises(errors.NotAStoreError) as raised:
        _rookery.Store(bytes(tmp_path) + b"/caf\xe9", {"mode": "open"})
    assert "caf\\xe9" in str(raised.value).encode("utf-8").decode("utf-8")
