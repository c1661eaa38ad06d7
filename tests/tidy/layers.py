"""The layer table: which folder may include which, and which library may be used where.

A folder may include itself, what it lists here, and the public headers. What a folder lists are exact folders: listing
`engine` allows engine/engine.h but not engine/rocksdb/.
"""

BASE = {"base", "metrics"}
KEYS = {"crypto"}
LEAVES = {"codec", "routing", "cache", "engine"}

# Folder -> the folders it may include. From the lowest layer to the highest.
MAY_INCLUDE = {
    "include/rookery": set(),
    "lib/base": set(),
    "lib/metrics": set(),
    "lib/crypto": {"base"},
    "lib/codec": BASE,
    "lib/routing": BASE,
    "lib/cache": BASE,
    "lib/engine": BASE,
    "lib/engine/memory": BASE | {"engine"},
    "lib/engine/rocksdb": BASE | KEYS | {"engine"},
    "lib/store": BASE | LEAVES,
    "lib/store/bulk": BASE | LEAVES | {"store"},
    "lib/feed": BASE | LEAVES | {"store"},
    "lib/search": BASE | LEAVES | {"store"},
    "lib/ingest": BASE | LEAVES | {"store", "feed", "search"},
    "lib/cells": BASE | LEAVES | {"store", "store/bulk", "feed", "search", "ingest"},
    "lib/assembly": BASE | KEYS | LEAVES | {"store", "store/bulk", "feed", "search", "ingest", "cells", "engine/memory", "engine/rocksdb"},
    "lib/backup": BASE | KEYS | LEAVES | {"store", "cells", "assembly"},
    "lib/beside": BASE | KEYS | LEAVES | {"store", "cells", "assembly", "backup"},
    # From here on only what applications see.
    "lib/admin": set(),
    "lib/columns": set(),
    "tools": {"admin"},
    "python": {"admin", "columns"},
    "bench": {"admin", "bench/raw"},
    # But what Rookery is measured against keeps the same bytes with the same options, and parts are measured by themselves.
    "bench/raw": {"base", "codec", "routing", "engine/rocksdb", "bench"},
    "bench/python": {"base", "codec", "engine/rocksdb", "bench"},
    "bench/caches": {"cache", "store", "bench"},
    "bench/micro": {"assembly", "base", "codec", "engine/rocksdb", "routing", "store", "bench"},
}

# Libraries that stay in one place -> the folders that may include their headers.
ONLY_IN = {
    "rocksdb/": ("lib/engine/rocksdb", "bench", "bench/raw", "bench/python", "bench/caches"),
    "flatbuffers/": ("lib/codec",),
    "openssl/": ("lib/crypto",),
    "lmdb.h": ("bench", "bench/raw"),
    "sqlite3.h": ("bench",),
    "CLI/": ("tools", "bench"),
    "fmt/": ("tools", "bench"),
    "gmime/": ("lib/admin",),
    "zip.h": ("lib/admin",),
}


def folder_of(path):
    """The entry of the table that a file belongs to; None if it has none."""
    fitting = [folder for folder in MAY_INCLUDE if path.startswith(folder + "/")]
    return max(fitting, key=len, default=None)


def breach(path, included):
    """Why the file `path` must not include `included`; None if it may."""
    folder = folder_of(path)
    if folder is None:
        return "its folder is not in the layer table"
    for prefix, places in ONLY_IN.items():
        if included.startswith(prefix) and folder not in places:
            return f"only {' and '.join(places)} may"
    target = folder_of("lib/" + included) or folder_of(included)
    if target is None or target == folder:
        return None
    if target.removeprefix("lib/") in MAY_INCLUDE[folder]:
        return None
    return f"{folder} may include {', '.join(sorted(MAY_INCLUDE[folder])) or 'only public headers'}"
