#include "tests/torture/reading.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace rookery::torture {
namespace {

bool SaysDamaged(const Status& status) {
  return status.code() == StatusCode::kCorruption || status.code() == StatusCode::kIoError;
}

class DamagedReader {
 public:
  DamagedReader(const Store& store, const Rows& expected, const std::multimap<std::string, std::string>& past)
      : store_(store), expected_(expected), past_(past) {}

  Reading Read() {
    std::set<std::string> channels;
    for (const auto& [row, text] : expected_) channels.insert(RowNameOf(row).channel);
    const auto listed = store_.Channels({.limit = kMaxPageSize});
    if (listed) {
      for (const std::string& channel : listed->channels) channels.insert(channel);
    } else if (!SaysDamaged(listed.status())) {
      Wrong("listing the channels answers " + listed.status().ToString());
    }
    for (const std::string& channel : channels) {
      ReadPage(channel);
      ReadRecords(channel);
    }
    for (const auto& [row, text] : expected_) ReadOne(row, text);
    return reading_;
  }

 private:
  void Wrong(std::string what) {
    if (reading_.wrong.empty()) reading_.wrong = std::move(what);
  }
  /// What a page holds must be right; what it lacks is found by ReadOne.
  void Compare(const std::string& row, const std::string& text) {
    paged_.insert(row);
    const auto expected = expected_.find(row);
    if (expected == expected_.end()) return IsOfThePast(row, text, " is there again");
    if (expected->second != text) IsOfThePast(row, text, " as it was before");
  }
  void IsOfThePast(const std::string& row, const std::string& text, const std::string& how) {
    const auto [first, last] = past_.equal_range(row);
    if (std::none_of(first, last, [&](const auto& one) { return one.second == text; })) {
      return Wrong(row + " has a text that it never had");
    }
    if (reading_.missing++ == 0) reading_.first_missing = row + how;
  }
  void ReadPage(const std::string& channel) {
    const auto page = store_.History(channel, {.limit = kMaxPageSize});
    if (!page) {
      if (!SaysDamaged(page.status())) Wrong("a page of " + channel + " answers " + page.status().ToString());
      return;
    }
    pages_.insert("m " + channel);
    for (const MessageView& message : *page) {
      Compare(MessageRow(channel, message.id()), TextOf(message.version().value, message.content()));
    }
  }
  void ReadRecords(const std::string& channel) {
    const auto page = store_.ListRecords(channel, {.limit = kMaxPageSize});
    if (!page) {
      if (!SaysDamaged(page.status())) Wrong("the records of " + channel + " answer " + page.status().ToString());
      return;
    }
    pages_.insert("r " + channel);
    for (const Record& record : page->records) {
      Compare(RecordRow(channel, record.key), TextOf(record.version.value, record.value));
    }
  }
  /// nullopt: it is not there.
  Result<std::optional<std::string>> TextIn(const RowName& name) const {
    if (name.kind == 'm') {
      auto message = store_.Get(name.channel, name.id);
      if (!message) return message.status();
      if (!*message) return std::optional<std::string>();
      return std::optional(TextOf((*message)->version().value, (*message)->content()));
    }
    if (name.kind == 'r') {
      auto record = store_.GetRecord(name.channel, name.name);
      if (!record) return record.status();
      if (!*record) return std::optional<std::string>();
      return std::optional(TextOf((*record)->version.value, (*record)->value));
    }
    auto bytes = ReadAttachment(store_, name.channel, name.id, name.name);
    if (bytes) return std::optional(*std::move(bytes));
    if (bytes.status().code() == StatusCode::kNotFound) return std::optional<std::string>();
    return bytes.status();
  }
  void ReadOne(const std::string& row, const std::string& expected) {
    const RowName name = RowNameOf(row);
    const auto text = TextIn(name);
    if (!text) {
      if (!SaysDamaged(text.status())) Wrong(row + " answers " + text.status().ToString());
      ++reading_.refused;
      return;
    }
    const bool left_out = pages_.contains(std::string(1, name.kind) + " " + name.channel) && !paged_.contains(row);
    if (!*text || left_out) {
      if (reading_.missing++ == 0) reading_.first_missing = row;
    } else if (**text != expected) {
      IsOfThePast(row, **text, " as it was before");
    } else {
      ++reading_.right;
    }
  }

  const Store& store_;
  const Rows& expected_;
  const std::multimap<std::string, std::string>& past_;
  std::set<std::string> pages_;  // "m channel", "r channel": those that could be read
  std::set<std::string> paged_;  // rows that they had
  Reading reading_;
};

}  // namespace

Reading ReadDamaged(const Store& store, const Rows& expected, const std::multimap<std::string, std::string>& past) {
  return DamagedReader(store, expected, past).Read();
}

}  // namespace rookery::torture
