"""What is generated is up to date: the stub of the C++ module, and the exceptions."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import rookery
from rookery import _rookery

PYTHON = Path(__file__).resolve().parents[1]


def run(*command: str) -> str:
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True).stdout


def test_the_stub_is_that_of_the_module(tmp_path: Path) -> None:
    pytest.importorskip("nanobind")
    written = tmp_path / "_rookery.pyi"
    folder = str(Path(str(_rookery.__file__)).parent)
    patterns = str(PYTHON / "src" / "_rookery" / "stub_patterns.txt")
    options = ["--quiet", "--include-private", "--import", folder, "--module", "_rookery"]
    run("-m", "nanobind.stubgen", *options, "--pattern-file", patterns, "--output-file", str(written))
    kept = PYTHON / "src" / "rookery" / "_rookery.pyi"
    assert written.read_text() == kept.read_text(), "build the target rookery_stub, which writes it"


def test_the_exceptions_are_those_of_the_status_codes() -> None:
    kept = PYTHON / "src" / "rookery" / "errors.py"
    printed = run(str(PYTHON / "generate_errors.py"), "--print")
    assert printed == kept.read_text(), "run generate_errors.py, which writes it"


def test_all_that_is_public_is_there_and_has_a_docstring() -> None:
    for name in rookery.__all__:
        thing = getattr(rookery, name)
        assert isinstance(thing, str) or thing.__doc__, name


def test_the_package_needs_nothing_but_itself() -> None:
    others = "pyarrow", "pandas", "polars", "duckdb", "numpy", "tqdm"
    code = f"import sys, rookery; print([name for name in {others!r} if name in sys.modules])"
    assert run("-c", code).strip() == "[]"


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, db: rookery.Store) -> None:
    for module, extra, use in (
        ("pyarrow", "arrow", lambda: db.query().to_arrow()),
        ("pandas", "pandas", lambda: db.query().to_pandas()),
        ("polars", "polars", lambda: db.query().to_polars()),
        ("pyarrow.dataset", "arrow", lambda: db.query().to_dataset()),
    ):
        if importlib.util.find_spec(module.partition(".")[0]) is None:
            continue
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, module, None)
            with pytest.raises(ImportError, match=rf"pip install 'rookery\[{extra}\]'"):
                use()
