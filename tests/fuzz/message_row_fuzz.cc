// DecodeMessage: a view that is handed out can be read whole, and written again.
#include <array>

#include "codec/message_codec.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/sealed_row.h"

using rookery::Attribute;
using rookery::MessageId;
using rookery::MessageView;
using rookery::Timestamp;
using rookery::testing::FuzzCheck;
using rookery::testing::FuzzRead;

namespace codec = rookery::codec;

namespace {

void ReadAll(const MessageView& view) {
  FuzzRead(view.author());
  FuzzRead(view.content());
  FuzzRead(view.nonce());
  for (const Attribute& attribute : view.attributes()) {
    FuzzRead(attribute.name);
    FuzzRead(attribute.value);
  }
  FuzzCheck(!view.attribute("no such name") || !view.attributes().empty(), "an attribute is one of the attributes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // With a checksum that fits, or nothing would come to what is behind it.
  const rookery::testing::SealedRow sealed(rookery::testing::FuzzInput(data, size));
  const std::string_view input = sealed.view();
  const auto view = codec::DecodeMessage(input, MessageId{1}, Timestamp{});
  if (!view) return 0;
  FuzzCheck(!codec::IsNewerFormat(input), "a newer format is not decoded");
  ReadAll(*view);
  std::vector<Attribute> storage;
  codec::RowEncoder encoder;
  const std::string again(encoder.EncodeMessage(codec::FieldsOf(*view, &storage)));
  const auto copy = codec::DecodeMessage(again, MessageId{1}, Timestamp{});
  FuzzCheck(copy.has_value(), "what was decoded can be written again");
  FuzzCheck(copy->author() == view->author() && copy->content() == view->content() && copy->nonce() == view->nonce() &&
                copy->attributes() == view->attributes() && copy->created_at() == view->created_at() &&
                copy->edited_at() == view->edited_at() && copy->version() == view->version() &&
                copy->flags() == view->flags() && copy->reply_to() == view->reply_to() &&
                copy->attachment_count() == view->attachment_count(),
            "writing it again changes nothing");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  codec::RowEncoder encoder;
  const std::array attributes{Attribute{"color", "red"}, Attribute{"shape", ""}, Attribute{"size", "large"}};
  std::vector<std::string> seeds;
  seeds.emplace_back(encoder.EncodeMessage({}));
  seeds.emplace_back(encoder.EncodeMessage({.author = "ada", .content = "hello"}));
  seeds.emplace_back(encoder.EncodeMessage({.content = "pinned", .attributes = attributes, .flags = 8}));
  seeds.emplace_back(encoder.EncodeMessage({.author = "ada",
                                            .content = "a longer text, so that there is something to point into",
                                            .reply_to = MessageId{7},
                                            .nonce = "nonce",
                                            .nonce_remembered = true,
                                            .attributes = attributes,
                                            .created_at = Timestamp{std::chrono::milliseconds{1}},
                                            .edited_at = Timestamp{std::chrono::milliseconds{2}},
                                            .version = 2,
                                            .flags = 3,
                                            .attachment_count = 4}));
  return seeds;
}
