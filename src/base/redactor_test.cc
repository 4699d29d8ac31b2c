#include "base/redactor.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <random>
#include <thread>

#include "base/escape.h"

namespace penstock {
namespace {

std::string Redact(std::initializer_list<std::string_view> secrets, std::string_view text) {
  Redactor redactor;
  for (const std::string_view secret : secrets) redactor.Add(secret);
  return redactor.Redact(text);
}

TEST(RedactorTest, LeavesTextWithoutSecrets) {
  EXPECT_EQ(Redact({}, "hunter2"), "hunter2");
  EXPECT_EQ(Redact({"hunter2"}, "hunter3"), "hunter3");
  EXPECT_EQ(Redact({"hunter2"}, ""), "");
}

TEST(RedactorTest, HidesASecretWhereverItStands) {
  EXPECT_EQ(Redact({"hunter2"}, "hunter2"), "***");
  EXPECT_EQ(Redact({"hunter2"}, "user:hunter2@host, again hunter2!"), "user:***@host, again ***!");
  EXPECT_EQ(Redact({"hunter2", "tr0ub4dor"}, "hunter2 or tr0ub4dor"), "*** or ***");
}

TEST(RedactorTest, LeavesNoPartOfOverlappingSecrets) {
  EXPECT_EQ(Redact({"abcX", "cXdef"}, "<abcXdef>"), "<***>");
  EXPECT_EQ(Redact({"abc", "abcdef"}, "<abcdef>"), "<***>");
  EXPECT_EQ(Redact({"abcdef", "abc"}, "<abcdef>"), "<***>");
  EXPECT_EQ(Redact({"aa"}, "<aaaaa>"), "<***>");
  EXPECT_EQ(Redact({"one"}, "oneone"), "***");
}

TEST(RedactorTest, HidesShortSecretsButNotEmptyOnes) {
  EXPECT_EQ(Redact({"x"}, "axb"), "a***b");
  EXPECT_EQ(Redact({""}, "text"), "text");
  EXPECT_EQ(Redact({" \n"}, "some text\n"), "some text\n");
}

TEST(RedactorTest, IgnoresWhiteSpaceAroundTheSecret) {
  EXPECT_EQ(Redact({"hunter2\n"}, "password hunter2."), "password ***.");
  EXPECT_EQ(Redact({"two words"}, "two words, words"), "***, words");
}

TEST(RedactorTest, HidesWhatJsonEscapes) {
  constexpr std::string_view kSecret = "pa\"ss\\w/o\nrd";
  EXPECT_EQ(Redact({kSecret}, "it is pa\"ss\\w/o\nrd."), "it is ***.");
  EXPECT_EQ(Redact({kSecret}, R"({"key":"pa\"ss\\w/o\nrd"})"), R"({"key":"***"})");
  EXPECT_EQ(Redact({kSecret}, R"({"key":"pa\"ss\\w\/o\nrd"})"), R"({"key":"***"})");
  EXPECT_EQ(Redact({kSecret}, R"({"key":"p\u0061\u0022ss\u005Cw/o\u000ard"})"), R"({"key":"***"})");
}

TEST(RedactorTest, HidesASecretThatBeginsOrEndsWithAnEscape) {
  EXPECT_EQ(Redact({R"(\x")"}, R"({"key":"\\x\""})"), R"({"key":"***"})");
  EXPECT_EQ(Redact({R"(\n1)"}, R"(C:\\\n1)"), R"(C:\***)") << "wherever the JSON string begins";
  EXPECT_EQ(Redact({"\\\\"}, R"("\\\\")"), R"("***")");
}

TEST(RedactorTest, HidesEscapedCharactersOutsideAscii) {
  EXPECT_EQ(Redact({"sch\xC3\xB6n"}, "sch\xC3\xB6n sch\\u00f6n sch\\u00F6n"), "*** *** ***");
  EXPECT_EQ(Redact({"key\xF0\x9F\x98\x80"}, R"("key\ud83d\ude00" "key\ud83d")"), R"("***" "key\ud83d")");
}

TEST(RedactorTest, HidesJsonInsideAJsonString) {
  constexpr std::string_view kSecret = "pa\"ss\\word";
  std::string inner;
  AppendJsonEscaped(inner, kSecret);
  std::string outer;
  AppendJsonEscaped(outer, "{\"key\":\"" + inner + "\"}");
  EXPECT_EQ(Redact({kSecret}, "\"" + outer + "\""), R"("{\"key\":\"***\"}")");
}

// One of the ways to write `text` in a JSON string.
std::string RandomSpelling(std::string_view text, std::mt19937& random) {
  std::string spelling;
  for (const char c : text) {
    std::array<char, 8> hex;
    std::snprintf(hex.data(), hex.size(), random() % 2 == 0 ? "\\u%04x" : "\\u%04X", c);
    if (random() % 2 == 0)
      spelling += hex.data();
    else if (c == '/' && random() % 2 == 0)
      spelling += "\\/";
    else
      AppendJsonEscaped(spelling, {&c, 1});
  }
  return spelling;
}

TEST(RedactorTest, HidesEverySpelling) {
  constexpr unsigned kSeed = 20260103;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 2000; ++round) {
    std::string secret;
    while (secret.size() < 6) secret += "\"\\/nu06\n"[random() % 8];
    secret = "<" + secret + ">";  // white space at the ends would not count
    const std::string spelling = RandomSpelling(secret, random);
    ASSERT_EQ(Redact({secret}, "{\"key\":\"" + spelling + "\"}"), "{\"key\":\"***\"}") << spelling;
    ASSERT_EQ(Redact({secret}, "raw \\" + secret + "."), "raw \\***.") << secret;
  }
}

TEST(RedactorTest, SurvivesBrokenEscapes) {
  for (const std::string_view text : {"\\", "\\u", "\\u00", "\\u00zz", "\\u+041", "a\\", "\\q", "\xFF\\"})
    EXPECT_EQ(Redact({"secret"}, text), text);
  EXPECT_EQ(Redact({"\\"}, "a\\"), "a***");
}

TEST(RedactorTest, HidesBytesThatAreNotUtf8) { EXPECT_EQ(Redact({"\xFF\xFE!"}, "<\xFF\xFE!>"), "<***>"); }

TEST(RedactorTest, LearnsWhileOthersUseIt) {
  Redactor redactor;
  std::thread adder([&] {
    for (int i = 0; i < 100; ++i) redactor.Add("secret" + std::to_string(i) + "!");
  });
  while (redactor.Redact("secret99!") != kRedacted) std::this_thread::yield();
  adder.join();
  EXPECT_EQ(redactor.Redact("secret0!"), kRedacted);
}

}  // namespace
}  // namespace penstock
