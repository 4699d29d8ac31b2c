// What a log holds.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"

namespace penstock {

// Where a record is. The identity of everything that is made from it.
struct Source {
  std::string_view topic;
  int32_t partition = 0;
  int64_t offset = 0;

  auto operator<=>(const Source&) const = default;
};

struct Header {
  std::string_view name;
  std::optional<std::string_view> value;
};

// Bytes are borrowed: from a fetch buffer, for as long as its batch lives, or from an arena (Detach).
struct Record {
  Source source;
  int64_t timestamp_ms = 0;               // since 1970
  std::optional<std::string_view> key;    // absent is not the same as empty
  std::optional<std::string_view> value;  // absent: a tombstone
  std::span<const Header> headers;        // in order; names may repeat
};

// The same record, of which every byte is in `arena`.
Record Detach(const Record& record, Arena& arena);

}  // namespace penstock
