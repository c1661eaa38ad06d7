// Messages to be posted, from the arguments of a call or from a list of dicts.
//
// The texts stay where Python keeps them. Each is held by a reference, so that they outlive a dict that another thread
// changes while the engine works without the GIL.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "binding.h"
#include "convert.h"
#include "rookery/message.h"

namespace rookery::python {

/// A mapping of names to values, as Rookery takes it. The result of Parse lives as long as this does.
class AttributesArgument {
 public:
  std::vector<Attribute> Parse(nb::handle mapping, const ArgumentName& name);

 private:
  std::vector<TextArgument> texts_;
};

/// Messages, and the memory of their texts. In every setter None leaves the field as it is.
class NewMessages {
 public:
  explicit NewMessages(std::size_t expected_count);
  /// An iterable of dicts whose keys are the fields below in snake case. What is wrong is named with the index of its
  /// message.
  static NewMessages FromDicts(nb::handle dicts);

  std::span<const NewMessage> messages() const { return messages_; }

  /// The setters that follow are for this message.
  void BeginMessage() { messages_.push_back({.channel = {}}); }
  void SetChannel(nb::handle value, const ArgumentName& name) { SetText(value, name, &last().channel); }
  void SetContent(nb::handle value, const ArgumentName& name) { SetText(value, name, &last().content); }
  void SetAuthor(nb::handle value, const ArgumentName& name) { SetText(value, name, &last().author); }
  void SetNonce(nb::handle value, const ArgumentName& name) { SetText(value, name, &last().nonce); }
  void SetReplyTo(nb::handle value, const ArgumentName& name);
  void SetAttributes(nb::handle value, const ArgumentName& name);
  void SetFlags(nb::handle value, const ArgumentName& name);
  void SetId(nb::handle value, const ArgumentName& name);
  void SetCreatedAt(nb::handle value, const ArgumentName& name);
  void SetEditedAt(nb::handle value, const ArgumentName& name);
  void SetVersion(nb::handle value, const ArgumentName& name);

 private:
  NewMessage& last() { return messages_.back(); }
  void SetText(nb::handle value, const ArgumentName& name, std::string_view* field);
  void AddDict(nb::handle dict, std::size_t index);

  std::vector<NewMessage> messages_;
  std::vector<TextArgument> texts_;
  std::vector<AttributesArgument> attributes_;
};

}  // namespace rookery::python
