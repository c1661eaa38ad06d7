// Keys: from where they come, and what is derived from them.
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/descriptor.h"
#include "base/macros.h"
#include "base/write_all.h"
#include "crypto/hex.h"
#include "crypto/key_material.h"
#include "crypto/random_bytes.h"
#include "rookery/encryption.h"

namespace rookery {
namespace {

using KeyBytes = crypto::Secret<EncryptionKey::kBytes>;

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMostFileBytes = 4096;
constexpr std::string_view kSpace = " \t\r\n";

/// HMAC-SHA-256 of the key over a text: one-way, and different for each purpose.
bool Derive(const KeyBytes& key, std::string_view purpose, KeyBytes* derived) {
  unsigned int size = 0;
  const auto* text = reinterpret_cast<const unsigned char*>(purpose.data());
  return HMAC(EVP_sha256(), key.data(), static_cast<int>(KeyBytes::size()), text, purpose.size(), derived->data(),
              &size) != nullptr &&
         size == KeyBytes::size();
}

Result<std::shared_ptr<const EncryptionKey::Material>> MaterialOf(const KeyBytes& bytes) {
  auto material = std::make_shared<EncryptionKey::Material>();
  material->bytes = bytes;
  KeyBytes id;
  if (!Derive(bytes, "rookery file header 1", &material->wrapper) || !Derive(bytes, "rookery key id 1", &id)) {
    return Status(StatusCode::kUnavailable, "OpenSSL cannot compute HMAC-SHA-256; check its installation");
  }
  material->id = id.view().substr(0, kIdBytes);
  return std::shared_ptr<const EncryptionKey::Material>(std::move(material));
}

/// Not by way of a text, which would have to be wiped.
bool ReadHex(std::string_view hex, KeyBytes* bytes) {
  for (std::size_t i = 0; i < KeyBytes::size(); ++i) {
    const char* const digits = hex.data() + 2 * i;
    const auto [end, error] = std::from_chars(digits, digits + 2, bytes->data()[i], 16);
    if (error != std::errc{} || end != digits + 2) return false;
  }
  return true;
}

constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

bool IsHex(std::string_view text) { return text.find_first_not_of(kHexDigits) == std::string_view::npos; }

/// Whether somebody has given the key in the place of its file. No message repeats that.
bool LooksLikeKey(const std::filesystem::path& path) {
  const std::string name = path.string();
  return name.size() == 2 * EncryptionKey::kBytes && IsHex(name);
}

/// "the key file chat.key".
std::string NameOf(const std::filesystem::path& path) {
  return "the key file" + (LooksLikeKey(path) ? std::string() : " " + path.string());
}

Status KeyForFile() {
  return {
      StatusCode::kInvalidArgument,
      "the name of a key file was asked for, and what was given looks like the key itself: it should not stand in a "
      "command, where others can see it. Put it into a file of mode 0600, and give the name of that"};
}

Status SystemError(int error, std::string_view what, const std::filesystem::path& path) {
  const StatusCode code = error == EACCES || error == EPERM || error == EROFS ? StatusCode::kPermission
                          : error == ENOSPC || error == EDQUOT                ? StatusCode::kNoSpace
                                                                              : StatusCode::kIoError;
  return {code, "cannot " + std::string(what) + " " + NameOf(path) + ": " + std::generic_category().message(error)};
}

/// As `status`, with what it is about.
Status About(const std::string& what, const Status& status) {
  return {status.code(), what + ": " + std::string(status.message())};
}

}  // namespace

Result<EncryptionKey> EncryptionKey::Parse(std::string_view text) {
  constexpr std::string_view kWanted = "a key is 32 bytes, or 64 hexadecimal digits";
  KeyBytes bytes;
  if (text.size() == kBytes && IsHex(text)) {
    return Status(StatusCode::kInvalidArgument,
                  "it has 32 hexadecimal digits, as the id of a key has, or half of one; " + std::string(kWanted));
  }
  if (text.size() == kBytes) {
    std::memcpy(bytes.data(), text.data(), kBytes);
  } else {
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos)
      return Status(StatusCode::kInvalidArgument, "it is empty; " + std::string(kWanted));
    const std::string_view hex = text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
    if (hex.size() != 2 * kBytes) {
      return Status(StatusCode::kInvalidArgument,
                    "it has " + std::to_string(hex.size()) + " characters; " + std::string(kWanted));
    }
    if (!ReadHex(hex, &bytes)) {
      return Status(StatusCode::kInvalidArgument,
                    "not all of its characters are hexadecimal digits; " + std::string(kWanted));
    }
  }
  RK_ASSIGN_OR_RETURN(auto material, MaterialOf(bytes));
  return EncryptionKey(std::move(material));
}

Result<EncryptionKey> EncryptionKey::FromFile(const std::filesystem::path& path) {
  const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid() && LooksLikeKey(path)) return KeyForFile();
  if (!file.valid()) return SystemError(errno, "open", path);
  struct stat state {};
  if (::fstat(file.get(), &state) != 0) return SystemError(errno, "look at", path);
  if (!S_ISREG(state.st_mode)) {
    return Status(StatusCode::kInvalidArgument, NameOf(path) + " is not a file; give one");
  }
  if ((state.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Status(StatusCode::kPermission,
                  NameOf(path) + " can be read or written by others than its owner; chmod 600 it");
  }
  std::string text(kMostFileBytes, '\0');
  const crypto::WipedAtEnd wiped(&text);
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size < 0) return SystemError(errno, "read", path);
  Result<EncryptionKey> key = Parse(std::string_view(text.data(), static_cast<std::size_t>(size)));
  return key ? std::move(key) : About(NameOf(path), key.error());
}

Result<EncryptionKey> EncryptionKey::FromEnvironment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) {
    return Status(StatusCode::kInvalidArgument, "the environment variable " + name + " is not set; put a key into it");
  }
  Result<EncryptionKey> key = Parse(value);
  return key ? std::move(key) : About("the key in the environment variable " + name, key.error());
}

Result<EncryptionKey> EncryptionKey::New() {
  KeyBytes bytes;
  if (!crypto::FillWithRandom(bytes.data(), KeyBytes::size())) {
    return Status(StatusCode::kUnavailable, "the system has no random bytes for a key; try again");
  }
  RK_ASSIGN_OR_RETURN(auto material, MaterialOf(bytes));
  return EncryptionKey(std::move(material));
}

Status EncryptionKey::WriteNewFile(const std::filesystem::path& path) const {
  if (LooksLikeKey(path)) return KeyForFile();
  const base::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.valid() && errno == EEXIST) {
    return {StatusCode::kAlreadyExists,
            path.string() + " exists, and may be a key that a store needs; choose another name"};
  }
  if (!file.valid()) return SystemError(errno, "create", path);
  std::string text = crypto::ToHex(material_->bytes.view());
  text.reserve(text.size() + 1);
  const crypto::WipedAtEnd wiped(&text);
  text += '\n';
  if (base::WriteAll(file.get(), text) && ::fsync(file.get()) == 0) {
    std::filesystem::path above = path.parent_path();
    const base::Descriptor directory(::open(above.empty() ? "." : above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() < 0 || ::fsync(directory.get()) == 0) return {};
  }
  const int error = errno;
  ::unlink(path.c_str());
  return SystemError(error, "write", path);
}

std::string EncryptionKey::id() const { return crypto::ToHex(material_->id); }

}  // namespace rookery
