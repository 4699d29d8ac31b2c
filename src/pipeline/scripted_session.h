// For tests: a session that does what it is told.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "log/session.h"

namespace penstock {

// What a worker handed over, and what it asked for.
struct SessionJournal {
  std::vector<std::vector<PartitionWork>> commits;
  std::vector<std::string> calls;  // pause, resume, release, with their partitions
};

class ScriptedSession final : public Session {
 public:
  // All outlive the session.
  explicit ScriptedSession(SessionJournal& journal) : journal_(journal) {}

  // What the next Poll brings; without any, it brings nothing.
  void Assign(const TopicPartition& partition, Epoch epoch, int64_t position = 0) {
    Next().events.emplace_back(Assigned{partition, epoch, Progress(position)});
  }
  void Assign(const TopicPartition& partition, Epoch epoch, const Progress& progress) {
    Next().events.emplace_back(Assigned{partition, epoch, progress});
  }
  void Revoke(const TopicPartition& partition, Epoch epoch) { Next().events.emplace_back(Revoking{partition, epoch}); }
  void Lose(const TopicPartition& partition, Epoch epoch) { Next().events.emplace_back(Lost{partition, epoch}); }
  void Settle(CommitId id) { Next().events.emplace_back(Committed{id, {}}); }
  // The first record of the last commit's first partition is refused.
  void Refuse(CommitId id) {
    Refused refused{.id = id, .work = std::move(journal_.commits.back()), .records = {{0, 0, "too large"}}};
    journal_.commits.pop_back();
    Next().events.emplace_back(std::move(refused));
  }
  void Deliver(const TopicPartition& partition, Epoch epoch, int64_t begin, std::vector<std::string> values,
               int64_t lost = 0) {
    Next().fetched.push_back({partition, epoch, begin, std::move(values), lost, {}});
  }
  // How far a partition goes of which nothing comes.
  void TellEnd(const TopicPartition& partition, Epoch epoch, int64_t position, int64_t log_end) {
    Next().fetched.push_back({partition, epoch, position, {}, 0, {}, log_end});
  }
  // The timestamps of the records that the last Deliver brings.
  void Stamp(std::vector<int64_t> timestamps_ms) { Next().fetched.back().timestamps_ms = std::move(timestamps_ms); }
  // Of all records that come; they outlive the session.
  void SetHeaders(std::vector<Header> headers) { headers_ = std::move(headers); }
  void EndPoll() { script_.emplace_back(); }
  void FailPoll(Error error) { failure_ = std::move(error); }

  Result<void> Poll(Duration /*wait*/, Delivery& delivery) override {
    if (failure_) return tl::unexpected(*failure_);
    if (script_.empty()) return {};
    current_ = std::move(script_.front());
    script_.pop_front();
    delivery.events = std::exchange(current_.events, {});
    records_.clear();
    for (const Fetch& fetch : current_.fetched) AddFetched(fetch, delivery);
    return {};
  }

  // For a worker that waits in a loop; it outlives the session.
  void SetWakeFd(int descriptor) { wake_fd_ = descriptor; }
  int WakeFd() const override { return wake_fd_; }
  void Pause(std::span<const TopicPartition> partitions) override { Note("pause", partitions); }
  void Resume(std::span<const TopicPartition> partitions) override { Note("resume", partitions); }
  void Release(std::span<const TopicPartition> partitions) override { Note("release", partitions); }

  CommitId Commit(std::vector<PartitionWork> work) override {
    journal_.commits.push_back(std::move(work));
    return journal_.commits.size();
  }

 private:
  struct Fetch {
    TopicPartition partition;
    Epoch epoch;
    int64_t begin;
    std::vector<std::string> values;
    int64_t lost;
    std::vector<int64_t> timestamps_ms;
    int64_t log_end = 0;  // at least the end of its records
  };
  struct Round {
    std::vector<SessionEvent> events;
    std::vector<Fetch> fetched;
  };

  Round& Next() {
    if (script_.empty()) script_.emplace_back();
    return script_.back();
  }

  void AddFetched(const Fetch& fetch, Delivery& delivery) {
    std::vector<Record>& records = records_.emplace_back();
    for (size_t i = 0; i < fetch.values.size(); ++i) {
      Record& record = records.emplace_back();
      record.source = {fetch.partition.topic, fetch.partition.partition, fetch.begin + static_cast<int64_t>(i)};
      record.value = fetch.values[i];
      record.headers = headers_;
      if (i < fetch.timestamps_ms.size()) record.timestamp_ms = fetch.timestamps_ms[i];
    }
    const int64_t end = fetch.begin + static_cast<int64_t>(fetch.values.size());
    delivery.fetched.push_back({&fetch.partition, fetch.epoch, fetch.begin, end, fetch.lost,
                                std::max(end, fetch.log_end), std::span<const Record>(records)});
  }

  void Note(const std::string& call, std::span<const TopicPartition> partitions) {
    std::string text = call;
    for (const TopicPartition& partition : partitions) text += " " + ToString(partition);
    journal_.calls.push_back(text);
  }

  SessionJournal& journal_;
  std::deque<Round> script_;
  Round current_;
  std::deque<std::vector<Record>> records_;
  std::vector<Header> headers_;
  std::optional<Error> failure_;
  int wake_fd_ = -1;
};

}  // namespace penstock
