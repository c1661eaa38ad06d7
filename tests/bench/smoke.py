#!/usr/bin/env python3
"""Runs rookery-bench small and checks what it writes.

`smoke.py BENCH run SCENARIO`, `smoke.py BENCH list SCENARIO...` or `smoke.py BENCH choose`.

The bench itself compares every answer with the reference and fails if one differs; here its report is checked.
"""

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

CONTENDERS = ["rookery", "rookery-cached", "rocksdb", "rocksdb-codec", "lmdb", "sqlite"]
CACHES = ["rocksdb-lru", "rocksdb-clock", "rookery"]
HERDS = ["lone", "herd_64", "herd_1000"]
WRITERS = ["rocksdb", "post", "ingestor"]
# Of the scenarios that are not for the contenders; their baseline comes first.
ENTRANTS = {
    "bulk_load": ["post_batch", "bulk", "raw_sst"],
    "hot_channel": ["uniform", "one_hot"],
    "producers": WRITERS,
    "sync_producers": WRITERS,
    "cache_hit": CACHES,
    "cache_hit_large": CACHES,
    "herd": HERDS,
    "herd_disk": HERDS,
    "graveyard": ["rocksdb", "newest_first", "oldest_first", "random"],
    "retention_year": ["rocksdb", "rookery"],
    "small_memory": ["rocksdb", "rookery"],
    "growth": ["rocksdb", "rookery"],
    "reshard_copy": ["rocksdb", "rookery"],
    "reshard_traffic": ["quiet", "default", "unthrottled"],
    "encryption": ["clear", "encrypted"],
    "backup": ["quiet", "backup", "backup_20_mib_s"],
    "many_shards": ["16", "1024"],
    "herd_slow": HERDS,
}
ROW = ["scenario", "contender", "metric", "unit", "value", "ratio_to", "ratio"]
TOP = ["machine", "versions", "commit", "build", "sizes", "rows"]
MAY_BE_ZERO = {"peak_memory_added", "waited", "switch_longest"}


def check(condition, what):
    if not condition:
        sys.exit(f"smoke.py: {what}")


def check_row(row, scenario):
    check(list(row) == ROW, f"a row has the fields {list(row)}")
    check(row["scenario"] == scenario, f"a row of another scenario: {row}")
    positive = row["value"] > 0 or (row["value"] == 0 and row["metric"] in MAY_BE_ZERO)
    check(math.isfinite(row["value"]) and positive, f"not a measurement: {row}")
    check((row["ratio"] is None) == (row["ratio_to"] is None), f"half a ratio: {row}")
    if row["contender"] == row["ratio_to"]:
        check(row["ratio"] == 1, f"the baseline differs from itself: {row}")


def check_report(report, scenario):
    check(list(report) == TOP, f"the report has the fields {list(report)}")
    check(report["sizes"]["messages"] == 5000, f"not the small size: {report['sizes']}")
    rows = report["rows"]
    names = ENTRANTS.get(scenario, CONTENDERS)
    baseline = names[0] if scenario in ENTRANTS else "rocksdb"
    for row in rows:
        check_row(row, scenario)
        check(row["ratio_to"] in (None, baseline), f"a ratio to another one than {baseline}: {row}")
    check(list(dict.fromkeys(row["contender"] for row in rows)) == names, "not everybody took part")
    metrics = {name: [row["metric"] for row in rows if row["contender"] == name] for name in names}
    check(all(metrics[name] == metrics[baseline] for name in names), f"metrics differ: {metrics}")


def run(bench, scenario):
    with tempfile.TemporaryDirectory(prefix="rookery-bench-test-") as folder:
        stores = Path(folder, "stores")
        results = Path(folder, "results.json")
        command = [bench, "--smoke", "--scenario", scenario, "--dir", stores, "--json", results]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        check(done.returncode == 0, f"exit code {done.returncode}")
        check(scenario in done.stdout and "sizes" in done.stdout, f"no table:\n{done.stdout}")
        check_report(json.loads(results.read_text(encoding="utf-8")), scenario)
        check(not list(stores.iterdir()), "a store was left behind")


def choose(bench):
    """An entrant's name leaves out everybody else, and scenarios in which it does not take part."""
    command = [bench, "--smoke", "--messages", "500", "--contender", "herd_64"]
    with tempfile.TemporaryDirectory(prefix="rookery-bench-test-") as folder:
        done = subprocess.run([*command, "--dir", folder], capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"exit code {done.returncode}: {done.stderr}")
    check("ingest_one: skipped" in done.stderr and "cache_hit: skipped" in done.stderr, f"not skipped:\n{done.stderr}")
    tables = [line.split(":")[0] for line in done.stdout.splitlines() if ": " in line]
    check(tables == ["herd", "herd_disk", "herd_slow"], f"tables of {tables}")
    check("lone" not in done.stdout, f"others took part:\n{done.stdout}")


def list_scenarios(bench, scenarios):
    listed = subprocess.run([bench, "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    section = listed.split("contenders")[0].splitlines()[1:]
    check([line.split()[0] for line in section] == scenarios, f"tested are {scenarios}, but there are:\n{listed}")


def main():
    bench, verb, *names = sys.argv[1:]
    if verb == "run":
        run(bench, names[0])
    elif verb == "choose":
        choose(bench)
    else:
        list_scenarios(bench, names)


if __name__ == "__main__":
    main()
