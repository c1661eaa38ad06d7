// The Python class Message: frozen, and decoded field by field when asked for.
#pragma once

#include <string_view>

#include "binding.h"
#include "message_fields.h"
#include "rookery/message.h"

namespace rookery::python {

void BindMessage(nb::module_& module);

/// `channel` is the channel's name as a str (ToStr, TextArgument::Str): give all messages of a channel the same one.
nb::object MakeMessage(nb::object channel, rookery::Message message);
/// Or None.
nb::object MakeMessage(const nb::object& channel, std::optional<rookery::Message> message);

}  // namespace rookery::python
