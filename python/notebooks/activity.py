# %% [markdown]
# # Activity over time
#
# When is something said, by whom, and where? One read of three columns answers all of it. Run it as a
# script, `python activity.py [STORE] [OUTPUT]`, or cell by cell. It needs Polars and matplotlib.

# %%
from __future__ import annotations

from datetime import timedelta

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from demo_store import arguments, end_as_empty, open_store
from report import bar, heading, how_many, label, percent, table
from rookery import col

SHOWN = 10  # rows of a table
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

path, output = arguments("Activity over time, top authors and channels; saves activity.png.")
db = open_store(path)

# %% [markdown]
# ## Reading
#
# A query reads nothing until it is asked for something. Three of eleven columns are selected, so the others
# are not even decoded; `explain` says how the query is run. `created_at` is when a message was written.

# %%
query = db.query(columns=["created_at", "channel", "author"])
messages = query.to_polars()
if messages.is_empty():
    end_as_empty(path)
first, last = messages.select(pl.min("created_at").alias("first"), pl.max("created_at").alias("last")).row(0)

heading(f"Activity in {path}")
print(how_many(messages.height, "message"), "by", how_many(messages["author"].n_unique(), "author"), end=" ")
print("in", how_many(messages["channel"].n_unique(), "channel"))
print(f"from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC\n")
print(query.explain())

# %% [markdown]
# ## The busiest months, weeks and hours
#
# Times are in UTC, weeks begin on Monday.


# %%
def per(unit: str) -> pl.DataFrame:
    """Messages and authors in each month, week, day or hour in which there was a message."""
    beginning = pl.col("created_at").dt.truncate(unit).alias("beginning")
    return (
        messages.group_by(beginning)
        .agg(pl.len().alias("messages"), pl.col("author").n_unique().alias("authors"))
        .sort("beginning")
    )


def print_busiest(name: str, unit: str, form: str) -> None:
    """Prints the busiest of these units."""
    busiest = per(unit).sort("messages", "beginning", descending=[True, False]).head(5)
    heading(f"Busiest {name}s")
    table([name, "messages", "authors"], [(format(when, form), *counts) for when, *counts in busiest.rows()])


print_busiest("month", "1mo", "%Y-%m")
print_busiest("week", "1w", "%Y-%m-%d")
print_busiest("hour", "1h", "%Y-%m-%d %H:00")

# %% [markdown]
# ## The hours of the day and the days of the week

# %%
clock = messages.group_by(
    pl.col("created_at").dt.weekday().alias("weekday"), pl.col("created_at").dt.hour().alias("hour")
).len("messages")
counts = {(day, hour): count for day, hour, count in clock.rows()}
grid = [[counts.get((day, hour), 0) for hour in range(24)] for day in range(1, 8)]
by_hour = [sum(day[hour] for day in grid) for hour in range(24)]

heading("Messages by hour of the day (UTC)")
table(["hour", "messages", ""], [(f"{hour:02}", n, bar(n, max(by_hour))) for hour, n in enumerate(by_hour)])
heading("Messages by day of the week (UTC)")
by_weekday = dict(zip(WEEKDAYS, map(sum, grid), strict=True))
table(["day", "messages", ""], [(day, n, bar(n, max(by_weekday.values()))) for day, n in by_weekday.items()])

# %% [markdown]
# ## Who, and where


# %%
def top(column: str, other: str) -> pl.DataFrame:
    """The authors, or the channels, with most messages."""
    return (
        messages.group_by(column)
        .agg(
            pl.len().alias("messages"),
            pl.col(other).n_unique().alias(f"{other}s"),
            pl.col("created_at").min().alias("first"),
            pl.col("created_at").max().alias("last"),
        )
        .sort("messages", column, descending=[True, False])
    )


def print_top(column: str, ranking: pl.DataFrame) -> None:
    """Prints a ranking, and how few of them wrote, or hold, half of everything."""
    heading(f"Top {column}s")
    rows = [
        (name, n, percent(n / messages.height), others, f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}")
        for name, n, others, start, end in ranking.head(SHOWN).rows()
    ]
    table([column, "messages", "share", ranking.columns[2], "first", "last"], rows)
    half = int((ranking["messages"].cum_sum() < messages.height / 2).sum()) + 1
    print(f"{how_many(half, column)} of {ranking.height:,} with half of all messages")


authors, channels = top("author", "channel"), top("channel", "author")
print_top("author", authors)
print_top("channel", channels)

# %% [markdown]
# ## Letting the store do it
#
# What is known beforehand belongs into the query: the condition is then applied where the rows are read,
# and nothing else becomes a column. A LazyFrame of Polars hands its conditions and columns down by itself.

# %%
busiest_author = authors["author"][0]
a_year_before = last - timedelta(days=365)
of_the_author = db.query(author=busiest_author, where=col("created_at") > a_year_before)
lately = (
    db.query()
    .to_polars(lazy=True)
    .filter(pl.col("created_at") > a_year_before)
    .group_by("channel")
    .len("messages")
    .sort("messages", "channel", descending=[True, False])
    .head(SHOWN)
    .collect()
)

heading("The last 365 days")
print(f"{label(busiest_author)} wrote {how_many(of_the_author.count(), 'message')} in that time\n")
table(["channel", "messages"], lately.rows())

# %% [markdown]
# ## The picture
#
# The step of the timeline follows from the time that the messages span.


# %%
def step_of(span: timedelta) -> tuple[str, str]:
    """The unit in which a timeline of this length has neither too few nor too many points, and its name."""
    steps = ((7, "1h", "hour"), (150, "1d", "day"), (1100, "1w", "week"))
    return next(((unit, name) for days, unit, name in steps if span < timedelta(days)), ("1mo", "month"))


def draw_timeline(axes: Axes) -> None:
    """Messages in each step, those without a message too, and the mean of twelve steps."""
    unit, name = step_of(last - first)
    counted = per(unit)
    timeline = counted.select("beginning", "messages").upsample("beginning", every=unit).fill_null(0)
    times, values = timeline["beginning"].to_list(), timeline["messages"].to_list()
    axes.fill_between(times, values, step="post", color="#9ecae1", label=f"messages per {name}")
    mean = timeline["messages"].rolling_mean(12, min_samples=1).to_list()
    axes.plot(times, mean, color="#08519c", linewidth=1.5, label=f"mean of the last 12 {name}s")
    axes.set(
        title="Activity", xlabel="time (UTC)", ylabel=f"messages per {name}", ylim=(0, 1.25 * max(values))
    )
    axes.tick_params(axis="x", rotation=30)
    axes.legend(loc="upper left", frameon=False)


def draw_clock(figure: Figure, axes: Axes) -> None:
    """Messages by weekday and hour."""
    image = axes.imshow(grid, aspect="auto", cmap="Blues")
    axes.set(title="When in the week", xlabel="hour of the day (UTC)", ylabel="day of the week")
    axes.set_xticks(range(0, 24, 3))
    axes.set_yticks(range(7), WEEKDAYS)
    figure.colorbar(image, ax=axes, label="messages")


def draw_top(axes: Axes, ranking: pl.DataFrame, column: str) -> None:
    """Bars of those with most messages, the first on top."""
    shown = ranking.head(SHOWN).reverse()
    axes.barh(range(shown.height), shown["messages"].to_list(), color="#6baed6")
    names = [label(name.partition(" <")[0], 28) for name in shown[column]]
    axes.set_yticks(range(shown.height), names, parse_math=False)
    axes.set(title=f"Top {column}s", xlabel="messages")


figure = Figure(figsize=(14, 9), dpi=100, layout="constrained")
(timeline_axes, clock_axes), (author_axes, channel_axes) = figure.subplots(2, 2)
draw_timeline(timeline_axes)
draw_clock(figure, clock_axes)
draw_top(author_axes, authors, "author")
draw_top(channel_axes, channels, "channel")
picture = output / "activity.png"
figure.savefig(picture)
db.close()
print(f"\nthe picture is {picture}")
