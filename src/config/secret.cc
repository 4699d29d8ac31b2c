#include "config/secret.h"

#include <cstdlib>
#include <filesystem>

#include "config/file.h"

namespace penstock {
namespace {

constexpr size_t kSecretBytesMax = 64 * 1024;

Result<std::string> FromEnvironment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return Invalid("the environment variable " + name + " is not set");
  return std::string(value);
}

Result<std::string> FromFile(const std::string& path) {
  TRY_ASSIGN(std::string text, ReadSmallFile(path, kSecretBytesMax, "the secret's file"));
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  if (text.empty()) return Invalid("the secret's file '" + path + "' is empty");
  return text;
}

}  // namespace

Result<std::string> ReadSecret(std::string_view reference, const std::string& folder) {
  constexpr std::string_view kEnv = "${env:";
  constexpr std::string_view kFile = "${file:";
  const auto inside = [&](std::string_view start) {
    return std::string(reference.substr(start.size(), reference.size() - start.size() - 1));
  };
  if (reference.ends_with('}') && reference.starts_with(kEnv)) return FromEnvironment(inside(kEnv));
  if (reference.ends_with('}') && reference.starts_with(kFile))
    return FromFile((std::filesystem::path(folder) / inside(kFile)).string());
  return Invalid("a secret's place is ${env:NAME} or ${file:PATH}");
}

}  // namespace penstock
