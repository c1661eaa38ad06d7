"""Runs a piece of Python in a process of its own: what forks or ends must not do so in the tests' process."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import rookery

_TIMEOUT = 120  # seconds; a script that hangs fails its test
_PACKAGE = Path(rookery.__file__).parent.parent

_HEAD = """
import gc, os, signal, sys, threading, time
from rookery import _rookery, errors

PATH = sys.argv[1]

def open_store(**options):
    return _rookery.Store(PATH, options)

def wait_for(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""


@dataclass(frozen=True)
class Outcome:
    """How a script ended. A negative code is a signal."""

    code: int
    output: str
    errors: str


def run_script(script: str, path: Path, *arguments: str) -> Outcome:
    """Runs `script`, which finds open_store(), PATH and wait_for() in its namespace."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_PACKAGE), *sys.path])}
    done = subprocess.run(
        [
            sys.executable,
            "-B",
            "-X",
            "faulthandler",
            "-c",
            _HEAD + textwrap.dedent(script),
            str(path),
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        env=environment,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def lines_of(script: str, path: Path, *arguments: str) -> list[str]:
    """What a script that ends well prints."""
    outcome = run_script(script, path, *arguments)
    assert outcome.code == 0, f"{outcome.code}: {outcome.errors}"
    return outcome.output.splitlines()
