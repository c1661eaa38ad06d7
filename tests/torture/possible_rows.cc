#include "tests/torture/possible_rows.h"

#include <algorithm>
#include <utility>

namespace rookery::torture {
namespace {

using Kind = ScriptStep::Kind;

std::uint64_t VersionOf(const std::optional<std::string>& text) { return text ? std::stoull(*text) : 0; }

/// Of a message's text, as TextOf makes it.
std::string TokenIn(const std::string& text) {
  const std::size_t begin = text.find(':') + 1;
  return text.substr(begin, text.find(' ', begin) - begin);
}

std::string Shortened(const std::string& text) {
  constexpr std::size_t kMost = 40;
  return text.size() <= kMost ? text : text.substr(0, kMost) + "...";
}

std::string WordsFor(const std::set<std::optional<std::string>>& texts) {
  std::string words;
  for (const auto& text : texts) words += (words.empty() ? "" : " or ") + (text ? Shortened(*text) : "nothing");
  return words;
}

}  // namespace

void PossibleRows::Take(const StepOutcome& outcome) {
  if (outcome.kind == StepOutcome::Kind::kBegun) {
    begun_ = outcome.step;
    return;
  }
  begun_.reset();
  if (outcome.kind == StepOutcome::Kind::kDone) Done(outcome);
  // Of what retention removes batch by batch some may be gone.
  const bool in_part = script_[outcome.step].kind == Kind::kTrim;
  if (outcome.kind == StepOutcome::Kind::kFailed || (outcome.kind == StepOutcome::Kind::kRefused && in_part)) {
    Failed(outcome.step);
  }
}

void PossibleRows::End() {
  if (begun_) Failed(*begun_);
  begun_.reset();
}

std::string PossibleRows::MessageOf(std::size_t step, std::size_t i) const {
  return "m " + script_[step].channel + " " + TokenOf(step, i);
}

std::string PossibleRows::AttachmentOf(const ScriptStep& step) const {
  return "a " + script_[step.target].channel + " " + TokenOf(step.target, 0) + " " + step.name;
}

PossibleRows::Texts& PossibleRows::TextsOf(const std::string& row) {
  return rows_.try_emplace(row, Texts{std::nullopt}).first->second;
}

std::optional<MessageId> PossibleRows::IdOf(std::size_t step) const {
  const auto found = ids_.find(MessageOf(step, 0));
  if (found == ids_.end() || rows_.at(found->first).contains(std::nullopt)) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> PossibleRows::LastDone(Kind kind) const {
  const auto found = done_.find(kind);
  return found == done_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<PossibleRows::Change> PossibleRows::ChangesOf(std::size_t step) const {
  const ScriptStep& what = script_[step];
  std::vector<Change> changes;
  switch (what.kind) {
    case Kind::kPost:
    case Kind::kBatch:
    case Kind::kLoad:
      for (std::size_t i = 0; i < what.count; ++i) {
        changes.push_back({.row = MessageOf(step, i), .content = ContentOf(script_, step, i)});
      }
      break;
    case Kind::kEdit:
      changes.push_back({.row = MessageOf(what.target, 0), .content = ContentOf(script_, step, 0), .creates = false});
      break;
    case Kind::kDelete: {
      changes.push_back({.row = MessageOf(what.target, 0), .content = std::nullopt});
      ScriptStep attachments = what;
      attachments.name = "";
      const std::string beginning = AttachmentOf(attachments);
      for (auto at = rows_.lower_bound(beginning); at != rows_.end() && at->first.starts_with(beginning); ++at) {
        changes.push_back({.row = at->first, .content = std::nullopt});
      }
      break;
    }
    case Kind::kPut:
      changes.push_back({.row = RecordRow(what.channel, what.name), .content = ContentOf(script_, step, 0)});
      break;
    case Kind::kDeleteRecord:
      changes.push_back({.row = RecordRow(what.channel, what.name), .content = std::nullopt});
      break;
    case Kind::kAttach:
      changes.push_back({.row = AttachmentOf(what), .content = ContentOf(script_, step, 0), .versioned = false});
      break;
    case Kind::kDetach:
      changes.push_back({.row = AttachmentOf(what), .content = std::nullopt});
      break;
    default:
      break;
  }
  return changes;
}

std::vector<PossibleRows::Change> PossibleRows::TrimmedBy(const ScriptStep& step, bool surely) const {
  // From the newest on: so many there are at most, or at least. Only single posts are in that channel.
  std::size_t newer = 0;
  std::vector<Change> trimmed;
  for (std::size_t i = script_.size(); i-- > 0;) {
    const auto found = script_[i].channel == step.channel ? rows_.find(MessageOf(i, 0)) : rows_.end();
    if (found == rows_.end()) continue;
    if (newer >= step.count) trimmed.push_back({.row = found->first, .content = std::nullopt});
    const bool certain = !found->second.contains(std::nullopt);
    if (!surely || certain) ++newer;
  }
  return trimmed;
}

void PossibleRows::Done(const StepOutcome& outcome) {
  const ScriptStep& step = script_[outcome.step];
  ++acknowledged_;
  done_[step.kind] = outcome.step;
  if (step.kind == Kind::kTrim) {
    for (const Change& change : TrimmedBy(step, /*surely=*/false)) TextsOf(change.row).insert(std::nullopt);
    for (const Change& change : TrimmedBy(step, /*surely=*/true)) TextsOf(change.row) = {std::nullopt};
    return;
  }
  const bool told_version = step.kind == Kind::kEdit || step.kind == Kind::kPut;
  const std::vector<Change> changes = ChangesOf(outcome.step);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Change& change = changes[i];
    std::optional<std::string> text = change.content;
    if (text && change.versioned) text = TextOf(told_version ? outcome.answers.at(0) : 1, *text);
    TextsOf(change.row) = {std::move(text)};
    if (step.kind == Kind::kPost || step.kind == Kind::kBatch) ids_[change.row] = MessageId{outcome.answers.at(i)};
  }
}

void PossibleRows::Failed(std::size_t step) {
  const ScriptStep& what = script_[step];
  if (what.kind == Kind::kTrim) {
    for (const Change& change : TrimmedBy(what, /*surely=*/false)) TextsOf(change.row).insert(std::nullopt);
    return;
  }
  const std::vector<Change> changes = ChangesOf(step);
  for (const Change& change : changes) {
    Texts& texts = TextsOf(change.row);
    const Texts before = texts;
    for (const auto& text : before) {
      if (!change.content || !change.versioned) texts.insert(change.content);
      if (!change.content || !change.versioned || (!text && !change.creates)) continue;
      texts.insert(TextOf(VersionOf(text) + 1, *change.content));
    }
  }
  if (changes.size() < 2 || what.kind == Kind::kDelete) return;
  std::vector<std::string>& rows = all_or_none_.emplace_back();
  for (const Change& change : changes) rows.push_back(change.row);
}

std::string PossibleRows::Check(const Rows& found) const {
  Rows by_token;
  std::map<std::string, std::string> tokens;  // by channel and id, as in the rows of attachments
  for (const auto& [row, text] : found) {
    if (row.front() != 'm') continue;
    const RowName name = RowNameOf(row);
    const std::string key = "m " + name.channel + " " + TokenIn(text);
    if (!by_token.emplace(key, text).second) return key + " is there twice";
    tokens[row.substr(2)] = key.substr(2);
    const auto id = ids_.find(key);
    if (id != ids_.end() && id->second != name.id) return key + " has another id than was answered";
  }
  for (const auto& [row, text] : found) {
    if (row.front() == 'r') by_token[row] = text;
    if (row.front() != 'a') continue;
    const std::size_t name = row.rfind(' ');
    const auto owner = tokens.find(row.substr(2, name - 2));
    if (owner == tokens.end()) return row + " is there without its message";
    by_token["a " + owner->second + row.substr(name)] = text;
  }
  for (const auto& [row, texts] : rows_) {
    const auto at = by_token.find(row);
    const std::optional<std::string> text = at == by_token.end() ? std::nullopt : std::optional(at->second);
    if (texts.contains(text)) continue;
    return row + " is " + (text ? Shortened(*text) : "not there") + ", and should be " + WordsFor(texts);
  }
  for (const auto& [row, text] : by_token) {
    if (!rows_.contains(row)) return row + " is there, with " + Shortened(text) + ", and should not be";
  }
  for (const auto& rows : all_or_none_) {
    const auto there = static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [&](const std::string& row) { return by_token.contains(row); }));
    if (there != 0 && there != rows.size()) return "of a batch that failed only a part is there, such as " + rows[0];
  }
  return "";
}

}  // namespace rookery::torture
