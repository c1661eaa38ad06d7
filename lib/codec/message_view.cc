// The accessors of rookery::MessageView: each reads one field of the verified table that the view points to. A view
// that was made by default has no table and answers as a message without fields would.
#include "codec/row_access.h"
#include "rookery/message.h"

namespace rookery {
namespace {

const codec::row::Message* TableOf(std::string_view value) {
  return value.empty() ? nullptr : &codec::TableIn<codec::row::Message>(value.data());
}

}  // namespace

std::string_view MessageView::author() const noexcept {
  const auto* table = TableOf(encoded());
  return table == nullptr ? std::string_view{} : codec::BytesOf(table->author());
}

std::string_view MessageView::content() const noexcept {
  const auto* table = TableOf(encoded());
  return table == nullptr ? std::string_view{} : codec::BytesOf(table->content());
}

std::optional<MessageId> MessageView::reply_to() const noexcept {
  const auto* table = TableOf(encoded());
  if (table == nullptr || table->reply_to() == 0) return std::nullopt;
  return MessageId{table->reply_to()};
}

std::string_view MessageView::nonce() const noexcept {
  const auto* table = TableOf(encoded());
  return table == nullptr ? std::string_view{} : codec::BytesOf(table->nonce());
}

bool MessageView::nonce_remembered() const noexcept {
  const auto* table = TableOf(encoded());
  return table != nullptr && table->nonce_remembered();
}

Timestamp MessageView::created_at() const noexcept {
  const auto* table = TableOf(encoded());
  return table == nullptr ? id_time_ : codec::TimeOf(table->created_at()).value_or(id_time_);
}

std::optional<Timestamp> MessageView::edited_at() const noexcept {
  const auto* table = TableOf(encoded());
  return table == nullptr ? std::nullopt : codec::TimeOf(table->edited_at());
}

Version MessageView::version() const noexcept {
  const auto* table = TableOf(encoded());
  return table == nullptr ? Version{1} : Version{table->version()};
}

std::uint32_t MessageView::flags() const noexcept {
  const auto* table = TableOf(encoded());
  return table == nullptr ? 0 : table->flags();
}

std::uint32_t MessageView::attachment_count() const noexcept {
  const auto* table = TableOf(encoded());
  return table == nullptr ? 0 : table->attachment_count();
}

std::vector<Attribute> MessageView::attributes() const {
  const auto* table = TableOf(encoded());
  if (table == nullptr || table->attributes() == nullptr) return {};
  std::vector<Attribute> attributes;
  attributes.reserve(table->attributes()->size());
  for (const codec::row::Attribute* attribute : *table->attributes()) {
    attributes.push_back({codec::BytesOf(attribute->name()), codec::BytesOf(attribute->value())});
  }
  return attributes;
}

std::optional<std::string_view> MessageView::attribute(std::string_view name) const noexcept {
  const auto* table = TableOf(encoded());
  if (table == nullptr || table->attributes() == nullptr) return std::nullopt;
  for (const codec::row::Attribute* attribute : *table->attributes()) {
    if (codec::BytesOf(attribute->name()) == name) return codec::BytesOf(attribute->value());
  }
  return std::nullopt;
}

MessageView::Fields MessageView::fields() const noexcept {
  const auto* table = TableOf(encoded());
  if (table == nullptr) return {.created_at = id_time_};
  return {.author = codec::BytesOf(table->author()),
          .content = codec::BytesOf(table->content()),
          .nonce = codec::BytesOf(table->nonce()),
          .reply_to = MessageId{table->reply_to()},
          .created_at = codec::TimeOf(table->created_at()).value_or(id_time_),
          .edited_at = codec::TimeOf(table->edited_at()),
          .version = Version{table->version()},
          .flags = table->flags(),
          .has_attributes = table->attributes() != nullptr};
}

}  // namespace rookery
