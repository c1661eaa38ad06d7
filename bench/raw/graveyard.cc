#include "bench/raw/graveyard.h"

#include <optional>
#include <string>
#include <vector>

#include "bench/contender.h"
#include "bench/raw/encoded_chat.h"
#include "bench/raw/rocksdb_store.h"
#include "bench/workload.h"
#include "codec/key_format.h"

namespace rookery::bench {
namespace {

constexpr std::uint32_t kShard = 0;

class RocksDbGraveyard final : public Graveyard {
 public:
  explicit RocksDbGraveyard(const Ground& ground)
      : ground_(ground), first_(codec::ChannelPrefix(codec::KeyKind::kMessage, "graveyard")) {
    end_ = codec::PrefixEnd(first_);
    store_.emplace(ground.directory, kShards);
  }

  void Post(std::size_t message) override {
    store_->Put(kShard, KeyOf(message), ground_.workload.encoded.value_of(message));
    store_->Commit();
  }
  void Delete(std::size_t message) override { store_->DeleteNow(kShard, KeyOf(message)); }
  std::size_t ReadLatest() override { return store_->ReadPage(kShard, first_, end_, kScrollLimit).size(); }
  void Reopen() override {
    store_->Close();
    store_.emplace(ground_.directory, kShards);
  }

 private:
  static std::string KeyOf(std::size_t message) {
    return codec::MessageKeyOf("graveyard", MessageId{(std::uint64_t{message} + 1) << MessageId::kTimeShift});
  }

  const Ground& ground_;
  const std::string first_;
  std::string end_;
  std::optional<RocksDbStore> store_;
};

}  // namespace

std::unique_ptr<Graveyard> MakeRocksDbGraveyard(const Ground& ground) {
  return std::make_unique<RocksDbGraveyard>(ground);
}

}  // namespace rookery::bench
