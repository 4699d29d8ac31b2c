// What a fuzz target does with what it finds.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace penstock {

// Ends the process; libFuzzer keeps the input that led here.
[[noreturn]] inline void Fail(std::string_view what, std::string_view detail) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(), static_cast<int>(detail.size()),
               detail.data());
  std::abort();
}

inline void Expect(bool holds, std::string_view what, std::string_view detail = {}) {
  if (!holds) Fail(what, detail);
}

}  // namespace penstock
