# %% [markdown]
# # Conversations
#
# Who talks to whom, who stands in the middle, and who resembles whom? A graph of conversations and a
# recommendation, with pandas and numpy alone. Run it as a script, `python conversations.py [STORE]
# [OUTPUT]`, or cell by cell.

# %%
from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from demo_store import arguments, end_as_empty, open_store
from report import duration, heading, how_many, label, percent, table

SHOWN = 10  # rows of a table
PAUSE_QUANTILE = 0.9  # a pause that is longer than this share of all pauses ends a conversation
MOST_AUTHORS = 400  # of whom likenesses are computed: those with most messages
MOST_CHANNELS = 5_000  # those with most of these authors
MOST_WORDS = 2_000
MOST_READ = 200_000  # messages whose words are counted; of more, every n-th
MOST_RECOMMENDED = 10  # channels, in the check; fewer where there are few
SEED = 1

path, output = arguments("Who talks to whom, and who resembles whom; saves edges.csv.")
db = open_store(path)

# %% [markdown]
# ## Who answers whom
#
# A message answers the one that its `reply_to` names. Where it names none, or one that is gone, it answers
# the message before it in its channel, unless the pause was long: then it begins a conversation. To speak
# after oneself is no edge.

# %%
messages = db.query(columns=["id", "channel", "created_at", "author", "reply_to"]).to_pandas()
if messages.empty:
    end_as_empty(path)
messages = messages.sort_values(["channel", "created_at", "id"], ignore_index=True)
author, authors = pd.factorize(messages["author"])
channel, channels = pd.factorize(messages["channel"])


def replied_to() -> np.ndarray:
    """For each message the row of the one that it replies to, or -1."""
    where = pd.DataFrame({"channel": channel, "id": messages["id"], "row": np.arange(len(messages))})
    replies = pd.DataFrame({"channel": channel, "id": messages["reply_to"].fillna(0).astype(np.int64)})
    asked = replies[replies["id"] != 0]
    found = asked.reset_index().merge(where, on=["channel", "id"])
    rows = np.full(len(messages), -1)
    rows[found["index"]] = found["row"]
    return rows


def spoken_after() -> tuple[np.ndarray, pd.Timedelta]:
    """For each message the row before it in its channel, or -1 after a long pause; and how long."""
    same = np.append(False, channel[1:] == channel[:-1])
    pauses = messages["created_at"].diff()
    longest = pauses[same].quantile(PAUSE_QUANTILE) if same.any() else pd.Timedelta(0)
    return np.where(same & (pauses <= longest).to_numpy(), np.arange(len(messages)) - 1, -1), longest


reply, (before, pause) = replied_to(), spoken_after()
answered = np.where(reply >= 0, reply, before)
partner = np.where(answered >= 0, author[answered], -1)
is_edge = (partner >= 0) & (partner != author)

heading(f"Conversations in {path}")
print(how_many(len(messages), "message"), "by", how_many(len(authors), "author"), end=" ")
print("in", how_many(len(channels), "channel"))
print(f"{np.sum(reply >= 0):,} reply to a message that is there")
print(f"{np.sum((reply < 0) & (before >= 0)):,} follow another within {duration(pause.total_seconds())}")
print(f"{np.sum(answered < 0):,} begin a conversation")
print(f"{np.sum((partner >= 0) & (partner == author)):,} continue what the same author said")
print(f"{np.sum(is_edge):,} answer another author")

# %% [markdown]
# ## The strongest edges
#
# An edge leads from the author who answers to the one who is answered; its weight is how often.

# %%
both = author[is_edge].astype(np.int64) * len(authors) + partner[is_edge]
pairs, weights = np.unique(both, return_counts=True)
source, target = np.divmod(pairs, len(authors))
edges = pd.DataFrame({"source": source, "target": target, "times": weights})
back = edges.rename(columns={"source": "target", "target": "source", "times": "back"})
edges = edges.merge(back, on=["source", "target"], how="left").fillna({"back": 0}).astype({"back": np.int64})
edges = edges.sort_values(["times", "back", "source"], ascending=[False, False, True], ignore_index=True)

heading("Who answers whom most")
strongest = edges.head(SHOWN).itertuples(index=False)
rows = [(authors[edge.source], authors[edge.target], edge.times, edge.back) for edge in strongest]
table(["author", "answers", "times", "is answered"], rows)
mutual = percent(edges["times"][edges["back"] > 0].sum() / edges["times"].sum()) if len(edges) else "none"
print(f"{how_many(len(edges), 'edge')}; {mutual} of the answers are between authors who answer each other")

named = edges.assign(source=authors[edges["source"]], target=authors[edges["target"]])
named.to_csv(output / "edges.csv", index=False, errors="replace")

# %% [markdown]
# ## Hubs
#
# Partners count how many others one talks with. The rank is that of a walker who goes from each author to
# one of those whom they answer, by the weights, and one time in seven starts again anywhere (PageRank).


# %%
def walker_rank(rounds: int = 50, restart: float = 0.15) -> np.ndarray:
    """The share of time that the walker spends with each author."""
    start, end, weight = (edges[name].to_numpy() for name in ("source", "target", "times"))
    sent = np.bincount(start, weight, len(authors))
    rank = np.full(len(authors), 1 / len(authors))
    for _ in range(rounds):
        moved = np.bincount(end, rank[start] * weight / sent[start], len(authors))
        rank = restart / len(authors) + (1 - restart) * (moved + rank[sent == 0].sum() / len(authors))
    return rank


ends = [edges[["source", "target"]].to_numpy(), edges[["target", "source"]].to_numpy()]
neighbours = pd.DataFrame(np.concatenate(ends), columns=["one", "other"]).drop_duplicates()
hubs = pd.DataFrame(
    {
        "author": authors,
        "partners": np.bincount(neighbours["one"], minlength=len(authors)),
        "answers": np.bincount(edges["source"], edges["times"], len(authors)).astype(int),
        "answered": np.bincount(edges["target"], edges["times"], len(authors)).astype(int),
        "rank": walker_rank(),
    }
)

heading("Hubs")
central = hubs.sort_values(["rank", "author"], ascending=[False, True]).head(SHOWN)
rows = [(*row[:-1], percent(row[-1])) for row in central.itertuples(index=False)]
table(["author", "partners", "answers", "is answered", "rank"], rows)

# %% [markdown]
# ## Who resembles whom
#
# An author is two vectors: how many messages in each channel, and in how many messages each word. Counts
# are damped by their logarithm, and what everybody has weighs little (tf-idf). The likeness of two authors
# is the mean of the two cosines. Only the most active authors are compared. Contents come in batches, so
# that memory stays small whatever the store holds.

# %%
active = np.argsort(-np.bincount(author), kind="stable")[:MOST_AUTHORS]
number_of = {authors[code]: number for number, code in enumerate(active)}


def counts_by_channel() -> np.ndarray:
    """Messages of each active author in each of the channels with most active authors."""
    row = np.full(len(authors), -1)
    row[active] = np.arange(len(active))
    kept = row[author] >= 0
    cells, counts = np.unique(channel[kept] * len(active) + row[author[kept]], return_counts=True)
    place, number = np.divmod(cells, len(active))
    used = np.argsort(-np.bincount(place, minlength=len(channels)), kind="stable")[:MOST_CHANNELS]
    column = np.full(len(channels), -1)
    column[used] = np.arange(len(used))
    shown = column[place] >= 0
    table = np.zeros((len(active), len(used)), np.int64)
    table[number[shown], column[place[shown]]] = counts[shown]
    return table


def counts_by_word() -> np.ndarray:
    """In how many of their messages the active authors use each of the words that most of them use."""
    step = -(-len(messages) // MOST_READ)
    used: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for batch in db.query(columns=["author", "content"]).batches():
        read = pa.record_batch(batch)
        for name, content in zip(*(column.to_pylist()[::step] for column in read.columns), strict=True):
            if (number := number_of.get(name)) is not None:
                used[number].update(set(re.findall(r"[^\W\d_]{3,}", content.lower())))
    spread = Counter(word for words in used.values() for word in words)
    column = {word: number for number, (word, _) in enumerate(spread.most_common(MOST_WORDS))}
    counts = np.zeros((len(active), len(column)))
    for number, words in used.items():
        for word, count in words.items():
            if word in column:
                counts[number, column[word]] = count
    return counts


def unit_vectors(counts: np.ndarray) -> np.ndarray:
    """The damped and weighted counts of each row as a vector of length 1, or of 0 where there are none."""
    rarity = np.log((1 + len(counts)) / (1 + np.count_nonzero(counts, axis=0))) + 1
    vectors: np.ndarray = np.log1p(counts) * rarity
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    return vectors


in_channels = counts_by_channel()
by_channel, by_word = unit_vectors(in_channels), unit_vectors(counts_by_word())
likeness = (by_channel @ by_channel.T + by_word @ by_word.T) / 2


def most_alike(number: int, count: int) -> list[int]:
    """The authors who resemble this one most, itself left out."""
    order = np.argsort(-likeness[number], kind="stable")
    return [int(other) for other in order if other != number][:count]


heading("Most alike")
rows = []
for number in range(min(SHOWN // 2, len(active))):
    for other in most_alike(number, 3):
        shared = int(np.sum((in_channels[number] > 0) & (in_channels[other] > 0)))
        rows.append((authors[active[number]], authors[active[other]], float(likeness[number, other]), shared))
table(["author", "resembles", "likeness", "shared channels"], rows)

# %% [markdown]
# ## Is it any good?
#
# First, nobody may resemble another more than themselves. Second, one channel of each author is hidden, and
# channels are recommended from those of similar authors; how often is the hidden one among the first ten?
# Words are left out here, as they come from the hidden channel too. To beat chance is easy; to beat the
# channels with most authors is not.


# %%
def hide_one_channel(chance: np.random.Generator) -> list[tuple[int, int]]:
    """For each author with two channels or more, one of them."""
    return [
        (number, int(chance.choice(used)))
        for number, used in enumerate(np.flatnonzero(row) for row in in_channels)
        if len(used) > 1
    ]


def hit_rate(scores: np.ndarray, seen: np.ndarray, hidden: list[tuple[int, int]]) -> float:
    """How often the hidden channel is among the best that the author was not seen in, equals first."""
    open_scores = np.where(seen, -np.inf, scores)
    better = [np.sum(open_scores[number] >= open_scores[number, place]) for number, place in hidden]
    return float(np.mean(np.array(better) <= recommended))


def check_recommendations() -> list[tuple[str, Any]]:
    """The hit rates of similar authors, of popularity and of chance; empty if nobody has two channels."""
    hidden = hide_one_channel(np.random.default_rng(SEED))
    if not hidden:
        return []
    counts = in_channels.copy()
    counts[tuple(zip(*hidden, strict=True))] = 0
    seen = counts > 0
    vectors = unit_vectors(counts)
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, 0)
    popular = np.broadcast_to(seen.sum(axis=0), seen.shape)
    left = np.array([np.sum(~seen[number]) for number, _ in hidden])
    return [
        ("similar authors", hit_rate(alike @ seen, seen, hidden)),
        ("most authors", hit_rate(popular, seen, hidden)),
        ("chance", float(np.mean(np.minimum(1, recommended / left)))),
    ]


recommended = max(1, min(MOST_RECOMMENDED, in_channels.shape[1] // 4))
own = np.diagonal(likeness)
at_home = int(np.sum(own >= likeness.max(axis=1) - 1e-9))
rates = check_recommendations()
db.close()

heading("Checks")
print(f"{at_home:,} of {len(active):,} authors resemble nobody more than themselves")
if rates:
    print(f"a hidden channel is among the first {recommended} that are recommended, by")
    table(["recommended by", "hit rate"], [(name, percent(rate)) for name, rate in rates])
    (_, similar), (_, popular), (_, chance) = rates
    print(f"similar authors beat chance: {'yes' if similar > chance else 'no'};", end=" ")
    print(f"the channels with most authors: {'yes' if similar > popular else 'no'}")
else:
    print("no author has two channels: there is nothing to hide and to find")
print(f"\nthe graph is {label(str(output / 'edges.csv'), 200)}")
