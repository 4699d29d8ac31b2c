#include "admin/admin_options.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace penstock {
namespace {

constexpr const char* kToken = "0123456789abcdef";

class AdminOptionsTest : public testing::Test {
 protected:
  AdminOptionsTest() {
    setenv("PENSTOCK_TEST_TOKEN", kToken, 1);
    setenv("PENSTOCK_TEST_SHORT", "0123456789", 1);
  }
  ~AdminOptionsTest() override {
    unsetenv("PENSTOCK_TEST_TOKEN");
    unsetenv("PENSTOCK_TEST_SHORT");
  }
};

std::string Complaint(std::string_view address, std::string_view token = "") {
  const Result<AdminOptions> options = ReadAdminOptions(address, token);
  if (options) return "";
  EXPECT_EQ(options.error().kind, ErrorKind::kInvalid);
  return options.error().message;
}

TEST_F(AdminOptionsTest, TakeAddressesOfThisMachineWithoutAToken) {
  const Result<AdminOptions> options = ReadAdminOptions("127.0.0.1:9464", "");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->host, "127.0.0.1");
  EXPECT_EQ(options->port, 9464);
  EXPECT_EQ(options->token, "");
  EXPECT_EQ(ReadAdminOptions("localhost:0", "")->host, "127.0.0.1");
  EXPECT_EQ(ReadAdminOptions("[::1]:80", "")->host, "::1");
  EXPECT_EQ(ReadAdminOptions("127.8.9.1:65535", "")->port, 65535);
}

TEST_F(AdminOptionsTest, DemandATokenWhereOthersCanConnect) {
  for (const char* address : {"0.0.0.0:9464", "[::]:9464", "192.168.1.2:9464", "[fe80::1]:1", "[::ffff:127.0.0.1]:1"}) {
    EXPECT_NE(Complaint(address).find("demands a token"), std::string::npos) << address;
    EXPECT_EQ(ReadAdminOptions(address, "${env:PENSTOCK_TEST_TOKEN}")->token, kToken) << address;
  }
}

TEST_F(AdminOptionsTest, TakeATokenAnywhere) {
  EXPECT_EQ(ReadAdminOptions("127.0.0.1:1", "${env:PENSTOCK_TEST_TOKEN}")->token, kToken);
}

TEST_F(AdminOptionsTest, RefuseTokensThatAreNotSecret) {
  EXPECT_EQ(Complaint("0.0.0.0:1", kToken), "--admin-token: a secret's place is ${env:NAME} or ${file:PATH}");
  EXPECT_EQ(Complaint("0.0.0.0:1", "${env:PENSTOCK_TEST_NONE}"),
            "--admin-token: the environment variable PENSTOCK_TEST_NONE is not set");
  const std::string complaint = Complaint("127.0.0.1:1", "${env:PENSTOCK_TEST_SHORT}");
  EXPECT_NE(complaint.find("shorter than 16 characters"), std::string::npos);
  EXPECT_EQ(complaint.find("0123456789"), std::string::npos);
}

TEST_F(AdminOptionsTest, RefuseWhatIsNoAddress) {
  for (const char* address : {"", ":", "9464", "127.0.0.1", "127.0.0.1:", ":9464", "127.0.0.1:65536", "127.0.0.1:-1",
                              "127.0.0.1:9464x", "example.com:1", "::1:80", "[127.0.0.1:80", "localhost", "1.2.3:4"})
    EXPECT_NE(Complaint(address, "${env:PENSTOCK_TEST_TOKEN}").find("is no address"), std::string::npos) << address;
}

}  // namespace
}  // namespace penstock
