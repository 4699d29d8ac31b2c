#include "expr/functions/network.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"[ip('::ffff:c0a8:1'), ip('10.0.0.1')]", R"(["192.168.0.1","10.0.0.1"])"},
    {"ip('::ffff:c0a8:1').family()", "4"},
    {"ip(event.bad)", "error: 'x' is no IP address"},
    {"ip(event.long)", "error: the text is no IP address"},
    {"isIP('1.2.3.4\\x00')", "false"},
    {"isIP('01.2.3.4')", "false"},
    {"isIP('1.2.3')", "false"},
    {"isIP(' 1.2.3.4')", "false"},
    {"isIP('')", "false"},
    {"isCIDR('10.0.0.0/08')", "false"},
    {"isCIDR('10.0.0.0/33')", "false"},
    {"isCIDR('10.0.0.0/-1')", "false"},
    {"isCIDR('::/128')", "true"},
    {"isCIDR('::/129')", "false"},
    {"cidr('0.0.0.0/0').containsIP('255.255.255.255')", "true"},
    {"cidr('::/0').containsIP('255.255.255.255')", "false"},
    {"cidr('10.1.2.3/31').containsIP('10.1.2.2')", "true"},
    {"cidr('10.1.2.3/32').containsIP('10.1.2.2')", "false"},
    {"cidr('2001:db8::/33').containsIP('2001:db8:8000::')", "false"},
    {"cidr('10.1.2.3/13').masked()", R"("10.0.0.0/13")"},
    {"cidr('10.0.0.0/8').containsIP(event.bad)", "error: 'x' is no IP address"},
    {"cidr('10.0.0.0/8').containsCIDR(event.bad)", "error: 'x' is no network such as 10.0.0.0/8"},
    {"ip('10.0.0.1') == cidr('10.0.0.1/32').ip()", "true"},
    {"dyn(ip('10.0.0.1')) == dyn('10.0.0.1')", "false"},
    {"type(ip('::1')) == net.IP && type(cidr('::/0')) != net.IP", "true"},
    {"ip('255.255.255.255').isGlobalUnicast()", "false"},
    {"ip('224.0.0.251').isGlobalUnicast()", "false"},
    {"ip('febf::').isLinkLocalUnicast()", "true"},
    {"ip('fec0::').isLinkLocalUnicast()", "false"},
    {"{'a': ip('2001:DB8:0:0:1:0:0:1')}", R"({"a":"2001:db8::1:0:0:1"})"},
};

TEST(NetworkTest, KnowsAddressesAndNetworks) {
  const std::string event = R"({"bad": "x", "long": ")" + std::string(100, '1') + R"("})";
  for (const Case& item : kCases) EXPECT_EQ(Evaluate(item.source, event), item.value) << item.source;
}

TEST(NetworkTest, KeepsTheTwoTypesApart) {
  EXPECT_NE(CompileError("cidr('10.0.0.0/8').family()"), "");
  EXPECT_NE(CompileError("ip('10.0.0.1') == cidr('10.0.0.0/8')"), "");
  EXPECT_EQ(Evaluate("dyn(cidr('10.0.0.0/8')).family()"), "error: no such overload: 'family' of (net.CIDR)");
}

TEST(NetworkTest, PaysForEachAddress) {
  EXPECT_EQ(
      Evaluate("lists.range(1000).map(i, string(ip('10.0.0.' + string(i % 256))))", "{}", {.limits = {.cost = 5000}}),
      kOverBudget);
}

}  // namespace
}  // namespace penstock::expr
