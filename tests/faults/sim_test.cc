// Exactly once, under every fault that a seed can think of. PENSTOCK_SIM_SEEDS says how many seeds are tried,
// PENSTOCK_SIM_SEED from which on; `sim_test --seed N` shows one, with everything that happens.
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "tests/faults/scenario.h"
#include "tests/faults/simulation.h"

namespace penstock::faults {
namespace {

using cluster::Safeguards;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kSeeds = 100;
#else
constexpr uint64_t kSeeds = 2'000;
#endif
// By these many seeds, each safeguard has been missed.
constexpr uint64_t kSeedsUntilMissed = 3'000;
constexpr size_t kTraceLinesMax = 200'000;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(SimTest, CountsEveryInputOnceWhateverGoesWrong) {
  const uint64_t first = FromEnvironment("PENSTOCK_SIM_SEED", 1);
  const uint64_t count = FromEnvironment("PENSTOCK_SIM_SEEDS", kSeeds);
  int failures = 0;
  for (uint64_t seed = first; seed < first + count && failures < 5; ++seed) {
    const Scenario scenario = MakeScenario(seed, {});
    const Report report = Simulate(scenario);
    if (!report.failed()) continue;
    ++failures;
    ADD_FAILURE() << report.Text(scenario);
  }
}

TEST(SimTest, IsTheSameForTheSameSeed) {
  for (const uint64_t seed : {1, 2, 3}) {
    const Scenario scenario = MakeScenario(seed, {});
    EXPECT_EQ(Simulate(scenario, kTraceLinesMax).trace, Simulate(scenario, kTraceLinesMax).trace);
  }
}

// What never comes about is not tested.
TEST(SimTest, ReachesWhatItIsFor) {
  Report all;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    const Report one = Simulate(MakeScenario(seed, {}));
    for (const auto& [code, count] : one.tally.answers) all.tally.answers[code] += count;
    for (const auto& [fate, count] : one.tally.fates) all.tally.fates[fate] += count;
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
  }
  for (const sim::Code code :
       {sim::Code::kOk, sim::Code::kNoAnswer, sim::Code::kConcurrentTransactions, sim::Code::kProducerFenced,
        sim::Code::kUnknownMember, sim::Code::kIllegalGeneration, sim::Code::kRebalanceInProgress,
        sim::Code::kMetadataTooLarge, sim::Code::kUnstableOffsets, sim::Code::kNotYet})
    EXPECT_GT(all.tally.answers[code], 0U) << sim::CodeName(code);
  for (const cluster::Fate fate : {cluster::Fate::kCommitted, cluster::Fate::kAborted, cluster::Fate::kUnknown})
    EXPECT_GT(all.tally.fates[fate], 10U) << static_cast<int>(fate);
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
}

// A seed of so many that ends badly, or none.
std::optional<uint64_t> FindFailure(const Safeguards& safeguards, bool knows_stragglers, const std::string& without) {
  for (uint64_t seed = 1; seed <= kSeedsUntilMissed; ++seed) {
    Scenario scenario = MakeScenario(seed, safeguards);
    scenario.knows_stragglers = knows_stragglers;
    const Report report = Simulate(scenario);
    if (!report.failed()) continue;
    std::cout << "without " << without << ": " << report.Text(scenario);
    return seed;
  }
  return std::nullopt;
}

// A request that comes late is taken for one of the producer's next transaction, where it does not give way to another.
TEST(SimTest, MissesTheRetirementOfProducers) { EXPECT_TRUE(FindFailure({}, false, "the retirement of producers")); }

struct Switch {
  const char* name;
  bool Safeguards::*which;
};

class SafeguardTest : public testing::TestWithParam<Switch> {};

// A safeguard that nobody misses is none, or the simulation is too kind.
TEST_P(SafeguardTest, IsMissed) {
  Safeguards safeguards;
  safeguards.*GetParam().which = false;
  EXPECT_TRUE(FindFailure(safeguards, true, GetParam().name));
}

INSTANTIATE_TEST_SUITE_P(All, SafeguardTest,
                         testing::Values(Switch{"fence", &Safeguards::fence},
                                         Switch{"epoch_check", &Safeguards::epoch_check},
                                         Switch{"every_offset", &Safeguards::every_offset},
                                         Switch{"spill_pointer", &Safeguards::spill_pointer},
                                         Switch{"settle_unknown", &Safeguards::settle_unknown}),
                         [](const auto& one) { return std::string(one.param.name); });

int Show(const std::string& number) {
  uint64_t seed = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), seed);
  if (error != std::errc() || end != number.data() + number.size()) {
    std::cerr << "sim_test: '" << number << "' is no seed\n";
    return 1;
  }
  const Scenario scenario = MakeScenario(seed, {});
  const Report report = Simulate(scenario, kTraceLinesMax);
  std::cout << report.trace << report.Text(scenario);
  return report.failed() ? 1 : 0;
}

}  // namespace
}  // namespace penstock::faults

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc == 3 && std::string(argv[1]) == "--seed") return penstock::faults::Show(argv[2]);
  return RUN_ALL_TESTS();
}
