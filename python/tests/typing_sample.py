"""Everything public, as a caller with a strict type checker writes it: checked by mypy, not run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_type

import rookery
from rookery import (
    Autopilot,
    Cache,
    Channel,
    DirectoryRouting,
    Expression,
    Limits,
    Message,
    Query,
    Store,
    Tuning,
    col,
)


def opening() -> Store:
    """Every option has a type."""
    return rookery.open(
        "chat.rook",
        mode="rw",
        create=True,
        routing=DirectoryRouting(4, placement="weighted", weights=[1, 1, 1, 2], entries={"general": 3}),
        cache=Cache("256MiB", policy="lru", write_mode="through", ttl=60, window=128),
        durability="sync",
        limits=Limits(max_content_bytes="1MiB"),
        tuning=Tuning(block_cache_bytes=1 << 28),
        worker=7,
        resume_reshard=False,
        autopilot=Autopilot("4GiB", quiet_period=timedelta(hours=6)),
    )


def writing(db: Store) -> None:
    """Ids are int, versions too."""
    number = db.post("general", "hello", author="ada", attributes={"mood": "calm"}, created_at="2026-01-01")
    assert_type(number, int)
    assert_type(db.post_many([{"channel": "general", "content": "hello"}], progress=True), list[int])
    assert_type(db.post_many(db.query()), int)
    assert_type(db.write_arrow(db.query(), channel="general"), int)
    assert_type(db.edit("general", number, "hello, all", expected_version=1), int)
    assert_type(db.delete("general", number), bool)


def reading(db: Store, number: int) -> Iterator[str]:
    """What is read is typed to the field."""
    message = db.get("general", number)
    assert_type(message, Message | None)
    if message is not None:
        assert_type(message.created_at, datetime)
        assert_type(message.reply_to, int | None)
        assert_type(message.attributes, dict[str, str])
    assert_type(db.get_many([("general", 1)]), list[Message | None])
    page = db.history("general", limit=5)
    assert_type(page[0], Message)
    assert_type(page[:2], list[Message])
    for one in page:
        yield one.author


def channels(db: Store) -> None:
    """Channels and records are the mappings that they look like."""
    for name, channel in db.channels.items():
        assert_type(name, str)
        assert_type(channel, Channel)
        assert_type(channel[5], Message)
        assert_type(channel[5:9], Query)
        assert_type(len(channel), int)
        assert_type(list(reversed(channel)), list[Message])
        channel.records["read"] = b"5"
        assert_type(channel.records.get("read"), bytes | None)
        assert_type(channel.records.record("read").updated_at, datetime)


def loading(db: Store) -> None:
    """A load takes what posts take."""
    with db.bulk_load(memory="32MiB", on_refused=lambda refusal: print(refusal.id), progress=True) as load:
        load.add("general", "hello", author="ada", created_at="2026-01-01")
        assert_type(load.add_many([{"channel": "general"}]), int)
        assert_type(load.add_many(db.query(), channel="general"), int)
    assert_type(load.report, rookery.BulkReport | None)
    assert_type(db.bulk_load(id_collision="next_free").finish().posted, int)


def ingesting(db: Store) -> None:
    """Answers come later."""
    with db.ingestor(durability="sync", batch_age=0.002, when_full="busy") as ingestor:
        answer = ingestor.post("general", "hello", author="ada")
        assert_type(answer.done(), bool)
        assert_type(answer.result(timeout=5), int)
        ingestor.flush(timedelta(seconds=5))
        assert_type(ingestor.stats().failed, int)


def attaching(db: Store, number: int) -> None:
    """Attachments are binary files."""
    info = db.put_attachment(
        "general", number, "cat.jpg", b"...", media_type="image/jpeg", if_exists="replace"
    )
    assert_type(info, rookery.AttachmentInfo)
    with open("cat.jpg", "rb") as file:
        assert_type(db.put_attachment("general", number, "cat.jpg", file, progress=True).size, int)
    with db.attachment_writer("general", number, "log", durability="sync") as writer:
        assert_type(writer.write(bytearray(5)), int)
    assert_type(writer.info, rookery.AttachmentInfo | None)
    reader = db.get_attachment("general", number, "cat.jpg")
    if reader is not None:
        with reader:
            assert_type(reader.read(), bytes)
            assert_type(reader.info.checksum, str)
            assert_type([line for line in reader], list[bytes])
    assert_type(db.list_attachments("general", number), list[rookery.AttachmentInfo])
    assert_type(db.delete_attachment("general", number, "cat.jpg"), bool)


def asking(db: Store) -> None:
    """Conditions and queries."""
    condition = (col("author") == "ada") & ~col("content").contains("?") | col("id").is_in([1, 2])
    assert_type(condition, Expression)
    query = db.query(
        prefix="guild/", since=datetime(2026, 1, 1), where=condition, columns=["id", "ts"], limit=5
    )
    assert_type(query.filter(col("created_at").between("2026-01-01", "2026-02-01")), Query)
    assert_type(query.to_list(), list[Message])
    assert_type(query.count(), int)
    assert_type(query.explain(), str)
    for batch in query.batches(1_000, progress=print):
        assert_type(batch.num_rows, int)


def failing(db: Store) -> None:
    """Errors are a tree, and the built-in ones too."""
    try:
        db.edit("general", 1, "hello", expected_version=1)
    except rookery.ConflictError as error:
        assert_type(error.current_version, int | None)
    except rookery.BusyError as error:
        assert_type(error.retry_after, float | None)
    except (KeyError, rookery.Error):
        raise


def resharding(db: Store) -> None:
    """A change is one argument, or two."""
    plan = db.plan_reshard(slots=(0, 63), into=2)
    assert_type(plan, rookery.ReshardPlan)
    assert_type([transfer.source for transfer in plan.transfers], list[int])
    db.plan_reshard(range=("a", None), into=1)
    db.plan_reshard(strategy=DirectoryRouting(4))
    started = db.start_reshard(
        rebalance="bytes",
        keep=timedelta(days=1),
        share=0.5,
        max_bytes_per_second="10MiB",
        epoch=plan.epoch,
    )
    assert_type(started.changes, bool)
    assert_type(db.reshard_status(), rookery.ReshardStatus | None)
    db.pause_reshard()
    db.resume_reshard()
    assert_type(db.wait_for_reshard(timeout=5, progress=True).time_left, timedelta | None)
    db.revert_reshard()
    assert_type(db.verify_reshard(progress=print).shards[0].hash, str)
    assert_type(db.plan_autopilot().request, str | None)
    assert_type(db.run_autopilot(Autopilot(min_shards=2)).plan, rookery.ReshardPlan | None)
    assert_type(db.autopilot_log().entries[0].ended_at, datetime | None)


def telling(db: Store) -> None:
    """Reports have fields."""
    assert_type(db.verify(progress=lambda done, total: None).ok, bool)
    assert_type(db.route("general").shard, int)
    assert_type(db.import_(["a.zip"], on_problem=lambda problem: print(problem.reason)).messages_added, int)
    assert_type(db.export("all.jsonl").bytes, int)
    assert_type(rookery.repair("chat.rook").buckets_mended, int)
    assert_type(rookery.__version__, str)


def keeping(db: Store) -> None:
    """Retention rules are values."""
    db.set_retention(prefix="bot/", max_age=timedelta(days=30), max_messages=1_000, max_bytes="1GiB")
    db.set_retention(channel="general", max_age=3.5)
    assert_type(db.retention(), list[rookery.RetentionRule])
    assert_type(db.retention()[0].max_age, timedelta | None)
    report = db.run_retention(dry_run=True, on_trim=lambda trim: print(trim.kept_from), progress=True)
    assert_type(report.messages, int)
