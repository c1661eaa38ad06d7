"""C++ by the program rookery-raw-scan."""

from __future__ import annotations

import json
import struct
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from rookery_bench.place import Place


def found(wanted: Path | None) -> Path | None:
    """The program that was named, or that of the release build of this tree; None if there is none."""
    if wanted is None:
        built = Path(__file__).resolve().parents[3] / "build" / "release" / "bench" / "rookery-raw-scan"
        return built if built.is_file() else None
    if not wanted.is_file():
        raise SystemExit(f"there is no program {wanted}: build the target rookery-raw-scan")
    return wanted.resolve()


def run(place: Place, *arguments: str | Path | int) -> dict[str, Any]:
    """What a command of the program says of itself: seconds of each time, rows, bytes, sum of the ids."""
    command = [str(place.native), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def rows(place: Place) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of every message row of the store."""
    command = [str(place.native), "dump", str(place.store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=1 << 20) as process:
        assert process.stdout is not None
        while key := _counted(process.stdout):
            yield key, _counted(process.stdout)
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}")


def write_keys(path: Path, keys: Iterable[tuple[str, int]]) -> None:
    """Writes keys for the command `get`."""
    with path.open("wb") as file:
        for channel, message_id in keys:
            name = channel.encode()
            file.write(struct.pack("<H", len(name)) + name + struct.pack("<Q", message_id))


def _counted(stream: IO[bytes]) -> bytes:
    length = stream.read(4)
    return stream.read(int.from_bytes(length, "little")) if length else b""
