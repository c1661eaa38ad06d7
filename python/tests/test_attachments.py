"""Attachments: written from bytes and files, read as files, seen whole or not at all, and checked when read."""

from __future__ import annotations

import gc
import io
import os
import random
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from scripts import lines_of

import rookery
from rookery import (
    AlreadyExistsError,
    AttachmentInfo,
    AttachmentReader,
    AttachmentWriter,
    BusyError,
    ClosedError,
    CorruptionError,
    InvalidArgumentError,
    NotFoundError,
    PermissionError_,
    Store,
)

MIB = 1 << 20
SIZES = [0, 1, 1000, MIB - 1, MIB, MIB + 1, 3 * MIB + 17]


def some_bytes(size: int) -> bytes:
    """Bytes that no engine makes smaller, the same for a size every time."""
    return random.Random(size).randbytes(size)


@pytest.fixture
def message(db: Store) -> int:
    """The id of a message in "general"."""
    return db.post("general", "look at this")


def read(db: Store, message: int, name: str = "a") -> bytes:
    reader = db.get_attachment("general", message, name)
    assert reader is not None
    with reader:
        return reader.read()


class TestWriting:
    """put_attachment and attachment_writer."""

    @pytest.mark.parametrize("size", SIZES)
    def test_what_is_written_is_read(self, db: Store, message: int, size: int) -> None:
        data = some_bytes(size)
        before = datetime.now(UTC) - timedelta(seconds=1)
        info = db.put_attachment("general", message, "a", data, media_type="image/png", author="ada")
        assert (info.name, info.media_type, info.author) == ("a", "image/png", "ada")
        assert (info.size, info.chunks) == (size, -(-size // MIB))
        assert before < info.created_at < datetime.now(UTC) + timedelta(seconds=1)
        assert len(bytes.fromhex(info.checksum)) == 16
        assert read(db, message) == data
        assert db.list_attachments("general", message) == [info]

    def test_the_checksum_is_of_the_bytes_alone(self, db: Store, message: int) -> None:
        first = db.put_attachment("general", message, "a", b"same")
        second = db.put_attachment("general", message, "b", b"same", author="ada")
        other = db.put_attachment("general", message, "c", b"sane")
        assert first.checksum == second.checksum != other.checksum

    @pytest.mark.parametrize(
        "data",
        [
            bytearray(b"bytes"),
            memoryview(b"-bytes-")[1:-1],
            memoryview(b"bytes").cast("b"),
            io.BytesIO(b"bytes"),
        ],
        ids=["bytearray", "memoryview", "signed", "file"],
    )
    def test_any_bytes(self, db: Store, message: int, data: Any) -> None:
        assert db.put_attachment("general", message, "a", data).size == 5
        assert read(db, message) == b"bytes"

    def test_from_a_file_and_into_one(self, db: Store, message: int, tmp_path: Path) -> None:
        data = some_bytes(2 * MIB + 5)
        (tmp_path / "in").write_bytes(b"head" + data)
        told: list[tuple[int, int | None]] = []
        with (tmp_path / "in").open("rb") as file:
            file.seek(4)  # what is left of it
            db.put_attachment("general", message, "a", file, progress=lambda *done: told.append(done))
        assert told[-1] == (len(data), len(data))
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert read(db, message) == data

    def test_bit_by_bit(self, db: Store, message: int) -> None:
        data = some_bytes(MIB + 5000)
        with db.attachment_writer("general", message, "a", media_type="text/plain") as writer:
            for start in range(0, len(data), 777):
                writer.write(data[start : start + 777])
            assert writer.size == len(data) and writer.info is None
            assert db.get_attachment("general", message, "a") is None
        assert writer.info == db.list_attachments("general", message)[0]
        assert read(db, message) == data

    def test_a_block_that_is_left_by_an_exception_leaves_nothing(self, db: Store, message: int) -> None:
        with pytest.raises(KeyError), db.attachment_writer("general", message, "a") as writer:
            writer.write(some_bytes(2 * MIB))
            raise KeyError
        assert db.list_attachments("general", message) == []
        assert sum(shard.chunks for shard in db.verify().shards) == 0

    def test_an_upload_that_is_forgotten_leaves_nothing(self, db: Store, message: int) -> None:
        writer = db.attachment_writer("general", message, "a")
        writer.write(some_bytes(2 * MIB))
        del writer
        gc.collect()
        assert sum(shard.chunks for shard in db.verify().shards) == 0

    def test_a_file_that_fails_leaves_nothing(self, db: Store, message: int) -> None:
        class Failing(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                return super().read(size) if self.tell() < 2 * MIB else self._fail()

            def _fail(self) -> bytes:
                raise OSError("the disk is gone")

        with pytest.raises(OSError, match="the disk is gone"):
            db.put_attachment("general", message, "a", Failing(some_bytes(3 * MIB)))
        assert sum(shard.chunks for shard in db.verify().shards) == 0

    def test_what_has_ended_takes_no_more(self, db: Store, message: int) -> None:
        with db.attachment_writer("general", message, "a") as writer:
            writer.write(b"x")
            writer.cancel()
            writer.cancel()
            with pytest.raises(InvalidArgumentError, match="the upload was cancelled"):
                writer.write(b"y")
        assert db.list_attachments("general", message) == []
        with db.attachment_writer("general", message, "a") as writer:
            assert writer.finish().size == 0
            with pytest.raises(InvalidArgumentError, match="the attachment is finished"):
                writer.finish()
            writer.cancel()
        assert len(db.list_attachments("general", message)) == 1

    def test_names_are_unique_unless_replaced(self, db: Store, message: int) -> None:
        db.put_attachment("general", message, "a", b"old")
        with pytest.raises(AlreadyExistsError):
            db.put_attachment("general", message, "a", b"new")
        assert read(db, message) == b"old"
        db.put_attachment("general", message, "a", b"new", if_exists="replace")
        assert read(db, message) == b"new"

    def test_the_message_has_to_be_there(self, db: Store, message: int) -> None:
        with pytest.raises(NotFoundError):
            db.put_attachment("general", message + 1, "a", b"")
        with db.attachment_writer("general", message, "a") as writer:
            db.delete("general", message)
            with pytest.raises(NotFoundError):
                writer.finish()

    def test_limits(self) -> None:
        limits = rookery.Limits(max_attachment_bytes="1KiB", max_attachments=1)
        with rookery.open(":memory:", limits=limits) as db:
            message = db.post("general", "x")
            with pytest.raises(InvalidArgumentError, match="1,?024"):
                db.put_attachment("general", message, "a", bytes(1025))
            db.put_attachment("general", message, "a", bytes(1024))
            with pytest.raises(InvalidArgumentError, match="attachments"):
                db.put_attachment("general", message, "b", b"")

    @pytest.mark.parametrize(
        ("arguments", "error", "said"),
        [
            ({"data": "text"}, TypeError, "data is a str: give bytes, or a file opened in binary mode"),
            ({"data": io.StringIO("text")}, TypeError, "data is a StringIO"),
            ({"data": 5}, TypeError, "data is a int"),
            ({"data": memoryview(b"abcdef")[::2]}, TypeError, "contiguous"),
            ({"name": ""}, InvalidArgumentError, "name"),
            ({"name": "x" * 256}, InvalidArgumentError, "name"),
            ({"name": 5}, TypeError, "name must be str or bytes"),
            ({"message_id": 0}, InvalidArgumentError, "message_id is 0"),
            ({"media_type": "no type"}, InvalidArgumentError, "media"),
            (
                {"if_exists": "ignore"},
                InvalidArgumentError,
                "if_exists is 'ignore'; it must be one of fail, replace",
            ),
            ({"durability": "hope"}, InvalidArgumentError, "durability"),
        ],
    )
    def test_what_cannot_be_is_named(
        self, db: Store, message: int, arguments: dict[str, Any], error: type[Exception], said: str
    ) -> None:
        given = {"channel": "general", "message_id": message, "name": "a", "data": b"x", **arguments}
        with pytest.raises(error, match=said):
            db.put_attachment(**given)
        assert db.list_attachments("general", message) == []

    def test_a_source_of_text_is_named(self, db: Store, message: int) -> None:
        class Text:
            def read(self, size: int) -> str:
                return "text"

        with pytest.raises(TypeError, match="encode the str"):
            db.put_attachment("general", message, "a", Text())  # type: ignore[arg-type]


class TestReading:
    """An attachment is a binary file."""

    @pytest.fixture
    def data(self) -> bytes:
        return some_bytes(3 * MIB + 1000)

    @pytest.fixture
    def reader(self, db: Store, message: int, data: bytes) -> AttachmentReader:
        db.put_attachment("general", message, "a", data)
        reader = db.get_attachment("general", message, "a")
        assert reader is not None
        return reader

    def test_there_may_be_none(self, db: Store, message: int) -> None:
        assert db.get_attachment("general", message, "a") is None
        assert db.get_attachment("general", message + 1, "a") is None
        assert db.list_attachments("general", message + 1) == []

    def test_it_is_one(self, reader: AttachmentReader, data: bytes) -> None:
        assert reader.readable() and reader.seekable() and not reader.writable()
        assert reader.info.size == len(data) and "3,146,728 bytes" in repr(reader)
        assert reader.read(10) == data[:10] and reader.tell() == 10
        assert reader.seek(-5, os.SEEK_CUR) == 5 and reader.read(3) == data[5:8]
        assert reader.seek(-7, os.SEEK_END) == len(data) - 7 and reader.read() == data[-7:]
        assert reader.read() == b"" and reader.seek(len(data) + 9) and reader.read(1) == b""
        with pytest.raises(ValueError, match="before the attachment's first byte"):
            reader.seek(-1)
        assert reader.seek(0) == 0 and reader.read() == data
        with pytest.raises(io.UnsupportedOperation):
            reader.write(b"x")  # type: ignore[attr-defined]

    def test_at_random(self, reader: AttachmentReader, data: bytes) -> None:
        chance = random.Random(1)
        for _ in range(200):
            start, size = chance.randrange(len(data) + 1), int(chance.paretovariate(0.1)) % (2 * MIB)
            reader.seek(start)
            assert reader.read(size) == data[start : start + size]

    def test_into_a_buffer(self, reader: AttachmentReader, data: bytes) -> None:
        buffer = bytearray(2 * MIB)
        assert reader.readinto(buffer) == len(buffer) and buffer == data[: len(buffer)]
        assert reader.raw.readinto(buffer) == len(data) - len(buffer)
        assert reader.raw.readinto(buffer) == 0

    def test_lines_and_text(self, db: Store, message: int) -> None:
        text = "".join(f"líne {number}\n" for number in range(100_000))
        db.put_attachment("general", message, "log", text.encode())
        reader = db.get_attachment("general", message, "log")
        assert reader is not None and sum(1 for _ in reader) == 100_000
        reader.seek(0)
        assert io.TextIOWrapper(reader, "utf-8").read() == text

    def test_others_take_it_for_a_file(self, db: Store, message: int) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("one", "1" * 5000)
            archive.writestr("two", "2")
        db.put_attachment("general", message, "z.zip", packed.getbuffer())
        reader = db.get_attachment("general", message, "z.zip")
        assert reader is not None
        with zipfile.ZipFile(reader) as archive:
            assert archive.namelist() == ["one", "two"] and archive.read("two") == b"2"

    def test_closed_it_is_closed(self, reader: AttachmentReader) -> None:
        with reader:
            reader.read(5)
        assert reader.closed and repr(reader) == "<AttachmentReader 'a': closed>"
        with pytest.raises(ValueError, match="closed file"):
            reader.read()
        with pytest.raises(ValueError, match="closed file"):
            reader.seek(0)

    def test_it_is_what_it_was(self, db: Store, message: int, reader: AttachmentReader, data: bytes) -> None:
        db.put_attachment("general", message, "a", b"new", if_exists="replace")
        db.delete_attachment("general", message, "a")
        db.delete("general", message)
        assert reader.read() == data

    def test_a_closed_store_is_told(self, db: Store, reader: AttachmentReader) -> None:
        db.close()
        with pytest.raises(ClosedError):
            reader.read()
        reader.close()

    def test_many_threads_may_read_it(self, reader: AttachmentReader, data: bytes) -> None:
        parts: list[bytes] = []

        def work() -> None:
            while part := reader.read(100_000):
                parts.append(part)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = [data[start : start + 100_000] for start in range(0, len(data), 100_000)]
        assert sorted(parts) == sorted(expected)


class TestListing:
    """What a message has."""

    def test_by_name(self, db: Store, message: int) -> None:
        for name in ("b", "a", "C", "ä"):
            db.put_attachment("general", message, name, name.encode())
        db.put_attachment("general", db.post("general"), "d", b"")
        assert [info.name for info in db.list_attachments("general", message)] == ["C", "a", "b", "ä"]

    def test_deleting(self, db: Store, message: int) -> None:
        db.put_attachment("general", message, "a", some_bytes(2 * MIB))
        db.put_attachment("general", message, "b", b"x")
        assert db.delete_attachment("general", message, "a")
        assert not db.delete_attachment("general", message, "a", durability="sync")
        assert [info.name for info in db.list_attachments("general", message)] == ["b"]
        db.delete("general", message)
        assert db.list_attachments("general", message) == []
        report = db.verify()
        assert report.ok and report.attachments == 0

    def test_verifying_counts_them(self, db: Store, message: int) -> None:
        db.put_attachment("general", message, "a", some_bytes(2 * MIB))
        report = db.verify()
        assert report.ok and report.attachments == 1
        assert sum(shard.chunks for shard in report.shards) == 2


class TestOnDisk:
    """What lasts, and what does not."""

    @pytest.fixture
    def attached(self, saved: Path) -> Path:
        with rookery.open(saved) as db:
            db.put_attachment("general", 1 << 22, "a", some_bytes(2 * MIB), durability="sync")
        return saved

    def test_it_is_there_when_the_store_is_opened_again(self, attached: Path) -> None:
        with rookery.open(attached, mode="ro") as db:
            assert read(db, 1 << 22) == some_bytes(2 * MIB)
            with pytest.raises(PermissionError_):
                db.put_attachment("general", 1 << 22, "b", b"")
            with pytest.raises(PermissionError_):
                db.delete_attachment("general", 1 << 22, "a")

    def test_a_flipped_byte_is_found(self, attached: Path) -> None:
        (blob,) = attached.rglob("*.blob")
        content = bytearray(blob.read_bytes())
        content[len(content) * 3 // 4] ^= 1  # in the second chunk
        blob.write_bytes(content)
        with rookery.open(attached) as db:
            reader = db.get_attachment("general", 1 << 22, "a")
            assert reader is not None and reader.read(MIB) == some_bytes(2 * MIB)[:MIB]
            with pytest.raises(CorruptionError, match="general"):
                reader.read()
            reader.seek(MIB)
            with pytest.raises(CorruptionError, match="general"):
                reader.read(1)
            with pytest.raises(CorruptionError):
                read(db, 1 << 22)

    def test_an_upload_outlives_its_store_without_harm(self, attached: Path) -> None:
        with rookery.open(attached) as db:
            writer = db.attachment_writer("general", 1 << 22, "b")
            writer.write(some_bytes(2 * MIB))
        with pytest.raises(ClosedError):
            writer.write(b"x")
        with pytest.raises(ClosedError):
            writer.finish()
        with rookery.open(attached) as db:
            assert [info.name for info in db.list_attachments("general", 1 << 22)] == ["a"]
            assert sum(shard.chunks for shard in db.verify().shards) == 2

    def test_streams_that_are_left_open_end_with_the_process(self, path: Path) -> None:
        script = """
            import rookery
            db = rookery.open(PATH, create=True)
            message = db.post("general", "x")
            db.put_attachment("general", message, "a", bytes(3 << 20))
            reader = db.get_attachment("general", message, "a")
            writer = db.attachment_writer("general", message, "b")
            writer.write(bytes(3 << 20))
            print(len(reader.read(5)))
        """
        assert lines_of(script, path) == ["5"]
        with rookery.open(path) as db:
            assert db.verify().attachments == 1

    def test_a_forked_child_leaves_them_alone(self, path: Path) -> None:
        script = """
            import rookery
            db = rookery.open(PATH, create=True)
            message = db.post("general", "x")
            db.put_attachment("general", message, "a", bytes(3 << 20))
            reader = db.get_attachment("general", message, "a")
            writer = db.attachment_writer("general", message, "b")
            writer.write(bytes(3 << 20))
            child = os.fork()
            if child == 0:
                for use in (lambda: reader.read(2 << 20), lambda: writer.write(b"x"), writer.finish):
                    try:
                        use()
                    except errors.UnavailableError:
                        print("refused", flush=True)
                del reader, writer
                gc.collect()
                sys.exit(0)
            print(wait_for(child), len(reader.read()), writer.finish().size)
        """
        assert lines_of(script, path) == ["refused"] * 3 + ["0 3145728 3145728"]


def test_an_info_is_a_value(db: Store, message: int) -> None:
    info = db.put_attachment("general", message, "a", b"x")
    assert info == AttachmentInfo(**{name: getattr(info, name) for name in AttachmentInfo.__slots__})
    assert hash(info)


class Stalling:
    """In place of the upload: refuses its calls of these numbers, as a store that is busy does."""

    def __init__(self, *refused: int, error: BaseException | None = None) -> None:
        self.refused = refused
        self.error = error or BusyError("busy")
        self.calls = 0
        self.data = b""
        self.cancelled = False

    def append(self, part: memoryview) -> None:
        self.calls += 1
        if self.calls in self.refused:
            raise self.error
        self.data += bytes(part)

    def cancel(self) -> None:
        self.cancelled = True


class TestABusyStore:
    def writer(self, upload: Stalling) -> AttachmentWriter:
        return AttachmentWriter(cast(Any, upload), "a", None)

    def test_a_write_that_is_made_again_goes_on(self) -> None:
        upload = Stalling(3, 4)
        writer = self.writer(upload)
        data = some_bytes(3 * MIB + 17)
        for _ in range(2):
            with pytest.raises(BusyError):
                writer.write(data)
        assert writer.write(data) == len(data)
        writer.write(b"end")
        assert upload.data == data + b"end"

    @pytest.mark.parametrize("other", [b"", b"x", some_bytes(2 * MIB), bytes(3 * MIB)])
    def test_other_data_ends_it(self, other: bytes) -> None:
        upload = Stalling(3)
        writer = self.writer(upload)
        with pytest.raises(BusyError):
            writer.write(some_bytes(3 * MIB))
        with pytest.raises(InvalidArgumentError, match="other data followed"):
            writer.write(other)
        assert upload.cancelled

    def test_it_is_not_finished_without_the_data_that_was_refused(self) -> None:
        writer = self.writer(Stalling(1))
        with pytest.raises(BusyError):
            writer.write(b"x")
        with pytest.raises(InvalidArgumentError, match="repeat it"):
            writer.finish()

    def test_what_an_interrupt_cut_off_is_not_taken_from_the_next(self) -> None:
        upload = Stalling(2, error=KeyboardInterrupt())
        writer = self.writer(upload)
        data = some_bytes(3 * MIB)
        with pytest.raises(KeyboardInterrupt):
            writer.write(data)
        writer.write(data[writer.size :])
        assert upload.data == data
