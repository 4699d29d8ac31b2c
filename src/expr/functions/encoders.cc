#include "expr/functions/encoders.h"

#include "event/base64.h"

namespace penstock::expr {
namespace {

// The text takes four bytes for each three, and is written twice.
bool ChargeForCode(CallContext& context, size_t bytes) { return context.Charge(bytes * 3 / sizeof(Value) + 1); }

Value Encode(CallContext& context, const Value* arguments) {
  if (!ChargeForCode(context, arguments[0].text().size())) return context.OverBudget();
  std::string text;
  AppendBase64(arguments[0].text(), text);
  return Value::String(context.arena().Copy(text));
}

Value Decode(CallContext& context, const Value* arguments) {
  if (!ChargeForCode(context, arguments[0].text().size())) return context.OverBudget();
  const std::optional<std::string> bytes = DecodeBase64(arguments[0].text());
  return bytes ? Value::Bytes(context.arena().Copy(*bytes)) : Value::Error("the text is not Base64");
}

}  // namespace

std::vector<Function> EncoderFunctions() {
  const Type string = Type::Of(TypeKind::kString);
  const Type bytes = Type::Of(TypeKind::kBytes);
  return {
      {"base64.encode",
       false,
       {{{bytes}, string, Encode}},
       "The bytes as Base64 (RFC 4648, section 4), with padding.",
       {{"base64.encode(b'hello')", R"("aGVsbG8=")"}}},
      {"base64.decode",
       false,
       {{{string}, bytes, Decode}},
       "The bytes of a Base64 text, whose padding may be left out. Another text is an error.",
       {{"string(base64.decode('aGVsbG8'))", R"("hello")"}, {"base64.decode('?')", "error: the text is not Base64"}}},
  };
}

}  // namespace penstock::expr
