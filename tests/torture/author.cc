#include "tests/torture/author.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace rookery::torture {
namespace {

using Kind = LostRun::Kind;

std::string NameOf(Durability durability) { return durability == Durability::kSync ? ", synced" : ""; }

}  // namespace

void Step::ApplyTo(Rows* rows) const {
  for (const RowChange& change : changes) {
    if (change.text) {
      (*rows)[change.row] = *change.text;
    } else {
      rows->erase(change.row);
    }
  }
}

Step Author::Write(Store* store) {
  using Way = Step (Author::*)(Store*);
  struct Weighted {
    std::uint64_t weight;
    Way way;
  };
  constexpr std::array<Weighted, 10> kWays{{{30, &Author::Post},
                                            {14, &Author::PostBatch},
                                            {12, &Author::Edit},
                                            {9, &Author::Delete},
                                            {10, &Author::Put},
                                            {4, &Author::DeleteRecord},
                                            {5, &Author::Attach},
                                            {2, &Author::Detach},
                                            {4, &Author::Sync},
                                            {1, &Author::Compact}}};
  std::uint64_t left = dice_.Below(91);
  for (const auto& [weight, way] : kWays) {
    if (left < weight) return (this->*way)(store);
    left -= weight;
  }
  return Post(store);
}

Step Author::Post(Store* store) {
  const std::string channel = AnyChannel();
  const std::string content = AnyContent();
  const Durability durability = AnyDurability();
  const auto id = store->Post({.channel = channel, .author = "ada", .content = content}, {.durability = durability});
  Step step{.what = "post to " + channel + NameOf(durability),
            .status = id.status(),
            .sync = durability == Durability::kSync,
            .changes = {}};
  if (id) step.changes.push_back({Kind::kMessages, MessageRow(channel, *id), TextOf(1, content)});
  return Done(std::move(step));
}

Step Author::PostBatch(Store* store) {
  const std::size_t count = 2 + dice_.Below(7);
  std::vector<std::pair<std::string, std::string>> texts;
  for (std::size_t i = 0; i < count; ++i) texts.emplace_back(AnyChannel(), AnyContent());
  std::vector<NewMessage> messages;
  for (const auto& [channel, content] : texts) {
    messages.push_back({.channel = channel, .author = "bob", .content = content});
  }
  const Durability durability = AnyDurability();
  const auto posted = store->PostBatch(messages, {.durability = durability});
  Step step{.what = "post a batch of " + std::to_string(count) + NameOf(durability),
            .status = posted.status(),
            .sync = durability == Durability::kSync,
            .changes = {}};
  if (posted) {
    for (std::size_t i = 0; i < count; ++i) {
      step.changes.push_back(
          {Kind::kMessages, MessageRow(texts[i].first, (*posted)[i].id), TextOf(1, texts[i].second)});
    }
  }
  return Done(std::move(step));
}

Step Author::Edit(Store* store) {
  const auto row = AnyRow("m ");
  if (!row) return Post(store);
  const RowName name = RowNameOf(*row);
  const std::string content = AnyContent();
  const Durability durability = AnyDurability();
  const auto version = store->Edit(name.channel, name.id, {.content = content}, {.durability = durability});
  return Done({.what = "edit " + *row + NameOf(durability),
               .status = version.status(),
               .sync = durability == Durability::kSync,
               .changes = {{Kind::kMessages, *row, TextOf(VersionOf(*row) + 1, content)}}});
}

Step Author::Delete(Store* store) {
  const auto row = AnyRow("m ");
  if (!row) return Post(store);
  const RowName name = RowNameOf(*row);
  const Durability durability = AnyDurability();
  Step step{.what = "delete " + *row + NameOf(durability),
            .status = {},
            .sync = durability == Durability::kSync,
            .changes = {}};
  step.status = store->Delete(name.channel, name.id, {.durability = durability}).status();
  step.changes.push_back({Kind::kDeletions, *row, std::nullopt});
  const std::string attachments = AttachmentRow(name.channel, name.id, "");
  for (auto at = rows_.lower_bound(attachments); at != rows_.end() && at->first.starts_with(attachments); ++at) {
    step.changes.push_back({Kind::kDeletions, at->first, std::nullopt});
  }
  return Done(std::move(step));
}

Step Author::Put(Store* store) {
  const std::string channel = AnyChannel();
  const std::string key = "key" + std::to_string(dice_.Below(5));
  const std::string value = AnyContent();
  const std::string row = RecordRow(channel, key);
  const Durability durability = AnyDurability();
  const auto version = store->Put(channel, key, value, {.durability = durability});
  return Done({.what = "put " + row + NameOf(durability),
               .status = version.status(),
               .sync = durability == Durability::kSync,
               .changes = {{Kind::kRecords, row, TextOf(VersionOf(row) + 1, value)}}});
}

Step Author::DeleteRecord(Store* store) {
  const auto row = AnyRow("r ");
  if (!row) return Put(store);
  const RowName name = RowNameOf(*row);
  const Durability durability = AnyDurability();
  const auto deleted = store->DeleteRecord(name.channel, name.name, {.durability = durability});
  return Done({.what = "delete " + *row + NameOf(durability),
               .status = deleted.status(),
               .sync = durability == Durability::kSync,
               .changes = {{Kind::kRecords, *row, std::nullopt}}});
}

Step Author::Attach(Store* store) {
  const auto row = options_.attachments ? AnyRow("m ") : std::nullopt;
  if (!row) return Post(store);
  const RowName name = RowNameOf(*row);
  const std::string attachment = "file" + std::to_string(dice_.Below(3));
  const std::string bytes = dice_.Bytes(1 + dice_.Below(60'000));
  const Durability durability = AnyDurability();
  Step step{.what = "attach " + attachment + " to " + *row + NameOf(durability),
            .status = {},
            .sync = durability == Durability::kSync,
            .changes = {}};
  step.changes.push_back({Kind::kMessages, AttachmentRow(name.channel, name.id, attachment), bytes});
  auto writer = store->PutAttachment(name.channel, name.id, attachment, {.if_exists = IfExists::kReplace});
  step.status = writer.status();
  if (writer) step.status = writer->Append(bytes);
  if (step.status.ok()) step.status = writer->Finish({.durability = durability}).status();
  return Done(std::move(step));
}

Step Author::Detach(Store* store) {
  const auto row = AnyRow("a ");
  if (!row) return Post(store);
  const RowName name = RowNameOf(*row);
  const Durability durability = AnyDurability();
  const auto deleted = store->DeleteAttachment(name.channel, name.id, name.name, {.durability = durability});
  return Done({.what = "delete " + *row + NameOf(durability),
               .status = deleted.status(),
               .sync = durability == Durability::kSync,
               .changes = {{Kind::kMessages, *row, std::nullopt}}});
}

Step Author::Sync(Store* store) { return Done({.what = "sync", .status = store->Sync(), .sync = true, .changes = {}}); }

Step Author::Compact(Store* store) {
  if (!options_.compactions) return Post(store);
  return Done({.what = "compact", .status = store->Compact(), .sync = false, .changes = {}});
}

std::string Author::AnyChannel() {
  static constexpr std::array<const char*, 6> kNames{"general", "random", "dm/ada", "dm/bob", "ops", "x"};
  return kNames.at(std::min(dice_.Below(kNames.size()), dice_.Below(kNames.size())));
}

std::string Author::AnyContent() {
  const std::string token = "#" + std::to_string(++token_) + " ";
  const std::size_t size = dice_.Below(dice_.OneIn(3) ? options_.largest : 100);
  return token + dice_.Bytes(dice_.OneIn(40) ? 20 * size : size);
}

std::optional<std::string> Author::AnyRow(const std::string& beginning) {
  const auto first = rows_.lower_bound(beginning);
  auto end = first;
  std::uint64_t count = 0;
  for (; end != rows_.end() && end->first.starts_with(beginning); ++end) ++count;
  if (count == 0) return std::nullopt;
  return std::next(first, static_cast<std::ptrdiff_t>(dice_.Below(count)))->first;
}

std::uint64_t Author::VersionOf(const std::string& row) const {
  const auto found = rows_.find(row);
  return found == rows_.end() ? 0 : std::stoull(found->second);
}

Step Author::Done(Step step) {
  step.ApplyTo(&rows_);
  for (const RowChange& change : step.changes) {
    if (change.text) past_.emplace(change.row, *change.text);
  }
  return step;
}

}  // namespace rookery::torture
