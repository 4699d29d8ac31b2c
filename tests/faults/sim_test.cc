// Exactly once, under every fault that a seed can think of. PENSTOCK_SIM_SEEDS says how many seeds are tried,
// PENSTOCK_SIM_SEED from which on; `sim_test --seed N` shows one, with everything that happens, and with
// `--without SAFEGUARD` what that prevents.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "tests/faults/scenario.h"
#include "tests/faults/simulation.h"

namespace penstock::faults {
namespace {

using cluster::Safeguards;

constexpr uint64_t kSeeds = 2'000;
// With sanitizers, a seed takes as long as so many without.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kShare = 20;
#else
constexpr uint64_t kShare = 1;
#endif
constexpr int kFailuresMax = 3;  // that are shown
// By these many seeds, each safeguard has been missed.
constexpr uint64_t kSeedsUntilMissed = 3'000;
constexpr size_t kTraceLinesMax = 200'000;
constexpr size_t kShownLinesMax = 200;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// The end of what happened, for a failure that is seen where nobody can run it again.
std::string TraceOf(const Scenario& scenario) { return Simulate(scenario, kShownLinesMax).trace; }

// In parts, which run at the same time.
class SeedTest : public testing::TestWithParam<uint64_t> {};
constexpr uint64_t kParts = 8;

TEST_P(SeedTest, CountsEveryInputOnceWhateverGoesWrong) {
  const uint64_t first = FromEnvironment("PENSTOCK_SIM_SEED", 1);
  const uint64_t count = std::max<uint64_t>(FromEnvironment("PENSTOCK_SIM_SEEDS", kSeeds) / kShare, 1);
  int failures = 0;
  for (uint64_t seed = first + GetParam(); seed < first + count && failures < kFailuresMax; seed += kParts) {
    const Scenario scenario = MakeScenario(seed, {});
    const Report report = Simulate(scenario);
    if (!report.failed()) continue;
    ++failures;
    ADD_FAILURE() << report.Text(scenario) << TraceOf(scenario);
  }
}

INSTANTIATE_TEST_SUITE_P(Part, SeedTest, testing::Range(uint64_t{0}, kParts));

struct Switch {
  const char* name;
  bool Safeguards::*which;
};
constexpr std::array kSwitches = {Switch{"fence", &Safeguards::fence}, Switch{"epoch_check", &Safeguards::epoch_check},
                                  Switch{"every_offset", &Safeguards::every_offset},
                                  Switch{"spill_pointer", &Safeguards::spill_pointer},
                                  Switch{"settle_unknown", &Safeguards::settle_unknown}};
constexpr std::string_view kRetirement = "retirement";

TEST(SimTest, IsTheSameForTheSameSeed) {
  for (const uint64_t seed : {1, 2, 3}) {
    const Scenario scenario = MakeScenario(seed, {});
    EXPECT_EQ(Simulate(scenario, kTraceLinesMax).trace, Simulate(scenario, kTraceLinesMax).trace);
  }
}

// What never comes about is not tested.
TEST(SimTest, ReachesWhatItIsFor) {
  Report all;
  int at_least_once = 0;
  int ordered = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    const Report one = Simulate(MakeScenario(seed, {}));
    for (const auto& [code, count] : one.tally.answers) all.tally.answers[code] += count;
    for (const auto& [fate, count] : one.tally.fates) all.tally.fates[fate] += count;
    at_least_once += MakeScenario(seed, {}).exactly_once ? 0 : 1;
    ordered += MakeScenario(seed, {}).ordered ? 1 : 0;
    all.tally.stragglers += one.tally.stragglers;
    all.spills += one.spills;
    all.kills += one.kills;
    all.resets += one.resets;
    all.deletions += one.deletions;
    all.verdict.revoked += one.verdict.revoked;
    all.verdict.lost += one.verdict.lost;
    all.verdict.fenced += one.verdict.fenced;
    all.verdict.refused += one.verdict.refused;
    all.verdict.resumed_above += one.verdict.resumed_above;
    all.verdict.given_up += one.verdict.given_up;
    all.verdict.repeated += one.verdict.repeated;
    all.verdict.in_flight_peak = std::max(all.verdict.in_flight_peak, one.verdict.in_flight_peak);
  }
  for (const sim::Code code :
       {sim::Code::kOk, sim::Code::kNoAnswer, sim::Code::kConcurrentTransactions, sim::Code::kProducerFenced,
        sim::Code::kUnknownMember, sim::Code::kIllegalGeneration, sim::Code::kRebalanceInProgress,
        sim::Code::kMetadataTooLarge, sim::Code::kUnstableOffsets, sim::Code::kNotYet})
    EXPECT_GT(all.tally.answers[code], 0U) << sim::CodeName(code);
  for (const cluster::Fate fate : {cluster::Fate::kCommitted, cluster::Fate::kAborted, cluster::Fate::kUnknown})
    EXPECT_GT(all.tally.fates[fate], 10U) << static_cast<int>(fate);
  EXPECT_GT(at_least_once, 5);
  EXPECT_GT(ordered, 5);
  EXPECT_GT(all.tally.stragglers, 10U);
  EXPECT_GT(all.spills, 10);
  EXPECT_GT(all.kills, 10U);
  EXPECT_GT(all.resets, 1U);
  EXPECT_GT(all.deletions, 1U);
  EXPECT_GT(all.verdict.revoked, 10U);
  EXPECT_GT(all.verdict.lost, 10U);
  EXPECT_GT(all.verdict.fenced, 10U);
  EXPECT_GT(all.verdict.refused, 10U);
  EXPECT_GT(all.verdict.resumed_above, 10U);
  EXPECT_GT(all.verdict.given_up, 10U);
  EXPECT_GT(all.verdict.repeated, 10U);
  EXPECT_GE(all.verdict.in_flight_peak, 100U);
}

// The seed's scenario, without one of the safeguards, or without the retirement of producers; none where there is no
// such thing. Of an empty name: with everything.
std::optional<Scenario> Without(std::string_view name, uint64_t seed) {
  Safeguards safeguards;
  bool is_known = name.empty() || name == kRetirement;
  for (const Switch& one : kSwitches) {
    if (one.name != name) continue;
    safeguards.*one.which = false;
    is_known = true;
  }
  if (!is_known) return std::nullopt;
  Scenario scenario = MakeScenario(seed, safeguards);
  scenario.knows_stragglers = name != kRetirement;
  return scenario;
}

// Whether a seed of so many ends badly.
bool IsMissed(std::string_view name) {
  for (uint64_t seed = 1; seed <= kSeedsUntilMissed; ++seed) {
    const std::optional<Scenario> scenario = Without(name, seed);
    const Report report = Simulate(*scenario);
    if (!report.failed()) continue;
    std::cout << report.Text(*scenario) << "  (with --without " << name << ")\n";
    return true;
  }
  return false;
}

// A request that comes late is taken for one of the producer's next transaction, where it does not give way to another.
TEST(SimTest, MissesTheRetirementOfProducers) { EXPECT_TRUE(IsMissed(kRetirement)); }

class SafeguardTest : public testing::TestWithParam<Switch> {};

// A safeguard that nobody misses is none, or the simulation is too kind.
TEST_P(SafeguardTest, IsMissed) { EXPECT_TRUE(IsMissed(GetParam().name)); }

INSTANTIATE_TEST_SUITE_P(All, SafeguardTest, testing::ValuesIn(kSwitches),
                         [](const auto& one) { return std::string(one.param.name); });

int Show(const std::string& number, const std::string& without) {
  uint64_t seed = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), seed);
  if (error != std::errc() || end != number.data() + number.size()) {
    std::cerr << "sim_test: '" << number << "' is no seed\n";
    return 1;
  }
  const std::optional<Scenario> scenario = Without(without, seed);
  if (!scenario) {
    std::cerr << "sim_test: there is no safeguard '" << without << "'\n";
    return 1;
  }
  const Report report = Simulate(*scenario, kTraceLinesMax);
  std::cout << report.trace << report.Text(*scenario);
  return report.failed() ? 1 : 0;
}

}  // namespace
}  // namespace penstock::faults

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc == 3 && std::string(argv[1]) == "--seed") return penstock::faults::Show(argv[2], "");
  if (argc == 5 && std::string(argv[1]) == "--seed" && std::string(argv[3]) == "--without")
    return penstock::faults::Show(argv[2], argv[4]);
  return RUN_ALL_TESTS();
}
