#include "event/network_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace penstock {
namespace {

constexpr size_t kIpv4Bytes = 4;
constexpr size_t kIpv6Bytes = 16;
constexpr size_t kTextMax = 45;  // of an IPv6 address that ends in dotted decimals
constexpr std::string_view kMappedPrefix("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);

// A decimal number without leading zeros; nothing where it is none or above `max`.
std::optional<uint32_t> ParseDecimal(std::string_view text, uint32_t max) {
  uint32_t number = 0;
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number > max) return std::nullopt;
  return number;
}

// The two groups of zeros that RFC 5952 writes as `::` are the longest run of two or more, the first of equal ones.
struct Run {
  size_t begin = 0;
  size_t size = 0;
};
Run LongestZeros(const std::array<uint16_t, 8>& groups) {
  Run longest;
  for (size_t begin = 0; begin < groups.size();) {
    size_t end = begin;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - begin > std::max<size_t>(longest.size, 1)) longest = {begin, end - begin};
    begin = end + 1;
  }
  return longest;
}

std::string FormatIpv4(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    text += (text.empty() ? "" : ".") + std::to_string(static_cast<unsigned>(static_cast<unsigned char>(byte)));
  return text;
}

std::string FormatIpv6(std::string_view bytes) {
  std::array<uint16_t, 8> groups;
  for (size_t i = 0; i < groups.size(); ++i)
    groups[i] = static_cast<uint16_t>(static_cast<unsigned char>(bytes[2 * i]) << 8 |
                                      static_cast<unsigned char>(bytes[2 * i + 1]));
  const Run zeros = LongestZeros(groups);
  std::string text;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (zeros.size > 0 && i == zeros.begin) {
      text += "::";
      i += zeros.size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    char digits[4];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, groups[i], 16).ptr);
  }
  return text;
}

}  // namespace

std::optional<AddressBytes> ParseAddress(std::string_view text) {
  // inet_pton() ends at a zero byte, and so would a text that goes on behind one.
  if (text.size() > kTextMax || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  const bool ipv6 = text.find(':') != std::string_view::npos;
  AddressBytes bytes(ipv6 ? kIpv6Bytes : kIpv4Bytes, '\0');
  if (inet_pton(ipv6 ? AF_INET6 : AF_INET, terminated.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::string FormatAddress(std::string_view bytes) {
  return bytes.size() == kIpv4Bytes ? FormatIpv4(bytes) : FormatIpv6(bytes);
}

bool IsMappedIpv4(std::string_view bytes) { return bytes.size() == kIpv6Bytes && bytes.starts_with(kMappedPrefix); }

std::optional<std::string> ParseNetwork(std::string_view text) {
  const size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::optional<AddressBytes> bytes = ParseAddress(text.substr(0, slash));
  if (!bytes) return std::nullopt;
  const std::optional<uint32_t> prefix = ParseDecimal(text.substr(slash + 1), static_cast<uint32_t>(bytes->size() * 8));
  if (!prefix) return std::nullopt;
  bytes->push_back(static_cast<char>(*prefix));
  return bytes;
}

std::string FormatNetwork(std::string_view bytes) {
  const auto prefix = static_cast<unsigned char>(bytes.back());
  bytes.remove_suffix(1);
  return FormatAddress(bytes) + "/" + std::to_string(static_cast<unsigned>(prefix));
}

AddressBytes MaskAddress(std::string_view bytes, uint32_t prefix_bits) {
  AddressBytes masked(bytes);
  for (size_t i = 0; i < masked.size(); ++i) {
    const uint32_t kept =
        std::min<uint32_t>(prefix_bits - std::min<uint32_t>(prefix_bits, static_cast<uint32_t>(i) * 8), 8);
    masked[i] = static_cast<char>(static_cast<unsigned char>(masked[i]) & (0xFF00U >> kept));
  }
  return masked;
}

}  // namespace penstock
