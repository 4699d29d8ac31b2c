#include "event/network_address.h"

#include <gtest/gtest.h>

#include "event/json_writer.h"

namespace penstock {
namespace {

struct Case {
  std::string_view text;
  std::string_view canonical;  // empty: the text is no address
};

// RFC 4291 section 2.2 and RFC 5952 section 4.
constexpr Case kAddresses[] = {
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"2001:0db8:0000:0000:0000:ff00:0042:8329", "2001:db8::ff00:42:8329"},
    {"2001:DB8::A", "2001:db8::a"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
    {"::", "::"},
    {"1::", "1::"},
    {"::1", "::1"},
    {"::1.2.3.4", "::102:304"},
    {"", ""},
    {"1", ""},
    {"1.2.3.4.5", ""},
    {"1.2.3.256", ""},
    {"1.2.3.04", ""},
    {"1.2.3.4 ", ""},
    {":", ""},
    {":::", ""},
    {"1:2:3:4:5:6:7", ""},
    {"1:2:3:4:5:6:7:8:9", ""},
    {"1::2::3", ""},
    {"12345::", ""},
    {"fe80::1%1", ""},
    {"[::1]", ""},
};

TEST(NetworkAddressTest, ReadsAndWritesAddresses) {
  for (const Case& item : kAddresses) {
    const std::optional<AddressBytes> bytes = ParseAddress(item.text);
    EXPECT_EQ(bytes ? FormatAddress(*bytes) : "", item.canonical) << item.text;
  }
}

TEST(NetworkAddressTest, EndsAtNoZeroByte) {
  EXPECT_FALSE(ParseAddress(std::string_view("1.2.3.4\0", 8)));
  EXPECT_FALSE(ParseAddress(std::string(10'000, ':')));
}

TEST(NetworkAddressTest, ReadsAndWritesNetworks) {
  for (const std::string_view text : {"10.1.2.3/0", "10.1.2.3/32", "2001:db8::/128", "::/0"})
    EXPECT_EQ(FormatNetwork(*ParseNetwork(text)), text);
  for (const std::string_view text : {"10.1.2.3", "10.1.2.3/", "10.1.2.3/33", "10.1.2.3/+1", "10.1.2.3/01", "::/129",
                                      "/8", "10.1.2.3/8/8", "::/ 1", "::/4294967297"})
    EXPECT_FALSE(ParseNetwork(text)) << text;
}

TEST(NetworkAddressTest, MasksBitByBit) {
  const AddressBytes ones = *ParseAddress("255.255.255.255");
  EXPECT_EQ(FormatAddress(MaskAddress(ones, 0)), "0.0.0.0");
  EXPECT_EQ(FormatAddress(MaskAddress(ones, 1)), "128.0.0.0");
  EXPECT_EQ(FormatAddress(MaskAddress(ones, 17)), "255.255.128.0");
  EXPECT_EQ(FormatAddress(MaskAddress(ones, 32)), "255.255.255.255");
}

TEST(NetworkAddressTest, KnowsAddressesThatStandForIpv4) {
  EXPECT_TRUE(IsMappedIpv4(*ParseAddress("::ffff:1.2.3.4")));
  EXPECT_FALSE(IsMappedIpv4(*ParseAddress("::fffe:1.2.3.4")));
  EXPECT_FALSE(IsMappedIpv4(*ParseAddress("1.2.3.4")));
}

TEST(NetworkAddressTest, AreWrittenAsText) {
  EXPECT_EQ(ToJson(Value::Ip(*ParseAddress("::1"))), R"("::1")");
  const std::string network = *ParseNetwork("10.0.0.0/8");
  EXPECT_EQ(ToJson(Value::Cidr(network)), R"("10.0.0.0/8")");
}

}  // namespace
}  // namespace penstock
