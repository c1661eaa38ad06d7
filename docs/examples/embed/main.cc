// The smallest application: opens a store, posts into a channel, reads the channel's history and prints it.
#include <iostream>

#include "rookery/store.h"

namespace {

rookery::Status Chat(const char* path) {
  rookery::Result<rookery::Store> store = rookery::Store::Open(path, {.routing = rookery::HashRouting{.shards = 4}});
  if (!store) return store.status();

  const rookery::Result<rookery::MessageId> hello =
      store->Post({.channel = "general", .author = "ada", .content = "hello"});
  if (!hello) return hello.status();
  const rookery::Result<rookery::MessageId> reply =
      store->Post({.channel = "general", .author = "grace", .content = "hello, ada", .reply_to = *hello});
  if (!reply) return reply.status();

  // A page owns its memory: it stays valid whatever happens to the store.
  const rookery::Result<rookery::Page> page =
      store->History("general", {.limit = 50, .order = rookery::Order::kOldestFirst});
  if (!page) return page.status();
  for (const rookery::MessageView& message : *page) {
    std::cout << message.author() << ": " << message.content() << '\n';
  }
  return store->Close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: embed STORE\n";
    return 2;
  }
  const rookery::Status status = Chat(argv[1]);
  if (!status.ok()) std::cerr << "embed: " << status << '\n';
  return rookery::StatusCodeExitCode(status.code());
}
