// For tests: an embedded log in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/temporary_directory.h"
#include "log/local/local_log.h"

namespace penstock {

class LogTest : public testing::Test {
 protected:
  LogTest() { log_ = local::OpenLocalLog({.directory = folder_.path() + "/log"}).value(); }

  void Create(const std::string& topic, int32_t partitions) {
    ASSERT_TRUE(log_->CreateTopic(topic, {.partitions = partitions}));
  }

  void Append(const std::string& topic, int32_t partition, const std::vector<std::string>& values) {
    OutBatch batch;
    for (const std::string& value : values)
      batch.Add({.topic = batch.TopicNumber(topic), .partition = partition, .value = value});
    ASSERT_TRUE(log_->Append(batch));
  }

  std::vector<std::string> Contents(const std::string& topic) {
    std::vector<std::string> values;
    const TopicInfo info = log_->FindTopic(topic).value().value();
    for (int32_t i = 0; i < static_cast<int32_t>(info.partitions.size()); ++i) {
      const std::unique_ptr<Reader> reader = log_->Read({topic, i}, AtStart{}).value();
      for (;;) {
        const std::span<const Record> records = reader->Read(Duration(0)).value();
        if (records.empty()) break;
        for (const Record& record : records) values.emplace_back(record.value.value_or("(none)"));
      }
    }
    return values;
  }

  TemporaryDirectory folder_;
  std::unique_ptr<Log> log_;
};

}  // namespace penstock
