#include "model/embedded/trees/ubj_walk.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

namespace penstock::trees {
namespace {

// As the head of an array or object announces them.
struct Contents {
  std::optional<char> type;  // of each value; they have no markers then
  std::optional<uint64_t> count;
};

// Of values without contents, in bytes; nothing for other markers.
std::optional<size_t> WidthOf(char type) {
  switch (type) {
    case 'Z':
    case 'T':
    case 'F': return 0;
    case 'i':
    case 'U':
    case 'C': return 1;
    case 'I': return 2;
    case 'l':
    case 'd': return 4;
    case 'L':
    case 'D': return 8;
    default: return std::nullopt;
  }
}

template <typename T, typename Bits>
double Load(const char* bytes) {
  Bits bits = 0;
  std::memcpy(&bits, bytes, sizeof(bits));
  if constexpr (sizeof(Bits) == 8) bits = __builtin_bswap64(bits);
  if constexpr (sizeof(Bits) == 4) bits = __builtin_bswap32(bits);
  if constexpr (sizeof(Bits) == 2) bits = __builtin_bswap16(bits);
  return static_cast<double>(std::bit_cast<T>(bits));
}

double LoadNumber(char type, const char* bytes) {
  switch (type) {
    case 'T': return 1;
    case 'i': return Load<int8_t, uint8_t>(bytes);
    case 'U':
    case 'C': return Load<uint8_t, uint8_t>(bytes);
    case 'I': return Load<int16_t, uint16_t>(bytes);
    case 'l': return Load<int32_t, uint32_t>(bytes);
    case 'L': return Load<int64_t, uint64_t>(bytes);
    case 'd': return Load<float, uint32_t>(bytes);
    case 'D': return Load<double, uint64_t>(bytes);
    default: return 0;
  }
}

class UbjWalk {
 public:
  UbjWalk(std::string_view bytes, ModelVisitor& visitor) : bytes_(bytes), visitor_(visitor) {}

  Result<void> Run() {
    TRY_ASSIGN(const char type, Marker());
    TRY(Value(type, 0));
    if (at_ != bytes_.size()) return Broken("something follows its end");
    return {};
  }

 private:
  tl::unexpected<Error> Broken(const std::string& what) const {
    return Invalid("at byte " + std::to_string(at_) + ": " + what);
  }

  Result<std::string_view> Take(uint64_t count) {
    if (count > bytes_.size() - at_) return Broken("the file ends too soon");
    const std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }

  bool Skip(char marker) {
    if (at_ == bytes_.size() || bytes_[at_] != marker) return false;
    ++at_;
    return true;
  }

  Result<char> Marker() {
    while (Skip('N')) continue;  // padding
    TRY_ASSIGN(const std::string_view marker, Take(1));
    return marker[0];
  }

  Result<uint64_t> Length() {
    TRY_ASSIGN(const char type, Marker());
    if (std::string_view("iUIlL").find(type) == std::string_view::npos) return Broken("this is no length");
    TRY_ASSIGN(const std::string_view digits, Take(*WidthOf(type)));
    const double length = LoadNumber(type, digits.data());
    // Doubles hold each length that a file can have; what is larger ends too soon in any case.
    if (length < 0) return Broken("this length is negative");
    return length > 0x1p62 ? UINT64_MAX : static_cast<uint64_t>(length);
  }

  Result<std::string_view> TakeText() {
    TRY_ASSIGN(const uint64_t length, Length());
    return Take(length);
  }

  Result<Contents> Head() {
    Contents contents;
    if (Skip('$')) {
      TRY_ASSIGN(contents.type, Take(1).map([](std::string_view type) { return type[0]; }));
      TRY_ASSIGN(const std::string_view hash, Take(1));
      if (hash != "#") return Broken("a type of all values is given, and not their count");
      TRY_ASSIGN(contents.count, Length());
    } else if (Skip('#')) {
      TRY_ASSIGN(contents.count, Length());
    }
    // Values without bytes could be announced by the billion, in a few bytes.
    if (contents.type && WidthOf(*contents.type) == 0) return Broken("all values would be the same");
    return contents;
  }

  Result<void> Value(char type, size_t depth) {
    if (depth > ModelVisitor::kDepthMax) return Broken("it is nested too deep");
    if (type == '{') return Object(depth);
    if (type == '[') return Array(depth);
    if (type == 'S') {
      TRY_ASSIGN(const std::string_view text, TakeText());
      visitor_.Text(text);
      return {};
    }
    const std::optional<size_t> width = WidthOf(type);
    if (!width) return Broken("there is no value that begins with such a byte");
    TRY_ASSIGN(const std::string_view bytes, Take(*width));
    if (type == 'Z') return {};
    const double number = LoadNumber(type, bytes.data());
    visitor_.Numbers({&number, 1});
    return {};
  }

  Result<bool> HasNext(const Contents& contents, uint64_t read, char end) {
    if (contents.count) return read < *contents.count;
    while (Skip('N')) continue;
    if (at_ == bytes_.size()) return Broken("the file ends too soon");
    return !Skip(end);
  }

  Result<void> Object(size_t depth) {
    TRY_ASSIGN(const Contents contents, Head());
    visitor_.BeginObject();
    for (uint64_t read = 0;; ++read) {
      TRY_ASSIGN(const bool has_next, HasNext(contents, read, '}'));
      if (!has_next) break;
      TRY_ASSIGN(const std::string_view key, TakeText());
      visitor_.Key(key);
      TRY(Element(contents, depth));
    }
    visitor_.EndObject();
    return {};
  }

  Result<void> Array(size_t depth) {
    TRY_ASSIGN(const Contents contents, Head());
    visitor_.BeginArray();
    if (contents.type && WidthOf(*contents.type)) {
      TRY(TypedNumbers(*contents.type, *contents.count));
    } else {
      for (uint64_t read = 0;; ++read) {
        TRY_ASSIGN(const bool has_next, HasNext(contents, read, ']'));
        if (!has_next) break;
        TRY(Element(contents, depth));
      }
    }
    visitor_.EndArray();
    return {};
  }

  Result<void> Element(const Contents& contents, size_t depth) {
    if (contents.type) return Value(*contents.type, depth + 1);
    TRY_ASSIGN(const char type, Marker());
    return Value(type, depth + 1);
  }

  Result<void> TypedNumbers(char type, uint64_t count) {
    const size_t width = *WidthOf(type);
    if (width == 0 || count > (bytes_.size() - at_) / width) return Broken("the file ends too soon");
    std::array<double, 256> numbers{};
    for (uint64_t left = count; left > 0;) {
      const size_t some = std::min<uint64_t>(left, numbers.size());
      for (size_t i = 0; i < some; ++i) numbers[i] = LoadNumber(type, bytes_.data() + at_ + i * width);
      visitor_.Numbers({numbers.data(), some});
      at_ += some * width;
      left -= some;
    }
    return {};
  }

  std::string_view bytes_;
  ModelVisitor& visitor_;
  size_t at_ = 0;
};

}  // namespace

Result<void> WalkUbj(std::string_view bytes, ModelVisitor& visitor) { return UbjWalk(bytes, visitor).Run(); }

}  // namespace penstock::trees
