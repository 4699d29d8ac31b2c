// Hashes of bytes that are the same in every process, on every machine, in every version: for sampling, for names
// derived from contents, and for stored formats. They are XXH3 (github.com/Cyan4973/xxHash), whose output is fixed
// since its 0.8.0. Whoever chooses the bytes can make two of them collide: for what must resist that, take a keyed
// cryptographic hash.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

// XXH3, 64 bits. Different seeds give independent hashes of the same bytes.
uint64_t Hash64(std::string_view bytes, uint64_t seed = 0);

struct Hash128Value {
  uint64_t high = 0;
  uint64_t low = 0;

  bool operator==(const Hash128Value&) const = default;
};

// XXH3, 128 bits: where an accidental collision must not happen even among billions.
Hash128Value Hash128(std::string_view bytes, uint64_t seed = 0);

// A name for these bytes, for people: the first 12 hexadecimal digits of Hash128.
std::string ContentName(std::string_view bytes);

}  // namespace penstock
