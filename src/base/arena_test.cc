#include "base/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace penstock {
namespace {

constexpr size_t kBlock = 256;

uintptr_t Address(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

TEST(ArenaTest, HoldsNothingBeforeItsFirstUse) {
  const Arena arena;
  EXPECT_EQ(arena.held_bytes(), 0U);
}

TEST(ArenaTest, Aligns) {
  Arena arena(kBlock);
  for (const size_t alignment : {1, 2, 4, 8, 16, 64}) {
    arena.Allocate(1, 1);
    EXPECT_EQ(Address(arena.Allocate(3, alignment)) % alignment, 0U) << alignment;
  }
  EXPECT_EQ(Address(arena.AllocateArray<int64_t>(1).data()) % alignof(int64_t), 0U);
}

TEST(ArenaTest, AlignsWhatFillsABlock) {
  Arena arena(kBlock);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Address(arena.Allocate(kBlock, 4096)) % 4096, 0U);
  EXPECT_LE(arena.held_bytes(), 3 * (kBlock + 4096)) << "at most one block each, with room to align";
}

TEST(ArenaTest, CopiesValuesAndBytes) {
  Arena arena(kBlock);
  std::string text = "some text";
  const std::string_view copy = arena.Copy(text);
  text.assign(text.size(), 'x');
  EXPECT_EQ(copy, "some text");
  EXPECT_EQ(*arena.New(42), 42);
  EXPECT_EQ(arena.Copy(""), "");
}

TEST(ArenaTest, NothingTakesNoRoomAndIsNotNull) {
  Arena arena(kBlock);
  EXPECT_NE(arena.Allocate(0, 1), nullptr);
  const void* before = arena.Allocate(0, 1);
  EXPECT_TRUE(arena.AllocateArray<int>(0).empty());
  EXPECT_EQ(arena.Allocate(0, 1), before);
}

TEST(ArenaTest, GrowsByBlocks) {
  Arena arena(kBlock);
  arena.Allocate(200, 8);
  EXPECT_EQ(arena.held_bytes(), kBlock);
  arena.Allocate(200, 8);
  EXPECT_EQ(arena.held_bytes(), 2 * kBlock);
}

TEST(ArenaTest, GivesALargeAllocationABlockOfItsSize) {
  Arena arena(kBlock);
  arena.Allocate(10 * kBlock, 8);
  EXPECT_GE(arena.held_bytes(), 10 * kBlock);
  EXPECT_LE(arena.held_bytes(), 11 * kBlock);
}

TEST(ArenaTest, ResetReusesTheSameMemory) {
  Arena arena(kBlock);
  const void* first = arena.Allocate(200, 8);
  const void* second = arena.Allocate(200, 8);
  arena.Reset();
  EXPECT_EQ(arena.held_bytes(), 2 * kBlock);
  EXPECT_EQ(arena.Allocate(200, 8), first);
  EXPECT_EQ(arena.Allocate(200, 8), second);
  EXPECT_EQ(arena.held_bytes(), 2 * kBlock);
}

TEST(ArenaTest, ResetFreesLargeBlocks) {
  Arena arena(kBlock);
  const void* first = arena.Allocate(200, 8);
  arena.Allocate(1000, 8);
  arena.Allocate(200, 8);
  arena.Reset();
  EXPECT_EQ(arena.held_bytes(), 2 * kBlock);
  EXPECT_EQ(arena.Allocate(200, 8), first);

  Arena only_large(kBlock);
  only_large.Allocate(1000, 8);
  only_large.Reset();
  EXPECT_EQ(only_large.held_bytes(), 0U);
  EXPECT_NE(only_large.Allocate(1, 1), nullptr);
}

TEST(ArenaTest, PutsALargeBlockBeforeKeptOnes) {
  Arena arena(kBlock);
  for (int i = 0; i < 3; ++i) arena.Allocate(200, 8);
  arena.Reset();
  arena.Allocate(200, 8);
  arena.Allocate(1000, 8);
  const size_t held = arena.held_bytes();
  arena.Allocate(200, 8);
  arena.Allocate(200, 8);
  EXPECT_EQ(arena.held_bytes(), held) << "the two blocks kept are used after the large one";
  arena.Allocate(200, 8);
  EXPECT_EQ(arena.held_bytes(), held + kBlock);
}

TEST(ArenaTest, TakesBackTheTailOfTheNewestAllocation) {
  Arena arena(kBlock);
  char* bytes = static_cast<char*>(arena.Allocate(100, 1));
  arena.ReturnTail(bytes + 100, 60);
  EXPECT_EQ(arena.Allocate(10, 1), bytes + 40);
}

TEST(ArenaTest, TakesBackTheTailOfALargeAllocation) {
  Arena arena(kBlock);
  char* bytes = static_cast<char*>(arena.Allocate(1000, 1));
  arena.ReturnTail(bytes + 1000, 900);
  const size_t held = arena.held_bytes();
  EXPECT_EQ(arena.Allocate(800, 1), bytes + 100);
  EXPECT_EQ(arena.held_bytes(), held);
}

TEST(ArenaTest, KeepsTheTailOfAnOlderAllocation) {
  Arena arena(kBlock);
  char* older = static_cast<char*>(arena.Allocate(100, 1));
  char* newer = static_cast<char*>(arena.Allocate(10, 1));
  arena.ReturnTail(older + 100, 60);
  EXPECT_EQ(arena.Allocate(10, 1), newer + 10);
}

TEST(ArenaTest, RefusesAnArrayLargerThanMemory) {
  Arena arena(kBlock);
  EXPECT_THROW(arena.AllocateArray<int64_t>(std::numeric_limits<size_t>::max() / 8 + 2), std::bad_alloc);
  EXPECT_THROW(arena.AllocateArray<char>(std::numeric_limits<size_t>::max()), std::bad_alloc);
  EXPECT_NE(arena.Allocate(1, 1), nullptr);
}

// Every allocation is filled with its own byte; whatever overlapped or moved would show in another one's bytes.
TEST(ArenaTest, AllocationsNeverOverlap) {
  constexpr unsigned kSeed = 20260101;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  const auto below = [&](size_t bound) { return random() % bound; };
  Arena arena(kBlock);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::span<unsigned char>> live;
    for (int i = 0; i < 100; ++i) {
      const size_t bytes = below(below(10) == 0 ? 4 * kBlock : 40) + 1;
      auto* start = static_cast<unsigned char*>(arena.Allocate(bytes, size_t{1} << below(5)));
      const size_t returned = below(bytes);
      arena.ReturnTail(start + bytes, returned);
      live.push_back({start, bytes - returned});
      std::fill(live.back().begin(), live.back().end(), static_cast<unsigned char>(i));
    }
    for (size_t i = 0; i < live.size(); ++i)
      for (const unsigned char byte : live[i]) ASSERT_EQ(byte, i);
    arena.Reset();
  }
}

#ifdef __SANITIZE_ADDRESS__
TEST(ArenaTest, AddressSanitizerSeesWhatWasTakenBack) {
  Arena arena(kBlock);
  char* bytes = static_cast<char*>(arena.Allocate(100, 16));
  EXPECT_FALSE(__asan_address_is_poisoned(bytes + 99));
  EXPECT_TRUE(__asan_address_is_poisoned(bytes + 104));
  arena.ReturnTail(bytes + 100, 60);
  EXPECT_TRUE(__asan_address_is_poisoned(bytes + 40));
  arena.Reset();
  EXPECT_TRUE(__asan_address_is_poisoned(bytes));
}
#endif

}  // namespace
}  // namespace penstock
