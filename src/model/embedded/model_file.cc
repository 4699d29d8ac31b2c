#include "model/embedded/model_file.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace penstock::embedded {
namespace {

constexpr uintmax_t kBytesMax = uintmax_t{1} << 31;

}  // namespace

Result<std::string> ReadModelFile(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return Invalid("there is no file " + path);
  if (!std::filesystem::is_regular_file(status)) return Invalid(path + " is no regular file");
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return Fail(ErrorKind::kUnavailable, "cannot read " + path + ": " + error.message());
  if (size == 0) return Invalid("the file " + path + " is empty");
  if (size > kBytesMax)
    return Invalid("the file " + path + " has " + std::to_string(size) + " bytes, and at most 2 GiB are read");
  std::string bytes(size, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size)))
    return Fail(ErrorKind::kUnavailable, "cannot read all of " + path);
  return bytes;
}

}  // namespace penstock::embedded
