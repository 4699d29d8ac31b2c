// IP addresses and networks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

// The bytes of an address as they are sent: 4 of IPv4, 16 of IPv6. A view may lie anywhere.
using AddressBytes = std::string;

// An IPv4 address in dotted decimals without leading zeros, or an IPv6 address as RFC 4291 (section 2.2) writes it,
// without a zone. Nothing where the text is neither. IPv6 addresses that stand for one of IPv4 stay IPv6.
std::optional<AddressBytes> ParseAddress(std::string_view text);

// In the canonical form of RFC 5952. `bytes` has 4 or 16.
std::string FormatAddress(std::string_view bytes);

// Whether an IPv6 address stands for one of IPv4 (::ffff:0:0/96).
bool IsMappedIpv4(std::string_view bytes);

// An address, a slash, and the length of the prefix without leading zeros. The bytes of the address as it is written,
// and one more for the length.
std::optional<std::string> ParseNetwork(std::string_view text);
// `bytes` as above: 5 or 17.
std::string FormatNetwork(std::string_view bytes);

// The address with all bits after the first `prefix_bits` cleared.
AddressBytes MaskAddress(std::string_view bytes, uint32_t prefix_bits);

}  // namespace penstock
