#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/kafka/conf.h"
#include "log/kafka/connection.h"

namespace penstock::kafka {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Complaint(const Properties& properties) {
  const Result<void> checked = CheckProperties(properties);
  if (checked) return "";
  EXPECT_EQ(checked.error().kind, ErrorKind::kInvalid);
  return checked.error().message;
}

TEST(Properties, AreThoseOfLibrdkafka) {
  EXPECT_EQ(Complaint({{"security.protocol", "sasl_ssl"}, {"sasl.mechanism", "SCRAM-SHA-512"}}), "");
  EXPECT_THAT(Complaint({{"ssl.ca.locatoin", "x"}}), AllOf(HasSubstr("\"ssl.ca.locatoin\""), HasSubstr("no such")));
  EXPECT_THAT(Complaint({{"security.protocol", "none"}}), HasSubstr("\"security.protocol\""));
}

TEST(Properties, ThatTheProtocolNeedsAreNotTheUsers) {
  for (const char* name : {"isolation.level", "enable.auto.commit", "transactional.id", "partitioner", "acks"})
    EXPECT_THAT(Complaint({{name, "1"}}), AllOf(HasSubstr(name), HasSubstr("because"))) << name;
}

TEST(Properties, LeaveThePollIntervalToTheUserWithinBounds) {
  EXPECT_EQ(Complaint({{"max.poll.interval.ms", "12000"}}), "");
  EXPECT_THAT(Complaint({{"max.poll.interval.ms", "11999"}}), HasSubstr("12000 at least"));
}

TEST(Properties, KeepSecretsOutOfErrors) {
  EXPECT_TRUE(IsSecret("sasl.password"));
  EXPECT_TRUE(IsSecret("ssl.key.pem"));
  EXPECT_TRUE(IsSecret("sasl.oauthbearer.client.secret"));
  EXPECT_FALSE(IsSecret("sasl.username"));
  EXPECT_THAT(Complaint({{"ssl.key.pem", "hunter2"}}), Not(HasSubstr("hunter2")));
}

TEST(Properties, TellWhichChecksOfCertificatesAreOff) {
  EXPECT_THAT(ChecksTurnedOff({}), ::testing::IsEmpty());
  EXPECT_THAT(ChecksTurnedOff({{"enable.ssl.certificate.verification", "true"}, {"ssl.ca.location", "ca.pem"}}),
              ::testing::IsEmpty());
  EXPECT_THAT(ChecksTurnedOff(
                  {{"enable.ssl.certificate.verification", "F"}, {"ssl.endpoint.identification.algorithm", "none"}}),
              ::testing::ElementsAre("enable.ssl.certificate.verification=false",
                                     "ssl.endpoint.identification.algorithm=none"));
}

TEST(Properties, OfOursWin) {
  const auto conf = MakeConf({{"linger.ms", "7"}, {"fetch.wait.max.ms", "70"}},
                             {{"linger.ms", "1"}, {"batch.size", "5"}}, {{"fetch.wait.max.ms", "90"}});
  ASSERT_TRUE(conf);
  const auto value = [&](const char* name) {
    std::array<char, 64> text{};
    size_t size = text.size();
    EXPECT_EQ(rd_kafka_conf_get(conf->get(), name, text.data(), &size), RD_KAFKA_CONF_OK);
    return std::string(text.data());
  };
  EXPECT_EQ(value("linger.ms"), "7");
  EXPECT_EQ(value("batch.size"), "5");
  EXPECT_EQ(value("fetch.wait.max.ms"), "90");
}

TEST(Properties, LimitsOfMessagesAndFetchesAreSetApart) {
  for (const rd_kafka_type_t type : {RD_KAFKA_CONSUMER, RD_KAFKA_PRODUCER}) {
    auto conf = MakeConf({{"message.max.bytes", "60000000"}, {"fetch.max.bytes", "65536"}}, {}, {});
    ASSERT_TRUE(conf);
    EXPECT_TRUE(MakeHandle(type, *std::move(conf), "client"));
  }
}

}  // namespace
}  // namespace penstock::kafka
