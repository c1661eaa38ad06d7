#include "admin/import/mail_body.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/import/charset.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

constexpr int kMaxParts = 1000;
constexpr std::size_t kMaxAttachments = 100;

/// The part's bytes, transfer encoding undone.
std::string DecodedBytes(GMimePart* part) {
  GMimeDataWrapper* const content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  GMimeStream* const stream = g_mime_stream_mem_new();
  g_mime_data_wrapper_write_to_stream(content, stream);
  const GByteArray* const bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
  std::string text(reinterpret_cast<const char*>(bytes->data), bytes->len);
  g_object_unref(stream);
  return text;
}

/// Lines end with "\n", and none are blank at the end.
void Tidy(std::string* text) {
  std::size_t to = 0;
  for (std::size_t from = 0; from < text->size(); ++from) {
    const bool before_newline = (*text)[from] == '\r' && from + 1 < text->size() && (*text)[from + 1] == '\n';
    if (!before_newline) (*text)[to++] = (*text)[from];
  }
  text->resize(to);
  text->resize(text->find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0
}

/// The part's text in UTF-8. Without a character set, or with one that nobody knows, the bytes stay as they are.
std::string DecodedText(GMimePart* part) {
  std::string bytes = DecodedBytes(part);
  const char* const charset = g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "charset");
  const bool plain =
      charset == nullptr || EqualsIgnoringCase(charset, "utf-8") || EqualsIgnoringCase(charset, "us-ascii");
  if (!plain) {
    if (auto text = ToUtf8(bytes, charset)) bytes = *std::move(text);
  }
  Tidy(&bytes);
  return bytes;
}

bool IsAttachment(GMimeObject* part) {
  const char* const disposition = g_mime_object_get_disposition(part);
  return disposition != nullptr && EqualsIgnoringCase(disposition, "attachment");
}

class BodyReader {
 public:
  void Visit(GMimeObject* object) {
    GMimeContentType* const type = g_mime_object_get_content_type(object);
    const bool plain = g_mime_content_type_is_type(type, "text", "plain") != 0;
    const bool html = g_mime_content_type_is_type(type, "text", "html") != 0;
    if (!GMIME_IS_PART(object) || IsAttachment(object) || (!plain && !html)) return AddAttachment(object, type);
    if (plain) AddPlain(DecodedText(GMIME_PART(object)));
    if (html && html_.empty()) html_ = DecodedText(GMIME_PART(object));
  }

  MailBody Finish() {
    const bool is_html = !has_plain_ && !html_.empty();
    return {is_html ? std::move(html_) : std::move(plain_), is_html, attachments_.empty() ? "" : attachments_.dump()};
  }

 private:
  void AddPlain(const std::string& text) {
    if (has_plain_ && !text.empty()) plain_ += "\n";
    plain_ += text;
    has_plain_ = true;
  }

  void AddAttachment(GMimeObject* object, GMimeContentType* type) {
    if (attachments_.size() == kMaxAttachments) return;
    const char* const name = GMIME_IS_PART(object) ? g_mime_part_get_filename(GMIME_PART(object)) : nullptr;
    gchar* const mime = g_mime_content_type_get_mime_type(type);
    nlohmann::ordered_json entry;
    entry["name"] = name != nullptr && IsUtf8(name) ? std::string_view(name).substr(0, 255) : "";
    entry["type"] = IsUtf8(mime) ? std::string_view(mime).substr(0, 255) : "";
    g_free(mime);
    attachments_.push_back(std::move(entry));
  }

  std::string plain_;
  std::string html_;
  bool has_plain_ = false;
  nlohmann::ordered_json attachments_ = nlohmann::ordered_json::array();
};

}  // namespace

MailBody ReadMailBody(GMimeObject* root) {
  BodyReader reader;
  std::vector<GMimeObject*> waiting;
  if (root != nullptr) waiting.push_back(root);
  for (int visited = 0; !waiting.empty() && visited < kMaxParts; ++visited) {
    GMimeObject* const object = waiting.back();
    waiting.pop_back();
    if (!GMIME_IS_MULTIPART(object)) {
      reader.Visit(object);
      continue;
    }
    GMimeMultipart* const parts = GMIME_MULTIPART(object);
    for (int i = g_mime_multipart_get_count(parts); i-- > 0;) waiting.push_back(g_mime_multipart_get_part(parts, i));
  }
  return reader.Finish();
}

}  // namespace rookery::admin
