#include "expr/functions/uri.h"

#include <algorithm>

#include "base/utf8.h"
#include "event/network_address.h"

namespace penstock::expr {
namespace {

bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsOneOf(char c, std::string_view characters) { return characters.find(c) != std::string_view::npos; }
bool IsUnreserved(char c) { return IsAlpha(c) || IsDigit(c) || IsOneOf(c, "-._~"); }
bool IsSubDelimiter(char c) { return IsOneOf(c, "!$&'()*+,;="); }

// Whether the text is of unreserved characters, sub-delimiters, the `extra` ones, and %XX.
bool IsOf(std::string_view text, std::string_view extra) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || HexDigit(text[i + 1]) < 0 || HexDigit(text[i + 2]) < 0) return false;
      i += 2;
    } else if (!IsUnreserved(text[i]) && !IsSubDelimiter(text[i]) && !IsOneOf(text[i], extra)) {
      return false;
    }
  }
  return true;
}

bool IsScheme(std::string_view text) {
  return !text.empty() && IsAlpha(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsAlpha(c) || IsDigit(c) || IsOneOf(c, "+-."); });
}

// What stands in brackets: an IPv6 address, or an address of a later version (v1.x).
bool IsIpLiteral(std::string_view text) {
  if (!text.starts_with('v') && !text.starts_with('V'))
    return text.find(':') != std::string_view::npos && ParseAddress(text).has_value();
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
  const std::string_view version = text.substr(1, dot - 1);
  const std::string_view rest = text.substr(dot + 1);
  return std::all_of(version.begin(), version.end(), [](char c) { return HexDigit(c) >= 0; }) &&
         std::all_of(rest.begin(), rest.end(), [](char c) { return IsUnreserved(c) || IsSubDelimiter(c) || c == ':'; });
}

bool IsPort(std::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }

// [user@]host[:port]
bool IsAuthority(std::string_view text) {
  if (const size_t at = text.find('@'); at != std::string_view::npos) {
    if (!IsOf(text.substr(0, at), ":")) return false;
    text.remove_prefix(at + 1);
  }
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos || !IsIpLiteral(text.substr(1, end - 1))) return false;
    text.remove_prefix(end + 1);
    return text.empty() || (text[0] == ':' && IsPort(text.substr(1)));
  }
  const size_t colon = std::min(text.find(':'), text.size());
  return IsOf(text.substr(0, colon), "") && (colon == text.size() || IsPort(text.substr(colon + 1)));
}

// What stands after the scheme and before ? and #.
bool IsHierarchy(std::string_view text) {
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const size_t path = std::min(text.find('/'), text.size());
    if (!IsAuthority(text.substr(0, path))) return false;
    text.remove_prefix(path);
  }
  return IsOf(text, ":@/");
}

// Takes ?query and #fragment off the end. False where they are not well formed.
bool TakeTail(std::string_view& text) {
  const size_t hash = std::min(text.find('#'), text.size());
  if (hash < text.size() && !IsOf(text.substr(hash + 1), ":@/?")) return false;
  text = text.substr(0, hash);
  const size_t mark = std::min(text.find('?'), text.size());
  if (mark < text.size() && !IsOf(text.substr(mark + 1), ":@/?")) return false;
  text = text.substr(0, mark);
  return true;
}

}  // namespace

bool IsUri(std::string_view text) {
  if (!TakeTail(text)) return false;
  const size_t colon = text.find(':');
  return colon != std::string_view::npos && IsScheme(text.substr(0, colon)) && IsHierarchy(text.substr(colon + 1));
}

bool IsUriReference(std::string_view text) {
  if (IsUri(text)) return true;
  if (!TakeTail(text)) return false;
  // The first part of a relative path holds no colon, or it would look like a scheme.
  const bool like_scheme = text.substr(0, text.find('/')).find(':') != std::string_view::npos;
  return !like_scheme && IsHierarchy(text);
}

}  // namespace penstock::expr
