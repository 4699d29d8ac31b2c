// What a session leaves in the metadata of a committed offset. docs/formats/offset-metadata.md describes the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/progress.h"

namespace penstock::cluster {

// Who committed, and what is done above the offset.
struct OffsetNote {
  std::string session;
  uint64_t commit = 0;
  std::string ranges;                 // as Progress::EncodeRanges writes them
  std::optional<int64_t> spill = {};  // instead of ranges: the offset of the record that holds them

  bool operator==(const OffsetNote&) const = default;
};

// Printable, without a bound. The spill's offset, in decimal, is to be appended to what EncodePointer returns.
std::string Encode(const OffsetNote& note);
std::string EncodePointer(const std::string& session, uint64_t commit);

// None for empty metadata: somebody else set the offset, and nothing above it is done.
Result<std::optional<OffsetNote>> DecodeNote(std::string_view metadata);

// The value of a spill record: it says itself whose it is.
std::string EncodeSpill(const OffsetNote& note);
// The ranges. An error where the record is not the one that the note points at.
Result<std::string> DecodeSpill(const OffsetNote& note, std::string_view value);

}  // namespace penstock::cluster
