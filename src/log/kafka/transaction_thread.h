// The thread that opens producers and runs transactions, while the session goes on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>

#include "log/cluster/client.h"
#include "log/kafka/mailbox.h"
#include "log/kafka/producer.h"

namespace penstock::kafka {

// Open() and Run() are called by one thread, one at a time; the outcome is put into the mailbox. Its end gives up what
// runs.
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
  void Run(const cluster::Transaction& transaction) { Give(&transaction); }

 private:
  struct OpenCommand {};
  using Command = std::variant<std::monostate, OpenCommand, const cluster::Transaction*>;

  void Give(Command command);
  void Work();
  Command Next();
  Result<void> OpenProducer();
  void RunTransaction(const cluster::Transaction& transaction);

  ProducerOptions options_;
  const std::string group_;
  Mailbox& mailbox_;
  std::unique_ptr<Producer> producer_;
  std::mutex mutex_;
  std::condition_variable given_;
  Command command_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // the last: it uses all of the above
};

}  // namespace penstock::kafka
