// JSON text -> JsonDocument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "event/json_document.h"

namespace penstock {

struct JsonLimits {
  size_t bytes = size_t{16} << 20;  // of one text; at most 16 MiB, which JsonNode is laid out for
  uint32_t depth = 64;              // of lists and maps within each other; at most 1,024
};

// Parses by RFC 8259, and strictly: UTF-8 without a byte order mark, no lone surrogates, nothing after the value.
// `1` is an int, an int above the range of int64 a uint, and `1.0`, `1e3` and integers beyond both are doubles; a
// number that no double can hold is an error. Of members with the same name the last one counts. Errors name the byte.
//
// Keeps its scratch memory from text to text. Used by one thread at a time.
class JsonParser {
 public:
  explicit JsonParser(JsonLimits limits = {});
  ~JsonParser();
  JsonParser(JsonParser&&) noexcept;
  JsonParser& operator=(JsonParser&&) noexcept;

  // The document borrows `source`, and lives in `arena`.
  Result<const JsonDocument*> Parse(std::string_view source, Arena& arena);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace penstock
