#include "log/local/row_codec.h"

#include <lz4.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/hash.h"

namespace penstock::local {
namespace {

constexpr size_t kVarintBytesMax = 10;

char* PutVarint(char* out, uint64_t number) {
  while (number >= 0x80) {
    *out++ = static_cast<char>(number | 0x80);
    number >>= 7;
  }
  *out++ = static_cast<char>(number);
  return out;
}

// So that small numbers of either sign are short.
uint64_t ZigZag(int64_t number) { return (static_cast<uint64_t>(number) << 1) ^ static_cast<uint64_t>(number >> 63); }
int64_t UnZigZag(uint64_t number) { return static_cast<int64_t>((number >> 1) ^ (~(number & 1) + 1)); }

// 0 stands for what is absent.
uint64_t LengthCode(const std::optional<std::string_view>& bytes) { return bytes ? bytes->size() + 1 : 0; }

char* PutBytes(char* out, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return out + bytes.size();
}

size_t EncodedBytesMax(const std::optional<std::string_view>& key, const std::optional<std::string_view>& value,
                       std::span<const Header> headers) {
  size_t bytes = 5 * kVarintBytesMax + (key ? key->size() : 0) + (value ? value->size() : 0);
  for (const Header& header : headers)
    bytes += 2 * kVarintBytesMax + header.name.size() + (header.value ? header.value->size() : 0);
  return bytes;
}

// Takes what encoding put from the front of `rest`. After something that cannot be, ok() is false for good.
class Cursor {
 public:
  explicit Cursor(std::string_view rest) : next_(rest.data()), end_(rest.data() + rest.size()) {}

  uint64_t TakeVarint() {
    if (next_ != end_ && static_cast<uint8_t>(*next_) < 0x80) [[likely]]
      return static_cast<uint8_t>(*next_++);
    return TakeLongVarint();
  }

  std::string_view Take(uint64_t size) {
    if (size > static_cast<uint64_t>(end_ - next_)) {
      Break();
      return {};
    }
    const char* const start = next_;
    next_ += size;
    return {start, static_cast<size_t>(size)};
  }

  std::optional<std::string_view> TakeCoded(uint64_t code) {
    if (code == 0) return std::nullopt;
    return Take(code - 1);
  }

  bool ok() const { return ok_; }
  std::string_view rest() const { return {next_, static_cast<size_t>(end_ - next_)}; }

 private:
  uint64_t TakeLongVarint() {
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && next_ != end_; shift += 7) {
      const auto byte = static_cast<uint8_t>(*next_++);
      number |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
    Break();
    return 0;
  }

  void Break() {
    ok_ = false;
    next_ = end_;
  }

  const char* next_;
  const char* end_;
  bool ok_ = true;
};

std::span<const Header> TakeHeaders(Cursor& cursor, uint64_t count, Arena& arena) {
  if (count == 0) return {};
  if (count > cursor.rest().size() / 2) {  // each takes two bytes or more
    cursor.Take(UINT64_MAX);
    return {};
  }
  const std::span<Header> headers = arena.AllocateArray<Header>(count);
  for (Header& header : headers) {
    header.name = cursor.Take(cursor.TakeVarint());
    header.value = cursor.TakeCoded(cursor.TakeVarint());
  }
  return headers;
}

}  // namespace

uint64_t Row::Checksum(int64_t id) const {
  const std::array<uint64_t, 7> all = {static_cast<uint64_t>(id),
                                       static_cast<uint64_t>(span),
                                       static_cast<uint64_t>(count),
                                       static_cast<uint64_t>(max_timestamp_ms),
                                       static_cast<uint64_t>(plain_bytes),
                                       static_cast<uint64_t>(format),
                                       data_hash};
  return Hash64({reinterpret_cast<const char*>(all.data()), sizeof all});
}

char* RowEncoder::Reserve(size_t bytes) {
  if (plain_.size() < used_ + bytes) plain_.resize(std::max(2 * plain_.size(), used_ + bytes));
  return plain_.data() + used_;
}

void RowEncoder::Add(int64_t offset, int64_t timestamp_ms, std::optional<std::string_view> key,
                     std::optional<std::string_view> value, std::span<const Header> headers) {
  char* out = Reserve(EncodedBytesMax(key, value, headers));
  out = PutVarint(out, static_cast<uint64_t>(offset - next_offset_));
  // Subtracted without a sign: any two times may stand side by side.
  const uint64_t elapsed = static_cast<uint64_t>(timestamp_ms) - static_cast<uint64_t>(last_timestamp_ms_);
  out = PutVarint(out, ZigZag(static_cast<int64_t>(elapsed)));
  out = PutVarint(out, LengthCode(key));
  out = PutVarint(out, LengthCode(value));
  out = PutVarint(out, headers.size());
  for (const Header& header : headers) {
    out = PutBytes(PutVarint(out, header.name.size()), header.name);
    out = PutVarint(out, LengthCode(header.value));
    if (header.value) out = PutBytes(out, *header.value);
  }
  if (key) out = PutBytes(out, *key);
  if (value) out = PutBytes(out, *value);
  used_ = static_cast<size_t>(out - plain_.data());
  next_offset_ = offset + 1;
  last_timestamp_ms_ = timestamp_ms;
  max_timestamp_ms_ = std::max(max_timestamp_ms_, timestamp_ms);
  ++count_;
}

Row RowEncoder::Finish(int64_t span) {
  Row row;
  row.span = span;
  row.count = count_;
  row.max_timestamp_ms = max_timestamp_ms_;
  row.plain_bytes = static_cast<int64_t>(used_);
  row.data.resize(static_cast<size_t>(LZ4_compressBound(static_cast<int>(used_))));
  const int compressed =
      LZ4_compress_default(plain_.data(), row.data.data(), static_cast<int>(used_), static_cast<int>(row.data.size()));
  if (compressed > 0 && static_cast<size_t>(compressed) < used_) {
    row.format = RowFormat::kLz4;
    row.data.resize(static_cast<size_t>(compressed));
  } else {
    row.data.assign(plain_.data(), used_);
  }
  row.data_hash = Hash64(row.data);
  if (plain_.size() > 4 * kRowBytes) plain_ = {};  // one huge record must not hold its memory for ever
  used_ = 0;
  next_offset_ = last_timestamp_ms_ = count_ = 0;
  max_timestamp_ms_ = INT64_MIN;
  return row;
}

bool RowDecoder::Next(Record& record, Arena& arena) {
  Cursor cursor(rest_);
  record.source.offset = next_offset_ + static_cast<int64_t>(cursor.TakeVarint());
  const auto elapsed = static_cast<uint64_t>(UnZigZag(cursor.TakeVarint()));
  record.timestamp_ms = static_cast<int64_t>(static_cast<uint64_t>(last_timestamp_ms_) + elapsed);
  const uint64_t key_code = cursor.TakeVarint();
  const uint64_t value_code = cursor.TakeVarint();
  record.headers = TakeHeaders(cursor, cursor.TakeVarint(), arena);
  record.key = cursor.TakeCoded(key_code);
  record.value = cursor.TakeCoded(value_code);
  last_timestamp_ms_ = record.timestamp_ms;
  next_offset_ = record.source.offset + 1;
  rest_ = cursor.rest();
  return cursor.ok();
}

std::optional<std::string_view> PlainBytes(RowFormat format, std::string_view data, int64_t plain_bytes, Arena& arena) {
  if (plain_bytes < 0 || plain_bytes > LZ4_MAX_INPUT_SIZE) return std::nullopt;
  const auto size = static_cast<size_t>(plain_bytes);
  if (format == RowFormat::kPlain) {
    if (size != data.size()) return std::nullopt;
    return arena.Copy(data);
  }
  if (format != RowFormat::kLz4) return std::nullopt;
  char* const plain = static_cast<char*>(arena.Allocate(size, 1));
  const int read =
      LZ4_decompress_safe(data.data(), plain, static_cast<int>(data.size()), static_cast<int>(plain_bytes));
  if (read < 0 || static_cast<size_t>(read) != size) return std::nullopt;
  return std::string_view(plain, size);
}

}  // namespace penstock::local
