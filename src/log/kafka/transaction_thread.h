// The thread that opens producers and runs transactions, while the session goes on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "log/cluster/client.h"
#include "log/kafka/mailbox.h"
#include "log/kafka/producer.h"

namespace penstock::kafka {

// Open() and Run() are called by one thread, one at a time; the outcome is put into the mailbox. Its end gives up what
// runs. Records that are no transaction are written by the caller of Run(), and their end is told by librdkafka's
// threads: only where something is to be waited for, or was not stored, it is left to this thread.
class TransactionThread {
 public:
  // `group` is whose offsets the transactions commit. `mailbox` outlives this. Without a transactional id records are
  // written, and offsets left.
  TransactionThread(ProducerOptions options, std::string group, Mailbox& mailbox);
  ~TransactionThread();
  TransactionThread(const TransactionThread&) = delete;
  TransactionThread& operator=(const TransactionThread&) = delete;

  void Open() { Give(OpenCommand{}); }
  // `transaction` stays as it is until its end is in the mailbox.
  void Run(const cluster::Transaction& transaction);

 private:
  struct OpenCommand {};
  struct RunCommand {};
  // Of what Run() began.
  struct FinishCommand {
    std::optional<Producer::Cursor> rest;
  };
  using Command = std::variant<std::monostate, OpenCommand, RunCommand, FinishCommand>;

  void Give(Command command);
  void Work();
  void ServeProducer();
  Command Next();
  Result<void> OpenProducer();
  void RunTransaction(const FinishCommand* finish);
  void OnWritten(bool all_stored);

  ProducerOptions options_;
  const std::string group_;
  Mailbox& mailbox_;
  const cluster::Transaction* transaction_ = nullptr;  // that runs, since
  Duration began_{0};
  std::unique_ptr<Producer> producer_;
  std::mutex producer_mutex_;  // who uses it: Run(), or the thread
  std::mutex mutex_;
  std::condition_variable given_;
  Command command_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // the last: it uses all of the above
};

}  // namespace penstock::kafka
