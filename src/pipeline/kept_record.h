// A record that outlives its batch.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "event/record.h"

namespace penstock {

// Owns a copy of a record's bytes, in one piece of memory. Moves cheaply; the record stays where it is.
class KeptRecord {
 public:
  KeptRecord() = default;
  // `topic`: that of the record, which outlives what is kept.
  static KeptRecord Of(const Record& record, std::string_view topic);

  const Record& record() const { return record_; }
  size_t bytes() const { return bytes_; }

 private:
  std::unique_ptr<std::byte[]> memory_;
  size_t bytes_ = 0;
  Record record_;
};

}  // namespace penstock
