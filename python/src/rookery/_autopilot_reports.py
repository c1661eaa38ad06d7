"""What is told about shards that are split and merged by themselves: decisions, and the log of them.

They are made from the dictionaries of the C++ module, as those of `_reports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from rookery._shard_reports import ReshardPlan

AutopilotOutcome: TypeAlias = Literal["under way", "done", "reverted", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class AutopilotFinding:
    """A shard that is too large and cannot be helped, and why."""

    shard: int
    reason: str


@dataclass(frozen=True, slots=True)
class AutopilotPlan:
    """What autopilot would do next, one change at a time, and why.

    `request` is the change in words, None if the shards are as they should be or nothing helps. `held_back` says
    why it is not done now; None: nothing is in its way. `plan` is what it moves.
    """

    request: str | None
    reason: str
    held_back: str | None
    plan: ReshardPlan | None
    findings: tuple[AutopilotFinding, ...]

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> AutopilotPlan:
        """The plan that the C++ module gives as a dictionary."""
        plan = fields["plan"]
        parts = {
            "held_back": fields["held_back"] or None,
            "plan": None if plan is None else ReshardPlan.from_dict(plan),
            "findings": tuple(AutopilotFinding(**finding) for finding in fields["findings"]),
        }
        return cls(**{**fields, **parts})


@dataclass(frozen=True, slots=True)
class AutopilotEntry:
    """A decision that was carried out, or was to be.

    `bytes` were to be copied, `epoch` is that of the shard map that it leads to. `outcome` is "failed" if it could
    not be begun, for the reason in `failure`, and "unknown" if another job came after it before anybody looked.
    """

    decided_at: datetime
    request: str
    reason: str
    bytes: int
    epoch: int
    outcome: AutopilotOutcome
    failure: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AutopilotLog:
    """The last 100 decisions, oldest first, and what was copied today (UTC).

    `paused_reason` is why autopilot decides nothing more until the store is opened again, else None.
    """

    entries: tuple[AutopilotEntry, ...]
    copied_today: int
    paused_reason: str | None

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> AutopilotLog:
        """The log that the C++ module gives as a dictionary."""
        return cls(
            entries=tuple(
                AutopilotEntry(**{**entry, "failure": entry["failure"] or None})
                for entry in fields["entries"]
            ),
            copied_today=fields["copied_today"],
            paused_reason=fields["paused_reason"] or None,
        )
