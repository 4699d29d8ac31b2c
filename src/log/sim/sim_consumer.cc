#include "log/sim/sim_consumer.h"

#include <algorithm>
#include <utility>

namespace penstock::sim {
namespace {

constexpr Duration kJoinPatience = std::chrono::seconds(1);
// Between a generation's being known and the application's being told what it brought.
constexpr int64_t kTellDelayMaxMs = 20;

PartitionSet Without(const PartitionSet& set, const PartitionSet& others) {
  PartitionSet rest;
  std::set_difference(set.begin(), set.end(), others.begin(), others.end(), std::inserter(rest, rest.end()));
  return rest;
}

std::vector<TopicPartition> List(const PartitionSet& set) { return {set.begin(), set.end()}; }

}  // namespace

SimConsumer::SimConsumer(SimCluster& cluster, Channel& channel, SimConsumerOptions options, EventSink tell)
    : cluster_(cluster),
      channel_(channel),
      options_(std::move(options)),
      tell_(std::move(tell)),
      heard_(channel.now()),
      polled_(channel.now()) {
  Join();
  BeatLater();
}

SimConsumer::~SimConsumer() {
  if (channel_.host().alive) AskToLeave();
}

void SimConsumer::AskToLeave() {
  channel_.Ask<Code>(
      "LeaveGroup", Duration(0),
      [&brokers = cluster_, group = options_.group, member = member_, now = channel_.now()] {
        brokers.MembersOf(group).Leave(member, now);
        return Code::kOk;
      },
      [](const Code&, bool) {});
}

void SimConsumer::Join() {
  ++round_;
  stable_ = false;
  rejoin_ = false;
  using Joined = GroupMembers::Joined;
  channel_.Ask<Joined>(
      "JoinGroup", kJoinPatience,
      [&brokers = cluster_, options = options_, member = member_,
       claim = GroupMembers::Claim{generation_, owned_, round_}] {
        const Duration now = brokers.network().scheduler().now();
        return brokers.MembersOf(options.group).Join(member, options.name, options.topics, claim, now);
      },
      [this, round = round_](const Joined& joined, bool) {
        if (round != round_) return;
        if (joined.code != Code::kOk) return Note(joined.code);
        heard_ = channel_.now();
        member_ = joined.member;
        Sync();
      });
}

void SimConsumer::Sync() {
  using Synced = GroupMembers::Synced;
  channel_.Ask<Synced>(
      "SyncGroup", kJoinPatience,
      [&brokers = cluster_, group = options_.group, member = member_] {
        return brokers.MembersOf(group).Sync(member, brokers.network().scheduler().now());
      },
      [this, round = round_](const Synced& synced, bool) {
        if (round != round_) return;
        Settle(synced);
      });
}

void SimConsumer::Settle(const GroupMembers::Synced& synced) {
  if (synced.code == Code::kNotYet) {
    heard_ = channel_.now();
    return Sync();
  }
  if (synced.code != Code::kOk) return Note(synced.code);
  heard_ = channel_.now();
  generation_ = synced.generation;
  stable_ = true;
  channel_.Later(channel_.random().BetweenMs(0, kTellDelayMaxMs), [this, round = round_, assigned = synced.assigned] {
    if (round == round_) Apply(assigned);
  });
}

void SimConsumer::Apply(const PartitionSet& assigned) {
  withdrawn_ = Without(owned_, assigned);
  to_offer_ = Without(assigned, owned_);
  if (withdrawn_.empty()) return OfferNext();
  rejoin_ = true;
  tell_(cluster::Withdrawn{List(withdrawn_)});
}

void SimConsumer::OfferNext() {
  offered_ = std::exchange(to_offer_, {});
  owned_.insert(offered_.begin(), offered_.end());
  if (offered_.empty()) return GoOn();
  tell_(cluster::Offered{List(offered_)});
}

void SimConsumer::GoOn() {
  if (rejoin_ && !AwaitsAnswers()) Join();
}

void SimConsumer::Accept(std::span<const cluster::SourceOffset> starts) {
  for (const cluster::SourceOffset& start : starts)
    if (offered_.contains(start.partition)) reading_[start.partition] = {.position = start.offset};
  offered_.clear();
  GoOn();
}

void SimConsumer::Yield(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& partition : partitions) {
    if (withdrawn_.erase(partition) == 0) continue;
    owned_.erase(partition);
    reading_.erase(partition);
    if (withdrawn_.empty()) OfferNext();
  }
}

void SimConsumer::BeatLater() {
  channel_.Later(options_.heartbeat_interval, [this] { Beat(); });
}

void SimConsumer::Beat() {
  LeaveIfNotPolled();
  if (stable_) {
    channel_.Ask<Code>(
        "Heartbeat", Duration(0),
        [&brokers = cluster_, group = options_.group, member = member_, generation = generation_] {
          return brokers.MembersOf(group).Heartbeat(member, generation, brokers.network().scheduler().now());
        },
        [this, round = round_](const Code& code, bool) {
          if (round == round_) Note(code);
        });
  }
  BeatLater();
}

void SimConsumer::Note(Code code) {
  const bool silent = code == Code::kNoAnswer && channel_.now() - heard_ > options_.session_timeout;
  if (code != Code::kNoAnswer) heard_ = channel_.now();
  if (code == Code::kUnknownMember || code == Code::kIllegalGeneration || silent) {
    Lose(silent ? "the coordinator is silent" : "expelled");
    if (!outside_) Join();
  } else if (code == Code::kRebalanceInProgress) {
    rejoin_ = true;
    GoOn();
  } else if (code == Code::kNoAnswer && !stable_) {
    Join();
  }
}

void SimConsumer::Lose(const char* why) {
  if (channel_.traces()) channel_.Say(std::string("out of the group: ") + why);
  ++round_;
  member_.clear();
  generation_ = -1;
  heard_ = channel_.now();
  const PartitionSet gone = std::exchange(owned_, {});
  to_offer_.clear();
  offered_.clear();
  withdrawn_.clear();
  reading_.clear();
  stable_ = false;
  if (gone.empty()) return;
  // As librdkafka does, it joins anew only when the application has been told: a new membership would let work through
  // that was begun before.
  outside_ = true;
  tell_(cluster::TakenAway{List(gone)});
}

void SimConsumer::LeaveIfNotPolled() {
  if (outside_ || channel_.now() - polled_ <= options_.poll_interval_max) return;
  AskToLeave();
  Lose("not polled");
  outside_ = true;
}

void SimConsumer::Seek(const TopicPartition& partition, int64_t offset) {
  const auto found = reading_.find(partition);
  if (found == reading_.end()) return;
  found->second.position = offset;
  found->second.out_of_range = false;
}

void SimConsumer::SetPaused(std::span<const TopicPartition> partitions, bool paused) {
  for (const TopicPartition& partition : partitions)
    if (const auto found = reading_.find(partition); found != reading_.end()) found->second.paused = paused;
}

void SimConsumer::Poll(std::vector<cluster::Slice>& slices) {
  polled_ = channel_.now();
  arena_.Reset();
  records_.clear();
  names_.clear();
  if (std::exchange(outside_, false)) Join();
  if (channel_.IsCut()) return;
  for (auto& [partition, reading] : reading_)
    if (!reading.paused && !reading.out_of_range && channel_.random().Chance(700)) Read(partition, reading, slices);
  // Partitions come in any order.
  if (slices.size() > 1 && channel_.random().Chance(500)) std::swap(slices.front(), slices.back());
}

void SimConsumer::Read(const TopicPartition& partition, Reading& reading, std::vector<cluster::Slice>& slices) {
  const PartitionLog& log = *cluster_.Find(partition);
  if (reading.position < log.begin() || reading.position > log.end()) {
    reading.out_of_range = true;
    tell_(cluster::OutOfRange{partition, reading.position});
    return;
  }
  found_.clear();
  const auto count =
      static_cast<size_t>(channel_.random().Between(1, static_cast<int64_t>(options_.fetch_records_max)));
  const int64_t next = log.Read(reading.position, count, found_);
  if (next == reading.position) return;
  std::vector<Record>& records = records_.emplace_back();
  for (const Entry* entry : found_) records.push_back(RecordOf(partition, *entry, arena_));
  reading.position = next;
  slices.push_back({&names_.emplace_back(partition), records, next, log.stable_end()});
}

}  // namespace penstock::sim
