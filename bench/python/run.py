#!/usr/bin/env python3
"""Measures the Python package: how fast it reads and writes, and what it costs besides.

Run it with a Python that has `rookery`, pyarrow, pandas and numpy; loops over rocksdict and lmdb take part
where these and flatbuffers are installed. C++ is measured by rookery-raw-scan:

    cmake --preset release && cmake --build --preset release --target rookery-raw-scan
    python bench/python/run.py --json build/bench-python.json --markdown build/bench-python.md

Every measurement is taken in a process of its own, everybody takes turns round by round, ratios are of
medians, and every answer is compared with what was put in.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from rookery_bench.command import main

if __name__ == "__main__":
    sys.exit(main())
