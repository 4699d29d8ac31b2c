// What librdkafka alone takes to carry records from one topic to another, and how late they are, beside which an
// engine's latency can be seen. Usage: bare_pass BROKERS IN OUT GROUP [COMMIT_MS]
// With COMMIT_MS exactly once, in transactions of so many milliseconds; else at least once, each record at once.
#include <chrono>

#include "bench/bare_client.h"

namespace penstock::bare {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kTimeoutMs = 10'000;

struct Options {
  std::string brokers, in, out, group;
  milliseconds commit{0};  // 0: no transactions
};

class Pass {
 public:
  explicit Pass(const Options& options)
      : options_(options),
        consumer_(MakeConsumer(options.brokers, options.group, options.in, !is_transactional())),
        producer_(MakeProducer(options)),
        topic_(rd_kafka_topic_new(producer_.get(), options.out.c_str(), nullptr)) {
    if (is_transactional()) Check(rd_kafka_init_transactions(producer_.get(), kTimeoutMs));
  }

  void Run() {
    while (is_stopping == 0) {
      const Handle<rd_kafka_message_t> message(rd_kafka_consumer_poll(consumer_.get(), is_transactional() ? 5 : 50));
      if (message != nullptr && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) Carry(*message);
      rd_kafka_poll(producer_.get(), 0);
      if (is_open_ && steady_clock::now() >= due_) Commit();
    }
    rd_kafka_consumer_close(consumer_.get());
    rd_kafka_flush(producer_.get(), kTimeoutMs);
  }

 private:
  bool is_transactional() const { return options_.commit > milliseconds(0); }

  static Handle<rd_kafka_t> MakeProducer(const Options& options) {
    const Setting kind = options.commit > milliseconds(0) ? Setting{"transactional.id", options.group}
                                                          : Setting{"enable.idempotence", "true"};
    return MakeClient(RD_KAFKA_PRODUCER, {{"bootstrap.servers", options.brokers},
                                          {"linger.ms", "0"},
                                          {"compression.codec", "lz4"},
                                          {"socket.nagle.disable", "true"},
                                          kind});
  }

  void Carry(const rd_kafka_message_t& message) {
    if (is_transactional() && !is_open_) Check(rd_kafka_begin_transaction(producer_.get()));
    is_open_ = is_transactional();
    Produce(producer_.get(), topic_.get(), message.key, message.key_len, message.payload, message.len);
  }

  void Commit() {
    due_ = steady_clock::now() + options_.commit;
    rd_kafka_topic_partition_list_t* assigned = nullptr;
    rd_kafka_assignment(consumer_.get(), &assigned);
    const Handle<rd_kafka_topic_partition_list_t> offsets(assigned);
    rd_kafka_position(consumer_.get(), offsets.get());
    const Handle<rd_kafka_consumer_group_metadata_t> group(rd_kafka_consumer_group_metadata(consumer_.get()));
    Check(rd_kafka_send_offsets_to_transaction(producer_.get(), offsets.get(), group.get(), kTimeoutMs));
    Check(rd_kafka_commit_transaction(producer_.get(), kTimeoutMs));
    is_open_ = false;
  }

  const Options options_;
  const Handle<rd_kafka_t> consumer_;
  const Handle<rd_kafka_t> producer_;
  const Handle<rd_kafka_topic_t> topic_;
  bool is_open_ = false;
  steady_clock::time_point due_;
};

}  // namespace
}  // namespace penstock::bare

int main(int count, char** arguments) {
  using namespace penstock::bare;
  if (count < 5) Exit("usage: bare_pass BROKERS IN OUT GROUP [COMMIT_MS]");
  StopOnSignal();
  Pass({arguments[1], arguments[2], arguments[3], arguments[4],
        std::chrono::milliseconds(count > 5 ? std::atoi(arguments[5]) : 0)})
      .Run();
}
