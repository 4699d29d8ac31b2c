#include "log/partition.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

// The hashes are those that Kafka's own test of Utils.murmur2 expects, made positive.
TEST(PartitionOfKey, AgreesWithJavaClients) {
  const auto hash = [](std::string_view key) { return PartitionOfKey(key, 0x7fffffff); };
  EXPECT_EQ(hash("21"), static_cast<int32_t>((-973932308 & 0x7fffffff) % 0x7fffffff));
  EXPECT_EQ(hash("foobar"), static_cast<int32_t>((-790332482 & 0x7fffffff) % 0x7fffffff));
  EXPECT_EQ(hash("a-little-bit-long-string"), static_cast<int32_t>((-985981536 & 0x7fffffff) % 0x7fffffff));
  EXPECT_EQ(hash("a-little-bit-longer-string"), static_cast<int32_t>((-1486304829 & 0x7fffffff) % 0x7fffffff));
  EXPECT_EQ(hash("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"),
            static_cast<int32_t>((-58897971 & 0x7fffffff) % 0x7fffffff));
  EXPECT_EQ(hash("abc"), 479470107 % 0x7fffffff);
}

TEST(PartitionOfKey, StaysWithinTheTopic) {
  for (int i = 0; i < 1000; ++i) {
    const int32_t partition = PartitionOfKey(std::to_string(i), 7);
    EXPECT_GE(partition, 0);
    EXPECT_LT(partition, 7);
  }
}

}  // namespace
}  // namespace penstock
