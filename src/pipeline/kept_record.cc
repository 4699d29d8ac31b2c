#include "pipeline/kept_record.h"

#include <cstring>
#include <new>

namespace penstock {
namespace {

size_t SizeOf(const std::optional<std::string_view>& bytes) { return bytes ? bytes->size() : 0; }

// Copies into memory that was made for it.
class Packer {
 public:
  explicit Packer(std::byte* next) : next_(reinterpret_cast<char*>(next)) {}

  std::string_view Pack(std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(next_, bytes.data(), bytes.size());
    const std::string_view copy(next_, bytes.size());
    next_ += bytes.size();
    return copy;
  }
  std::optional<std::string_view> Pack(const std::optional<std::string_view>& bytes) {
    if (!bytes) return std::nullopt;
    return Pack(*bytes);
  }

 private:
  char* next_;
};

}  // namespace

KeptRecord KeptRecord::Of(const Record& record, std::string_view topic) {
  const size_t headers_bytes = record.headers.size() * sizeof(Header);
  KeptRecord kept;
  kept.bytes_ = headers_bytes + SizeOf(record.key) + SizeOf(record.value);
  for (const Header& header : record.headers) kept.bytes_ += header.name.size() + SizeOf(header.value);
  kept.memory_ = std::make_unique_for_overwrite<std::byte[]>(kept.bytes_);
  Packer packer(kept.memory_.get() + headers_bytes);
  // The memory of new[] is aligned for any type, and headers stand at its start.
  Header* const headers = reinterpret_cast<Header*>(kept.memory_.get());
  for (size_t i = 0; i < record.headers.size(); ++i)
    new (headers + i) Header{packer.Pack(record.headers[i].name), packer.Pack(record.headers[i].value)};
  kept.record_ = record;
  kept.record_.source.topic = topic;
  kept.record_.key = packer.Pack(record.key);
  kept.record_.value = packer.Pack(record.value);
  kept.record_.headers = {headers, record.headers.size()};
  return kept;
}

}  // namespace penstock
