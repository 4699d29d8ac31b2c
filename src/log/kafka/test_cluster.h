// For tests: the cluster that they are given, which has to be empty before each.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "log/kafka/admin.h"
#include "log/kafka/conf.h"
#include "log/kafka/connection.h"
#include "log/kafka/group_admin.h"
#include "log/kafka/handle.h"

namespace penstock::kafka {

// HOST:PORT of the cluster, which whoever runs the test program has started.
inline std::string TestBrokers() {
  const char* const brokers = std::getenv("PENSTOCK_TEST_KAFKA");
  EXPECT_NE(brokers, nullptr) << "PENSTOCK_TEST_KAFKA is not set: run tests/kafka/conformance_test.py";
  return brokers == nullptr ? "" : brokers;
}

class TestCluster {
 public:
  TestCluster() : connection_("test", RealClock(), nullptr) {
    auto conf = MakeConf({}, {}, {{"bootstrap.servers", TestBrokers()}});
    connection_.Attach(**conf);
    handle_ = *MakeHandle(RD_KAFKA_PRODUCER, *std::move(conf), "test");
  }

  // Deletes all groups and topics.
  void Wipe() {
    DeleteGroups(Expect(GroupAdmin(handle()).Names()));
    std::vector<std::string> names;
    for (const Admin::TopicSize& topic : Expect(Admin(handle()).Sizes(std::nullopt))) names.push_back(topic.name);
    DeleteTopics(names);
    for (int i = 0; i < kPatience && !Expect(Admin(handle()).Sizes(std::nullopt)).empty(); ++i) Pause();
    ASSERT_TRUE(Expect(Admin(handle()).Sizes(std::nullopt)).empty());
  }

  void DeleteTopics(const std::vector<std::string>& names) {
    if (names.empty()) return;
    const Request request(handle(), RD_KAFKA_ADMIN_OP_DELETETOPICS, nullptr);
    std::vector<rd_kafka_DeleteTopic_t*> topics;
    for (const std::string& name : names) topics.push_back(rd_kafka_DeleteTopic_new(name.c_str()));
    rd_kafka_DeleteTopics(handle(), topics.data(), topics.size(), request.options(), request.queue());
    rd_kafka_DeleteTopic_destroy_array(topics.data(), topics.size());
    EXPECT_TRUE(request.Wait("topics cannot be deleted"));
  }

  rd_kafka_t* handle() { return handle_.get(); }

 private:
  static constexpr int kPatience = 200;
  static void Pause() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

  template <typename T>
  static T Expect(Result<T> result) {
    EXPECT_TRUE(result) << result.error().message;
    return result ? *std::move(result) : T();
  }

  void DeleteGroups(const std::vector<std::string>& names) {
    if (names.empty()) return;
    const Request request(handle(), RD_KAFKA_ADMIN_OP_DELETEGROUPS, nullptr);
    std::vector<rd_kafka_DeleteGroup_t*> groups;
    for (const std::string& name : names) groups.push_back(rd_kafka_DeleteGroup_new(name.c_str()));
    rd_kafka_DeleteGroups(handle(), groups.data(), groups.size(), request.options(), request.queue());
    rd_kafka_DeleteGroup_destroy_array(groups.data(), groups.size());
    EXPECT_TRUE(request.Wait("groups cannot be deleted"));
  }

  Connection connection_;
  Handle<rd_kafka_t> handle_;
};

}  // namespace penstock::kafka
