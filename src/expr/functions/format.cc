#include "expr/functions/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "event/collection.h"
#include "event/json_writer.h"
#include "expr/functions/format_pattern.h"
#include "expr/functions/text_writer.h"
#include "expr/operators.h"

namespace penstock::expr {
namespace {

constexpr uint64_t kPatternByteCost = 32;  // bytes of memory for each of a pattern that is only known now
constexpr size_t kDigitsMax = 1400;        // of a double: 309 before the point, 1000 after it

std::string_view NotFinite(double number) {
  if (std::isnan(number)) return "NaN";
  return number > 0 ? "Infinity" : "-Infinity";
}

void WriteDouble(TextWriter& writer, double number) {
  char digits[400];
  if (!std::isfinite(number)) return writer.Write(NotFinite(number));
  const auto end = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed).ptr;
  writer.Write({digits, static_cast<size_t>(end - digits)});
}

void WriteRounded(TextWriter& writer, double number, std::chars_format form, int precision) {
  char digits[kDigitsMax];
  if (!std::isfinite(number)) return writer.Write(NotFinite(number));
  const auto end = std::to_chars(digits, digits + sizeof digits, number, form, precision).ptr;
  writer.Write({digits, static_cast<size_t>(end - digits)});
}

void WriteInteger(TextWriter& writer, const Value& number, int base, bool upper = false) {
  char digits[72];
  char* const end = number.Is(ValueKind::kInt)
                        ? std::to_chars(digits, digits + sizeof digits, number.as_int(), base).ptr
                        : std::to_chars(digits, digits + sizeof digits, number.as_uint(), base).ptr;
  if (upper) std::transform(digits, end, digits, [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  writer.Write({digits, static_cast<size_t>(end - digits)});
}

void WriteHex(TextWriter& writer, std::string_view bytes, bool upper) {
  const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const char pair[] = {digits[byte >> 4], digits[byte & 0xF]};
    writer.Write({pair, sizeof pair});
    if (!writer.paid()) return;
  }
}

bool WriteText(CallContext& context, TextWriter& writer, const Value& value);

bool WriteList(CallContext& context, TextWriter& writer, const Value& list) {
  writer.Write("[");
  std::string_view before;
  Value element;
  for (ListCursor cursor(list); writer.paid() && cursor.Next(element); before = ", ") {
    writer.Write(before);
    if (!WriteText(context, writer, element)) return false;
  }
  writer.Write("]");
  return true;
}

// In the order of the keys' texts.
bool WriteMap(CallContext& context, TextWriter& writer, const Value& map) {
  constexpr uint64_t kEntryCost = 16;
  if (!context.Charge(MapSize(map) * kEntryCost)) return false;
  std::vector<std::pair<std::string, Value>> entries;
  Value key;
  Value value;
  for (MapCursor cursor(map); cursor.Next(key, value);) {
    TextWriter text(context);
    WriteText(context, text, key);
    if (!text.paid()) return false;
    entries.emplace_back(text.text(), value);
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  writer.Write("{");
  for (size_t i = 0; i < entries.size() && writer.paid(); ++i) {
    writer.Write(i == 0 ? "" : ", ");
    writer.Write(entries[i].first);
    writer.Write(": ");
    if (!WriteText(context, writer, entries[i].second)) return false;
  }
  writer.Write("}");
  return true;
}

// As %s does. False for what has no text.
bool WriteText(CallContext& context, TextWriter& writer, const Value& value) {
  switch (value.kind()) {
    case ValueKind::kString:
    case ValueKind::kType: writer.Write(value.text()); return true;
    case ValueKind::kBytes:
      if (!context.ChargeBytes(value.text().size()) || !IsValidUtf8(value.text())) return false;
      writer.Write(value.text());
      return true;
    case ValueKind::kDouble: WriteDouble(writer, value.as_double()); return true;
    case ValueKind::kList: return WriteList(context, writer, value);
    case ValueKind::kMap: return WriteMap(context, writer, value);
    case ValueKind::kOptional:
    case ValueKind::kError: return false;
    case ValueKind::kIp:
    case ValueKind::kCidr:
    case ValueKind::kTimestamp:
    case ValueKind::kDuration: {
      const std::string quoted = ToJson(value);
      writer.Write(std::string_view(quoted).substr(1, quoted.size() - 2));
      return true;
    }
    default: writer.Write(ToJson(value)); return true;
  }
}

bool WriteNumber(TextWriter& writer, const Value& value, const FormatClause& clause) {
  const bool scientific = clause.verb == 'e';
  if (!value.is_number()) return false;
  const double number = value.Is(ValueKind::kDouble) ? value.as_double()
                        : value.Is(ValueKind::kInt)  ? static_cast<double>(value.as_int())
                                                     : static_cast<double>(value.as_uint());
  WriteRounded(writer, number, scientific ? std::chars_format::scientific : std::chars_format::fixed, clause.precision);
  return true;
}

// In a base, of what has one. False for other values.
bool WriteInBase(TextWriter& writer, const Value& value, char verb) {
  const bool integer = value.Is(ValueKind::kInt) || value.Is(ValueKind::kUint);
  const bool hex = verb == 'x' || verb == 'X';
  if (integer) {
    WriteInteger(writer, value, hex ? 16 : verb == 'o' ? 8 : verb == 'b' ? 2 : 10, verb == 'X');
    return true;
  }
  if (verb == 'd' && value.Is(ValueKind::kDouble)) {
    WriteDouble(writer, value.as_double());
    return true;
  }
  if (verb == 'b' && value.Is(ValueKind::kBool)) {
    writer.Write(value.as_bool() ? "1" : "0");
    return true;
  }
  if (!hex || (!value.Is(ValueKind::kString) && !value.Is(ValueKind::kBytes))) return false;
  WriteHex(writer, value.text(), verb == 'X');
  return true;
}

bool WriteValue(CallContext& context, TextWriter& writer, const Value& value, const FormatClause& clause) {
  switch (clause.verb) {
    case 's': return WriteText(context, writer, value);
    case 'f':
    case 'e': return WriteNumber(writer, value, clause);
    default: return WriteInBase(writer, value, clause.verb);
  }
}

Value Write(CallContext& context, const std::vector<FormatClause>& clauses, const Value& list) {
  TextWriter writer(context);
  ListCursor cursor(list);
  Value value;
  for (const FormatClause& clause : clauses) {
    writer.Write(clause.before);
    if (clause.verb == 0) break;
    if (!cursor.Next(value))
      return context.Fail("the pattern of format() has more places than the list's " + std::to_string(ListSize(list)) +
                          " values");
    const bool written = writer.paid() && WriteValue(context, writer, value, clause);
    if (!writer.paid()) return context.OverBudget();
    if (!written)
      return context.Fail(std::string("format() cannot write %") + clause.verb + " of a value of type " +
                          std::string(TypeName(value.kind())));
  }
  return writer.Finish();
}

Value Format(CallContext& context, const Value* arguments) {
  if (!context.Charge(arguments[0].text().size() * kPatternByteCost / sizeof(Value))) return context.OverBudget();
  const Result<std::vector<FormatClause>> clauses = ParseFormatPattern(arguments[0].text());
  return clauses ? Write(context, *clauses, arguments[1]) : context.Fail(clauses.error().message);
}

class FormatPattern : public PreparedCall {
 public:
  explicit FormatPattern(std::vector<FormatClause> clauses) : clauses_(std::move(clauses)) {}
  Value Invoke(CallContext& context, const Value* arguments) const override {
    return Write(context, clauses_, arguments[1]);
  }

 private:
  std::vector<FormatClause> clauses_;
};

Result<std::unique_ptr<PreparedCall>> PrepareFormat(const std::vector<const Value*>& known, const Limits& /*limits*/) {
  if (known[0] == nullptr || !known[0]->Is(ValueKind::kString)) return nullptr;
  TRY_ASSIGN(std::vector<FormatClause> clauses, ParseFormatPattern(known[0]->text()));
  return std::make_unique<FormatPattern>(std::move(clauses));
}

}  // namespace

std::vector<Function> FormatFunctions() {
  const Type string = Type::Of(TypeKind::kString);
  return {
      {"format",
       true,
       {{{string, Type::List(Type::Dyn())}, string, Format, PrepareFormat}},
       "The pattern with the values of a list in its places: `%s` any value, `%d` a number, `%.2f` and `%.2e` rounded, "
       "`%b` `%o` `%x` `%X` in base 2, 8, 16; `%%` is a percent sign. A pattern that is none, a list too short, and a "
       "value that does not fit its place are errors.",
       {{"'%s owes %.2f'.format(['Ann', 12.5])", R"("Ann owes 12.50")"},
        {"'%d%% of %s'.format([7, [1, 2.5, null]])", R"("7% of [1, 2.5, null]")"},
        {"'%x'.format([255])", R"("ff")"},
        {"'%d'.format(['a'])", "error: format() cannot write %d of a value of type string"}}},
  };
}

}  // namespace penstock::expr
