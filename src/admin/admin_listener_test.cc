#include "admin/admin_listener.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

uint16_t PortOf(const AdminListener& listener) {
  return static_cast<uint16_t>(std::stoi(listener.url().substr(listener.url().rfind(':') + 1)));
}

TEST(AdminListener, TakesAnyPortThatIsFree) {
  const Result<AdminListener> one = AdminListener::Open({.port = 0});
  const Result<AdminListener> other = AdminListener::Open({.port = 0});
  ASSERT_TRUE(one && other);
  EXPECT_TRUE(one->url().starts_with("http://127.0.0.1:"));
  EXPECT_NE(PortOf(*one), 0);
  EXPECT_NE(PortOf(*one), PortOf(*other));
}

TEST(AdminListener, SharesNoPort) {
  const Result<AdminListener> one = AdminListener::Open({.port = 0});
  ASSERT_TRUE(one);
  const Result<AdminListener> other = AdminListener::Open({.port = PortOf(*one)});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(other.error().message, "--admin: cannot listen on " + one->url() +
                                       ": Address already in use; choose another address, with port 0 for any that "
                                       "is free, or off");
}

TEST(AdminListener, TakesAnotherPortIfItMay) {
  const Result<AdminListener> one = AdminListener::Open({.port = 0});
  ASSERT_TRUE(one);
  const Result<AdminListener> other = AdminListener::Open({.port = PortOf(*one), .any_port_if_taken = true});
  ASSERT_TRUE(other);
  EXPECT_NE(PortOf(*one), PortOf(*other));
}

TEST(AdminListener, RefusesAnAddressThatIsNotOfThisMachine) {
  const Result<AdminListener> listener = AdminListener::Open({.host = "192.0.2.1", .any_port_if_taken = true});
  ASSERT_FALSE(listener);
  EXPECT_NE(listener.error().message.find("http://192.0.2.1:9464"), std::string::npos);
}

}  // namespace
}  // namespace penstock
