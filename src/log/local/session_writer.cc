#include "log/local/session_writer.h"

#include <chrono>
#include <utility>

#include "log/local/member_file.h"
#include "log/local/rebalance.h"

namespace penstock::local {
namespace {

// How often the session looks whether a member has died. Partitions of a killed process move within a second.
constexpr std::chrono::milliseconds kLookInterval(200);

}  // namespace

SessionWriter::SessionWriter(Options options, std::unique_ptr<Store> store, const Waker& waker)
    : options_(std::move(options)),
      store_(std::move(store)),
      waker_(waker),
      upkeep_(*store_, *options_.clock, options_.logger) {}

Result<std::unique_ptr<SessionWriter>> SessionWriter::Start(Options options, std::unique_ptr<Store> store,
                                                            const Waker& waker) {
  std::unique_ptr<SessionWriter> writer(new SessionWriter(std::move(options), std::move(store), waker));
  TRY(writer->Join());
  writer->thread_ = std::thread([raw = writer.get()] { raw->RunThread(); });
  return writer;
}

SessionWriter::~SessionWriter() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void SessionWriter::Add(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void SessionWriter::Commit(CommitId id, std::vector<PartitionWork> work) { Add(CommitJob{id, std::move(work)}); }
void SessionWriter::Free(std::vector<HeldSlot> slots) { Add(FreeJob{std::move(slots)}); }
void SessionWriter::Rejoin(const std::string& uuid) { Add(RejoinJob{uuid}); }

Result<void> SessionWriter::TakeOutcomes(std::vector<SessionEvent>& events) {
  const std::lock_guard lock(mutex_);
  for (Committed& committed : outcomes_) events.emplace_back(std::move(committed));
  outcomes_.clear();
  if (error_) return tl::unexpected<Error>(*error_);
  return {};
}

std::optional<SessionWriter::Job> SessionWriter::NextJob() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kLookInterval, [this] { return ending_ || !jobs_.empty(); });
  if (ending_ || jobs_.empty()) return std::nullopt;
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

void SessionWriter::RunThread() {
  Result<void> done;
  while (done) {
    std::optional<Job> job = NextJob();
    {
      const std::lock_guard lock(mutex_);
      if (ending_) break;
    }
    if (job) done = std::visit([this](auto& one) { return Do(one); }, *job);
    // Also where jobs never end.
    if (done) done = LookNowAndThen();
  }
  if (!done) {
    const std::lock_guard lock(mutex_);
    error_ = done.error();
  }
  waker_.Signal();
  Leave();
}

Result<void> SessionWriter::Do(CommitJob& job) {
  appender_.Clear();
  TRY(AddRecords(job.work, std::vector<bool>(job.work.size(), true)));
  Result<std::vector<TopicPartition>> fenced = store_->Write([&] { return WriteWork(job.work); });
  if (!fenced) return tl::unexpected<Error>(fenced.error());
  {
    const std::lock_guard lock(mutex_);
    outcomes_.push_back({job.id, *std::move(fenced)});
  }
  waker_.Signal();
  job.work.clear();
  upkeep_.RunNowAndThen();
  return {};
}

Result<void> SessionWriter::AddRecords(const std::vector<PartitionWork>& work, const std::vector<bool>& held) {
  for (size_t i = 0; i < work.size(); ++i)
    if (held[i]) TRY(appender_.Add(work[i].records));
  appender_.Seal();
  return {};
}

Result<std::vector<TopicPartition>> SessionWriter::WriteWork(const std::vector<PartitionWork>& work) {
  std::vector<TopicPartition> fenced;
  std::vector<bool> held;
  for (const PartitionWork& one : work) {
    TRY_ASSIGN(const int64_t slot, store_->catalog().SlotOf(one.partition));
    TRY_ASSIGN(const bool holds, groups_.Holds(group_, slot, options_.member.uuid, one.epoch));
    held.push_back(holds);
    if (holds)
      TRY(groups_.SetProgress(group_, slot, one.progress));
    else
      fenced.push_back(one.partition);
  }
  if (!fenced.empty()) {  // records were encoded together, before this could be known
    appender_.Clear();
    TRY(AddRecords(work, held));
  }
  TRY(appender_.Write());
  return fenced;
}

Result<void> SessionWriter::Do(const FreeJob& job) {
  return ChangeGroup([&]() -> Result<void> {
    for (const HeldSlot& held : job.slots) TRY(groups_.Free(group_, held.slot, options_.member.uuid, held.epoch));
    return {};
  });
}

Result<void> SessionWriter::Do(const RejoinJob& job) {
  options_.member.uuid = job.uuid;
  return Join();
}

Result<void> SessionWriter::Join() {
  Result<int64_t> group = store_->Write([&]() -> Result<int64_t> { return groups_.FindOrCreate(options_.group); });
  if (!group) return tl::unexpected<Error>(group.error());
  group_ = *group;
  return ChangeGroup([&] { return groups_.AddMember(group_, options_.member); });
}

// There is nobody to tell of an error any more; the others find the member's file unlocked.
void SessionWriter::Leave() {
  (void)ChangeGroup([&] { return groups_.RemoveMember(group_, options_.member.uuid); });
}

Result<void> SessionWriter::LookNowAndThen() {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_at_ < kLookInterval) return {};
  looked_at_ = now;
  return LookAfterGroup();
}

Result<void> SessionWriter::LookAfterGroup() {
  const auto is_alive = [this](const std::string& uuid) { return IsAlive(uuid); };
  TRY_ASSIGN(const bool needed, store_->Read([&] { return NeedsRebalance(groups_, group_, is_alive); }));
  if (needed) TRY(ChangeGroup([]() -> Result<void> { return {}; }));
  return {};
}

template <typename Change>
Result<void> SessionWriter::ChangeGroup(Change&& change) {
  const auto is_alive = [this](const std::string& uuid) { return IsAlive(uuid); };
  TRY_ASSIGN(const std::vector<std::string> removed, store_->Write([&]() -> Result<std::vector<std::string>> {
    TRY(change());
    return Rebalance(groups_, group_, is_alive);
  }));
  for (const std::string& uuid : removed) {
    MemberFile::Remove(options_.directory, uuid);
    if (options_.logger != nullptr)
      options_.logger->Warn("a member of the group is gone", {{"group", options_.group}, {"member", uuid}});
  }
  return {};
}

bool SessionWriter::IsAlive(const std::string& uuid) const {
  return uuid == options_.member.uuid || MemberFile::IsAlive(options_.directory, uuid, options_.clock->Monotonic());
}

}  // namespace penstock::local
