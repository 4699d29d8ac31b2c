// Leaves a group with work done out of order, as a session does whose models answer later: of each partition's records
// up to COUNT, every second is done, and the position stays where it was. For group_test.py.
// Usage: kafka_holes BROKERS STATE-DIRECTORY GROUP TOPIC COUNT
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "log/kafka/kafka_log.h"

namespace penstock {
namespace {

constexpr Duration kPatience = std::chrono::seconds(60);
constexpr Duration kWait = std::chrono::milliseconds(50);

Progress WithHoles(int64_t position, int64_t count) {
  Progress progress(position);
  for (int64_t offset = position + 1; offset < count; offset += 2) progress.Add(offset, offset + 1);
  return progress;
}

// What the session was told until one of these events came.
template <typename Event>
Result<std::vector<Event>> WaitFor(Session& session) {
  const Duration until = RealClock().Monotonic() + kPatience;
  Delivery delivery;
  while (RealClock().Monotonic() < until) {
    TRY(session.Poll(kWait, delivery));
    std::vector<Event> found;
    for (const SessionEvent& event : delivery.events)
      if (const auto* const one = std::get_if<Event>(&event)) found.push_back(*one);
    if (!found.empty()) return found;
  }
  return Fail(ErrorKind::kUnavailable, "the group did not answer in time");
}

Result<void> Leave(Log& log, SessionOptions options, int64_t count) {
  options.member = "holes";
  options.out_of_order = true;
  TRY_ASSIGN(const std::unique_ptr<Session> session, log.Join(options));
  TRY_ASSIGN(const std::vector<Assigned> assigned, WaitFor<Assigned>(*session));
  std::vector<PartitionWork> work;
  for (const Assigned& one : assigned)
    work.push_back({.partition = one.partition,
                    .epoch = one.epoch,
                    .progress = WithHoles(one.progress.position(), count),
                    .records = {}});
  session->Commit(std::move(work));
  TRY_ASSIGN(const std::vector<Committed> committed, WaitFor<Committed>(*session));
  if (!committed.front().fenced.empty()) return Invalid("the partitions were taken away");
  return {};
}

Result<void> Run(char** arguments) {
  kafka::KafkaLogOptions options;
  options.brokers = arguments[1];
  options.state_directory = arguments[2];
  TRY_ASSIGN(const std::unique_ptr<Log> log, kafka::OpenKafkaLog(std::move(options)));
  SessionOptions session;
  session.group = arguments[3];
  session.topics = {arguments[4]};
  return Leave(*log, std::move(session), std::atoll(arguments[5]));
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  if (argc != 6) return 1;
  const penstock::Result<void> left = penstock::Run(argv);
  if (!left) std::fprintf(stderr, "%s\n", left.error().message.c_str());
  return left ? 0 : 2;
}
