#include "expr/functions/string_building.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"
#include "event/collection.h"
#include "expr/functions/text_writer.h"
#include "expr/operators.h"

namespace penstock::expr {
namespace {

// Room for a new text, paid for; null where the budget does not reach.
char* Room(CallContext& context, size_t bytes) {
  if (bytes > UINT32_MAX || !context.Charge(bytes / sizeof(Value) + 1)) return nullptr;
  return static_cast<char*>(context.arena().Allocate(bytes, 1));
}

char* Write(char* out, std::string_view text) {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// The places where `part` stands in a text, one after another and apart; an empty one stands before each character and
// at the end.
class Places {
 public:
  Places(std::string_view text, std::string_view part) : text_(text), part_(part) {}

  // False at the end. `begin` is then the text's size.
  bool Next(size_t& begin) {
    begin = next_ <= text_.size() ? Find() : text_.size() + 1;
    if (begin > text_.size()) {
      begin = text_.size();
      return false;
    }
    if (!part_.empty()) {
      next_ = begin + part_.size();
    } else {
      next_ = begin + (begin < text_.size() ? CodePointBytes(text_[begin]) : 1);
    }
    return true;
  }

 private:
  size_t Find() const {
    if (part_.empty()) return next_;
    const void* const found = memmem(text_.data() + next_, text_.size() - next_, part_.data(), part_.size());
    return found == nullptr ? text_.size() + 1 : static_cast<size_t>(static_cast<const char*>(found) - text_.data());
  }

  std::string_view text_;
  std::string_view part_;
  size_t next_ = 0;
};

// How often `part` is there, but at most `limit` times; a negative limit is none.
uint64_t CountPlaces(std::string_view text, std::string_view part, int64_t limit) {
  Places places(text, part);
  uint64_t count = 0;
  for (size_t begin = 0; (limit < 0 || count < static_cast<uint64_t>(limit)) && places.Next(begin);) ++count;
  return count;
}

Value ReplaceUpTo(CallContext& context, const Value* arguments, int64_t limit) {
  const std::string_view text = arguments[0].text();
  const std::string_view part = arguments[1].text();
  const std::string_view by = arguments[2].text();
  if (!context.Charge(text.size() / sizeof(Value))) return context.OverBudget();
  const uint64_t count = CountPlaces(text, part, limit);
  if (count == 0) return arguments[0];
  char* const room = Room(context, text.size() - count * part.size() + count * by.size());
  if (room == nullptr) return context.OverBudget();
  Places places(text, part);
  char* out = room;
  size_t done = 0;
  for (uint64_t i = 0; i < count; ++i) {
    size_t begin = 0;
    places.Next(begin);
    out = Write(Write(out, text.substr(done, begin - done)), by);
    done = begin + part.size();
  }
  out = Write(out, text.substr(done));
  return Value::String({room, static_cast<size_t>(out - room)});
}
Value ReplaceAll(CallContext& context, const Value* arguments) { return ReplaceUpTo(context, arguments, -1); }
Value Replace(CallContext& context, const Value* arguments) {
  return ReplaceUpTo(context, arguments, arguments[3].as_int());
}

// Into characters, where the separator is empty; the last piece holds what the limit left together.
Value SplitCharacters(CallContext& context, std::string_view text, int64_t limit) {
  if (!context.ChargeBytes(text.size())) return context.OverBudget();
  uint64_t count = CountCodePoints(text);
  if (limit > 0) count = std::min(count, static_cast<uint64_t>(limit));
  if (!context.Charge(count)) return context.OverBudget();
  const std::span<Value> pieces = context.arena().AllocateArray<Value>(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t bytes = i + 1 < count ? CodePointBytes(text[0]) : text.size();
    pieces[i] = Value::String(text.substr(0, bytes));
    // Without a limit the last piece is the last character: all the others are gone.
    text.remove_prefix(bytes);
  }
  return Value::List(pieces.data(), static_cast<uint32_t>(count));
}

Value SplitUpTo(CallContext& context, const Value* arguments, int64_t limit) {
  const std::string_view text = arguments[0].text();
  const std::string_view separator = arguments[1].text();
  if (limit == 0) return Value::List(nullptr, 0);
  if (separator.empty()) return SplitCharacters(context, text, limit);
  if (!context.Charge(text.size() / sizeof(Value))) return context.OverBudget();
  const uint64_t count = CountPlaces(text, separator, limit < 0 ? limit : limit - 1) + 1;
  if (!context.Charge(count)) return context.OverBudget();
  const std::span<Value> pieces = context.arena().AllocateArray<Value>(count);
  Places places(text, separator);
  size_t done = 0;
  for (size_t i = 0; i + 1 < count; ++i) {
    size_t begin = 0;
    places.Next(begin);
    pieces[i] = Value::String(text.substr(done, begin - done));
    done = begin + separator.size();
  }
  pieces[count - 1] = Value::String(text.substr(done));
  return Value::List(pieces.data(), static_cast<uint32_t>(count));
}
Value SplitAll(CallContext& context, const Value* arguments) { return SplitUpTo(context, arguments, -1); }
Value Split(CallContext& context, const Value* arguments) {
  return SplitUpTo(context, arguments, arguments[2].as_int());
}

Value JoinWith(CallContext& context, const Value& list, std::string_view separator) {
  const uint32_t size = ListSize(list);
  if (!context.Charge(size)) return context.OverBudget();
  size_t bytes = size == 0 ? 0 : (size - 1) * separator.size();
  Value element;
  for (ListCursor cursor(list); cursor.Next(element);) {
    if (!element.Is(ValueKind::kString)) return NoOverload(context, "join", &element, 1);
    bytes += element.text().size();
  }
  char* const room = Room(context, bytes);
  if (room == nullptr) return context.OverBudget();
  char* out = room;
  std::string_view before;
  for (ListCursor cursor(list); cursor.Next(element); before = separator)
    out = Write(Write(out, before), element.text());
  return Value::String({room, bytes});
}
Value Join(CallContext& context, const Value* arguments) { return JoinWith(context, arguments[0], ""); }
Value JoinBySeparator(CallContext& context, const Value* arguments) {
  return JoinWith(context, arguments[0], arguments[1].text());
}

template <char first, char last, int distance>
Value Shift(CallContext& context, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  char* const room = Room(context, text.size());
  if (room == nullptr) return context.OverBudget();
  std::transform(text.begin(), text.end(), room,
                 [](char c) { return c >= first && c <= last ? static_cast<char>(c + distance) : c; });
  return Value::String({room, text.size()});
}

Value Reverse(CallContext& context, const Value* arguments) {
  std::string_view text = arguments[0].text();
  const size_t size = text.size();
  char* const room = Room(context, size);
  if (room == nullptr) return context.OverBudget();
  for (char* out = room + size; !text.empty();) {
    const size_t bytes = CodePointBytes(text[0]);
    out -= bytes;
    Write(out, text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
  return Value::String({room, size});
}

std::string_view EscapeOf(char c) {
  switch (c) {
    case '\a': return R"(\a)";
    case '\b': return R"(\b)";
    case '\f': return R"(\f)";
    case '\n': return R"(\n)";
    case '\r': return R"(\r)";
    case '\t': return R"(\t)";
    case '\v': return R"(\v)";
    case '\\': return R"(\\)";
    case '"': return R"(\")";
    default: return {};
  }
}
Value Quote(CallContext& context, const Value* arguments) {
  TextWriter writer(context);
  writer.Write("\"");
  std::string_view text = arguments[0].text();
  if (!context.ChargeBytes(text.size())) return context.OverBudget();
  while (!text.empty()) {
    const size_t plain = std::min(
        text.size(),
        static_cast<size_t>(std::find_if(text.begin(), text.end(), [](char c) { return !EscapeOf(c).empty(); }) -
                            text.begin()));
    writer.Write(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    writer.Write(EscapeOf(text[0]));
    text.remove_prefix(1);
  }
  writer.Write("\"");
  return writer.Finish();
}

std::vector<Function> Rewriting() {
  const Type string = Type::Of(TypeKind::kString);
  const Type number = Type::Of(TypeKind::kInt);
  return {
      {"replace",
       true,
       {{{string, string, string}, string, ReplaceAll}, {{string, string, string, number}, string, Replace}},
       "The text with another one in place of a part of it: everywhere, or as many times as is given, from the left.",
       {{"'a-b-c'.replace('-', '+')", R"("a+b+c")"}, {"'a-b-c'.replace('-', '+', 1)", R"("a+b-c")"}}},
      {"lowerAscii",
       true,
       {{{string}, string, Shift<'A', 'Z', 32>}},
       "The text with A to Z made small; other characters stay.",
       {{"'TacoCÆt'.lowerAscii()", R"("tacocÆt")"}}},
      {"upperAscii",
       true,
       {{{string}, string, Shift<'a', 'z', -32>}},
       "The text with a to z made large; other characters stay.",
       {{"'tacoCαt'.upperAscii()", R"("TACOCαT")"}}},
      {"reverse",
       true,
       {{{string}, string, Reverse}},
       "The text's characters (code points) from the last to the first.",
       {{"'größe'.reverse()", R"("eßörg")"}}},
      {"strings.quote",
       false,
       {{{string}, string, Quote}},
       "The text in double quotes, escaped so that it is one again where expressions are read.",
       {{R"(strings.quote('a "b"'))", R"("\"a \\\"b\\\"\"")"}}},
  };
}

}  // namespace

std::vector<Function> StringBuildingFunctions() {
  const Type string = Type::Of(TypeKind::kString);
  const Type number = Type::Of(TypeKind::kInt);
  std::vector<Function> functions = Rewriting();
  functions.push_back(
      {"split",
       true,
       {{{string, string}, Type::List(string), SplitAll}, {{string, string, number}, Type::List(string), Split}},
       "The pieces between the places of a separator; all characters, if that is empty. At most as many pieces as are "
       "given, the last with the rest.",
       {{"'a,b,c'.split(',')", R"(["a","b","c"])"},
        {"'a,b,c'.split(',', 2)", R"(["a","b,c"])"},
        {"'abc'.split('')", R"(["a","b","c"])"}}});
  functions.push_back({"join",
                       true,
                       {{{Type::List(string)}, string, Join}, {{Type::List(string), string}, string, JoinBySeparator}},
                       "The texts of a list one after another, with a separator between them.",
                       {{"['a', 'b'].join()", R"("ab")"}, {"['a', 'b'].join(', ')", R"("a, b")"}}});
  return functions;
}

}  // namespace penstock::expr
