#include "app/event_argument.h"

#include "config/file.h"

namespace penstock::app {
namespace {

constexpr size_t kEventBytesMax = size_t{64} << 20;  // of a record

}  // namespace

Result<std::string> ReadEvent(const std::string& argument) {
  if (!argument.starts_with('@')) return argument;
  return ReadSmallFile(argument.substr(1), kEventBytesMax, "the event's file");
}

}  // namespace penstock::app
