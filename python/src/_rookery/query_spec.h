// A query as the package's Python describes it, a dict, as the MessageQuery that it means.
#pragma once

#include "binding.h"
#include "columns/message_query.h"

namespace rookery::python {

/// InvalidArgumentError or TypeError names what is wrong.
///   channels: list of text or None; prefix: text or None; after_id, before_id: int or None, exclusive;
///   since_ms, until_ms: int or None; columns: list of names or None; where: predicate or None; limit: int or None;
///   order: None, "newest" or "oldest"; batch_size: int; text: "utf8" or "binary";
///   missing_cells: "refuse" or "leave_out". What is left out is None.
/// A predicate is a tuple: ("and" | "or", predicate...), ("not", predicate), ("true",), ("false",), ("is_null",
/// column),
/// ("in", column, [literal...]) or (comparison, column, literal), a literal being text or an int.
columns::MessageQuery QueryFrom(const nb::dict& spec);

}  // namespace rookery::python
