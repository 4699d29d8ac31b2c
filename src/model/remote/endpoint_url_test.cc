#include "model/remote/endpoint_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::remote {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(EndpointUrlTest, TheSuffixEndsThePath) {
  const EndpointUrl url = *ParseEndpointUrl("https://llm.example.com/v1", "/chat/completions");
  EXPECT_EQ(url.url, "https://llm.example.com/v1/chat/completions");
  EXPECT_TRUE(url.is_tls);
  EXPECT_EQ(ParseEndpointUrl("http://h:8000/v1/", "/embeddings")->url, "http://h:8000/v1/embeddings");
  EXPECT_EQ(ParseEndpointUrl("http://h", "/embeddings")->url, "http://h/embeddings");
  EXPECT_EQ(ParseEndpointUrl("http://h/a?api-version=1#x", "/chat/completions")->url,
            "http://h/a/chat/completions?api-version=1");
  EXPECT_EQ(ParseEndpointUrl("http://h/a?b=c", "")->url, "http://h/a?b=c");
  EXPECT_EQ(ParseEndpointUrl("http://[::1]:80/a", "")->url, "http://[::1]:80/a");
}

TEST(EndpointUrlTest, WhatIsShownHoldsNoSecret) {
  const EndpointUrl url = *ParseEndpointUrl("https://user:secret@h:8443/v1/a%20b?key=secret#secret", "");
  EXPECT_EQ(url.shown, "https://h:8443/v1/a%20b");
  EXPECT_THAT(url.url, HasSubstr("user:secret@h"));
}

TEST(EndpointUrlTest, WhatIsNoUrl) {
  for (const std::string_view text : {"", "h/v1", "ftp://h/secret", "file:///secret", "http://", "http://h:port/secret",
                                      "http://h/\nsecret", "http://h/a secret", "secret", "https:/secret"}) {
    const Result<EndpointUrl> url = ParseEndpointUrl(text, "");
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::kInvalid);
    EXPECT_THAT(url.error().message, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace penstock::remote
