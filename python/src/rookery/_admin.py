"""Import and export: what Python's methods take as the C++ module takes it, and its answers as reports."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeAlias

from rookery import _times
from rookery._options import Size, size_in_bytes
from rookery._reports import ExportReport, ImportProblem, ImportReport
from rookery._typing import BinaryFile, BulkPacking, MissingCells, ProgressCallback, Text, TimeLike
from rookery.errors import InvalidArgumentError

PathText: TypeAlias = str | os.PathLike[str]

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})", re.ASCII)


def import_options(
    format: str | None,
    since: TimeLike | None,
    until: TimeLike | None,
    dry_run: bool,
    max_errors: int,
    channel: Text | None,
    utc_offset: timedelta | str | None,
    bulk: bool,
    bulk_memory: Size | None,
    bulk_packing: BulkPacking,
) -> dict[str, object]:
    """The options of an import; what is None is left out."""
    options = {
        "format": format,
        "since_ms": _times.bound(since, "since"),
        "until_ms": _times.bound(until, "until"),
        "dry_run": dry_run,
        "max_errors": max_errors,
        "channel": channel,
        "utc_offset_minutes": None if utc_offset is None else offset_minutes(utc_offset),
        "bulk": bulk,
        "bulk_memory_bytes": None if bulk_memory is None else size_in_bytes(bulk_memory, "bulk_memory"),
        "bulk_packing": bulk_packing,
    }
    return {name: value for name, value in options.items() if value is not None}


def export_options(
    channel: Text | None,
    prefix: Text | None,
    since: TimeLike | None,
    until: TimeLike | None,
    missing_cells: MissingCells,
) -> dict[str, object]:
    """The options of an export; what is None is left out."""
    options = {
        "channel": channel,
        "prefix": prefix,
        "since_ms": _times.bound(since, "since"),
        "until_ms": _times.bound(until, "until"),
        "missing_cells": missing_cells,
    }
    return {name: value for name, value in options.items() if value is not None}


def offset_minutes(offset: timedelta | str) -> int:
    """Local time minus UTC in minutes, of a timedelta or of a text such as "+02:00"."""
    if isinstance(offset, timedelta):
        return round(offset / timedelta(minutes=1))
    match = _OFFSET.fullmatch(offset) if isinstance(offset, str) else None
    if match is None:
        raise InvalidArgumentError(
            f'utc_offset={offset!r} is no offset: give a timedelta, or a text as "+02:00"'
        )
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes


def run_import(
    call: Callable[..., dict[str, Any]],
    paths: PathText | Iterable[PathText],
    options: dict[str, object],
    report: ProgressCallback | None,
    on_problem: Callable[[ImportProblem], object] | None,
) -> ImportReport:
    """Calls the C++ module's import with one path or several."""
    if on_problem is not None and not callable(on_problem):
        raise TypeError(f"on_problem is a {type(on_problem).__name__}, not a function of an ImportProblem")
    chosen = [paths] if isinstance(paths, str | bytes | os.PathLike) else list(paths)
    tell = None if on_problem is None else lambda fields: on_problem(ImportProblem(**fields))
    return ImportReport(**call([os.fsdecode(path) for path in chosen], options, report, tell))


def run_export(
    call: Callable[..., dict[str, Any]],
    target: PathText | BinaryFile,
    options: dict[str, object],
    report: ProgressCallback | None,
) -> ExportReport:
    """Calls the C++ module's export to a path; to an open file by way of a temporary one."""
    if isinstance(target, str | os.PathLike):
        return ExportReport(**call(os.fsdecode(target), options, report))
    if not hasattr(target, "write") or isinstance(target, io.TextIOBase):
        raise TypeError(f"export writes to a path or an open binary file, not to a {type(target).__name__}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "export.jsonl")
        written = ExportReport(**call(path, options, report))
        with open(path, "rb") as source:
            shutil.copyfileobj(source, target)
    return written
