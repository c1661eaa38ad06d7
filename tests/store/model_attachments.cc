// The model test's operations on attachments.

#include <algorithm>
#include <string>

#include "tests/store/model_fixture.h"

namespace rookery::testing {

void ModelTest::DoAttach() {
  const std::string& channel = AnyChannel();
  const MessageId id = AnyId(channel);
  ModelMessage* model = model_.Find(channel, id);
  const std::string name = "f" + std::to_string(Below(3));
  const bool replace = Below(2) == 0;
  const auto begin = [&] {
    return store().PutAttachment(channel, id, name, {.if_exists = replace ? IfExists::kReplace : IfExists::kFail});
  };
  auto writer = Patiently(begin);
  if (model == nullptr || (!replace && model->attachments.contains(name))) {
    EXPECT_CODE(writer, model == nullptr ? StatusCode::kNotFound : StatusCode::kAlreadyExists);
    return;
  }
  ASSERT_OK(writer);
  // The upload has an id of the same generator, which nobody sees: of now, or next to the last.
  const auto now = static_cast<std::uint64_t>((clock().Now() - options_.ids.epoch).count());
  highest_made_ = std::max(highest_made_, MessageId{now << MessageId::kTimeShift});
  // Most are small; some have a second chunk.
  std::string bytes = AnyText();
  if (Below(500) == 0) bytes.resize((std::size_t{1} << 20) + Below(1000), 'z');
  ASSERT_OK(writer->Append(bytes));
  if (Below(8) == 0) return;  // abandoned
  if (Below(16) == 0) {
    ASSERT_OK(store().Delete(channel, id));
    model_.Delete(channel, id);
    EXPECT_CODE(writer->Finish(), StatusCode::kNotFound);
    return;
  }
  ASSERT_OK(writer->Finish());
  model->attachments[name] = bytes;
}

void ModelTest::DoDetach() {
  const std::string& channel = AnyChannel();
  const MessageId id = AnyId(channel);
  ModelMessage* model = model_.Find(channel, id);
  const std::string name = "f" + std::to_string(Below(3));
  const auto deleted = store().DeleteAttachment(channel, id, name);
  ASSERT_OK(deleted);
  EXPECT_EQ(*deleted, model != nullptr && model->attachments.erase(name) > 0);
}

void ModelTest::DoReadAttachments() {
  const std::string& channel = AnyChannel();
  const MessageId id = AnyId(channel);
  const ModelMessage* model = model_.Find(channel, id);
  const auto infos = store().ListAttachments(channel, id);
  ASSERT_OK(infos);
  ASSERT_EQ(infos->size(), model == nullptr ? 0 : model->attachments.size());
  if (model == nullptr) return;
  auto info = infos->begin();
  for (const auto& [name, bytes] : model->attachments) {
    EXPECT_EQ(info->name, name);
    EXPECT_EQ(info++->size, bytes.size());
    auto reader = store().GetAttachment(channel, id, name);
    ASSERT_OK(reader);
    ASSERT_TRUE(reader->has_value());
    std::string read(bytes.size() + 1, '\0');
    const auto count = (*reader)->Read(read);
    ASSERT_OK(count);
    read.resize(*count);
    EXPECT_TRUE(read == bytes) << channel << ' ' << id << ' ' << name;
  }
}

}  // namespace rookery::testing
