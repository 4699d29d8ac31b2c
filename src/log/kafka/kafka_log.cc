#include "log/kafka/kafka_log.h"

#include <algorithm>
#include <utility>

#include "log/cluster/cluster_session.h"
#include "log/kafka/admin.h"
#include "log/kafka/appender.h"
#include "log/kafka/conf.h"
#include "log/kafka/error.h"
#include "log/kafka/group_admin.h"
#include "log/kafka/group_report.h"
#include "log/kafka/kafka_client.h"
#include "log/kafka/kafka_reader.h"
#include "log/kafka/process_slot.h"
#include "log/kafka/reachability.h"

namespace penstock::kafka {
namespace {

Result<void> CheckName(std::string_view kind, std::string_view name) {
  constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (!name.empty() && name.size() <= 249 && name.find_first_not_of(kCharacters) == std::string_view::npos &&
      name != "." && name != "..")
    return {};
  return Invalid("\"" + std::string(name.substr(0, 300)) + "\" is no name of a " + std::string(kind) +
                 ": it has 1 to 249 of the characters a-z A-Z 0-9 . _ -");
}

// Holds what makes a transactional id a session's own.
struct Lease {
  std::shared_ptr<ProcessSlot> slot;
  std::unique_ptr<ProcessSlot::Number> number;
};

class KafkaLog final : public Log {
 public:
  KafkaLog(KafkaLogOptions options, std::shared_ptr<ProcessSlot> slot, std::unique_ptr<Connection> connection,
           Handle<rd_kafka_t> handle)
      : options_(std::move(options)),
        slot_(std::move(slot)),
        connection_(std::move(connection)),
        handle_(std::move(handle)),
        appender_(ProducerFor("append"), handle_.get()) {}

  Result<std::vector<TopicInfo>> Topics() override {
    TRY_ASSIGN(const std::vector<Admin::TopicSize> sizes, admin().Sizes(std::nullopt));
    return admin().Describe(sizes);
  }

  Result<std::optional<TopicInfo>> FindTopic(std::string_view name) override {
    TRY(CheckName("topic", name));
    TRY_ASSIGN(const std::vector<Admin::TopicSize> sizes, admin().Sizes(std::string(name)));
    TRY_ASSIGN(std::vector<TopicInfo> topics, admin().Describe(sizes));
    if (topics.empty()) return std::nullopt;
    return std::move(topics.front());
  }

  Result<void> CreateTopic(std::string_view name, const TopicOptions& options) override {
    TRY(CheckName("topic", name));
    if (options.partitions < 1) return Invalid("the topic " + std::string(name) + " needs at least one partition");
    return admin().CreateTopic(std::string(name), options);
  }

  Result<void> Append(const OutBatch& batch) override { return appender_.Append(batch); }

  Result<std::unique_ptr<Reader>> Read(const TopicPartition& partition, StartPosition start) override {
    TRY_ASSIGN(const int64_t position, OffsetOf(partition, start));
    return KafkaReader::Make(Fetching(), partition, position, handle_, connection_);
  }

  Result<std::unique_ptr<Session>> Join(const SessionOptions& options) override {
    TRY(CheckName("group", options.group));
    for (const std::string& topic : options.topics) TRY(CheckName("topic", topic));
    const std::string spill_topic = options.out_of_order ? SpillTopicOf(options.group) : std::string();
    if (!spill_topic.empty()) TRY(ProvideSpillTopic(spill_topic));
    auto number = ProcessSlot::TakeNumber(slot_, options.group);
    const std::string id = options.group + "/" + slot_->id() + "/" + std::to_string(number->value());
    TRY_ASSIGN(auto client, MakeKafkaClient({.brokers = options_.brokers,
                                             .properties = options_.properties,
                                             .session = options,
                                             .transactional_id = id,
                                             .lease = std::make_shared<Lease>(slot_, std::move(number)),
                                             .clock = options_.clock,
                                             .logger = options_.logger}));
    return cluster::MakeClusterSession(std::move(client), {.session = options,
                                                           .id = RandomId(),
                                                           .spill_topic = spill_topic,
                                                           .safeguards = {},
                                                           .clock = options_.clock,
                                                           .logger = options_.logger});
  }

  Result<std::vector<std::string>> Groups() override { return GroupAdmin(handle_.get()).Names(); }

  Result<GroupInfo> DescribeGroup(std::string_view group, std::span<const std::string> topics,
                                  GroupDetail detail) override {
    TRY(CheckName("group", group));
    return ReportGroup(handle_.get(), Fetching(), std::string(group), topics, detail);
  }

  Result<void> ResetGroup(std::string_view group, const std::map<TopicPartition, int64_t>& positions) override {
    TRY(CheckName("group", group));
    return GroupAdmin(handle_.get()).SetPositions(std::string(group), positions);
  }

  Result<int64_t> OffsetOf(const TopicPartition& partition, StartPosition start) override {
    TRY(FindPartition(partition));
    // At the offset, as far as there is one.
    if (const auto* const at = std::get_if<AtOffset>(&start)) {
      TRY_ASSIGN(const PartitionInfo bounds, admin().Bounds(partition));
      return std::clamp(at->offset, bounds.begin, bounds.end);
    }
    TRY_ASSIGN(const std::vector<int64_t> offsets, admin().Offsets(std::span(&partition, 1), start));
    return offsets.front();
  }

 private:
  Admin admin() const { return Admin(handle_.get()); }

  ProducerOptions ProducerFor(std::string_view purpose) const {
    return {.brokers = options_.brokers,
            .properties = options_.properties,
            .client_id = "penstock",
            .transactional_id = slot_->id() + "/" + std::string(purpose),
            .clock = options_.clock,
            .logger = options_.logger};
  }
  FetchOptions Fetching() const {
    return {.brokers = options_.brokers,
            .properties = options_.properties,
            .clock = options_.clock,
            .logger = options_.logger};
  }

  Result<void> FindPartition(const TopicPartition& partition) {
    TRY(CheckName("topic", partition.topic));
    TRY_ASSIGN(const std::vector<Admin::TopicSize> sizes, admin().Sizes(partition.topic));
    if (sizes.empty()) return Invalid("there is no topic " + partition.topic);
    if (partition.partition < 0 || partition.partition >= sizes[0].partitions)
      return Invalid("there is no partition " + ToString(partition) + ": the topic has " +
                     std::to_string(sizes[0].partitions));
    return {};
  }

  // Several sessions may find at once that it is missing.
  Result<void> ProvideSpillTopic(const std::string& name) {
    TRY_ASSIGN(const std::vector<Admin::TopicSize> there, admin().Sizes(name));
    if (!there.empty()) return {};
    const Result<void> created = admin().CreateTopic(name, {.compact = true});
    if (created) return {};
    TRY_ASSIGN(const std::vector<Admin::TopicSize> now, admin().Sizes(name));
    if (now.empty()) return tl::unexpected<Error>(created.error());
    return {};
  }

  const KafkaLogOptions options_;
  const std::shared_ptr<ProcessSlot> slot_;
  // Shared with readers, which may outlive the log, and ask where the end is.
  const std::shared_ptr<Connection> connection_;
  const std::shared_ptr<rd_kafka_t> handle_;
  Appender appender_;
};

void WarnOfChecksTurnedOff(const KafkaLogOptions& options) {
  if (options.logger == nullptr) return;
  for (const std::string& setting : ChecksTurnedOff(options.properties))
    options.logger->Warn(
        "whoever can get between this process and the brokers can read and change what they send one another: a check "
        "of the brokers' certificates is turned off",
        {{"property", setting}});
}

}  // namespace

Result<std::unique_ptr<Log>> OpenKafkaLog(KafkaLogOptions options) {
  TRY(CheckProperties(options.properties));
  WarnOfChecksTurnedOff(options);
  TRY_ASSIGN(std::shared_ptr<ProcessSlot> slot, ProcessSlot::Take(options.state_directory));
  auto connection = std::make_unique<Connection>("log", *options.clock, options.logger);
  TRY_ASSIGN(Handle<rd_kafka_conf_t> conf, MakeConf(options.properties, {{"reconnect.backoff.max.ms", "1000"}},
                                                    {{"bootstrap.servers", options.brokers},
                                                     {"client.id", "penstock"},
                                                     // It joins none. But a handle without a group is a crash of
                                                     // librdkafka's where a coordinator refuses to tell positions.
                                                     {"group.id", "penstock"},
                                                     {"socket.timeout.ms", "10000"},
                                                     // The user's is for members of groups.
                                                     {"max.poll.interval.ms", "300000"},
                                                     {"topic.metadata.refresh.interval.ms", "60000"}}));
  connection->Attach(*conf);
  // A consumer's: asking for a topic as a producer would create it, where brokers do that.
  TRY_ASSIGN(Handle<rd_kafka_t> handle, MakeHandle(RD_KAFKA_CONSUMER, std::move(conf), "client"));
  TRY(Reach(handle.get(), *connection, options.brokers, options.wait, *options.clock));
  return std::make_unique<KafkaLog>(std::move(options), std::move(slot), std::move(connection), std::move(handle));
}

}  // namespace penstock::kafka
