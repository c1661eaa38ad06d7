"""Keys of encrypted stores, as callers give them and as the C++ module takes them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeAlias

from rookery._typing import Text
from rookery.errors import InvalidArgumentError

Keys: TypeAlias = Text | Sequence[Text]
"""A key of 32 bytes, or its 64 hexadecimal digits; or several, the newest first."""
KeyFiles: TypeAlias = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def key_options(key: Keys | None, key_file: KeyFiles | None) -> dict[str, object]:
    """What the C++ module gets of them: "keys", "key_files", or nothing."""
    if key is not None and key_file is not None:
        raise InvalidArgumentError("key and key_file are both given: give the keys in one of the two")
    if key is not None:
        return {"keys": [key] if isinstance(key, (str, bytes)) else list(key)}
    if key_file is not None:
        files = [key_file] if isinstance(key_file, (str, os.PathLike)) else key_file
        return {"key_files": [os.path.abspath(os.fsdecode(file)) for file in files]}
    return {}
