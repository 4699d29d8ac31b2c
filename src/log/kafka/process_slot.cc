#include "log/kafka/process_slot.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

namespace penstock::kafka {
namespace {

constexpr size_t kIdCharacters = 32;
constexpr int kSlotsMax = 1024;

Error Unusable(const std::string& path, int code) {
  return {ErrorKind::kUnavailable,
          path + " cannot be used to remember this process by: " + std::strerror(code) + "; name another directory"};
}

bool IsId(std::string_view text) {
  return text.size() == kIdCharacters && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What the slot's file says; a new id, written there, where it says nothing.
Result<std::string> IdOf(const FileDescriptor& file, const std::string& path) {
  std::array<char, kIdCharacters> text{};
  const ssize_t size = ::pread(file.get(), text.data(), text.size(), 0);
  if (size < 0) return tl::unexpected(Unusable(path, errno));
  if (const std::string_view id(text.data(), static_cast<size_t>(size)); IsId(id)) return std::string(id);
  std::string id = RandomId();
  if (::pwrite(file.get(), id.data(), id.size(), 0) != static_cast<ssize_t>(id.size()) || ::fsync(file.get()) != 0)
    return tl::unexpected(Unusable(path, errno));
  return id;
}

// None where another process holds it.
Result<std::optional<FileDescriptor>> Lock(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.valid()) return tl::unexpected(Unusable(path, errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK) return std::nullopt;
  return tl::unexpected(Unusable(path, errno));
}

}  // namespace

std::string RandomId() {
  std::array<unsigned char, kIdCharacters / 2> bytes{};
  // Of so few bytes it neither fails nor gives less, once the system has started.
  while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const unsigned char byte : bytes) {
    id += kDigits[byte >> 4];
    id += kDigits[byte & 15];
  }
  return id;
}

Result<std::shared_ptr<ProcessSlot>> ProcessSlot::Take(const std::string& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return tl::unexpected(Unusable(directory, failed.value()));
  for (int number = 0; number < kSlotsMax; ++number) {
    const std::string path = directory + "/kafka-process-" + std::to_string(number);
    TRY_ASSIGN(std::optional<FileDescriptor> file, Lock(path));
    if (!file) continue;
    TRY_ASSIGN(std::string id, IdOf(*file, path));
    return std::shared_ptr<ProcessSlot>(new ProcessSlot(*std::move(file), std::move(id)));
  }
  return Fail(ErrorKind::kUnavailable, "all slots for processes in " + directory + " are taken");
}

std::unique_ptr<ProcessSlot::Number> ProcessSlot::TakeNumber(const std::shared_ptr<ProcessSlot>& slot,
                                                             const std::string& group) {
  const std::lock_guard lock(slot->mutex_);
  int value = 0;
  while (!slot->numbers_.emplace(group, value).second) ++value;
  return std::unique_ptr<Number>(new Number(slot, group, value));
}

ProcessSlot::Number::~Number() {
  const std::lock_guard lock(slot_->mutex_);
  slot_->numbers_.erase({group_, value_});
}

}  // namespace penstock::kafka
