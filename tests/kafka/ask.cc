// One client that is asked again and again: for each partition's number that it reads, says where it ends, or why it
// does not know. The topic is created, with one replica of each of three partitions, where it is not there. It asks as
// sessions do, without looking at the topic first. For lost_leader_test.py. Usage: kafka_ask BROKERS TOPIC
#include <iostream>
#include <string>

#include "log/kafka/admin.h"
#include "log/kafka/conf.h"
#include "log/kafka/connection.h"

namespace penstock::kafka {
namespace {

constexpr int32_t kPartitions = 3;

Result<int64_t> Ask(const Admin& admin, const TopicPartition& partition) {
  TRY_ASSIGN(const std::vector<int64_t> ends, admin.Offsets(std::span(&partition, 1), AtEnd{}));
  return ends.front();
}

Result<void> Run(const std::string& brokers, const std::string& topic) {
  Connection connection("ask", RealClock(), nullptr);
  TRY_ASSIGN(auto conf, MakeConf({}, {}, {{"bootstrap.servers", brokers}}));
  connection.Attach(*conf);
  TRY_ASSIGN(const Handle<rd_kafka_t> handle, MakeHandle(RD_KAFKA_PRODUCER, std::move(conf), "ask"));
  const Admin admin(handle.get());
  TRY_ASSIGN(const std::vector<Admin::TopicSize> found, admin.Sizes(std::nullopt));
  if (found.empty()) TRY(admin.CreateTopic(topic, {.partitions = kPartitions, .replication = 1}));
  for (TopicPartition partition{.topic = topic}; std::cin >> partition.partition;) {
    const Result<int64_t> end = Ask(admin, partition);
    std::cout << (end ? std::to_string(*end) : end.error().message) << std::endl;
  }
  return {};
}

}  // namespace
}  // namespace penstock::kafka

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  const penstock::Result<void> ran = penstock::kafka::Run(argv[1], argv[2]);
  if (!ran) std::cerr << ran.error().message << '\n';
  return ran ? 0 : 2;
}
