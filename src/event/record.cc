#include "event/record.h"

namespace penstock {
namespace {

std::optional<std::string_view> Copy(std::optional<std::string_view> bytes, Arena& arena) {
  if (!bytes) return std::nullopt;
  return arena.Copy(*bytes);
}

}  // namespace

Record Detach(const Record& record, Arena& arena) {
  Record copy = record;
  copy.source.topic = arena.Copy(record.source.topic);
  copy.key = Copy(record.key, arena);
  copy.value = Copy(record.value, arena);
  const std::span<Header> headers = arena.AllocateArray<Header>(record.headers.size());
  for (size_t i = 0; i < headers.size(); ++i)
    headers[i] = {arena.Copy(record.headers[i].name), Copy(record.headers[i].value, arena)};
  copy.headers = headers;
  return copy;
}

}  // namespace penstock
