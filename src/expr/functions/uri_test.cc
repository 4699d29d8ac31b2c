#include "expr/functions/uri.h"

#include <gtest/gtest.h>

namespace penstock::expr {
namespace {

// RFC 3986, section 1.1.2, and the edges of its grammar.
constexpr std::string_view kUris[] = {
    "ftp://ftp.is.co.za/rfc/rfc1808.txt",
    "http://www.ietf.org/rfc/rfc2396.txt",
    "ldap://[2001:db8::7]/c=GB?objectClass?one",
    "mailto:John.Doe@example.com",
    "news:comp.infosystems.www.servers.unix",
    "tel:+1-816-555-1212",
    "telnet://192.0.2.16:80/",
    "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
    "http://user:pw@host:/a%20b?c=d/?#e/?",
    "a+b-c.d:",
    "http://[v1.a:b]/",
    "file:///etc/hosts",
};
constexpr std::string_view kNoUris[] = {
    "",
    "a",
    ":a",
    "1a:b",
    "ht tp:a",
    "http://a b",
    "http://a/%2",
    "http://a/%g0",
    "http://[::1",
    "http://[1.2.3.4]/",
    "http://[::g]/",
    "http://a:b/",
    "http://a@b@c/",
    "http://a/#b#c",
    "http://ä/",
    "http://a/<>",
    "http://[v.a]/",
    "http://[va]/",
    "http://[::1]x/",
    "a:{b}",
    "a:\\b",
};
constexpr std::string_view kReferences[] = {"", "a", "/a", "//a", "?a", "#a", "./a:b", "a/b:c", "../a", "%41"};
constexpr std::string_view kNoReferences[] = {"1:a", "a b", "%", "#a#b", "//a:b", "[a]"};

TEST(UriTest, FollowsTheGrammar) {
  for (const std::string_view text : kUris) EXPECT_TRUE(IsUri(text) && IsUriReference(text)) << text;
  for (const std::string_view text : kNoUris) EXPECT_FALSE(IsUri(text)) << text;
}

TEST(UriTest, KnowsRelativeReferences) {
  for (const std::string_view text : kReferences) EXPECT_TRUE(IsUriReference(text) && !IsUri(text)) << text;
  for (const std::string_view text : kNoReferences) EXPECT_FALSE(IsUriReference(text)) << text;
}

}  // namespace
}  // namespace penstock::expr
