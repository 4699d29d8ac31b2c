#include "expr/functions/contracts.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr std::string_view kTrue[] = {
    "'a@b'.isEmail()",
    "'a.b+c@x-1.example.com'.isEmail()",
    "'.a..@b'.isEmail()",
    "'a'.isHostname()",
    "'1a.example.com.'.isHostname()",
    "'xn--bcher-kva.example'.isHostname()",
    "'0.0.0.0'.isIpv4()",
    "'::'.isIpv6()",
    "'::ffff:1.2.3.4'.isIpv6()",
    "'urn:isbn:0451450523'.isUri()",
    "'//host/path'.isUriRef()",
    "'?q'.isUriRef()",
    "'F81D4FAE-7dec-11d0-a765-00a0c91e6bf6'.isUuid()",
};
constexpr std::string_view kFalse[] = {
    "''.isEmail()",
    "'@b'.isEmail()",
    "'a@'.isEmail()",
    "'a b@c'.isEmail()",
    "'a@b@c'.isEmail()",
    "'a@-b'.isEmail()",
    "'ä@b'.isEmail()",
    "'a@b.'.isEmail()",
    "'a@b\\n'.isEmail()",
    "''.isHostname()",
    "'.'.isHostname()",
    "'a..b'.isHostname()",
    "'a_b'.isHostname()",
    "'10.0.0.1'.isHostname()",
    "'a-'.isHostname()",
    "'ä.example'.isHostname()",
    "''.isIpv4()",
    "'1.2.3'.isIpv4()",
    "'::1'.isIpv4()",
    "'1.2.3.4'.isIpv6()",
    "''.isIpv6()",
    "'1::2::3'.isIpv6()",
    "''.isUri()",
    "'a'.isUri()",
    "'http://a b'.isUri()",
    "''.isUriRef()",
    "'1:a'.isUriRef()",
    "''.isUuid()",
    "'f81d4fae7dec11d0a76500a0c91e6bf6'.isUuid()",
    "'{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}'.isUuid()",
    "'g81d4fae-7dec-11d0-a765-00a0c91e6bf6'.isUuid()",
};

TEST(ContractsTest, TakeWhatTheirFormulaTakes) {
  for (const std::string_view source : kTrue) EXPECT_EQ(Evaluate(source), "true") << source;
  for (const std::string_view source : kFalse) EXPECT_EQ(Evaluate(source), "false") << source;
}

TEST(ContractsTest, BoundHostsNames) {
  const std::string label(63, 'a');
  const std::string name = label + "." + label + "." + label + "." + std::string(61, 'a');
  EXPECT_EQ(Evaluate("'" + name + "'.isHostname()"), "true");
  EXPECT_EQ(Evaluate("'" + name + "a'.isHostname()"), "false");
  EXPECT_EQ(Evaluate("'a" + label + "'.isHostname()"), "false");
}

TEST(ContractsTest, PayForWhatTheyRead) {
  const std::string event = R"({"s": ")" + std::string(100'000, 'a') + R"("})";
  for (const std::string name : {"isEmail", "isHostname", "isIpv4", "isIpv6", "isUri", "isUriRef", "isUuid"})
    EXPECT_EQ(Evaluate("lists.range(200).map(i, event.s." + name + "())", event), kOverBudget) << name;
}

}  // namespace
}  // namespace penstock::expr
