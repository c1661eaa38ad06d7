# %% [markdown]
# # Capacity planning
#
# How does the store grow, what does a message cost, how even are its shards, and what breaks first at ten
# and at a hundred times its size? Run it as a script, `python capacity.py [STORE] [OUTPUT]`, or cell by
# cell.

# %%
from __future__ import annotations

import os
import resource
import shutil
from collections import Counter
from datetime import timedelta

import numpy as np
import pandas as pd
import polars as pl
from matplotlib.figure import Figure

from demo_store import arguments, end_as_empty, open_store
from growth import Model, error_of_fit, error_of_forecast, fit_exponential, fit_linear
from report import heading, how_many, percent, size, table
from resources import Resource, times, whole

MIB, GIB = 1 << 20, 1 << 30
SHOWN, MOST_SHARDS = 10, 16  # rows of a table
FEWEST_STEPS = 6  # of time, to fit a model to

# How the store is opened, if with the defaults; put in what you open it with.
READ_CACHE, BLOCK_CACHE, MEMTABLES, WINDOW = 64 * MIB, 256 * MIB, 128 * MIB, 64

# How the store works: bytes of a block, of its line in an index, of a message in a filter (10 bits), of a
# sorted file at most; what a message takes in the cache besides its content, about. A shard has a few young
# files more. Of the files that a process may have open Rookery takes half, and no more than that many.
BLOCK, INDEX_ENTRY, FILTER_BYTES, TABLE, MESSAGE_OVERHEAD = 8192, 40, 1.25, 64 * MIB, 100
YOUNG_TABLES, MOST_FILES = 4, 16_384

# What is still comfortable: chosen, not measured.
HEADROOM = 2  # compacting everything at once takes as much room again
LARGEST_SHARD = 64 * GIB

# The cache's trial.
PAGE, MOST_READS = 50, 20_000

path, output = arguments("Growth, bytes, balance, cache, and what breaks first; saves growth.png.")
db = open_store(path)

# %% [markdown]
# ## One pass over everything
#
# Batches of three columns are counted one by one, and only the counts are kept: memory does not grow with
# the store.

# %%
by_channel, by_hour = [], []
for batch in db.query(columns=["channel", "created_at", "content"]).batches():
    read = pl.DataFrame(batch)
    weight = pl.col("content").str.len_bytes().sum().alias("bytes")
    by_channel.append(read.group_by("channel").agg(pl.len().alias("messages"), weight))
    by_hour.append(read.group_by(pl.col("created_at").dt.truncate("1h")).len("messages"))
if not by_channel:
    end_as_empty(path)
channels = (
    pl.concat(by_channel).group_by("channel").sum().sort("messages", "channel", descending=[True, False])
)
hours = pl.concat(by_hour).group_by("created_at").sum().sort("created_at")
messages, content = int(channels["messages"].sum()), int(channels["bytes"].sum())

heading(f"Capacity of {path}")
print(how_many(messages, "message"), "in", how_many(channels.height, "channel"), end=" ")
print("with", size(content), "of content")

# %% [markdown]
# ## Growth
#
# Two models of the number of messages so far, `a + b t` and `a exp(r t)`, each by least squares. How well a
# model fits what it was fitted to says little about what comes: it is also fitted to the first three
# quarters of the time and asked for the last one. Steps are months; where those would be too few, weeks,
# days or hours.


# %%
def counts_so_far() -> tuple[str, pd.Series]:
    """The longest step of which there are enough, and the messages up to the end of each step."""
    for name, unit in (("month", "1mo"), ("week", "1w"), ("day", "1d"), ("hour", "1h")):
        counted = hours.group_by(pl.col("created_at").dt.truncate(unit)).agg(pl.col("messages").sum())
        steps = counted.sort("created_at").upsample("created_at", every=unit).fill_null(0)
        if steps.height >= FEWEST_STEPS or unit == "1h":
            return name, pd.Series(steps["messages"].cum_sum().to_list(), index=steps["created_at"].to_list())
    raise AssertionError("the last unit always returns")


def when(model: Model, factor: int) -> str:
    """When the model says that there are `factor` times the messages."""
    ahead = np.linspace(1, 200, 19_901)
    with np.errstate(over="ignore"):  # far ahead an exponential is more than any number
        reached = ahead[model.predict(ahead) >= factor * messages]
    if not len(reached):
        return "not foreseeable"
    years = float(reached[0] - 1) * (so_far.index[-1] - so_far.index[0]) / timedelta(days=365.25)
    return f"in {years:,.1f} years" if years >= 1 else f"in {max(1, round(years * 365.25)):,} days"


FITS = (fit_linear, fit_exponential)
step, so_far = counts_so_far()
counts = so_far.to_numpy(float)
enough = len(counts) >= FEWEST_STEPS

heading(f"Growth, by {step}")
if enough:
    models = [fit(counts) for fit in FITS]
    forecasts = [error_of_forecast(fit, counts) for fit in FITS]
    table(
        ["model", "error of the fit", "of the forecast", "in percent", "10 times as many"],
        [
            (model.name, error_of_fit(fit, counts), forecast, percent(forecast / messages), when(model, 10))
            for model, fit, forecast in zip(models, FITS, forecasts, strict=True)
        ],
    )
    better = models[int(np.argmin(forecasts))]
    print(f"{len(counts):,} {step}s; errors are in messages; the better forecast is the {better.name} one")
else:
    print(f"{how_many(len(counts), step)}: too few to fit anything to: {FEWEST_STEPS} are needed")


# %% [markdown]
# The picture has both models and what they were fitted to.


# %%
def draw_growth() -> Figure:
    """Messages so far, and the models."""
    figure = Figure(figsize=(10, 6), dpi=100, layout="constrained")
    axes = figure.subplots()
    axes.step(so_far.index, counts, where="post", color="#08519c", label="messages")
    for model, colour in zip(models if enough else [], ("#e6550d", "#31a354"), strict=False):
        fitted = model.predict(np.linspace(0, 1, len(counts)))
        axes.plot(so_far.index, fitted, "--", color=colour, label=f"{model.name} model")
    axes.set(title="Growth", xlabel=f"time (UTC), by {step}", ylabel="messages so far", ylim=(0, None))
    axes.tick_params(axis="x", rotation=30)
    axes.legend(loc="upper left", frameon=False)
    return figure


draw_growth().savefig(output / "growth.png")

# %% [markdown]
# ## Bytes
#
# What the files hold, and what a message takes. Content is counted as it was written, files as they are:
# sorted files (.sst) are compressed in their last level, the log (.log) is not, and is dropped once what it
# holds has been sorted.

# %%
stats = db.stats()
shards = pd.DataFrame(stats["shards"])


def file_sizes() -> Counter[str]:
    """Bytes in the store's folder, by the kind of file."""
    sizes: Counter[str] = Counter()
    for folder, _, names in os.walk(path):
        for name in names:
            sizes[os.path.splitext(name)[1] or "other"] += os.stat(os.path.join(folder, name)).st_size
    return sizes


files = file_sizes()
disk = sum(files.values())

heading("Bytes")
table(["files", "size"], [(kind, size(count)) for kind, count in files.most_common()])
print(f"a message takes {disk / messages:,.0f} bytes on disk; its content has {content / messages:,.0f}")

# %% [markdown]
# ## Shards and channels
#
# A channel lies in one shard. A shard can be too large because many channels are in it, which more shards
# mend, or because one channel is, which they do not.

# %%
placed = channels.to_pandas()
placed["shard"] = [db.route(name).shard for name in placed["channel"]]
held = placed.groupby("shard").agg(
    channels=("channel", "size"), messages=("messages", "sum"), bytes=("bytes", "sum")
)
held = held.reindex(shards["id"], fill_value=0)
unevenness = held / held.mean()

heading("Balance of the shards")
fullest = shards.set_index("id").join(held).sort_values("messages", ascending=False).head(MOST_SHARDS)
table(
    ["shard", "channels", "messages", "content", "sorted files"],
    [
        (shard.name, shard.channels, shard.messages, size(shard.bytes), size(shard.disk_bytes))
        for shard in fullest.itertuples(index=False)
    ],
)
hottest = placed.loc[placed["bytes"].idxmax()]
hottest_share = hottest["bytes"] / max(1, held["bytes"][hottest["shard"]])
for kind in ("messages", "bytes"):
    most, spread = unevenness[kind].max(), percent(unevenness[kind].std(ddof=0))
    print(f"{kind}: the largest shard has {most:.2f} times a fair share; standard deviation {spread}")

print(f"the channel with most content has {percent(hottest_share)} of its shard's")

heading("Largest channels")
largest = placed.head(SHOWN).itertuples(index=False)
table(
    ["channel", "messages", "share", "content", "shard"],
    [
        (row.channel, row.messages, percent(row.messages / messages), size(row.bytes), row.shard)
        for row in largest
    ],
)

# %% [markdown]
# ## The read cache
#
# A trial: for each of the newest messages somebody opens its channel and reads the newest page. It is made
# with a cache that holds about half of all those pages, with half of that and with double. The middle one
# also estimates all three, by a sample of the keys that are read. An application gets the estimate for
# nothing, from its own traffic; it means little below some 10,000 samples, and is rough where pages take
# most of the room, as here (docs/cache.md).

# %%
newest = db.query(columns=["channel"], limit=MOST_READS, order="newest").to_polars()
traffic = newest["channel"].reverse().to_list()
mean_bytes = placed["bytes"] / placed["messages"] + MESSAGE_OVERHEAD
all_pages = float((placed["messages"].clip(upper=WINDOW) * mean_bytes).sum())
capacity = int(np.clip(all_pages / 2, 2 * MIB, READ_CACHE))


def cache_counters(capacity: int) -> dict[str, float]:
    """The store's counters after the trial."""
    with open_store(path, cache=capacity) as trial:
        for channel in traffic:
            trial.history(channel, limit=PAGE)
        counters: dict[str, float] = trial.stats()["counters"]
        return counters


def hit_ratio(counters: dict[str, float]) -> float:
    """The share of reads that the cache answered."""
    hits = sum(counters[f"cache_{kind}_hits"] for kind in ("value", "absent", "window"))
    return hits / max(1, hits + counters["cache_misses"])


trials = {
    name: cache_counters(int(capacity * factor))
    for name, factor in (("half", 0.5), ("same", 1), ("double", 2))
}
heading("Cache")
print(f"{len(traffic):,} pages of up to {PAGE} messages; those of all channels take about {size(all_pages)}")
table(
    ["capacity", "bytes", "measured", "estimated"],
    [
        (
            name,
            size(trial["cache_capacity_bytes"]),
            percent(hit_ratio(trial)),
            percent(trials["same"][f"cache_hit_ratio_at_{name}"]),
        )
        for name, trial in trials.items()
    ],
)
samples = int(trials["same"]["cache_estimate_samples"])
print(
    f"the estimate is of {samples:,} samples: compare its figures with each other, not with the measured ones"
)

# %% [markdown]
# ## What breaks first
#
# Each line is something that grows with the store, and a limit of it: what this machine has, what the store
# was opened with, or what was chosen above. All channels grow alike; for the newest pages it is their
# number that grows, as the worst case. More shards mend a shard that is too large, and not a channel that
# is: it lies in one. Rookery's own memory is bounded, and is there to be compared with the machine's. Only
# the disk fails at its limit; the rest gets slower.


# %%
on_disk = disk / max(1, content)  # of a byte of content
index_bytes = messages * FILTER_BYTES + content / BLOCK * INDEX_ENTRY
soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
files_allowed = MOST_FILES if soft == resource.RLIM_INFINITY else min(max(soft // 2, 64), MOST_FILES)
machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
needs = [
    Resource("disk with room to compact", lambda x: HEADROOM * disk * x, shutil.disk_usage(path).free + disk),
    Resource("largest shard", lambda x: float(held["bytes"].max()) * on_disk * x, LARGEST_SHARD),
    Resource("hottest channel", lambda x: float(hottest["bytes"]) * on_disk * x, LARGEST_SHARD),
    Resource("newest pages in the read cache", lambda x: all_pages * x, READ_CACHE),
    Resource("filters and indexes in memory", lambda x: index_bytes * x, (BLOCK_CACHE + MEMTABLES) / 2),
    Resource("memory of Rookery", lambda x: BLOCK_CACHE + MEMTABLES + READ_CACHE, machine),
    Resource("open files", lambda x: disk * x / TABLE + YOUNG_TABLES * len(shards), files_allowed, whole),
]
needs.sort(key=Resource.breaks_at)
db.close()

heading("What breaks first")
table(
    ["resource", "now", "at 10x", "at 100x", "limit", "breaks at"],
    [
        (
            item.name,
            *(item.form(item.need(factor)) for factor in (1, 10, 100)),
            item.form(item.limit),
            times(item.breaks_at()),
        )
        for item in needs
    ],
)
for factor in (10, 100):
    broken = [item.name for item in needs if item.breaks_at() < factor]
    print(f"at {factor}x: {'; '.join(broken) or 'nothing'} over the limit")
print(f"first of all: {needs[0].name}: {times(needs[0].breaks_at())}")
print(f"\nthe picture is {output / 'growth.png'}")
