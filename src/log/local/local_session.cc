#include "log/local/local_session.h"

#include <algorithm>
#include <utility>

#include "log/local/position.h"

namespace penstock::local {
namespace {

// How often it is told how far partitions go on that are paused.
constexpr Duration kLookAtEnds = std::chrono::seconds(1);

}  // namespace

LocalSession::LocalSession(LocalSessionOptions options, SessionOptions session, std::unique_ptr<Store> store,
                           Waker waker, MemberFile member)
    : options_(std::move(options)),
      session_(std::move(session)),
      store_(std::move(store)),
      waker_(std::move(waker)),
      member_(std::move(member)),
      renewed_at_(options_.clock->Monotonic()) {}

Result<std::unique_ptr<Session>> LocalSession::Join(const LocalSessionOptions& options, const SessionOptions& session) {
  TRY(CheckName("group", session.group));
  for (const std::string& topic : session.topics) TRY(CheckName("topic", topic));
  TRY_ASSIGN(std::unique_ptr<Store> reading, Store::Open(options.directory, options.durability));
  TRY_ASSIGN(std::unique_ptr<Store> writing, Store::Open(options.directory, options.durability));
  TRY_ASSIGN(Waker waker, Waker::Open(options.directory));
  TRY_ASSIGN(MemberFile file, MemberFile::Create(options.directory, options.clock->Monotonic() + options.lease));
  Member member{.uuid = file.uuid(), .name = session.member, .topics = session.topics, .start = {}};
  member.start = EncodeStart(session.start);
  std::unique_ptr<LocalSession> joined(
      new LocalSession(options, session, std::move(reading), std::move(waker), std::move(file)));
  SessionWriter::Options writer{options.directory, session.group, std::move(member), options.clock, options.logger};
  TRY_ASSIGN(joined->writer_, SessionWriter::Start(std::move(writer), std::move(writing), joined->waker_));
  return joined;
}

Result<void> LocalSession::Poll(Duration wait, Delivery& delivery) {
  delivery.Clear();
  arena_.Reset();
  // The time of the machine, whatever the clock: waiting is done by the kernel.
  const Duration until = RealClock().Monotonic() + wait;
  while (true) {
    waker_.Drain();
    TRY(RenewLease());
    TRY(writer_->TakeOutcomes(delivery.events));
    TRY(Look(delivery));
    const Duration left = until - RealClock().Monotonic();
    if (!delivery.events.empty() || !delivery.fetched.empty() || left <= Duration(0)) return {};
    waker_.Wait(left);
  }
}

Result<void> LocalSession::RenewLease() {
  const Duration now = options_.clock->Monotonic();
  if (now - renewed_at_ < options_.lease / 5) return {};
  renewed_at_ = now;
  return member_.Renew(now + options_.lease);
}

Result<void> LocalSession::Look(Delivery& delivery) {
  return store_->Read([&]() -> Result<void> {
    TRY_ASSIGN(const int64_t version, groups_.Version(writer_->group()));
    if (version != version_seen_) {
      TRY(NoteAssignments(delivery.events));
      version_seen_ = version;
    }
    return Fetch(delivery.fetched);
  });
}

Result<void> LocalSession::NoteAssignments(std::vector<SessionEvent>& events) {
  TRY_ASSIGN(const bool is_member, groups_.HasMember(member_.uuid()));
  if (!is_member) return joining_ ? Result<void>() : Rejoin(events);
  joining_ = false;
  TRY_ASSIGN(const std::vector<Assignment> assignments, groups_.AssignmentsOf(writer_->group(), member_.uuid()));
  LoseMissing(assignments, events);
  for (const Assignment& assignment : assignments) TRY(NoteAssignment(assignment, events));
  return {};
}

void LocalSession::LoseMissing(const std::vector<Assignment>& assignments, std::vector<SessionEvent>& events) {
  std::erase_if(held_, [&](const auto& entry) {
    const Held& held = entry.second;
    const bool there = std::any_of(assignments.begin(), assignments.end(), [&](const Assignment& assignment) {
      return assignment.slot == held.reader.slot() && assignment.epoch == held.epoch;
    });
    if (!there && !held.released) events.emplace_back(Lost{entry.first, held.epoch});
    return !there;
  });
}

Result<void> LocalSession::NoteAssignment(const Assignment& assignment, std::vector<SessionEvent>& events) {
  TRY_ASSIGN(TopicPartition partition, groups_.PartitionOfSlot(assignment.slot));
  auto found = held_.find(partition);
  if (found == held_.end()) {
    TRY_ASSIGN(const std::optional<Progress> stored, groups_.ProgressOf(writer_->group(), assignment.slot));
    const Progress progress = stored.value_or(Progress());
    found = held_.try_emplace(partition, partition, assignment.slot, progress, assignment.epoch).first;
    events.emplace_back(Assigned{partition, assignment.epoch, progress});
  }
  Held& held = found->second;
  if (held.released || held.revoking || assignment.wanted == member_.uuid()) return {};
  held.revoking = true;
  events.emplace_back(Revoking{partition, assignment.epoch});
  return {};
}

Result<void> LocalSession::Rejoin(std::vector<SessionEvent>& events) {
  if (options_.logger != nullptr)
    options_.logger->Warn("expelled from the group, because the lease was not renewed in time; joining it anew",
                          {{"group", session_.group}, {"member", session_.member}});
  LoseMissing({}, events);
  renewed_at_ = options_.clock->Monotonic();
  TRY_ASSIGN(member_, MemberFile::Create(options_.directory, renewed_at_ + options_.lease));
  writer_->Rejoin(member_.uuid());
  joining_ = true;
  return {};
}

Result<void> LocalSession::Fetch(std::vector<Fetched>& fetched) {
  records_.clear();
  record_counts_.clear();
  ReadBudget budget{.records = session_.fetch_records_max, .bytes = session_.fetch_bytes_max};
  auto next = held_.lower_bound(fetch_next_);
  for (size_t i = 0; i < held_.size() && !budget.spent(); ++i, ++next) {
    if (next == held_.end()) next = held_.begin();
    Held& held = next->second;
    if (held.revoking || held.released) continue;
    TRY(held.paused ? TellEnd(held, fetched) : FetchFrom(held, budget, fetched));
  }
  fetch_next_ = next == held_.end() ? TopicPartition() : next->first;
  // There may be more, of which no writer will tell.
  if (budget.spent()) waker_.Signal();
  // Only now the records stay where they are.
  size_t begin = 0;
  for (size_t i = 0; i < fetched.size(); ++i) {
    fetched[i].records = std::span<const Record>(records_).subspan(begin, record_counts_[i]);
    begin += record_counts_[i];
  }
  return {};
}

Result<void> LocalSession::FetchFrom(Held& held, ReadBudget& budget, std::vector<Fetched>& fetched) {
  const size_t before = records_.size();
  TRY_ASSIGN(const ReadChunk chunk, held.reader.Read(*store_, arena_, budget, records_));
  if (chunk.lost > 0 && options_.logger != nullptr)
    options_.logger->Error("records were deleted by retention before the group read them",
                           {{"group", session_.group},
                            {"partition", ToString(held.reader.partition())},
                            {"offset", chunk.begin},
                            {"records", chunk.lost}});
  if (chunk.end == chunk.begin) return {};
  record_counts_.push_back(records_.size() - before);
  Fetched& one = fetched.emplace_back();
  one.partition = &held.reader.partition();
  one.epoch = held.epoch;
  one.begin = chunk.begin;
  one.end = chunk.end;
  one.log_end = chunk.log_end;
  one.lost = chunk.lost;
  return {};
}

Result<void> LocalSession::TellEnd(Held& held, std::vector<Fetched>& fetched) {
  const Duration now = options_.clock->Monotonic();
  if (now - held.looked_at < kLookAtEnds) return {};
  held.looked_at = now;
  TRY_ASSIGN(const int64_t end, held.reader.End(*store_));
  record_counts_.push_back(0);
  Fetched& one = fetched.emplace_back();
  one.partition = &held.reader.partition();
  one.epoch = held.epoch;
  one.begin = held.reader.position();
  one.end = one.begin;
  one.log_end = end;
  return {};
}

void LocalSession::SetPaused(std::span<const TopicPartition> partitions, bool paused) {
  for (const TopicPartition& partition : partitions)
    if (const auto found = held_.find(partition); found != held_.end()) found->second.paused = paused;
}

void LocalSession::Resume(std::span<const TopicPartition> partitions) {
  SetPaused(partitions, false);
  waker_.Signal();
}

void LocalSession::Release(std::span<const TopicPartition> partitions) {
  std::vector<HeldSlot> slots;
  for (const TopicPartition& partition : partitions) {
    const auto found = held_.find(partition);
    if (found == held_.end() || found->second.released) continue;
    found->second.released = true;
    slots.push_back({found->second.reader.slot(), found->second.epoch});
  }
  if (!slots.empty()) writer_->Free(std::move(slots));
}

CommitId LocalSession::Commit(std::vector<PartitionWork> work) {
  writer_->Commit(++last_commit_, std::move(work));
  return last_commit_;
}

}  // namespace penstock::local
