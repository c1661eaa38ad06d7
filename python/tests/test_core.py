"""The C++ module's Store itself: messages, records, channels, and what it says about bad arguments."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from rookery import _rookery
from rookery.errors import (
    AlreadyExistsError,
    ConflictError,
    InvalidArgumentError,
    NotAStoreError,
    NotFoundError,
    PermissionError_,
)

MEMORY = {"memory": True}
NOT_UTF8 = b"caf\xe9"


@pytest.fixture
def store() -> Iterator[_rookery.Store]:
    """An empty store in memory."""
    opened = _rookery.Store(":memory:", dict(MEMORY))
    yield opened
    opened.close()


class TestMessages:
    """Posting, reading, editing and deleting."""

    def test_a_posted_message_is_read_back(self, store: _rookery.Store) -> None:
        first = store.post("general", "hello", author="ada")
        second = store.post(
            "general",
            "hi",
            author="bob",
            reply_to=first,
            nonce="n1",
            attributes={"mood": "fine", "topic": "greetings"},
            flags=4,
        )
        message = store.get("general", second)
        assert message is not None
        fields = message.to_dict()
        created_at = fields.pop("created_at")
        assert isinstance(created_at, datetime) and created_at.tzinfo is UTC
        assert abs(datetime.now(UTC) - created_at) < timedelta(minutes=5)
        assert fields == {
            "channel": "general",
            "id": second,
            "author": "bob",
            "content": "hi",
            "edited_at": None,
            "reply_to": first,
            "nonce": "n1",
            "version": 1,
            "flags": 4,
            "attributes": {"mood": "fine", "topic": "greetings"},
        }
        assert {name: getattr(message, name) for name in fields} == fields

    def test_what_is_absent_is_none(self, store: _rookery.Store) -> None:
        assert store.get("general", 1) is None
        message = store.get("general", store.post("general"))
        assert message is not None
        assert (message.content, message.author, message.attributes, message.flags) == ("", "", {}, 0)
        assert (message.reply_to, message.nonce, message.edited_at, message.edited_at_ms) == (None,) * 4

    def test_a_copied_message_keeps_id_times_and_version(self, store: _rookery.Store) -> None:
        posted = store.post("a", "x", id=77 << 22, created_at_ms=1_500, edited_at_ms=-1, version=9)
        message = store.get("a", posted)
        assert message is not None
        assert (message.id, message.version) == (77 << 22, 9)
        assert message.created_at == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
        assert message.edited_at == datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
        assert (message.created_at_ms, message.edited_at_ms) == (1_500, -1)

    def test_a_nonce_makes_posting_idempotent(self, store: _rookery.Store) -> None:
        assert store.post("a", "x", nonce="once") == store.post("a", "y", nonce="once")
        assert len(store.history("a")) == 1

    def test_the_same_id_with_another_message_fails(self, store: _rookery.Store) -> None:
        store.post("a", "x", id=5)
        with pytest.raises(AlreadyExistsError):
            store.post("a", "y", id=5)

    def test_editing_changes_only_what_is_given(self, store: _rookery.Store) -> None:
        posted = store.post("a", "x", author="ada", attributes={"k": "v"}, flags=2)
        assert store.edit("a", posted, "y") == 2
        assert store.edit("a", posted, flags=8, attributes={}, edited_at_ms=5) == 3
        message = store.get("a", posted)
        assert message is not None
        assert (message.content, message.author, message.attributes, message.flags) == ("y", "ada", {}, 8)
        assert (message.version, message.edited_at_ms) == (3, 5)

    def test_editing_checks_the_version(self, store: _rookery.Store) -> None:
        posted = store.post("a", "x")
        with pytest.raises(ConflictError) as conflict:
            store.edit("a", posted, "y", expected_version=7)
        assert conflict.value.current_version == 1
        with pytest.raises(NotFoundError):
            store.edit("a", 12345, "y")

    def test_deleting(self, store: _rookery.Store) -> None:
        posted = store.post("a", "x")
        with pytest.raises(ConflictError):
            store.delete("a", posted, expected_version=2)
        assert store.delete("a", posted, expected_version=1, durability="sync")
        assert not store.delete("a", posted)
        assert store.get("a", posted) is None

    def test_get_many_answers_in_order(self, store: _rookery.Store) -> None:
        ids = [store.post("a", str(number)) for number in range(3)]
        keys: list[tuple[str | bytes, int]] = [("a", ids[2]), (b"b", ids[0]), (b"a", ids[1])]
        found = store.get_many(iter(keys))
        assert [message and message.content for message in found] == ["2", None, "1"]
        assert [message and message.channel for message in found] == ["a", None, "a"]
        assert store.get_many([]) == []


class TestHistory:
    """Pages are sequences of messages."""

    @pytest.fixture
    def ids(self, store: _rookery.Store) -> list[int]:
        return [store.post("a", str(number)) for number in range(10)]

    def contents(self, page: Sequence[_rookery.Message]) -> str:
        return "".join(message.content for message in page)

    def test_the_newest_come_first(self, store: _rookery.Store, ids: list[int]) -> None:
        page = store.history("a", limit=4)
        assert (self.contents(page), page.has_more, page.channel) == ("9876", True, "a")
        assert self.contents(store.history("a")) == "9876543210"

    def test_ranges_and_orders(self, store: _rookery.Store, ids: list[int]) -> None:
        assert self.contents(store.history("a", before=ids[3])) == "210"
        assert self.contents(store.history("a", after=ids[6])) == "987"
        assert self.contents(store.history("a", after=ids[1], limit=3, order="oldest")) == "234"
        assert self.contents(store.history("a", around=ids[5], limit=3)) == "654"

    def test_a_page_is_a_sequence(self, store: _rookery.Store, ids: list[int]) -> None:
        page = store.history("a")
        assert isinstance(page, Sequence)
        assert (page[0].content, page[-1].content, self.contents(page[2:8:2])) == ("9", "0", "753")
        assert self.contents(page[::-1]) == "0123456789"
        assert self.contents(list(reversed(page))) == "0123456789"
        assert page[3] in page and page.index(page[3]) == 3 and page.count(page[3]) == 1
        assert page == list(page) and page == store.history("a") and page != page[1:] and page != "9876543210"
        for index in (10, -11, 2**70):
            with pytest.raises(IndexError):
                page[index]
        with pytest.raises(TypeError):
            page["0"]  # type: ignore[call-overload]
        with pytest.raises(TypeError, match="unhashable"):
            hash(page)

    def test_a_page_is_pickled_as_a_list(self, store: _rookery.Store, ids: list[int]) -> None:
        page = store.history("a")
        again = pickle.loads(pickle.dumps(page))
        assert type(again) is list and again == page

    def test_a_page_says_what_it_is(self, store: _rookery.Store, ids: list[int]) -> None:
        assert repr(store.history("a", limit=1)) == "Page('a': 1 message, has more)"
        assert repr(store.history("nobody")) == "Page('nobody': 0 messages)"


class TestMessage:
    """The frozen value."""

    @pytest.fixture
    def message(self, store: _rookery.Store) -> _rookery.Message:
        id = store.post(
            "general", "hello", author="ada", nonce="n", attributes={"b": "2", "a": "1"}, flags=1, reply_to=3
        )
        store.edit("general", id, "hello, all")
        found = store.get("general", id)
        assert found is not None
        return found

    def test_it_is_frozen(self, message: _rookery.Message) -> None:
        for name in ("content", "channel", "other"):
            with pytest.raises(AttributeError):
                setattr(message, name, "x")
        with pytest.raises(TypeError):
            _rookery.Message()
        shown = repr(message)
        with pytest.raises(TypeError), pytest.warns(RuntimeWarning, match="already-initialized"):
            message.__setstate__((*message.__getstate__()[:3], b"other", *message.__getstate__()[4:]))
        assert repr(message) == shown
        with pytest.raises(TypeError):
            type("Derived", (_rookery.Message,), {})

    def test_equality_and_hash(self, store: _rookery.Store, message: _rookery.Message) -> None:
        again = store.get("general", message.id)
        assert again == message and again is not message and hash(again) == hash(message)
        store.edit("general", message.id, flags=2)
        assert store.get("general", message.id) != message
        store.post("other", "hello, all", id=message.id)
        assert store.get("other", message.id) != message
        assert message != message.id and message != None  # noqa: E711  # the operator is what is tested

    def test_a_pickled_message_is_the_same(self, message: _rookery.Message) -> None:
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(message, protocol))
            assert again == message and message == again and hash(again) == hash(message)
            assert again.to_dict() == message.to_dict() and repr(again) == repr(message)
            assert pickle.loads(pickle.dumps(again)) == message

    def test_a_broken_pickle_is_an_error(self, message: _rookery.Message) -> None:
        state = message.__getstate__()
        with pytest.raises(InvalidArgumentError):
            _rookery.Message.__new__(_rookery.Message).__setstate__(state[:-1])
        with pytest.raises(TypeError):
            _rookery.Message.__new__(_rookery.Message).__setstate__((*state[:-1], [1]))
        with pytest.raises(TypeError), pytest.warns(RuntimeWarning, match="uninitialized instance"):
            repr(_rookery.Message.__new__(_rookery.Message))

    def test_a_copy_is_the_message_itself(self, message: _rookery.Message) -> None:
        assert copy.copy(message) is message and copy.deepcopy(message) is message

    def test_it_says_what_it_is_on_one_line(self, store: _rookery.Store) -> None:
        written = 1_769_903_999_123
        post = {"author": "ada", "id": 4761041921638400001, "created_at_ms": written}

        def shown(channel: str, content: str | bytes, **fields: Any) -> str:
            return repr(store.get(channel, store.post(channel, content, **{**post, **fields})))

        head = "Message(general/4761041921638400001 ada 2026-01-31T23:59:59.123Z "
        assert shown("general", "hello") == head + "'hello')"
        assert (
            shown("general", "x" * 61, id=7) == head.replace("4761041921638400001", "7") + f"'{'x' * 59}…')"
        )
        assert shown("general", "x" * 60, id=8).endswith(f" '{'x' * 60}')")
        assert shown("general", "ü" * 500, id=9).endswith(f" '{'ü' * 59}…')")
        assert shown("a\nb", "c\nd", author="") == (
            "Message('a\\nb'/4761041921638400001 '' 2026-01-31T23:59:59.123Z 'c\\nd')"
        )
        assert shown("a", NOT_UTF8).endswith(" 'caf\\udce9')")
        assert shown("a", "x", id=1, created_at_ms=2**62).endswith(f" ada {2**62} 'x')")


class TestText:
    """Text is bytes; a str is its UTF-8 form with surrogate escapes."""

    def test_bytes_and_str_are_the_same(self, store: _rookery.Store) -> None:
        id = store.post("grün".encode(), "hällo".encode(), author=bytearray("ü".encode()))  # type: ignore[arg-type]
        message = store.get("grün", id)
        assert message is not None
        assert (message.channel, message.content, message.author) == ("grün", "hällo", "ü")
        assert store.get(memoryview("grün".encode()), id) == message  # type: ignore[arg-type]

    def test_bytes_that_are_no_text_survive(self, store: _rookery.Store) -> None:
        id = store.post(NOT_UTF8, NOT_UTF8, author=NOT_UTF8, attributes={NOT_UTF8: NOT_UTF8}, nonce=NOT_UTF8)
        escaped = NOT_UTF8.decode("utf-8", "surrogateescape")
        message = store.get(escaped, id)
        assert message is not None
        assert message.channel == message.content == message.author == message.nonce == escaped
        assert message.attributes == {escaped: escaped} and message.content_bytes == NOT_UTF8
        assert pickle.loads(pickle.dumps(message)) == message
        assert store.list_channels() == ([escaped], False)

    def test_escaped_bytes_that_are_utf8_become_their_text(self, store: _rookery.Store) -> None:
        id = store.post("caf\udcc3\udca9", "x")
        message = store.get("caf\udcc3\udca9", id)
        assert message is not None and message.channel == "café"

    def test_half_a_surrogate_pair_is_refused(self, store: _rookery.Store) -> None:
        with pytest.raises(InvalidArgumentError, match=r"^content is no text.*'a\\ud800'"):
            store.post("a", "a\ud800")

    def test_a_subclass_of_str_does_not_come_back(self, store: _rookery.Store) -> None:
        class Name(str):
            pass

        message = store.get(Name("a"), store.post(Name("a"), Name("x")))
        assert message is not None and type(message.channel) is str

    def test_zero_bytes_are_bytes_like_others(self, store: _rookery.Store) -> None:
        message = store.get("a\0b", store.post("a\0b", "x\0y"))
        assert message is not None and (message.channel, message.content) == ("a\0b", "x\0y")


class TestBatches:
    """post_batch takes dicts."""

    def test_all_fields(self, store: _rookery.Store) -> None:
        zone = timezone(timedelta(hours=2))
        ids = store.post_batch(
            [
                {"channel": "a"},
                {
                    "channel": b"b",
                    "content": "x",
                    "author": "ada",
                    "id": 5,
                    "created_at": datetime(2026, 1, 1, 2, tzinfo=zone),
                    "edited_at": datetime(2026, 1, 1, 0, 0, 0, 1999),
                    "version": 3,
                    "reply_to": 4,
                    "nonce": None,
                    "attributes": {"k": "v"},
                    "flags": 1 << 31,
                },
            ]
        )
        assert ids[1] == 5
        message = store.get("b", 5)
        assert message is not None
        assert message.created_at == datetime(2026, 1, 1, tzinfo=UTC)
        assert message.edited_at == datetime(2026, 1, 1, 0, 0, 0, 1000, tzinfo=UTC)
        assert (message.version, message.reply_to, message.flags) == (3, 4, 1 << 31)
        assert message.attributes == {"k": "v"}
        assert store.post_batch([]) == []

    def test_keys_need_not_be_interned(self, store: _rookery.Store) -> None:
        key = "".join(["chan", "nel"])
        assert len(store.post_batch({key: "a"} for _ in range(3))) == 3

    def test_all_or_none(self, store: _rookery.Store) -> None:
        with pytest.raises(InvalidArgumentError):
            store.post_batch([{"channel": "a"}, {"channel": ""}])
        assert len(store.history("a")) == 0

    def test_colliding_ids(self, store: _rookery.Store) -> None:
        store.post("a", "x", id=5)
        colliding = [{"channel": "a", "content": "y", "id": 5}]
        with pytest.raises(AlreadyExistsError):
            store.post_batch(colliding)
        assert store.post_batch(colliding, id_collision="next_free") == [6]

    @pytest.mark.parametrize(
        ("message", "error", "said"),
        [
            ({"channel": "a", "autor": "x"}, InvalidArgumentError, "message 1 has the key 'autor'"),
            ({"channel": "a", 7: "x"}, InvalidArgumentError, "message 1 has the key 7"),
            ({"author": "a"}, InvalidArgumentError, "message 1 has no channel"),
            ({"channel": None}, InvalidArgumentError, "message 1 has no channel"),
            ({"channel": 5}, TypeError, "message 1: channel must be str or bytes, not int"),
            ({"channel": "a", "id": 0}, InvalidArgumentError, "message 1: id is 0; it must be from 1 to"),
            ({"channel": "a", "id": "7"}, TypeError, "message 1: id must be int, not str"),
            ({"channel": "a", "flags": 1 << 32}, InvalidArgumentError, "message 1: flags is 4294967296"),
            (
                {"channel": "a", "created_at": "2026"},
                TypeError,
                "message 1: created_at must be a datetime or int",
            ),
            (
                {"channel": "a", "attributes": [1]},
                TypeError,
                "message 1: attributes must be a dict, not list",
            ),
            (
                {"channel": "a", "attributes": {"k": 1}},
                TypeError,
                "message 1: attributes must be str or bytes",
            ),
            (["channel"], TypeError, "message 1 must be a dict, not list"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_message(
        self, store: _rookery.Store, message: Any, error: type[Exception], said: str
    ) -> None:
        with pytest.raises(error) as raised:
            store.post_batch([{"channel": "a"}, message])
        assert str(raised.value).startswith(said)
        assert len(store.history("a")) == 0

    def test_a_batch_is_no_dict_and_no_number(self, store: _rookery.Store) -> None:
        for batch in ({"channel": "a"}, 5):
            with pytest.raises(TypeError, match=r"^messages must be an iterable of dicts"):
                store.post_batch(batch)  # type: ignore[arg-type]

    def test_values_that_change_the_list_are_harmless(self, store: _rookery.Store) -> None:
        batch: list[dict[str, Any]] = []

        class Hostile:
            def __index__(self) -> int:
                batch.clear()
                return 5

        batch += [{"channel": "a", "id": Hostile()}, {"channel": "b"}]
        assert store.post_batch(batch) == [5]


class TestRecords:
    """Keys and values beside a channel's messages."""

    def test_a_record_is_read_back(self, store: _rookery.Store) -> None:
        assert store.get_record("user/42", "last_read") is None
        assert store.put_record("user/42", "last_read", b"\0\xff") == 1
        found = store.get_record("user/42", b"last_read")
        assert found is not None
        value, version, updated_at = found
        assert (value, version) == (b"\0\xff", 1)
        assert abs(datetime.now(UTC).timestamp() * 1000 - updated_at) < 300_000

    def test_values_may_be_anything_like_bytes(self, store: _rookery.Store) -> None:
        for value in ("text", bytearray(b"text"), memoryview(b"t-e-x-t")[::2]):
            store.put_record("a", "k", value)
            assert (store.get_record("a", "k") or (b"",))[0] == b"text"

    def test_versions_are_checked(self, store: _rookery.Store) -> None:
        assert store.put_record("a", "k", b"1", expected_version=0) == 1
        with pytest.raises(ConflictError) as conflict:
            store.put_record("a", "k", b"2", expected_version=0)
        assert conflict.value.current_version == 1
        with pytest.raises(ConflictError):
            store.delete_record("a", "k", expected_version=5)
        assert store.delete_record("a", "k", expected_version=1)
        assert not store.delete_record("a", "k")

    def test_listing(self, store: _rookery.Store) -> None:
        for key in ("a1", "a2", "a3", "b"):
            store.put_record("c", key, key.encode())
        records, more = store.list_records("c", "a", limit=2)
        assert ([record[:3] for record in records], more) == ([("a1", b"a1", 1), ("a2", b"a2", 1)], True)
        records, more = store.list_records("c", prefix="a", after="a2")
        assert ([record[0] for record in records], more) == (["a3"], False)

    def test_channels_are_listed(self, store: _rookery.Store) -> None:
        for channel in ("dm/1", "guild/1", "guild/2"):
            store.post(channel)
        store.put_record("user", "k", b"")
        assert store.list_channels() == (["dm/1", "guild/1", "guild/2", "user"], False)
        assert store.list_channels("guild/", limit=1) == (["guild/1"], True)
        assert store.list_channels(after="guild/2") == (["user"], False)


class TestArguments:
    """What does not fit is named."""

    @pytest.mark.parametrize("id", [0, -1, 1 << 63, 1 << 200])
    def test_ids_have_bounds(self, store: _rookery.Store, id: int) -> None:
        for call in (
            lambda: store.get("a", id),
            lambda: store.delete("a", id),
            lambda: store.edit("a", id, "x"),
        ):
            with pytest.raises(
                InvalidArgumentError, match=rf"^id is {id}; it must be from 1 to 9223372036854775807$"
            ):
                call()

    def test_arguments_of_wrong_types(self, store: _rookery.Store) -> None:
        calls: list[tuple[Any, str]] = [
            (lambda: store.get(5, 1), "channel must be str or bytes, not int"),  # type: ignore[arg-type]
            (lambda: store.get("a", "1"), "id must be int, not str"),  # type: ignore[arg-type]
            (lambda: store.get("a", 1.0), "id must be int, not float"),  # type: ignore[arg-type]
            (lambda: store.post("a", 5), "content must be str or bytes, not int"),  # type: ignore[arg-type]
            (lambda: store.post("a", attributes="k"), "attributes must be a dict"),  # type: ignore[arg-type]
            (lambda: store.put_record("a", "k", 5), "value must be str or bytes"),  # type: ignore[arg-type]
            (lambda: store.get_many(["ab"]), "key 0 must be a tuple"),  # type: ignore[list-item]
            (lambda: store.get_many([("a", None)]), "key 0: id must be int"),  # type: ignore[list-item]
            (lambda: store.get_many(5), "keys must be an iterable"),  # type: ignore[arg-type]
            (lambda: store.get(None, 1), "incompatible function arguments"),  # type: ignore[arg-type]
            (lambda: store.history("a", 5), "incompatible function arguments"),  # type: ignore[call-arg]
        ]
        for call, said in calls:
            with pytest.raises(TypeError) as raised:
                call()
            assert said in str(raised.value)

    def test_arguments_of_wrong_values(self, store: _rookery.Store) -> None:
        calls: list[tuple[Any, str]] = [
            (lambda: store.history("a", limit=0), "limit"),
            (lambda: store.history("a", limit=-1), "limit is -1; it must be from 0 to"),
            (lambda: store.history("a", order="up"), 'order is "up"'),  # type: ignore[arg-type]
            (lambda: store.post("a", durability="now"), "durability is 'now'"),  # type: ignore[arg-type]
            (lambda: store.post("a", version=0), "version is 0"),
            (lambda: store.post(""), "channel"),
            (lambda: store.post("a", "x" * (2 << 20)), "content"),
            (lambda: store.delete("a", 1, expected_version=-1), "expected_version is -1"),
            (lambda: store.post_batch([], id_collision="x"), 'id_collision is "x"'),  # type: ignore[arg-type]
        ]
        for call, said in calls:
            with pytest.raises(InvalidArgumentError) as raised:
                call()
            assert said in str(raised.value)

    def test_whatever_has_an_index_is_an_int(self, store: _rookery.Store) -> None:
        class Number:
            def __index__(self) -> int:
                return 7

        store.post("a", "x", id=Number())  # type: ignore[arg-type]
        assert store.get("a", 7) is not None

    def test_an_index_that_raises_is_not_hidden(self, store: _rookery.Store) -> None:
        class Broken:
            def __index__(self) -> int:
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            store.get("a", Broken())  # type: ignore[arg-type]

    def test_times_that_datetime_does_not_have(self, store: _rookery.Store) -> None:
        message = store.get("a", store.post("a", created_at_ms=1 << 60))
        assert message is not None and message.created_at_ms == 1 << 60
        with pytest.raises(OverflowError, match="years 1 to 9999"):
            message.created_at  # noqa: B018  # the property is what is tested


class TestOptions:
    """The dictionary of options."""

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"mod": "open"}, "there is no option mod; the options are mode, memory, memory_bytes, routing"),
            ({7: "open"}, "there is no option 7"),
            ({"mode": "r"}, "mode is 'r'; it must be one of open, open_or_create, create, read_only"),
            ({"memory": 1}, "memory is 1; it must be True or False"),
            ({"cache": 5}, "cache must be a dict, not int"),
            ({"cache": {"size": 5}}, "there is no option cache.size; the options of cache are capacity"),
            ({"cache": {"capacity": "1 MiB"}}, "cache.capacity is '1 MiB'; it must be a whole number"),
            ({"cache": {"capacity": -1}}, "cache.capacity is -1; it must be from 0"),
            ({"cache": {"policy": "mru"}}, "cache.policy is 'mru'; it must be one of adaptive, lru"),
            ({"cache": {"ttl": 1.5}}, "cache.ttl is 1.5; it must be whole seconds"),
            ({"cache": {"ttl": float("nan")}}, "cache.ttl is nan; it must be seconds"),
            ({"limits": {"max_attributes": 1 << 64}}, "limits.max_attributes is 18446744073709551616"),
            ({"tuning": {"profile": "none"}}, "profile"),
            ({"tuning": {"overrides": {"no_such": "1"}}}, "no_such"),
            ({"worker": 1 << 32}, "worker is 4294967296"),
            ({"worker": 1024}, "worker"),
            ({"stats_interval": "1s"}, "stats_interval is '1s'; it must be seconds"),
            ({"durability": "none"}, "durability is 'none'"),
            ({"routing": "hash"}, "routing is 'hash'; it must be (\"hash\", shards)"),
            ({"routing": ("rows", 5)}, "routing is ('rows', 5)"),
            ({"routing": ("hash", "5")}, "routing.shards must be a whole number, not str"),
            ({"routing": ("hash", 1 << 40)}, "routing.shards is 1099511627776"),
            ({"routing": ("range", "ab")}, "routing.splits must be a list, not str"),
            ({"routing": ("range", ["b", "a"])}, "split"),
            ({"routing": ("directory", {"shard": 3})}, "there is no option routing.shard"),
            (
                {"routing": ("directory", {"entries": {"a": "0"}})},
                "a shard in routing.entries must be a whole number",
            ),
            ({"routing": ("directory", {"placement": "best"})}, "routing.placement is 'best'"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, options: dict[str, object], said: str) -> None:
        with pytest.raises(InvalidArgumentError) as raised:
            _rookery.Store(str(tmp_path / "a"), options)
        assert said in str(raised.value)
        assert not (tmp_path / "a").exists()

    def test_all_of_them_together(self, tmp_path: Path) -> None:
        options: dict[str, object] = {
            "mode": "create",
            "memory": False,
            "routing": (
                "directory",
                {"shards": 2, "placement": "weighted", "weights": [1, 3], "entries": {"a": 1}},
            ),
            "cache": {"capacity": 2 << 20, "policy": "lfu", "write_mode": "through", "ttl": 60, "window": 10},
            "limits": {"max_content_bytes": 100, "max_attributes": 1, "max_attribute_bytes": 100},
            "tuning": {
                "profile": "chat",
                "block_cache_bytes": 8 << 20,
                "overrides": {"level0_slowdown_writes_trigger": 30},
            },
            "durability": "sync",
            "worker": 7,
            "stats_interval": 0.5,
        }
        store = _rookery.Store(tmp_path / "a", options)
        assert store.explain("a")["shard"] == 1 and store.info()["worker"] == 7
        with pytest.raises(InvalidArgumentError):
            store.post("a", "x" * 101)
        store.close()

    @pytest.mark.parametrize("routing", [("hash", 3), ("range", ["g", b"t"]), ("directory", {"shards": 3})])
    def test_routings(self, routing: tuple[str, object]) -> None:
        store = _rookery.Store(":memory:", {"memory": True, "routing": routing})
        assert (store.info()["strategy"], store.info()["shards"]) == (routing[0], 3)

    def test_modes(self, tmp_path: Path) -> None:
        path = str(tmp_path / "a")
        with pytest.raises(NotAStoreError):
            _rookery.Store(path, {"mode": "open"})
        _rookery.Store(path, {"mode": "open_or_create"}).close()
        with pytest.raises(AlreadyExistsError):
            _rookery.Store(path, {"mode": "create"})
        reader = _rookery.Store(path, {"mode": "read_only"})
        assert reader.read_only and reader.path == path
        with pytest.raises(PermissionError_):
            reader.post("a", "x")
        reader.close()

    def test_paths(self, tmp_path: Path) -> None:
        with pytest.raises(TypeError, match=r"^path must be str, bytes or os.PathLike, not int"):
            _rookery.Store(5, {})  # type: ignore[arg-type]
        with pytest.raises(InvalidArgumentError, match=r"^path is no path"):
            _rookery.Store("a\0b", {})
        store = _rookery.Store(str(tmp_path / "grün").encode(), {})
        assert store.path == str(tmp_path / "grün")
        store.close()
