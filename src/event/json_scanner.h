// The second stage of parsing JSON: from where things stand in a text to the nodes of a document.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "event/json_document.h"

namespace penstock {

// A list or map that is open while its text is scanned.
struct JsonFrame {
  uint32_t node;
  uint32_t count;  // elements, or members that are not shadowed
  uint32_t keys;   // members
  bool map;
  bool rewritten;
  // A set bit for each key in either: two keys that share both may be the same, others are not.
  uint64_t seen_first;
  uint64_t seen_second;
};

// Kept from text to text.
struct JsonScanScratch {
  std::vector<JsonFrame> frames;  // as many as lists and maps may be nested
  std::vector<uint32_t> table;    // of the keys of a large map
};

// A text that the first stage found to be UTF-8 with closed strings.
struct IndexedJson {
  std::string_view source;
  const char* readable_end;         // how far may be looked at: to the end of `source`, or of the room behind it
  std::span<const uint32_t> index;  // where each value, bracket, colon and comma begins, in order
};

// A byte that cannot belong to a number stands after the last number, before `readable_end`. The document borrows the
// source, and lives in `arena`.
Result<const JsonDocument*> ScanJson(const IndexedJson& json, JsonScanScratch& scratch, Arena& arena);

}  // namespace penstock
