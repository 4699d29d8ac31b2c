#include "log/sim/sim_client.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "log/sim/channel.h"
#include "log/sim/sim_consumer.h"
#include "log/sim/sim_producer.h"

namespace penstock::sim {
namespace {

using cluster::ClientEvent;
using cluster::SourceOffset;

constexpr Duration kPatience = std::chrono::seconds(5);
constexpr int kPollsOfOneMomentMax = 1'000;

// An answer of the brokers, of any kind.
template <typename Value>
struct Answer {
  Code code = Code::kOk;
  Value value{};
};

template <typename Value>
Result<Value> ResultOf(const Answer<Value>& answer, const char* what) {
  if (answer.code == Code::kOk) return answer.value;
  return Fail(ErrorKind::kUnavailable, std::string(what) + " failed: " + std::string(CodeName(answer.code)));
}

// Where reading begins, of what is committed.
int64_t OffsetOf(const PartitionLog& log, const StartPosition& start) {
  if (std::holds_alternative<AtStart>(start)) return log.begin();
  if (std::holds_alternative<AtEnd>(start)) return log.stable_end();
  if (const auto* at = std::get_if<AtOffset>(&start)) return std::clamp(at->offset, log.begin(), log.stable_end());
  const int64_t time = std::get<AtTime>(start).timestamp_ms;
  for (const Entry& entry : log.entries())
    if (entry.record && entry.record->timestamp_ms >= time) return std::min(entry.offset, log.stable_end());
  return log.stable_end();
}

Answer<std::optional<std::string>> ReadValue(const PartitionLog& log, int64_t offset) {
  const Entry* const entry = log.Find(offset);
  if (offset >= log.stable_end()) return {Code::kNotYet, {}};
  return {Code::kOk, entry == nullptr ? std::nullopt : entry->record->value};
}

class SimClient final : public cluster::Client {
 public:
  SimClient(SimCluster& cluster, std::shared_ptr<Host> host, const SimClientOptions& options)
      : cluster_(cluster),
        channel_(cluster.network(), std::move(host)),
        group_(options.session.group),
        consumer_(cluster, channel_, ConsumerOptions(options, channel_), [this](ClientEvent e) { Tell(std::move(e)); }),
        producer_(cluster, channel_,
                  {options.transactional_id, group_, options.session.exactly_once, options.knows_stragglers,
                   options.transaction_timeout},
                  [this](ClientEvent e) { Tell(std::move(e)); }) {}

  Result<void> Poll(Duration /*wait*/, cluster::ClientDelivery& delivery) override {
    delivery.Clear();
    if (std::exchange(polled_at_, channel_.now()) != channel_.now()) polls_ = 0;
    if (++polls_ > kPollsOfOneMomentMax)
      return Fail(ErrorKind::kInternal, "a client was polled again and again, while no time passes");
    consumer_.Poll(delivery.slices);
    delivery.events = std::exchange(events_, {});
    return {};
  }
  int WakeFd() const override { return -1; }
  cluster::Membership CurrentMembership() const override { return consumer_.membership(); }

  void Accept(std::span<const SourceOffset> starts) override { consumer_.Accept(starts); }
  void Yield(std::span<const TopicPartition> partitions) override { consumer_.Yield(partitions); }
  void Seek(const TopicPartition& partition, int64_t offset) override { consumer_.Seek(partition, offset); }
  void Pause(std::span<const TopicPartition> partitions) override { consumer_.SetPaused(partitions, true); }
  void Resume(std::span<const TopicPartition> partitions) override { consumer_.SetPaused(partitions, false); }

  void FetchOffsets(uint64_t request, std::vector<TopicPartition> partitions) override;
  void FindOffsets(uint64_t request, std::vector<TopicPartition> partitions, StartPosition start) override;
  void FindBounds(uint64_t request, TopicPartition partition) override;
  void ReadRecord(uint64_t request, TopicPartition partition, int64_t offset) override;
  void CommitOffsets(uint64_t request, std::vector<SourceOffset> offsets) override;

  void OpenProducer() override { producer_.Open(); }
  void Run(const cluster::Transaction& transaction) override { producer_.Run(transaction); }

 private:
  static SimConsumerOptions ConsumerOptions(const SimClientOptions& options, const Channel& channel) {
    SimConsumerOptions consumer;
    consumer.group = options.session.group;
    consumer.topics = {options.session.topics.begin(), options.session.topics.end()};
    consumer.name = channel.host().name;
    consumer.session_timeout = options.session_timeout;
    consumer.poll_interval_max = options.poll_interval_max;
    return consumer;
  }

  void Tell(ClientEvent event) { events_.push_back(std::move(event)); }

  // Asks for a value, and tells it as an event of type Event.
  template <typename Event, typename Value>
  void AskFor(uint64_t request, const char* what, std::function<Answer<Value>()> serve) {
    channel_.Ask<Answer<Value>>(what, kPatience, std::move(serve),
                                [this, request, what](const Answer<Value>& answer, bool) {
                                  Tell(Event{request, ResultOf(answer, what)});
                                });
  }

  SimCluster& cluster_;
  Channel channel_;
  const std::string group_;
  std::vector<ClientEvent> events_;
  Duration polled_at_{};
  int polls_ = 0;  // at that moment
  SimConsumer consumer_;
  SimProducer producer_;
};

void SimClient::FetchOffsets(uint64_t request, std::vector<TopicPartition> partitions) {
  using Offsets = std::vector<std::optional<cluster::CommittedOffset>>;
  AskFor<cluster::OffsetsFetched, Offsets>(request, "OffsetFetch",
                                           [&brokers = cluster_, group = group_, partitions = std::move(partitions)] {
                                             GroupOffsets::Fetched fetched = brokers.OffsetsOf(group).Fetch(partitions);
                                             return Answer<Offsets>{fetched.code, std::move(fetched.offsets)};
                                           });
}

void SimClient::FindOffsets(uint64_t request, std::vector<TopicPartition> partitions, StartPosition start) {
  using Offsets = std::vector<int64_t>;
  AskFor<cluster::OffsetsFound, Offsets>(request, "ListOffsets",
                                         [&brokers = cluster_, partitions = std::move(partitions), start] {
                                           Offsets offsets;
                                           for (const TopicPartition& partition : partitions)
                                             offsets.push_back(OffsetOf(*brokers.Find(partition), start));
                                           return Answer<Offsets>{Code::kOk, std::move(offsets)};
                                         });
}

void SimClient::FindBounds(uint64_t request, TopicPartition partition) {
  AskFor<cluster::BoundsFound, PartitionInfo>(
      request, "ListOffsets", [&brokers = cluster_, partition = std::move(partition)] {
        const PartitionLog& log = *brokers.Find(partition);
        return Answer<PartitionInfo>{Code::kOk, {.begin = log.begin(), .end = log.stable_end()}};
      });
}

void SimClient::ReadRecord(uint64_t request, TopicPartition partition, int64_t offset) {
  using Value = std::optional<std::string>;
  AskFor<cluster::RecordRead, Value>(request, "Fetch", [&brokers = cluster_, partition = std::move(partition), offset] {
    const PartitionLog* const log = brokers.Find(partition);
    return log == nullptr ? Answer<Value>{} : ReadValue(*log, offset);
  });
}

void SimClient::CommitOffsets(uint64_t request, std::vector<SourceOffset> offsets) {
  OffsetsToCommit commit;
  for (SourceOffset& one : offsets) commit[one.partition] = {one.offset, std::move(one.metadata)};
  channel_.Ask<Code>(
      "OffsetCommit", kPatience,
      [&brokers = cluster_, group = group_, membership = consumer_.membership(), commit = std::move(commit)] {
        return brokers.Commit(group, membership, commit);
      },
      [this, request](const Code& code, bool) {
        Result<void> result;
        if (code != Code::kOk)
          result = Fail(code == Code::kMetadataTooLarge ? ErrorKind::kLimit : ErrorKind::kUnavailable,
                        "OffsetCommit failed: " + std::string(CodeName(code)));
        Tell(cluster::OffsetsCommitted{request, std::move(result)});
      });
}

}  // namespace

std::unique_ptr<cluster::Client> MakeSimClient(SimCluster& cluster, std::shared_ptr<Host> host,
                                               const SimClientOptions& options) {
  return std::make_unique<SimClient>(cluster, std::move(host), options);
}

}  // namespace penstock::sim
