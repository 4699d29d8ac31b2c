#include "event/json_writer.h"

#include <charconv>
#include <cmath>

#include "event/base64.h"
#include "event/collection.h"
#include "event/network_address.h"
#include "event/time_text.h"

namespace penstock {
namespace {

template <typename Integer>
void AppendInteger(Integer value, std::string& out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  out += text;
  out += '"';
}

void AppendDoubleValue(double value, std::string& out) {
  if (!std::isfinite(value)) out += '"';
  AppendDouble(value, out);
  if (!std::isfinite(value)) out += '"';
}

void AppendList(const Value& list, std::string& out) {
  ListCursor cursor(list);
  Value element;
  char before = '[';
  while (cursor.Next(element)) {
    out += before;
    AppendJson(element, out);
    before = ',';
  }
  out += before == '[' ? "[]" : "]";
}

void AppendKey(const Value& key, std::string& out) {
  if (key.Is(ValueKind::kString)) return AppendJsonString(key.text(), out);
  std::string text;
  AppendJson(key, text);
  AppendJsonString(text, out);
}

void AppendMap(const Value& map, std::string& out) {
  MapCursor cursor(map);
  Value key;
  Value value;
  char before = '{';
  while (cursor.Next(key, value)) {
    out += before;
    AppendKey(key, out);
    out += ':';
    AppendJson(value, out);
    before = ',';
  }
  out += before == '{' ? "{}" : "}";
}

void AppendNode(const JsonDocument& document, uint32_t index, std::string& out);

void AppendElements(const JsonDocument& document, uint32_t list, std::string& out) {
  char before = '[';
  for (uint32_t at = list + 1; at != document.node(list).a; at = document.After(at)) {
    out += before;
    AppendNode(document, at, out);
    before = ',';
  }
  out += ']';
}

void AppendMembers(const JsonDocument& document, uint32_t map, std::string& out) {
  char before = '{';
  for (uint32_t key = map + 1; key != document.node(map).a; key = document.After(key + 1)) {
    if (document.node(key).json_kind() == JsonKind::kShadowedKey) continue;
    out += before;
    AppendJsonString(document.TextAt(key), out);
    out += ':';
    AppendNode(document, key + 1, out);
    before = ',';
  }
  out += '}';
}

// A value that stands in a document: as it came, save the lists and maps that must be written without shadowed members.
void AppendNode(const JsonDocument& document, uint32_t index, std::string& out) {
  const JsonNode& node = document.node(index);
  if (node.rewritten == 0) {
    out += document.SourceAt(index);
  } else if (node.json_kind() == JsonKind::kMap) {
    AppendMembers(document, index, out);
  } else {
    AppendElements(document, index, out);
  }
}

void AppendCollection(const Value& value, std::string& out) {
  if (value.is_json()) return AppendNode(*value.document(), value.node(), out);
  return value.Is(ValueKind::kList) ? AppendList(value, out) : AppendMap(value, out);
}

void AppendEscaped(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
  }
}

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

}  // namespace

void AppendDouble(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "Infinity" : "-Infinity";
  } else {
    char digits[32];
    const std::string_view text(digits,
                                static_cast<size_t>(std::to_chars(digits, digits + sizeof digits, value).ptr - digits));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
  }
}

void AppendJsonString(std::string_view text, std::string& out) {
  out += '"';
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!NeedsEscape(text[i])) continue;
    out.append(text, plain, i - plain);
    AppendEscaped(text[i], out);
    plain = i + 1;
  }
  out.append(text, plain);
  out += '"';
}

void AppendJson(const Value& value, std::string& out) {
  switch (value.kind()) {
    case ValueKind::kNull: out += "null"; break;
    case ValueKind::kBool: out += value.as_bool() ? "true" : "false"; break;
    case ValueKind::kInt: AppendInteger(value.as_int(), out); break;
    case ValueKind::kUint: AppendInteger(value.as_uint(), out); break;
    case ValueKind::kDouble: AppendDoubleValue(value.as_double(), out); break;
    case ValueKind::kString:
    case ValueKind::kType:
    case ValueKind::kError: AppendJsonString(value.text(), out); break;
    case ValueKind::kBytes:
      out += '"';
      AppendBase64(value.text(), out);
      out += '"';
      break;
    case ValueKind::kIp: AppendQuoted(FormatAddress(value.text()), out); break;
    case ValueKind::kCidr: AppendQuoted(FormatNetwork(value.text()), out); break;
    case ValueKind::kTimestamp: AppendQuoted(FormatTimestamp(value.as_time()), out); break;
    case ValueKind::kDuration: AppendQuoted(FormatDuration(value.as_duration()), out); break;
    case ValueKind::kList:
    case ValueKind::kMap: AppendCollection(value, out); break;
    case ValueKind::kOptional:
      if (value.as_optional() == nullptr) {
        out += "null";
      } else {
        AppendJson(*value.as_optional(), out);
      }
      break;
  }
}

std::string ToJson(const Value& value) {
  std::string text;
  AppendJson(value, text);
  return text;
}

}  // namespace penstock
