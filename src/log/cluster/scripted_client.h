// For tests: a client that does nothing of itself, notes what it is asked for, and brings what it is told.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "log/cluster/client.h"

namespace penstock::cluster {

struct ClientJournal {
  std::vector<std::string> calls;            // all of them, as texts, in order
  std::vector<TopicPartition> asked;         // by the last request
  uint64_t request = 0;                      // the last one's number
  const Transaction* transaction = nullptr;  // the last one that was run
  bool is_joining = false;                   // what the client is to say
};

class ScriptedClient final : public Client {
 public:
  // Both outlive the client.
  ScriptedClient(ClientJournal& journal, ClientDelivery& next, Membership& membership)
      : journal_(journal), next_(next), membership_(membership) {}

  Result<void> Poll(Duration /*wait*/, ClientDelivery& delivery) override {
    delivery.Clear();
    std::swap(delivery, next_);
    return {};
  }
  int WakeFd() const override { return -1; }
  Membership CurrentMembership() const override { return membership_; }

  void Accept(std::span<const SourceOffset> starts) override {
    std::string call = "accept";
    for (const SourceOffset& start : starts)
      call += ' ' + ToString(start.partition) + '@' + std::to_string(start.offset);
    journal_.calls.push_back(call);
  }
  void Yield(std::span<const TopicPartition> partitions) override { Note("yield", partitions); }
  void Seek(const TopicPartition& partition, int64_t offset) override {
    journal_.calls.push_back("seek " + ToString(partition) + '@' + std::to_string(offset));
  }
  void Pause(std::span<const TopicPartition> partitions) override { Note("pause", partitions); }
  void Resume(std::span<const TopicPartition> partitions) override { Note("resume", partitions); }

  void FetchOffsets(uint64_t request, std::vector<TopicPartition> partitions) override {
    Ask(request, "fetch", std::move(partitions));
  }
  void FindOffsets(uint64_t request, std::vector<TopicPartition> partitions, StartPosition /*start*/) override {
    Ask(request, "find", std::move(partitions));
  }
  void FindBounds(uint64_t request, TopicPartition partition) override { Ask(request, "bounds", {partition}); }
  void ReadRecord(uint64_t request, TopicPartition partition, int64_t offset) override {
    Ask(request, "read @" + std::to_string(offset), {partition});
  }
  void CommitOffsets(uint64_t request, std::vector<SourceOffset> offsets) override {
    std::string call = "commit";
    std::vector<TopicPartition> partitions;
    for (const SourceOffset& offset : offsets) {
      partitions.push_back(offset.partition);
      call += " @" + std::to_string(offset.offset);
    }
    Ask(request, call, std::move(partitions));
  }
  bool IsJoining() const override { return journal_.is_joining; }
  void OpenProducer() override { journal_.calls.emplace_back("open"); }
  void Run(const Transaction& transaction) override {
    journal_.transaction = &transaction;
    journal_.calls.push_back("run " + std::to_string(transaction.membership.generation));
  }

 private:
  void Note(std::string call, std::span<const TopicPartition> partitions) {
    for (const TopicPartition& partition : partitions) call += ' ' + ToString(partition);
    journal_.calls.push_back(std::move(call));
  }
  void Ask(uint64_t request, const std::string& call, std::vector<TopicPartition> partitions) {
    Note(call, partitions);
    journal_.request = request;
    journal_.asked = std::move(partitions);
  }

  ClientJournal& journal_;
  ClientDelivery& next_;
  Membership& membership_;
};

}  // namespace penstock::cluster
