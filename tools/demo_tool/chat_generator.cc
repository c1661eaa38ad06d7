#include "chat_generator.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "rookery/options.h"
#include "rookery/types.h"

namespace rookery::demo {
namespace {

using Random = std::mt19937_64;

constexpr Timestamp kBegin{std::chrono::milliseconds{1'704'067'200'000}};  // 2024-01-01
constexpr std::uint64_t kMostGapMilliseconds = 20'000;
constexpr std::uint64_t kWords = 3'000;
constexpr std::uint64_t kReplyOneIn = 8;
constexpr std::array<const char*, 24> kSyllables = {"an", "ar", "bel", "co",  "da", "en",  "fi",  "go",
                                                    "ha", "in", "ka",  "le",  "mi", "nor", "on",  "pe",
                                                    "ra", "se", "ta",  "tor", "un", "ver", "wil", "zo"};

/// Up to `limit`, exclusive. Not a std distribution: those differ between libraries.
std::uint64_t Below(std::uint64_t limit, Random* random) { return (*random)() % limit; }

/// Rank 0 is the most frequent, rank n has 1 / (n + 1) of its share.
class Zipf {
 public:
  explicit Zipf(std::uint64_t ranks) {
    double sum = 0;
    for (std::uint64_t rank = 0; rank < ranks; ++rank) sums_.push_back(sum += 1.0 / static_cast<double>(rank + 1));
  }

  std::uint64_t Draw(Random* random) const {
    const double point = static_cast<double>((*random)() >> 11) * 0x1.0p-53 * sums_.back();
    return static_cast<std::uint64_t>(std::upper_bound(sums_.begin(), sums_.end(), point) - sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

std::string MakeWord(Random* random) {
  std::string word;
  for (std::uint64_t syllables = 1 + Below(3, random); syllables > 0; --syllables) {
    word += kSyllables[Below(kSyllables.size(), random)];
  }
  return word;
}

class ChatGenerator {
 public:
  explicit ChatGenerator(const ChatOptions& options)
      : random_(options.seed), channel_(options.channels), author_(options.authors), word_(kWords) {
    for (std::uint64_t i = 0; i < kWords; ++i) words_.push_back(MakeWord(&random_));
    last_ids_.resize(options.channels);
  }

  nlohmann::ordered_json Next() {
    time_ += std::chrono::milliseconds{1 + Below(kMostGapMilliseconds, &random_)};
    const std::uint64_t channel = channel_.Draw(&random_);
    const std::uint64_t author = author_.Draw(&random_);
    const std::string id = std::to_string(IdAt(time_));
    nlohmann::ordered_json message{{"channel", words_[channel] + "-" + std::to_string(channel)},
                                   {"id", id},
                                   {"author", words_[author] + std::to_string(author)}};
    const bool reply = !last_ids_[channel].empty() && Below(kReplyOneIn, &random_) == 0;
    if (reply) message["reply_to"] = last_ids_[channel];
    message["content"] = Sentence();
    last_ids_[channel] = id;
    return message;
  }

 private:
  static std::uint64_t IdAt(Timestamp time) {
    const auto since_epoch = time - IdOptions{}.epoch;
    return static_cast<std::uint64_t>(since_epoch.count()) << MessageId::kTimeShift;
  }

  std::string Sentence() {
    std::string sentence;
    for (std::uint64_t words = 1 + Below(24, &random_); words > 0; --words) {
      sentence += (sentence.empty() ? "" : " ") + words_[word_.Draw(&random_)];
    }
    return sentence;
  }

  Random random_;
  Zipf channel_;
  Zipf author_;
  Zipf word_;
  std::vector<std::string> words_;
  std::vector<std::string> last_ids_;
  Timestamp time_ = kBegin;
};

}  // namespace

void GenerateChat(const ChatOptions& options, std::ostream& out) {
  ChatGenerator generator(options);
  for (std::uint64_t i = 0; i < options.messages && out; ++i) out << generator.Next().dump() << '\n';
}

}  // namespace rookery::demo
