#include "log/kafka/transaction_thread.h"

#include <utility>

#include "log/kafka/error.h"
#include "log/kafka/transaction_run.h"

namespace penstock::kafka {
namespace {

using cluster::Fate;
using cluster::ProducerOpened;
using cluster::Transaction;
using cluster::TransactionEnded;

// While there is nothing to do, the producer is served so often.
constexpr Duration kIdle = std::chrono::milliseconds(200);
// A producer's predecessor may have a transaction that the brokers have to end first.
constexpr Duration kOpenTimeout = std::chrono::seconds(30);
constexpr int kSliceMs = 500;
// To hand over a record takes half a microsecond or so: more than these are left to the thread, which does it
// meanwhile.
constexpr size_t kAtOnceMax = 256;

bool IsLarge(const Transaction& transaction) {
  size_t records = 0;
  for (const OutBatch* const batch : transaction.batches) records += batch->records().size();
  return records > kAtOnceMax;
}

}  // namespace

TransactionThread::TransactionThread(ProducerOptions options, std::string group, Mailbox& mailbox)
    : options_(std::move(options)), group_(std::move(group)), mailbox_(mailbox) {
  options_.on_end = [this](bool all_stored) { OnWritten(all_stored); };
  thread_ = std::thread([this] { Work(); });
}

TransactionThread::~TransactionThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  given_.notify_one();
  thread_.join();
}

void TransactionThread::Run(const Transaction& transaction) {
  transaction_ = &transaction;
  began_ = options_.clock->Monotonic();
  if (!options_.transactional_id.empty() || producer_ == nullptr || IsLarge(transaction)) return Give(RunCommand());
  std::optional<Producer::Cursor> rest;
  {
    const std::lock_guard lock(producer_mutex_);
    producer_->Forget();
    rest = producer_->Begin(transaction.batches);
  }
  if (rest) Give(FinishCommand{rest});
}

// Called by Run(), or by one of librdkafka's threads.
void TransactionThread::OnWritten(bool all_stored) {
  if (all_stored)
    mailbox_.Put(TransactionEnded{.fate = Fate::kCommitted, .retire_producer = false, .error = {}, .refused = {}});
  else
    Give(FinishCommand());
}

void TransactionThread::Give(Command command) {
  {
    const std::lock_guard lock(mutex_);
    command_ = command;
  }
  given_.notify_one();
}

TransactionThread::Command TransactionThread::Next() {
  std::unique_lock lock(mutex_);
  given_.wait_for(lock, kIdle, [&] { return stopping_ || command_.index() != 0; });
  return std::exchange(command_, std::monostate());
}

void TransactionThread::Work() {
  while (!stopping_) {
    const Command command = Next();
    if (stopping_) break;
    if (std::holds_alternative<OpenCommand>(command))
      mailbox_.Put(ProducerOpened{OpenProducer()});
    else if (command.index() != 0)
      RunTransaction(std::get_if<FinishCommand>(&command));
    else
      ServeProducer();
  }
  producer_.reset();
}

Result<void> TransactionThread::OpenProducer() {
  // Its end waits for nothing: what it has not sent is thrown away.
  producer_.reset();
  TRY_ASSIGN(std::unique_ptr<Producer> producer, Producer::Make(options_));
  if (!options_.transactional_id.empty()) {
    const Duration deadline = options_.clock->Monotonic() + kOpenTimeout;
    for (;;) {
      const Handle<rd_kafka_error_t> error(rd_kafka_init_transactions(producer->handle(), kSliceMs));
      producer->Serve(0);
      if (error == nullptr) break;
      const bool may_pass = rd_kafka_error_is_retriable(error.get()) == 1;
      if (may_pass && !stopping_ && options_.clock->Monotonic() < deadline) continue;
      return tl::unexpected(ToError("the producer " + options_.transactional_id + " cannot be opened", *error));
    }
  }
  producer_ = std::move(producer);
  return {};
}

void TransactionThread::ServeProducer() {
  const std::lock_guard lock(producer_mutex_);
  if (producer_ != nullptr) producer_->Serve(0);
}

void TransactionThread::RunTransaction(const FinishCommand* finish) {
  // Run() may not have returned yet from what it began.
  const std::lock_guard lock(producer_mutex_);
  if (producer_ == nullptr)
    return mailbox_.Put(TransactionEnded{.fate = Fate::kAborted,
                                         .retire_producer = true,
                                         .error = {ErrorKind::kUnavailable, "there is no producer"},
                                         .refused = {}});
  TransactionRun run(*producer_, {.group = group_,
                                  .transactional = !options_.transactional_id.empty(),
                                  .clock = options_.clock,
                                  .stopping = &stopping_});
  TransactionEnded end = finish != nullptr ? run.Finish(*transaction_, began_, finish->rest) : run.Run(*transaction_);
  if (run.batch_bytes_max()) options_.batch_bytes_max = *run.batch_bytes_max();
  // What librdkafka still has of the transaction's bytes ends with the producer: before the transaction does.
  if (end.retire_producer || end.fate == Fate::kUnknown || rd_kafka_outq_len(producer_->handle()) > 0) {
    end.retire_producer = true;
    producer_.reset();
  }
  mailbox_.Put(std::move(end));
}

}  // namespace penstock::kafka
