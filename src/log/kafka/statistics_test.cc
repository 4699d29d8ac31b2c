#include "log/kafka/statistics.h"

#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

constexpr std::string_view kJson = R"({"name":"x","msg_cnt":7,"msg_size":2100,"brokers":{
  "h:1/1":{"name":"h:1/1","nodeid":1,"state":"UP","rtt":{"avg":9,"p99":1500},"txretries":2},
  "h:2/2":{"name":"h:2/2","nodeid":2,"state":"DOWN","rtt":{"p99":800},"txretries":1},
  "h:3/3":{"name":"h:3/3","nodeid":3,"state":"INIT","rtt":{"p99":0},"txretries":0},
  "GroupCoordinator":{"name":"GroupCoordinator","nodeid":-1,"state":"UP","rtt":{"p99":90000},"txretries":5}}})";

TEST(Statistics, AreOfRealBrokers) {
  Statistics statistics;
  statistics.Update(kJson);
  EXPECT_EQ(statistics.queued_messages(), 7);
  EXPECT_EQ(statistics.queued_bytes(), 2100);
  EXPECT_EQ(statistics.brokers_up(), 1);
  EXPECT_EQ(statistics.brokers_down(), 1);
  EXPECT_EQ(statistics.round_trip_p99_us(), 1500);
  EXPECT_EQ(statistics.retries(), 3);
}

TEST(Statistics, KeepWhatIsNotSaid) {
  Statistics statistics;
  statistics.Update(kJson);
  statistics.Update("{}");
  statistics.Update("nonsense");
  statistics.Update(R"({"brokers":[1],"msg_cnt":"many"})");
  EXPECT_EQ(statistics.queued_messages(), 7);
  EXPECT_EQ(statistics.brokers_up(), 1);
}

}  // namespace
}  // namespace penstock::kafka
