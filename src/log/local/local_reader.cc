#include "log/local/local_reader.h"

namespace penstock::local {
namespace {

// Of one read: a short transaction.
constexpr ReadBudget kChunk{.records = 16'384, .bytes = kRowBytes};

}  // namespace

Result<std::span<const Record>> LocalReader::Read(Duration wait) {
  const Duration until = RealClock().Monotonic() + wait;
  while (true) {
    waker_.Drain();
    TRY(ReadNow());
    const Duration left = until - RealClock().Monotonic();
    if (!records_.empty() || left <= Duration(0)) return std::span<const Record>(records_);
    waker_.Wait(left);
  }
}

Result<void> LocalReader::ReadNow() {
  arena_.Reset();
  records_.clear();
  return store_->Read([this]() -> Result<void> {
    ReadChunk chunk;
    do {
      // A chunk in which compaction left nothing is not the end.
      ReadBudget budget = kChunk;
      TRY_ASSIGN(chunk, reader_.Read(*store_, arena_, budget, records_));
      if (chunk.lost > 0 && logger_ != nullptr)
        logger_->Error(
            "records were deleted by retention before they were read",
            {{"partition", ToString(reader_.partition())}, {"offset", chunk.begin}, {"records", chunk.lost}});
    } while (records_.empty() && chunk.end > chunk.begin && chunk.end < chunk.log_end);
    return {};
  });
}

}  // namespace penstock::local
