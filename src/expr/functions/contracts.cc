#include "expr/functions/contracts.h"

#include <algorithm>

#include "base/utf8.h"
#include "event/network_address.h"
#include "expr/functions/uri.h"

namespace penstock::expr {
namespace {

constexpr size_t kLabelMax = 63;      // of a part of a host's name between dots (RFC 1034, section 3.1)
constexpr size_t kHostnameMax = 253;  // of the name, without a dot at its end

constexpr std::string_view kEmailSpecials = ".!#$%&'*+/=?^_`{|}~-";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlphanumeric(char c) { return IsDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= kLabelMax && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return IsAlphanumeric(c) || c == '-'; });
}

// Labels with dots between them.
bool AreLabels(std::string_view name) {
  for (;;) {
    const size_t dot = std::min(name.find('.'), name.size());
    if (!IsLabel(name.substr(0, dot))) return false;
    if (dot == name.size()) return true;
    name.remove_prefix(dot + 1);
  }
}

bool IsHostname(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() > kHostnameMax || !AreLabels(name)) return false;
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return !std::all_of(last.begin(), last.end(), IsDigit);
}

// HTML Living Standard, section 4.10.5.1.5: what browsers take.
bool IsEmail(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view local = text.substr(0, at);
  return std::all_of(local.begin(), local.end(),
                     [](char c) { return IsAlphanumeric(c) || kEmailSpecials.find(c) != std::string_view::npos; }) &&
         AreLabels(text.substr(at + 1));
}

bool IsIpv4(std::string_view text) {
  return text.find(':') == std::string_view::npos && ParseAddress(text).has_value();
}
bool IsIpv6(std::string_view text) {
  return text.find(':') != std::string_view::npos && ParseAddress(text).has_value();
}

bool IsNonEmptyReference(std::string_view text) { return !text.empty() && IsUriReference(text); }

// RFC 9562, section 4: 8, 4, 4, 4 and 12 hexadecimal digits.
bool IsUuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return text.size() == kForm.size() && std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
           return form == '-' ? c == '-' : HexDigit(c) >= 0;
         });
}

template <bool (*test)(std::string_view)>
Value Test(CallContext& context, const Value* arguments) {
  if (!context.Charge(arguments[0].text().size() / sizeof(Value))) return context.OverBudget();
  return Value::Bool(test(arguments[0].text()));
}

Function Rule(std::string name, Implementation implementation, std::string_view summary,
              std::vector<Example> examples) {
  return {std::move(name),
          true,
          {{{Type::Of(TypeKind::kString)}, Type::Of(TypeKind::kBool), implementation}},
          summary,
          std::move(examples)};
}

}  // namespace

std::vector<Function> ContractFunctions() {
  return {
      Rule("isEmail", Test<IsEmail>,
           "Whether the text is a valid e-mail address as HTML defines it (Living Standard, section 4.10.5.1.5): the "
           "characters of RFC 5322's dot-atom, an @, and labels with dots between them. No quoted names, no comments.",
           {{"'ann@example.com'.isEmail()", "true"}, {"'ann@example..com'.isEmail()", "false"}}),
      Rule("isHostname", Test<IsHostname>,
           "Whether the text is a host's name (RFC 1034, section 3.5): labels of up to 63 letters, digits and inner "
           "hyphens with dots between them, 253 characters in all; the last label is not all digits. A dot may end it.",
           {{"'db-1.example.com'.isHostname()", "true"}, {"'-db.example.com'.isHostname()", "false"}}),
      Rule("isIpv4", Test<IsIpv4>, "Whether the text is an IPv4 address: four decimal numbers without leading zeros.",
           {{"'10.0.0.1'.isIpv4()", "true"}, {"'10.0.0.256'.isIpv4()", "false"}}),
      Rule("isIpv6", Test<IsIpv6>, "Whether the text is an IPv6 address (RFC 4291, section 2.2), without a zone.",
           {{"'2001:db8::1'.isIpv6()", "true"}, {"'fe80::1%eth0'.isIpv6()", "false"}}),
      Rule("isUri", Test<IsUri>, "Whether the text is a URI with a scheme (RFC 3986, section 3).",
           {{"'https://example.com/a?b=c'.isUri()", "true"}, {"'/a?b=c'.isUri()", "false"}}),
      Rule("isUriRef", Test<IsNonEmptyReference>,
           "Whether the text is a URI, or a reference relative to one (RFC 3986, section 4.1).",
           {{"'/a?b=c'.isUriRef()", "true"}, {"'a b'.isUriRef()", "false"}}),
      Rule("isUuid", Test<IsUuid>,
           "Whether the text is a UUID (RFC 9562, section 4): 8-4-4-4-12 hexadecimal digits, large or small.",
           {{"'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'.isUuid()", "true"}, {"'f81d4fae'.isUuid()", "false"}}),
  };
}

}  // namespace penstock::expr
