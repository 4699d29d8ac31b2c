// librdkafka as a plain program uses it: for benches that measure what it takes without us.
#pragma once

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <utility>

#include "log/kafka/handle.h"

namespace penstock::bare {

using kafka::Handle;
using Setting = std::pair<const char*, std::string>;

[[noreturn]] inline void Exit(const char* why) {
  std::fprintf(stderr, "error: %s\n", why);
  std::exit(1);
}

inline void Check(rd_kafka_error_t* error) {
  if (error != nullptr) Exit(rd_kafka_error_string(error));
}

inline Handle<rd_kafka_t> MakeClient(rd_kafka_type_t type, std::initializer_list<Setting> settings) {
  char reason[512];
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  for (const auto& [name, value] : settings)
    if (rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK) Exit(reason);
  Handle<rd_kafka_t> client(rd_kafka_new(type, conf, reason, sizeof reason));
  if (client == nullptr) Exit(reason);
  return client;
}

inline Handle<rd_kafka_t> MakeConsumer(const std::string& brokers, const std::string& group, const std::string& topic,
                                       bool commits_by_itself) {
  Handle<rd_kafka_t> consumer =
      MakeClient(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers},
                                     {"group.id", group},
                                     {"isolation.level", "read_committed"},
                                     {"enable.auto.commit", commits_by_itself ? "true" : "false"},
                                     {"auto.commit.interval.ms", "100"},
                                     {"auto.offset.reset", "earliest"},
                                     {"fetch.wait.max.ms", "100"}});
  rd_kafka_poll_set_consumer(consumer.get());
  const Handle<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (rd_kafka_subscribe(consumer.get(), topics.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) Exit("cannot subscribe");
  return consumer;
}

// Copies what it is given, and waits where the queue is full.
inline void Produce(rd_kafka_t* producer, rd_kafka_topic_t* topic, const void* key, size_t key_bytes, const void* value,
                    size_t value_bytes) {
  // librdkafka takes pointers to what it does not change.
  while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, const_cast<void*>(value), value_bytes, key,
                          key_bytes, nullptr) != 0)
    rd_kafka_poll(producer, 1);
}

// True when the process was asked to end.
inline volatile std::sig_atomic_t is_stopping = 0;
inline void StopOnSignal() {
  std::signal(SIGTERM, [](int) { is_stopping = 1; });
}

}  // namespace penstock::bare
