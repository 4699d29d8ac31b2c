#include "log/local/local_log.h"

#include <mutex>
#include <utility>

#include "log/local/appender.h"
#include "log/local/directory.h"
#include "log/local/group_report.h"
#include "log/local/local_reader.h"
#include "log/local/local_session.h"
#include "log/local/position.h"
#include "log/local/upkeep.h"

namespace penstock::local {
namespace {

class LocalLog final : public Log {
 public:
  LocalLog(LocalLogOptions options, std::unique_ptr<Store> reading, std::unique_ptr<Store> writing)
      : options_(std::move(options)), reading_(std::move(reading)), writing_(std::move(writing)) {}

  Result<std::vector<TopicInfo>> Topics() override {
    return InReading([](Store& store) -> Result<std::vector<TopicInfo>> {
      TRY_ASSIGN(const std::vector<const Topic*> topics, store.catalog().All());
      std::vector<TopicInfo> infos;
      for (const Topic* const topic : topics) {
        TRY_ASSIGN(infos.emplace_back(), Describe(store, *topic));
      }
      return infos;
    });
  }

  Result<std::optional<TopicInfo>> FindTopic(std::string_view name) override {
    return InReading([&](Store& store) -> Result<std::optional<TopicInfo>> {
      TRY_ASSIGN(const Topic* const topic, store.catalog().Find(name));
      if (topic == nullptr) return std::nullopt;
      TRY_ASSIGN(TopicInfo info, Describe(store, *topic));
      return info;
    });
  }

  Result<void> CreateTopic(std::string_view name, const TopicOptions& options) override {
    return InWriting([&](Store& store) { return store.catalog().Create(name, options); });
  }

  Result<void> Append(const OutBatch& batch) override {
    const std::lock_guard lock(writing_mutex_);
    appender_.Clear();
    TRY(appender_.Add(batch));
    appender_.Seal();
    TRY(writing_->Write([this] { return appender_.Write(); }));
    upkeep_.RunNowAndThen();
    return {};
  }

  Result<std::unique_ptr<Reader>> Read(const TopicPartition& partition, StartPosition start) override {
    TRY_ASSIGN(std::unique_ptr<Store> store, Store::Open(options_.directory, options_.durability));
    TRY_ASSIGN(const int64_t slot, store->catalog().SlotOf(partition));
    TRY_ASSIGN(const int64_t position, store->Read([&] { return FindPosition(*store, partition, slot, start); }));
    TRY_ASSIGN(Waker waker, Waker::Open(options_.directory));
    return std::make_unique<LocalReader>(std::move(store), std::move(waker), partition, slot, position,
                                         options_.logger);
  }

  Result<std::unique_ptr<Session>> Join(const SessionOptions& options) override {
    return LocalSession::Join(
        {options_.directory, options_.durability, options_.lease, options_.clock, options_.logger}, options);
  }

  Result<std::vector<std::string>> Groups() override {
    return InReading([](Store& store) { return GroupTable(store).Names(); });
  }

  Result<GroupInfo> DescribeGroup(std::string_view group, std::span<const std::string> topics,
                                  GroupDetail detail) override {
    return InReading([&](Store& store) { return ReportGroup(store, Place(), group, topics, detail); });
  }

  Result<void> ResetGroup(std::string_view group, const std::map<TopicPartition, int64_t>& positions) override {
    return InWriting([&](Store& store) { return SetGroupPositions(store, Place(), group, positions); });
  }

  Result<int64_t> OffsetOf(const TopicPartition& partition, StartPosition start) override {
    return InReading([&](Store& store) -> Result<int64_t> {
      TRY_ASSIGN(const int64_t slot, store.catalog().SlotOf(partition));
      return FindPosition(store, partition, slot, start);
    });
  }

 private:
  template <typename Body>
  auto InReading(Body&& body) -> decltype(body(std::declval<Store&>())) {
    const std::lock_guard lock(reading_mutex_);
    return reading_->Read([&] { return body(*reading_); });
  }

  template <typename Body>
  auto InWriting(Body&& body) -> decltype(body(std::declval<Store&>())) {
    const std::lock_guard lock(writing_mutex_);
    return writing_->Write([&] { return body(*writing_); });
  }

  GroupPlace Place() const { return {options_.directory, options_.clock->Monotonic()}; }

  static Result<TopicInfo> Describe(Store& store, const Topic& topic) {
    TopicInfo info{.name = topic.name, .options = topic.options, .partitions = {}, .bytes = 0};
    for (int32_t i = 0; i < topic.options.partitions; ++i) {
      TRY_ASSIGN(const PartitionState state, store.catalog().StateOf(topic.first_slot + i));
      info.partitions.push_back({state.begin, state.end});
      info.bytes += state.bytes;
    }
    return info;
  }

  const LocalLogOptions options_;
  std::mutex reading_mutex_;
  std::unique_ptr<Store> reading_;  // guarded by reading_mutex_
  std::mutex writing_mutex_;
  std::unique_ptr<Store> writing_;  // guarded by writing_mutex_, as all below
  Appender appender_{*writing_};
  Upkeep upkeep_{*writing_, *options_.clock, options_.logger};
};

}  // namespace

Result<std::unique_ptr<Log>> OpenLocalLog(const LocalLogOptions& options) {
  TRY(PrepareDirectory(options.directory));
  TRY_ASSIGN(std::unique_ptr<Store> reading, Store::Open(options.directory, options.durability));
  TRY_ASSIGN(std::unique_ptr<Store> writing, Store::Open(options.directory, options.durability));
  return std::make_unique<LocalLog>(options, std::move(reading), std::move(writing));
}

}  // namespace penstock::local
