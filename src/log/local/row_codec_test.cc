#include "log/local/row_codec.h"

#include <gtest/gtest.h>

#include <random>

namespace penstock::local {
namespace {

std::string RandomBytes(std::mt19937& random, size_t size) {
  std::string bytes(size, 0);
  for (char& byte : bytes) byte = static_cast<char>(random() % 7);
  return bytes;
}

TEST(RowCodec, ReadsWhatItWrote) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    RowEncoder encoder;
    std::vector<std::string> values;
    std::vector<int64_t> offsets;
    int64_t offset = 0;
    for (int i = 0; i < 50; ++i) {
      offset += random() % 3 == 0 ? random() % 100'000 : 0;
      offsets.push_back(offset);
      values.push_back(RandomBytes(random, random() % 400));
      encoder.Add(offset++, static_cast<int64_t>(random()) - 2'000'000'000, std::nullopt, values.back(), {});
    }
    const Row row = encoder.Finish(offset);
    EXPECT_TRUE(encoder.empty());
    EXPECT_EQ(row.count, 50);
    Arena arena;
    const auto plain = PlainBytes(row.format, row.data, row.plain_bytes, arena);
    ASSERT_TRUE(plain);
    RowDecoder decoder(*plain, 1000);
    Record record;
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_FALSE(decoder.done());
      ASSERT_TRUE(decoder.Next(record, arena));
      ASSERT_EQ(record.source.offset, 1000 + offsets[i]) << "seed " << seed;
      ASSERT_EQ(record.value, values[i]);
      ASSERT_FALSE(record.key);
      ASSERT_LE(record.timestamp_ms, row.max_timestamp_ms);
    }
    EXPECT_TRUE(decoder.done());
  }
}

TEST(RowCodec, KeepsBytesThatDoNotCompress) {
  std::mt19937_64 random(7);
  std::string value(1000, 0);
  for (char& byte : value) byte = static_cast<char>(random());
  RowEncoder encoder;
  encoder.Add(0, 0, value, std::nullopt, {});
  const Row row = encoder.Finish(1);
  EXPECT_EQ(row.format, RowFormat::kPlain);
  EXPECT_LT(row.data.size(), 1020);
}

TEST(RowCodec, RefusesBytesThatAreNoneOfIts) {
  std::mt19937 random(3);
  RowEncoder encoder;
  const std::vector<Header> headers = {{"name", "value"}, {"other", std::nullopt}};
  for (int i = 0; i < 20; ++i) encoder.Add(i, i, "key", RandomBytes(random, 50), headers);
  const Row row = encoder.Finish(20);
  Arena arena;
  const std::string plain(*PlainBytes(row.format, row.data, row.plain_bytes, arena));
  for (int round = 0; round < 3000; ++round) {
    arena.Reset();
    std::string broken = plain.substr(0, random() % (plain.size() + 1));
    for (int i = 0; i < 3 && !broken.empty(); ++i) broken[random() % broken.size()] = static_cast<char>(random());
    // Whatever comes out, it ends, and touches nothing outside.
    RowDecoder decoder(broken, 0);
    Record record;
    while (!decoder.done() && decoder.Next(record, arena)) {
      volatile size_t used = record.value ? record.value->size() : 0;
      (void)used;
    }
    std::string data = row.data;
    data[random() % data.size()] ^= 1;
    (void)PlainBytes(row.format, data, row.plain_bytes, arena);
  }
}

TEST(RowCodec, TellsARowAtAWrongPlaceByItsChecksum) {
  RowEncoder encoder;
  encoder.Add(0, 5, "k", "v", {});
  Row row = encoder.Finish(1);
  const uint64_t checksum = row.Checksum(8);
  EXPECT_NE(row.Checksum(9), checksum);
  row.max_timestamp_ms = 6;
  EXPECT_NE(row.Checksum(8), checksum);
}

}  // namespace
}  // namespace penstock::local
