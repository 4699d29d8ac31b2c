#include "event/base64.h"

#include <gtest/gtest.h>

#include <random>

namespace penstock {
namespace {

std::string Encode(std::string_view bytes) {
  std::string text;
  AppendBase64(bytes, text);
  return text;
}

struct Vector {
  std::string_view bytes;
  std::string_view text;
};

// RFC 4648, section 10; and the two characters that other alphabets have otherwise.
constexpr Vector kVectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xFB\xEF\xFF", "++//"},
    {std::string_view("\0\0\0\0", 4), "AAAAAA=="},
};

TEST(Base64Test, Encodes) {
  for (const Vector& vector : kVectors) EXPECT_EQ(Encode(vector.bytes), vector.text);
}

TEST(Base64Test, Decodes) {
  for (const Vector& vector : kVectors) EXPECT_EQ(DecodeBase64(vector.text), vector.bytes) << vector.text;
}

TEST(Base64Test, Appends) {
  std::string text = "data:";
  AppendBase64("foo", text);
  EXPECT_EQ(text, "data:Zm9v");
}

TEST(Base64Test, DecodesWithoutPadding) {
  EXPECT_EQ(DecodeBase64("Zg"), "f");
  EXPECT_EQ(DecodeBase64("Zm8"), "fo");
  EXPECT_EQ(DecodeBase64("Zm9vYmE"), "fooba");
}

TEST(Base64Test, RefusesWhatIsNotBase64) {
  for (const std::string_view text : {
           "Z",    "Zm9vY",                                                      // six bits alone hold no byte
           "=",    "==",    "===",   "====",    "Z=",       "Z==",      "Z===",  // padding of nothing
           "Zg=",  "Zm8==", "Zm9v=", "Zm9v==",  "Zm9v====", "Zg==Zg==",          // the wrong padding
           "Zm=v", "=Zm9",  "Zm9v ", " Zm9v",   "Zm\n9v",   "Zm9v\n",            // no white space
           "Zm9-", "Zm9_",  "Zm9*",  "Zm9\xC3", "Zm9.",     "Zm9,",              // other alphabets
       })
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  EXPECT_EQ(DecodeBase64(std::string_view("Zm9\0", 4)), std::nullopt) << "the end of a C string is no digit";
}

TEST(Base64Test, RefusesEveryOtherByte) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = {'A', static_cast<char>(byte), 'A', 'A'};
    EXPECT_EQ(DecodeBase64(text).has_value(), kAlphabet.find(static_cast<char>(byte)) != std::string_view::npos)
        << byte;
  }
}

TEST(Base64Test, DecodesWhatItEncodes) {
  constexpr unsigned kSeed = 20260102;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  for (size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    std::string text = Encode(bytes);
    ASSERT_EQ(text.size(), (size + 2) / 3 * 4);
    ASSERT_EQ(DecodeBase64(text), bytes) << text;
    text.erase(text.find_last_not_of('=') + 1);
    ASSERT_EQ(DecodeBase64(text), bytes) << text;
  }
}

}  // namespace
}  // namespace penstock
