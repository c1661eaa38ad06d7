"""The C++ side of the package rookery. Import rookery instead."""

from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence
)
import datetime
import os
from typing import Any, ClassVar, Literal, final, overload


__version__: str

@final
class Message():
    """
    A stored message. Frozen; its memory lives as long as it does, also after the store is closed. Equal to a message of the same channel and id with the same fields.
    """

    @property
    def channel(self) -> str:
        """The channel."""

    @property
    def id(self) -> int:
        """
        The message's id, unique in its channel; later messages have greater ones.
        """

    @property
    def author(self) -> str:
        """Who wrote it."""

    @property
    def content(self) -> str:
        """What it says."""

    @property
    def content_bytes(self) -> bytes:
        """The content as it is stored, which may be no text."""

    @property
    def created_at(self) -> datetime.datetime:
        """
        When it was written, in UTC. OverflowError for a year that datetime does not have.
        """

    @property
    def created_at_ms(self) -> int:
        """When it was written, in milliseconds since 1970."""

    @property
    def edited_at(self) -> datetime.datetime | None:
        """When it was last edited, in UTC; None if never."""

    @property
    def edited_at_ms(self) -> int | None:
        """When it was last edited, in milliseconds since 1970; None if never."""

    @property
    def reply_to(self) -> int | None:
        """
        The id of the message that it answers, which may be deleted since; None if it is no reply.
        """

    @property
    def nonce(self) -> str | None:
        """What makes posting it idempotent; None if nothing does."""

    @property
    def version(self) -> int:
        """1 when posted, one more with each edit."""

    @property
    def flags(self) -> int:
        """
        Bits: 1 action, 2 system, 4 bot, 8 pinned; the high 16 are the application's.
        """

    @property
    def attributes(self) -> dict[str, str]:
        """Named values, in the order of the names; a new dict each time."""

    def to_dict(self) -> dict[str, object]:
        """All fields by name, None for what the message does not have."""

    def __eq__(self, other: object) -> bool: ...

    def __hash__(self) -> int: ...

    def __repr__(self) -> str: ...

    def __getstate__(self) -> tuple[object, ...]: ...

    def __setstate__(self, state: tuple[object, ...]) -> None: ...

    def __copy__(self) -> Message: ...

    def __deepcopy__(self, memo: object) -> Message: ...

@final
class Page(Sequence[Message]):
    """
    Messages of one channel, as a sequence. Frozen; its memory lives as long as it or one of its messages does. Equal to a list of equal messages; pickled, it is that list.
    """

    @property
    def channel(self) -> str:
        """The channel of all its messages."""

    @property
    def has_more(self) -> bool:
        """True if more messages follow in the direction of the page's order."""

    def __len__(self) -> int: ...

    @overload
    def __getitem__(self, index: int) -> Message: ...

    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...

    def __iter__(self) -> Iterator[Message]: ...

    def __eq__(self, other: object) -> bool: ...

    def __repr__(self) -> str: ...

    def __reduce__(self) -> tuple[object, tuple[object, ...]]: ...

    __hash__: ClassVar[None]  # type: ignore[assignment]

class Store:
    """
    An open message store. Thread-safe. After close(), or in a forked child, every call raises ClosedError or UnavailableError; what was read before lives on.
    """

    def __init__(self, path: str | bytes | os.PathLike[str], options: dict[str, object]) -> None:
        """
        Opens the store in the directory `path` with plain options; rookery.open is the friendly way.
        """

    def close(self) -> None:
        """
        Ends long calls under way, waits for all, and closes. Idempotent. Called by a progress function it returns at once, and the store is closed when the call that reports its progress ends.
        """

    @property
    def closed(self) -> bool:
        """True if the store cannot be used any more."""

    @property
    def path(self) -> str:
        """The path that it was opened with."""

    @property
    def read_only(self) -> bool:
        """True if it was opened for reading only."""

    def post(self, channel: str | bytes, content: str | bytes = '', *, author: str | bytes = '', reply_to: int | None = None, nonce: str | bytes | None = None, attributes: Mapping[str, str | bytes] | Mapping[bytes, str | bytes] | None = None, flags: int = 0, id: int | None = None, created_at_ms: int | None = None, edited_at_ms: int | None = None, version: int | None = None, durability: Literal['buffered', 'sync'] | None = None) -> int:
        """
        Stores a message and returns its id. With a nonce it is idempotent: a second post with the same one stores nothing and returns the first one's id. id, created_at_ms, edited_at_ms and version are for copies of messages from elsewhere.
        """

    def post_batch(self, messages: Iterable[dict[str, Any]], *, durability: Literal['buffered', 'sync'] | None = None, id_collision: Literal['fail', 'next_free'] = 'fail') -> list[int]:
        """
        Stores all messages or none and returns their ids. A message is a dict with channel and, where wanted, author, content, reply_to, nonce, attributes, flags, id, created_at and edited_at (datetime, or int milliseconds since 1970) and version. id_collision says what becomes of a message whose id another message has: AlreadyExistsError, or the next free id.
        """

    def edit(self, channel: str | bytes, id: int, content: str | bytes | None = None, *, attributes: Mapping[str, str | bytes] | Mapping[bytes, str | bytes] | None = None, flags: int | None = None, expected_version: int | None = None, edited_at_ms: int | None = None, durability: Literal['buffered', 'sync'] | None = None) -> int:
        """
        Changes a message and returns its new version; what is None stays as it is. NotFoundError, or ConflictError if another version than the expected one is stored.
        """

    def delete(self, channel: str | bytes, id: int, *, expected_version: int | None = None, durability: Literal['buffered', 'sync'] | None = None) -> bool:
        """Deletes a message. False if there was none. ConflictError as in edit."""

    def channel_size(self, channel: str | bytes) -> tuple[int, int]:
        """
        How many messages the channel holds, and the bytes of their rows. Cheap: nothing is walked over.
        """

    def get(self, channel: str | bytes, id: int) -> Message | None:
        """The message, or None if there is none."""

    def get_many(self, keys: Iterable[tuple[str | bytes, int]]) -> list[Message | None]:
        """
        One answer per (channel, id), in their order. Faster than as many calls of get.
        """

    def history(self, channel: str | bytes, *, before: int | None = None, after: int | None = None, around: int | None = None, limit: int = 50, order: Literal['newest', 'oldest'] = 'newest') -> Page:
        """
        A page of a channel's messages with after < id < before, taken from the end that `order` names and in that order; or, with `around`, that message and those next to it.
        """

    def put_record(self, channel: str | bytes, key: str | bytes, value: str | bytes | bytearray | memoryview, *, expected_version: int | None = None, durability: Literal['buffered', 'sync'] | None = None) -> int:
        """
        Stores a record, new or not, and returns its new version. ConflictError if another version than the expected one is stored; 0 expects that there is none.
        """

    def get_record(self, channel: str | bytes, key: str | bytes) -> tuple[bytes, int, int] | None:
        """
        The record's value, its version, and when it was written in milliseconds since 1970; or None.
        """

    def delete_record(self, channel: str | bytes, key: str | bytes, *, expected_version: int | None = None, durability: Literal['buffered', 'sync'] | None = None) -> bool:
        """
        Deletes a record. False if there was none. ConflictError as in put_record.
        """

    def list_records(self, channel: str | bytes, prefix: str | bytes = '', after: str | bytes = '', limit: int = 1000) -> tuple[list[tuple[str, bytes, int, int]], bool]:
        """
        Records whose keys begin with `prefix` and come after `after`, in the order of the keys' bytes, as (key, value, version, milliseconds since 1970); and whether there are more.
        """

    def list_channels(self, prefix: str | bytes = '', after: str | bytes = '', limit: int = 1000, missing_cells: Literal['refuse', 'leave_out'] = 'refuse') -> tuple[list[str], bool]:
        """
        Channels that hold something, whose names begin with `prefix` and come after `after`, in the order of their bytes; and whether there are more. While a cell is quarantined it raises UnavailableError, or with `missing_cells` "leave_out" lists what the others have.
        """

    def explain(self, channel: str | bytes) -> dict[str, Any]:
        """
        Why the channel is, or would be, in its shard: channel, strategy, epoch, shard, shard_name, placed, and steps as pairs of name and detail.
        """

    def info(self) -> dict[str, Any]:
        """
        What was fixed when the store was created, and its shard map: path, store_id, engine, format_version, created_at_ms, epoch_ms (of message ids), strategy, shard_map_epoch, shards, worker.
        """

    def view_(self) -> dict[str, Any]:
        """
        From when what the store shows is: source (live, or checkpoint), at (every write that was acknowledged before is in it), age_ms.
        """

    def last_recovery(self) -> dict[str, Any]:
        """
        What was missing when the store was opened: closed (whoever had it before closed it), machine_went_down, salvaged, lost (rows that were acknowledged), lost_synced (of them, those that were on disk), runs (what they were: kind, shard, channel, first, last, count), runs_complete (else runs has the last ones only), summary (for people).
        """

    def metrics(self) -> dict[str, Any]:
        """
        shards: id, name and sizes of each; counters: every metric by its name; hot_channels: pairs of channel and reads; retention_paused_reason: why rules are not enforced by themselves, and unavailable_reason: why writes are refused, both empty while all is well.
        """

    def sync(self) -> None:
        """Returns when everything acknowledged so far is on disk."""

    def compact(self) -> None:
        """
        Rewrites all files in their most compact form. Takes time and up to twice the space.
        """

    def set_cache_capacity(self, bytes: int) -> None:
        """
        The read cache's capacity from now on, in bytes: at least 1 MiB. InvalidArgumentError if it is less, or if the store was opened without a read cache.
        """

    def verify_(self, max_problems: int = 100, progress: Callable[[int, int | None], object] | None = None, missing_cells: Literal['refuse', 'leave_out'] = 'refuse') -> dict[str, Any]:
        """
        Reads everything and checks keys, values, routing and indexes. All problems are counted, the first max_problems reported. Damage is no error of the call. progress is told rows and an estimate of all.
        """

    def import_(self, paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], options: dict[str, Any] = {}, progress: Callable[[int, int | None], object] | None = None, on_problem: Callable[[dict[str, Any]], object] | None = None) -> dict[str, Any]:
        """
        Imports files and folders; idempotent. options: format (None: detected), since_ms, until_ms, dry_run, max_errors, channel, utc_offset_minutes, batch_size, bulk, bulk_memory_bytes, bulk_packing. progress is told bytes read and bytes of all, on_problem every record that cannot be imported. What was written stays when it is stopped; with bulk that is no message.
        """

    @staticmethod
    def import_formats() -> list[tuple[str, str]]:
        """The formats that import_ knows: name and description of each."""

    def export_(self, path: str | os.PathLike[str], options: dict[str, Any] = {}, progress: Callable[[int, int | None], object] | None = None) -> dict[str, Any]:
        """
        Writes one consistent state as JSON Lines; the file appears when it is complete. options: channel or prefix, since_ms, until_ms, messages, records, missing_cells. progress is told the lines written so far.
        """

    def _repair(self, progress: Callable[[int, int | None], object] | None = None) -> dict[str, Any]: ...

    def _set_retention(self, rule: dict[str, object]) -> None: ...

    def _retention(self) -> list[dict[str, Any]]: ...

    def _run_retention(self, options: dict[str, object] = {}, progress: Callable[[int, int | None], object] | None = None, on_trim: Callable[[dict[str, Any]], object] | None = None) -> dict[str, Any]: ...

    def _plan_reshard(self, change: tuple[str, dict[str, object]], cell: str | bytes | None = None) -> dict[str, Any]: ...

    def _start_reshard(self, change: tuple[str, dict[str, object]], options: dict[str, object] = {}) -> dict[str, Any]: ...

    def _reshard_status(self, cell: str | bytes | None = None) -> dict[str, Any] | None: ...

    def pause_reshard(self, *, cell: str | bytes | None = None) -> None:
        """
        Stops the job until resume_reshard, also when the store is opened again; writes still go to both places. NotFoundError: no job is under way.
        """

    def resume_reshard(self, *, cell: str | bytes | None = None) -> None:
        """
        Goes on with a job that was paused, by a call or by a failure, or that the store was opened without. NotFoundError: no job is under way.
        """

    def revert_reshard(self, *, cell: str | bytes | None = None) -> None:
        """
        Makes the job go back: channels will be where they were before it, with all that was written since. NotFoundError: no job is under way. InvalidArgumentError: it removes the old place already.
        """

    def _wait_for_reshard(self, timeout: float | None = None, progress: Callable[[int, int | None], object] | None = None, cell: str | bytes | None = None) -> dict[str, Any]: ...

    def _verify_reshard(self, progress: Callable[[int, int | None], object] | None = None, cell: str | bytes | None = None) -> dict[str, Any]: ...

    def _plan_autopilot(self, options: dict[str, object] = {}) -> dict[str, Any]: ...

    def _run_autopilot(self, options: dict[str, object] = {}) -> dict[str, Any]: ...

    def _autopilot_log(self) -> dict[str, Any]: ...

    def _cells(self) -> list[dict[str, Any]]: ...

    def _add_cell(self, options: dict[str, object]) -> None: ...

    def _move_to_cell(self, channel: str | bytes, cell: str | bytes, progress: Callable[[int, int | None], object] | None = None) -> dict[str, Any]: ...

    def reopen_cell(self, cell: str | bytes) -> None:
        """
        Opens a cell that is quarantined. What it raises is why the cell stays so.
        """

    def _put_attachment(self, channel: str | bytes, message_id: int, name: str | bytes, options: dict[str, object] = {}) -> AttachmentUpload: ...

    def _get_attachment(self, channel: str | bytes, message_id: int, name: str | bytes) -> AttachmentBytes | None: ...

    def _list_attachments(self, channel: str | bytes, message_id: int) -> list[dict[str, Any]]: ...

    def delete_attachment(self, channel: str | bytes, message_id: int, name: str | bytes, *, durability: Literal['buffered', 'sync'] | None = None) -> bool:
        """
        Deletes an attachment. False if there was none. Streams that read it go on.
        """

    def _create_backup(self, set: str | os.PathLike[str], link: bool, rate: int, missing_cells: str, progress: Callable[[int, int | None], object] | None = None) -> dict[str, Any]: ...

    def _restore_channel(self, set: str | os.PathLike[str], channel: str | bytes, channel_as: str | bytes | None, backup: str | None, keys: dict[str, object], progress: Callable[[int, int | None], object] | None = None) -> dict[str, Any]: ...

    def _bulk_load(self, memory_bytes: int | None, packing: str, id_collision: str, refuses: bool) -> BulkLoad: ...

    def _ingestor(self, options: dict[str, object] = {}) -> IngestorCore: ...

    def _stream(self, spec: dict[str, object]) -> BatchStream: ...

    def _stream_capsule(self, spec: dict[str, object]) -> object: ...

    def _schema_capsule(self, spec: dict[str, object]) -> object: ...

    def _messages(self, spec: dict[str, object]) -> MessageStream: ...

    def _count(self, spec: dict[str, object]) -> int: ...

    def _plan(self, spec: dict[str, object]) -> dict[str, Any]: ...

    def _write_arrow(self, stream: object, channel: str | bytes | None = None, progress: Callable[[int, int | None], object] | None = None, durability: str | None = None, batch_size: int = 10000) -> int: ...

class AttachmentBytes:
    """The bytes of a stored attachment, as it was when it was asked for."""

    def info(self) -> dict[str, Any]:
        """name, media_type, author, size in bytes, chunks, created_at, checksum."""

    def read_at(self, offset: int, buffer: bytearray | memoryview) -> int:
        """
        Fills the buffer, with less only at the end, and says with how much. CorruptionError if the bytes are not those that were written; ClosedError once the store is closed.
        """

    def read_from(self, offset: int) -> bytes:
        """All bytes from the offset on."""

class AttachmentUpload:
    """An attachment that is being written. Forgotten, it is cancelled."""

    def append(self, data: bytes | bytearray | memoryview) -> None:
        """Any number of bytes."""

    def finish(self, durability: Literal['buffered', 'sync'] | None = None) -> dict[str, Any]:
        """
        Makes it visible and returns what is known of it, as AttachmentBytes.info.
        """

    def cancel(self) -> None:
        """Removes what was written. Does nothing after finish."""

def _list_backups(set: str | os.PathLike[str]) -> list[dict[str, Any]]: ...

def _verify_backup(set: str | os.PathLike[str], backup: str | None, quick: bool, keys: dict[str, object], scratch: str | os.PathLike[str] | None, progress: Callable[[int, int | None], object] | None = None) -> dict[str, Any]: ...

def _restore_backup(set: str | os.PathLike[str], destination: str | os.PathLike[str], backup: str | None, channel: str | bytes | None, channel_as: str | bytes | None, keys: dict[str, object], progress: Callable[[int, int | None], object] | None = None) -> dict[str, Any]: ...

def _prune_backups(set: str | os.PathLike[str], keep: int | None, keep_days: int | None, dry_run: bool) -> dict[str, Any]: ...

class BulkLoad:
    """
    A load of many messages. Forgotten, it is cancelled and leaves nothing behind.
    """

    def add(self, messages: Iterable[dict[str, Any]], progress: Callable[[int, int | None], object] | None = None) -> None:
        """
        Takes messages as Store.post_batch does, all of them or, if one is bad, none.
        """

    def add_arrow(self, stream: object, channel: str | bytes | None = None, progress: Callable[[int, int | None], object] | None = None) -> None:
        """Takes the rows of an Arrow stream, 10,000 at a time."""

    def finish(self, progress: Callable[[int, int | None], object] | None = None, on_refused: Callable[[dict[str, Any]], object] | None = None) -> dict[str, int]:
        """Makes everything visible at once: posted, existed, renamed, refused."""

    def cancel(self) -> None:
        """Ends the load without a trace. Does nothing if it has ended."""

    @property
    def added(self) -> int:
        """How many messages it took."""

    @property
    def ended(self) -> bool:
        """True if it takes no more."""

class Answer:
    """What becomes of a post that an ingestor took."""

    def done(self) -> bool:
        """True if result() does not wait."""

    def result(self, timeout: float | None = None) -> int:
        """
        The message's id, once it is stored, or the error of Store.post. Waits, if need be for `timeout` seconds; then BusyError, and it can be asked again.
        """

class IngestorCore:
    """Takes posts; forgotten, it stops."""

    def post(self, message: dict[str, Any]) -> Answer: ...

    def flush(self, timeout: float) -> None: ...

    def stop(self) -> None: ...

    def stats(self) -> dict[str, int]: ...

class Batch:
    """
    Rows of a query in the memory layout of Arrow: pyarrow.record_batch(batch) and the like take it.
    """

    @property
    def num_rows(self) -> int:
        """The number of rows."""

    @property
    def num_columns(self) -> int:
        """The number of columns."""

    def __len__(self) -> int: ...

    def __repr__(self) -> str: ...

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """Capsules of the schema and of the array; any number of times."""

    def __arrow_c_schema__(self) -> object:
        """A capsule of the schema."""

class BatchStream:
    """The batches of a query, one after another."""

    def next(self) -> Batch | None:
        """
        The next batch, or None after the last. ClosedError once the store is closed.
        """

    def __iter__(self) -> BatchStream: ...

    def __next__(self) -> Batch: ...

    def close(self) -> None:
        """Ends its threads. Idempotent."""

class MessageStream:
    """The messages of a query, in chunks."""

    def next(self) -> list[Message]:
        """
        Some more messages; an empty list after the last. ClosedError once the store is closed.
        """

def _doctor(path: str | bytes | os.PathLike[str], deep: bool, fix: bool, keys: dict[str, object], progress: Callable[[int, int | None], object] | None = None) -> dict[str, Any]: ...

def _salvage(source: str | bytes | os.PathLike[str], destination: str | bytes | os.PathLike[str], keys: dict[str, object], new_keys: dict[str, object], in_clear: bool, progress: Callable[[int, int | None], object] | None = None) -> dict[str, Any]: ...
