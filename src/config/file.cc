#include "config/file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace penstock {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

// Not a stream: those throw where the file turns out to be a folder.
Result<std::string> ReadSmallFile(const std::string& path, size_t bytes_max, const std::string& what) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  const std::string name = what + " '" + path + "'";
  if (file == nullptr) return Invalid("cannot read " + name + ": " + std::strerror(errno));
  constexpr size_t kPiece = size_t{64} << 10;
  std::string text;
  size_t got = 0;
  do {
    text.resize(text.size() + kPiece);
    got = std::fread(text.data() + text.size() - kPiece, 1, kPiece, file.get());
    text.resize(text.size() - kPiece + got);
    if (text.size() > bytes_max)
      return Fail(ErrorKind::kLimit, name + " has more than " + std::to_string(bytes_max) + " bytes");
  } while (got > 0);
  if (std::ferror(file.get()) != 0) return Invalid("cannot read " + name + ": " + std::strerror(errno));
  return text;
}

}  // namespace penstock
