"""Rookery: an embedded message store.

    import rookery

    with rookery.open("chat.rook", create=True) as db:
        db.post("general", author="ada", content="hello")
        for message in db.channel("general"):
            print(message.author, message.content)
        db.query(channel="general", since="2026-01-01", columns=["ts", "author"]).to_pandas()

Text is `str`, ids are `int`, times are `datetime` in UTC; every failure is a `rookery.Error`.
"""

from __future__ import annotations

from rookery import _rookery
from rookery._attachments import AttachmentInfo, AttachmentReader, AttachmentWriter
from rookery._autopilot_reports import AutopilotEntry, AutopilotFinding, AutopilotLog, AutopilotPlan
from rookery._backups import (
    Backup,
    BackupCounts,
    BackupReport,
    PruneReport,
    backups,
    prune_backups,
    restore_backup,
    verify_backup,
)
from rookery._bulk import BulkLoader
from rookery._cells import Cell, CellMove
from rookery._channel import Channel
from rookery._doctor import (
    Diagnosis,
    Finding,
    LostRange,
    LostWrites,
    SalvageReport,
    ShortChannel,
    doctor,
    salvage,
)
from rookery._expressions import Column, Expression, col
from rookery._ingest import Ingestor, IngestStats
from rookery._mappings import Channels, Record, Records
from rookery._open import open, repair
from rookery._options import (
    Autopilot,
    Cache,
    DirectoryRouting,
    HashRouting,
    Limits,
    RangeRouting,
    ServeReaders,
    Tuning,
)
from rookery._query import Query
from rookery._reports import (
    BulkRefusal,
    BulkReport,
    ChannelTrim,
    ExportReport,
    ImportProblem,
    ImportReport,
    Problem,
    RepairReport,
    RetentionReport,
    RetentionRule,
    RouteExplanation,
    ShardCounts,
    VerifyReport,
    View,
)
from rookery._rookery import Answer, Message, Page
from rookery._shard_reports import (
    Fingerprint,
    ReshardComparison,
    ReshardPlan,
    ReshardProof,
    ReshardStatus,
    ShardTransfer,
)
from rookery._store import Store
from rookery.errors import (
    AlreadyExistsError,
    BusyError,
    ClosedError,
    ConflictError,
    CorruptionError,
    Error,
    FormatNewerError,
    InterruptedError_,
    InvalidArgumentError,
    IoError,
    LockedError,
    NoSpaceError,
    NotAStoreError,
    NotFoundError,
    PermissionError_,
    UnavailableError,
    UnsupportedError,
)

__version__ = _rookery.__version__

__all__ = [
    "AlreadyExistsError",
    "Answer",
    "AttachmentInfo",
    "AttachmentReader",
    "AttachmentWriter",
    "Autopilot",
    "AutopilotEntry",
    "AutopilotFinding",
    "AutopilotLog",
    "AutopilotPlan",
    "Backup",
    "BackupCounts",
    "BackupReport",
    "BulkLoader",
    "BulkRefusal",
    "BulkReport",
    "BusyError",
    "Cache",
    "Cell",
    "CellMove",
    "Channel",
    "ChannelTrim",
    "Channels",
    "ClosedError",
    "Column",
    "ConflictError",
    "CorruptionError",
    "Diagnosis",
    "DirectoryRouting",
    "Error",
    "ExportReport",
    "Expression",
    "Finding",
    "Fingerprint",
    "FormatNewerError",
    "HashRouting",
    "ImportProblem",
    "ImportReport",
    "IngestStats",
    "Ingestor",
    "InterruptedError_",
    "InvalidArgumentError",
    "IoError",
    "Limits",
    "LockedError",
    "LostRange",
    "LostWrites",
    "Message",
    "NoSpaceError",
    "NotAStoreError",
    "NotFoundError",
    "Page",
    "PermissionError_",
    "Problem",
    "PruneReport",
    "Query",
    "RangeRouting",
    "Record",
    "Records",
    "RepairReport",
    "ReshardComparison",
    "ReshardPlan",
    "ReshardProof",
    "ReshardStatus",
    "RetentionReport",
    "RetentionRule",
    "RouteExplanation",
    "SalvageReport",
    "ServeReaders",
    "ShardCounts",
    "ShardTransfer",
    "ShortChannel",
    "Store",
    "Tuning",
    "UnavailableError",
    "UnsupportedError",
    "VerifyReport",
    "View",
    "__version__",
    "backups",
    "col",
    "doctor",
    "open",
    "prune_backups",
    "repair",
    "restore_backup",
    "salvage",
    "verify_backup",
]
