#include "expr/functions/network.h"

#include "event/network_address.h"

namespace penstock::expr {
namespace {

constexpr uint64_t kParseCost = 1;
constexpr size_t kIpv4Bytes = 4;

Value NotA(CallContext& context, std::string_view what, std::string_view text) {
  constexpr size_t kShownMax = 64;
  if (text.size() > kShownMax) return context.Fail("the text is no " + std::string(what));
  return context.Fail("'" + std::string(text) + "' is no " + std::string(what));
}

bool IsDottedMapped(std::string_view text, std::string_view bytes) {
  return IsMappedIpv4(bytes) && text.find('.') != std::string_view::npos;
}

// An IPv6 address that stands for one of IPv4 becomes that one; written with dots, it says two things at once.
std::optional<AddressBytes> ReadAddress(std::string_view text) {
  std::optional<AddressBytes> bytes = ParseAddress(text);
  if (!bytes || IsDottedMapped(text, *bytes)) return std::nullopt;
  if (IsMappedIpv4(*bytes)) bytes->erase(0, bytes->size() - kIpv4Bytes);
  return bytes;
}
std::optional<std::string> ReadNetwork(std::string_view text) {
  std::optional<std::string> bytes = ParseNetwork(text);
  if (!bytes || IsMappedIpv4(std::string_view(*bytes).substr(0, bytes->size() - 1))) return std::nullopt;
  return bytes;
}

Value Ip(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost)) return context.OverBudget();
  const std::optional<AddressBytes> bytes = ReadAddress(arguments[0].text());
  return bytes ? Value::Ip(context.arena().Copy(*bytes)) : NotA(context, "IP address", arguments[0].text());
}
Value Cidr(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost * 2)) return context.OverBudget();
  const std::optional<std::string> bytes = ReadNetwork(arguments[0].text());
  return bytes ? Value::Cidr(context.arena().Copy(*bytes))
               : NotA(context, "network such as 10.0.0.0/8", arguments[0].text());
}

Value IsIp(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost)) return context.OverBudget();
  return Value::Bool(ReadAddress(arguments[0].text()).has_value());
}
Value IsCidr(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost)) return context.OverBudget();
  return Value::Bool(ReadNetwork(arguments[0].text()).has_value());
}
Value IsCanonical(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost * 2)) return context.OverBudget();
  const std::optional<AddressBytes> bytes = ReadAddress(arguments[0].text());
  if (!bytes) return NotA(context, "IP address", arguments[0].text());
  return Value::Bool(FormatAddress(*bytes) == arguments[0].text());
}

Value StringOfIp(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost * 4)) return context.OverBudget();
  return Value::String(context.arena().Copy(FormatAddress(arguments[0].text())));
}
Value StringOfCidr(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost * 4)) return context.OverBudget();
  return Value::String(context.arena().Copy(FormatNetwork(arguments[0].text())));
}

bool IsV4(std::string_view bytes) { return bytes.size() == kIpv4Bytes; }
uint8_t ByteAt(std::string_view bytes, size_t index) { return static_cast<uint8_t>(bytes[index]); }

Value FamilyOf(CallContext&, const Value* arguments) { return Value::Int(IsV4(arguments[0].text()) ? 4 : 6); }

bool IsUnspecified(std::string_view ip) { return ip.find_first_not_of('\0') == std::string_view::npos; }
bool IsLoopback(std::string_view ip) {
  if (IsV4(ip)) return ByteAt(ip, 0) == 127;
  return IsUnspecified(ip.substr(0, ip.size() - 1)) && ip.back() == 1;
}
bool IsMulticast(std::string_view ip) { return IsV4(ip) ? (ByteAt(ip, 0) & 0xF0) == 0xE0 : ByteAt(ip, 0) == 0xFF; }
bool IsLinkLocalMulticast(std::string_view ip) {
  if (IsV4(ip)) return ByteAt(ip, 0) == 224 && ByteAt(ip, 1) == 0 && ByteAt(ip, 2) == 0;
  return ByteAt(ip, 0) == 0xFF && (ByteAt(ip, 1) & 0x0F) == 0x02;
}
bool IsLinkLocalUnicast(std::string_view ip) {
  if (IsV4(ip)) return ByteAt(ip, 0) == 169 && ByteAt(ip, 1) == 254;
  return ByteAt(ip, 0) == 0xFE && (ByteAt(ip, 1) & 0xC0) == 0x80;
}
bool IsGlobalUnicast(std::string_view ip) {
  const bool broadcast = IsV4(ip) && ip.find_first_not_of('\xFF') == std::string_view::npos;
  return !broadcast && !IsUnspecified(ip) && !IsLoopback(ip) && !IsMulticast(ip) && !IsLinkLocalUnicast(ip);
}

template <bool (*test)(std::string_view)>
Value Test(CallContext&, const Value* arguments) {
  return Value::Bool(test(arguments[0].text()));
}

// The address of a network, and the length of its prefix.
std::string_view AddressOf(std::string_view network) { return network.substr(0, network.size() - 1); }
uint32_t PrefixOf(std::string_view network) { return ByteAt(network, network.size() - 1); }

bool Holds(std::string_view network, std::string_view ip) {
  const std::string_view address = AddressOf(network);
  return address.size() == ip.size() && MaskAddress(address, PrefixOf(network)) == MaskAddress(ip, PrefixOf(network));
}
bool HoldsNetwork(std::string_view network, std::string_view other) {
  return PrefixOf(network) <= PrefixOf(other) && Holds(network, AddressOf(other));
}

Value ContainsIp(CallContext&, const Value* arguments) {
  return Value::Bool(Holds(arguments[0].text(), arguments[1].text()));
}
Value ContainsIpText(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost)) return context.OverBudget();
  const std::optional<AddressBytes> ip = ReadAddress(arguments[1].text());
  return ip ? Value::Bool(Holds(arguments[0].text(), *ip)) : NotA(context, "IP address", arguments[1].text());
}
Value ContainsCidr(CallContext&, const Value* arguments) {
  return Value::Bool(HoldsNetwork(arguments[0].text(), arguments[1].text()));
}
Value ContainsCidrText(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost)) return context.OverBudget();
  const std::optional<std::string> other = ReadNetwork(arguments[1].text());
  return other ? Value::Bool(HoldsNetwork(arguments[0].text(), *other))
               : NotA(context, "network such as 10.0.0.0/8", arguments[1].text());
}

Value IpOfCidr(CallContext&, const Value* arguments) { return Value::Ip(AddressOf(arguments[0].text())); }
Value PrefixLength(CallContext&, const Value* arguments) { return Value::Int(PrefixOf(arguments[0].text())); }
Value Masked(CallContext& context, const Value* arguments) {
  if (!context.Charge(kParseCost * 2)) return context.OverBudget();
  const std::string_view network = arguments[0].text();
  const std::string masked = MaskAddress(AddressOf(network), PrefixOf(network)) + network.back();
  return Value::Cidr(context.arena().Copy(masked));
}

Type String() { return Type::Of(TypeKind::kString); }
Type Bool() { return Type::Of(TypeKind::kBool); }
Type Int() { return Type::Of(TypeKind::kInt); }
Type IpType() { return Type::Abstract("net.IP", {}); }
Type CidrType() { return Type::Abstract("net.CIDR", {}); }

Function IpTest(std::string name, Implementation implementation, std::string_view summary,
                std::vector<Example> examples) {
  return {std::move(name), true, {{{IpType()}, Bool(), implementation}}, summary, std::move(examples)};
}

std::vector<Function> Addresses() {
  return {
      {"ip",
       false,
       {{{String()}, IpType(), Ip}},
       "An IPv4 or IPv6 address. An IPv6 address that stands for one of IPv4 becomes that one. Another text is an "
       "error, and so is one with a zone, or of IPv6 with IPv4's dots.",
       {{"ip('192.168.0.1')", R"("192.168.0.1")"},
        {"ip('2001:DB8::0:1')", R"("2001:db8::1")"},
        {"ip('192.168.0')", "error: '192.168.0' is no IP address"}}},
      {"isIP",
       false,
       {{{String()}, Bool(), IsIp}},
       "Whether ip() takes the text.",
       {{"isIP('::1')", "true"}, {"isIP('localhost')", "false"}}},
      {"ip.isCanonical",
       false,
       {{{String()}, Bool(), IsCanonical}},
       "Whether an address is written in its one canonical form (RFC 5952). A text that is no address is an error.",
       {{"ip.isCanonical('2001:db8::1')", "true"}, {"ip.isCanonical('2001:DB8::1')", "false"}}},
      {"family", true, {{{IpType()}, Int(), FamilyOf}}, "4 or 6.", {{"ip('::1').family()", "6"}}},
      IpTest("isUnspecified", Test<IsUnspecified>, "Whether all bits are zero.",
             {{"ip('::').isUnspecified()", "true"}}),
      IpTest("isLoopback", Test<IsLoopback>, "Whether the address is of this machine: 127.0.0.0/8 or ::1.",
             {{"ip('127.0.0.1').isLoopback()", "true"}}),
      IpTest(
          "isGlobalUnicast", Test<IsGlobalUnicast>,
          "Whether the address is of one machine, and neither unspecified, loopback nor link-local. Private networks "
          "count.",
          {{"ip('192.168.0.1').isGlobalUnicast()", "true"}, {"ip('ff00::1').isGlobalUnicast()", "false"}}),
      IpTest("isLinkLocalMulticast", Test<IsLinkLocalMulticast>,
             "Whether the address is of a group on one link: 224.0.0.0/24 or ff02::/16.",
             {{"ip('224.0.0.1').isLinkLocalMulticast()", "true"}}),
      IpTest("isLinkLocalUnicast", Test<IsLinkLocalUnicast>,
             "Whether the address is of one machine on one link: 169.254.0.0/16 or fe80::/10.",
             {{"ip('fe80::1').isLinkLocalUnicast()", "true"}}),
  };
}

std::vector<Function> Networks() {
  return {
      {"cidr",
       false,
       {{{String()}, CidrType(), Cidr}},
       "A network: an address, and how many of its bits are fixed. Another text is an error.",
       {{"cidr('10.0.0.0/8')", R"("10.0.0.0/8")"},
        {"cidr('10.0.0.0/33')", "error: '10.0.0.0/33' is no network such as 10.0.0.0/8"}}},
      {"isCIDR", false, {{{String()}, Bool(), IsCidr}}, "Whether cidr() takes the text.", {{"isCIDR('::/0')", "true"}}},
      {"containsIP",
       true,
       {{{CidrType(), IpType()}, Bool(), ContainsIp}, {{CidrType(), String()}, Bool(), ContainsIpText}},
       "Whether an address is in the network. A text that is no address is an error.",
       {{"cidr('10.0.0.0/8').containsIP('10.1.2.3')", "true"}, {"cidr('10.0.0.0/8').containsIP(ip('::1'))", "false"}}},
      {"containsCIDR",
       true,
       {{{CidrType(), CidrType()}, Bool(), ContainsCidr}, {{CidrType(), String()}, Bool(), ContainsCidrText}},
       "Whether all of another network is in this one. A text that is no network is an error.",
       {{"cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "true"}}},
      {"ip",
       true,
       {{{CidrType()}, IpType(), IpOfCidr}},
       "The network's address as it was written.",
       {{"cidr('10.1.2.3/8').ip()", R"("10.1.2.3")"}}},
      {"masked",
       true,
       {{{CidrType()}, CidrType(), Masked}},
       "The network with all bits cleared that are not fixed.",
       {{"cidr('10.1.2.3/8').masked()", R"("10.0.0.0/8")"}}},
      {"prefixLength",
       true,
       {{{CidrType()}, Int(), PrefixLength}},
       "How many bits are fixed.",
       {{"cidr('10.0.0.0/8').prefixLength()", "8"}}},
      {"string",
       false,
       {{{IpType()}, String(), StringOfIp}, {{CidrType()}, String(), StringOfCidr}},
       "An address or a network as text, in its canonical form.",
       {{"string(ip('::0'))", R"("::")"}, {"string(cidr('::0/0'))", R"("::/0")"}}},
  };
}

}  // namespace

std::vector<Function> NetworkFunctions() {
  std::vector<Function> functions = Addresses();
  for (Function& function : Networks()) functions.push_back(std::move(function));
  return functions;
}

}  // namespace penstock::expr
