#include "log/kafka/kafka_client.h"

#include <utility>

#include "log/kafka/admin.h"
#include "log/kafka/consumer.h"
#include "log/kafka/lookups.h"
#include "log/kafka/mailbox.h"
#include "log/kafka/transaction_thread.h"

namespace penstock::kafka {
namespace {

using cluster::ClientDelivery;
using cluster::Membership;
using cluster::SourceOffset;
using cluster::Transaction;

// While the group waits for an answer, it is looked after that often: see Assignment::LookForExpulsion().
constexpr Duration kRebalanceWait = std::chrono::milliseconds(200);

class KafkaClient final : public cluster::Client {
 public:
  KafkaClient(const KafkaClientOptions& options, Wake wake)
      : lease_(options.lease),
        wake_(std::move(wake)),
        mailbox_(wake_),
        transactions_(
            {
                .brokers = options.brokers,
                .properties = options.properties,
                .client_id = options.session.member,
                .transactional_id = options.session.exactly_once ? options.transactional_id : "",
                .clock = options.clock,
                .logger = options.logger,
            },
            options.session.group, mailbox_) {}

  Result<void> Join(const KafkaClientOptions& options) {
    TRY_ASSIGN(consumer_, Consumer::Make({.brokers = options.brokers,
                                          .properties = options.properties,
                                          .session = options.session,
                                          .clock = options.clock,
                                          .logger = options.logger},
                                         wake_));
    std::map<std::string, int32_t> partitions;
    for (const std::string& topic : options.session.topics) {
      TRY_ASSIGN(const std::vector<Admin::TopicSize> sizes, Admin(consumer_->handle()).Sizes(topic));
      if (!sizes.empty()) partitions[topic] = sizes[0].partitions;
    }
    lookups_.emplace(consumer_->handle(),
                     FetchOptions{.brokers = options.brokers,
                                  .properties = options.properties,
                                  .clock = options.clock,
                                  .logger = options.logger},
                     std::move(partitions), mailbox_);
    return {};
  }

  Result<void> Poll(Duration wait, ClientDelivery& delivery) override {
    delivery.Clear();
    TRY(Gather(delivery));
    if (wait <= Duration::zero() || !delivery.events.empty() || !delivery.slices.empty()) return {};
    wake_.Wait(consumer_->assignment().is_waiting() ? std::min(wait, kRebalanceWait) : wait);
    return Gather(delivery);
  }
  int WakeFd() const override { return wake_.descriptor(); }

  Membership CurrentMembership() const override { return consumer_->assignment().CurrentMembership(); }

  void Accept(std::span<const SourceOffset> starts) override { consumer_->assignment().Accept(starts); }
  void Yield(std::span<const TopicPartition> partitions) override { consumer_->assignment().Yield(partitions); }
  void Seek(const TopicPartition& partition, int64_t offset) override {
    consumer_->assignment().Seek(partition, offset);
  }
  void Pause(std::span<const TopicPartition> partitions) override { consumer_->assignment().Pause(partitions, true); }
  void Resume(std::span<const TopicPartition> partitions) override {
    consumer_->assignment().Pause(partitions, false);
    // What was kept of them comes with the next poll.
    wake_.Signal();
  }

  void FetchOffsets(uint64_t request, std::vector<TopicPartition> partitions) override {
    lookups_->FetchOffsets(request, std::move(partitions));
  }
  void FindOffsets(uint64_t request, std::vector<TopicPartition> partitions, StartPosition start) override {
    lookups_->FindOffsets(request, std::move(partitions), start);
  }
  void FindBounds(uint64_t request, TopicPartition partition) override {
    lookups_->FindBounds(request, std::move(partition));
  }
  void ReadRecord(uint64_t request, TopicPartition partition, int64_t offset) override {
    lookups_->ReadRecord(request, std::move(partition), offset);
  }
  void CommitOffsets(uint64_t request, std::vector<SourceOffset> offsets) override {
    lookups_->CommitOffsets(request, std::move(offsets));
  }
  bool IsJoining() const override { return consumer_->is_joining(); }

  void OpenProducer() override { transactions_.Open(); }
  void Run(const Transaction& transaction) override { transactions_.Run(transaction); }

  // The consumer's, which speaks to the same brokers as the producer, and whenever there is something to read.
  SessionHealth Health() const override {
    const Statistics& statistics = consumer_->connection().statistics();
    return {.brokers_up = statistics.brokers_up(),
            .brokers_down = statistics.brokers_down(),
            .round_trip_p99_us = statistics.round_trip_p99_us(),
            .request_retries = static_cast<uint64_t>(statistics.retries())};
  }

 private:
  Result<void> Gather(ClientDelivery& delivery) {
    wake_.Drain();
    mailbox_.MoveTo(delivery.events);
    return consumer_->Gather(delivery);
  }

  // In the order of their dependence: the last ends first. The member leaves its group while no transaction runs.
  const std::shared_ptr<const void> lease_;
  Wake wake_;
  Mailbox mailbox_;
  std::unique_ptr<Consumer> consumer_;
  std::optional<Lookups> lookups_;
  TransactionThread transactions_;
};

}  // namespace

Result<std::unique_ptr<cluster::Client>> MakeKafkaClient(const KafkaClientOptions& options) {
  TRY_ASSIGN(Wake wake, Wake::Make());
  auto client = std::make_unique<KafkaClient>(options, std::move(wake));
  TRY(client->Join(options));
  return client;
}

}  // namespace penstock::kafka
