#include "base/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock {
namespace {

std::string Alphabet(size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text += static_cast<char>('a' + i % 26);
  return text;
}

struct Vector {
  size_t bytes;
  uint64_t hash64;
  uint64_t hash64_of_seed_42;
  Hash128Value hash128;
};

// Recorded from xxHash 0.8.1. XXH3 treats lengths up to 3, 8, 16, 128, 240 and beyond in different ways.
constexpr Vector kVectors[] = {
    {3, 0x78AF5F94892F3950, 0xD8438DEF21BBDCC3, {0x06B05AB6733A6185, 0x78AF5F94892F3950}},
    {8, 0x6F45A76842A96483, 0x5B58C256927CDEA8, {0xDAC23237AF373533, 0x42B702B313880F12}},
    {16, 0x3D3CCAC9AF14D8A8, 0x13D397CB29911732, {0x1F58FC809B1B8C4B, 0x3E8E153FF12F6330}},
    {128, 0x3E99EDC6C76F21C6, 0xE0DE657437E8E4D9, {0xA87F157AC617DF25, 0x4C5499B1FC6DAE1E}},
    {240, 0xEA0E0F78188232ED, 0xCCFC27BC8B19344E, {0xEE81FC0343B09D30, 0x79750202EAEE16BC}},
    {241, 0xBB0A906AF5B5C211, 0x3698DB675B6D5830, {0x4C1A7E587365BD1E, 0xBB0A906AF5B5C211}},
    {5000, 0xEB0F5845C1EC4CC2, 0x066B3E615166FAFA, {0x0ACF3F2690E48FAD, 0xEB0F5845C1EC4CC2}},
};

TEST(HashTest, NeverChanges) {
  for (const Vector& vector : kVectors) {
    const std::string text = Alphabet(vector.bytes);
    EXPECT_EQ(Hash64(text), vector.hash64) << vector.bytes;
    EXPECT_EQ(Hash64(text, 42), vector.hash64_of_seed_42) << vector.bytes;
    EXPECT_EQ(Hash128(text), vector.hash128) << vector.bytes;
  }
}

// From the tests of other implementations.
TEST(HashTest, IsXxh3) {
  EXPECT_EQ(Hash64(""), 0x2D06800538D394C2U);
  EXPECT_EQ(Hash64("a"), 0xE6C632B61E964E1FU);
  EXPECT_EQ(Hash64(std::string_view("\0\1\2\3\4\5\6", 7)), 0x0CD2084A62406B69U);
  EXPECT_EQ(Hash128(""), (Hash128Value{0x99AA06D3014798D8, 0x6001C324468D497F}));
  EXPECT_EQ(Hash128("", 42), (Hash128Value{0x16C20ACD33F7AF2F, 0x3C1D09E9FE249164}));
}

TEST(HashTest, TakesBytesFromNowhere) { EXPECT_EQ(Hash64(std::string_view()), Hash64("")); }

TEST(ContentName, IsTheStartOfTheHash) {
  const std::string name = ContentName("a model");
  EXPECT_EQ(name.size(), 12U);
  EXPECT_EQ(std::stoull(name, nullptr, 16), Hash128("a model").high >> 16);
  EXPECT_NE(name, ContentName("another"));
}

}  // namespace
}  // namespace penstock
