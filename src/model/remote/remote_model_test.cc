#include "model/remote/remote_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "model/remote/remote_settings.h"

namespace penstock::remote {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

RemoteSpec ValidSpec() {
  RemoteSpec spec;
  spec.name = "support";
  spec.model = "some-model";
  spec.endpoints = {{"https://llm.example.com/v1", "", "secret-key", 0}};
  return spec;
}

// The message of what is wrong once `change` is made.
std::string Fault(const std::function<void(RemoteSpec&)>& change) {
  RemoteSpec spec = ValidSpec();
  change(spec);
  const Result<std::unique_ptr<Model>> model = MakeRemoteModel(std::move(spec), RealClock());
  if (model) return "none";
  EXPECT_EQ(model.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(model.error().message, AllOf(StartsWith("model support: "), Not(HasSubstr("secret"))));
  return model.error().message;
}

TEST(RemoteModelTest, SaysWhatItTakesAndGives) {
  RemoteSpec spec = ValidSpec();
  spec.has_system = true;
  const std::unique_ptr<Model> model = *MakeRemoteModel(spec, RealClock());
  EXPECT_EQ(model->info().name, "support");
  EXPECT_EQ(model->info().version, "some-model");
  ASSERT_EQ(model->info().inputs.size(), 2U);
  EXPECT_EQ(model->info().inputs[0].name, "system");
  EXPECT_EQ(model->info().inputs[1].name, "user");
  ASSERT_EQ(model->info().outputs.size(), 3U);
  EXPECT_TRUE(model->answers_later());
}

TEST(RemoteModelTest, APredictorNeedsALoopAndKnownOutputs) {
  const std::unique_ptr<Model> model = *MakeRemoteModel(ValidSpec(), RealClock());
  const std::unique_ptr<EventLoop> loop = *EventLoop::Make();
  EXPECT_FALSE(model->NewPredictor({{0}, nullptr, 0}));
  EXPECT_FALSE(model->NewPredictor({{3}, loop.get(), 0}));
  EXPECT_FALSE(model->NewPredictor({{1, 1}, loop.get(), 0}));
  EXPECT_TRUE(model->NewPredictor({{2, 0}, loop.get(), 0}));
}

TEST(RemoteModelTest, WhatIsWrongWithASpec) {
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.endpoints.clear(); }), HasSubstr("no endpoint"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.endpoints[0].url = "ftp://secret"; }), HasSubstr("http://"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.endpoints[0].unix_socket = std::string(108, 'x'); }), HasSubstr("107"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.endpoints[0].key = "secret\nX-Other: 1"; }), HasSubstr("the key"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.endpoints[0].key = " \n"; }), HasSubstr("the key is empty"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.headers = {{"a b", "secret"}}; }), HasSubstr("header"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.headers = {{"X-A", "secret\r\nb: c"}}; }), HasSubstr("'X-A'"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.method = "GET"; }), HasSubstr("POST"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.kind = RemoteKind::kHttp, s.method = "BREW"; }), HasSubstr("method"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.model.clear(); }), HasSubstr("name"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.ca_file = "/no/such/file.pem"; }), HasSubstr("/no/such/file.pem"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.response_bytes_max = size_t{17} << 20; }), HasSubstr("16 MiB"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.stall = Duration(0); }), HasSubstr("silent"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.parameters = "[]"; }), HasSubstr("object"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.parameters = "{"; }), HasSubstr("no JSON"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.parameters = R"({"stream":true})"; }), HasSubstr("'stream'"));
  EXPECT_THAT(Fault([](RemoteSpec& s) { s.answer_schema = R"({"type":"text"})"; }), HasSubstr("#"));
  const auto with_format = [](RemoteSpec& s) {
    s.parameters = R"({"response_format":{"type":"json_object"}})";
    s.answer_schema = "{}";
  };
  EXPECT_THAT(Fault(with_format), HasSubstr("'response_format'"));
  EXPECT_EQ(Fault([&](RemoteSpec& s) { with_format(s), s.structured = false; }), "none");
}

TEST(RemoteModelTest, KindsTakeWhatTheyKnow) {
  for (const RemoteKind kind : {RemoteKind::kEmbeddings, RemoteKind::kHttp}) {
    EXPECT_EQ(Fault([&](RemoteSpec& s) { s.kind = kind; }), "none");
    EXPECT_NE(Fault([&](RemoteSpec& s) { s.kind = kind, s.stream = true; }), "none");
    EXPECT_NE(Fault([&](RemoteSpec& s) { s.kind = kind, s.has_system = true; }), "none");
    EXPECT_NE(Fault([&](RemoteSpec& s) { s.kind = kind, s.answer_schema = "{}"; }), "none");
  }
  EXPECT_NE(Fault([](RemoteSpec& s) { s.kind = RemoteKind::kHttp, s.parameters = "{}"; }), "none");
}

TEST(RemoteModelTest, HeadersOfTheSpecTakeThePlaceOfOurs) {
  RemoteSpec spec = ValidSpec();
  spec.headers = {{"authorization", "Basic secret"}, {"X-Empty", ""}, {"User-Agent", " ours "}};
  const std::unique_ptr<const RemoteSettings> settings = *MakeRemoteSettings(spec);
  const std::vector<std::string>& headers = settings->targets[0].headers;
  EXPECT_THAT(headers, Contains("authorization: Basic secret"));
  EXPECT_THAT(headers, Not(Contains("Authorization: Bearer secret-key")));
  EXPECT_THAT(headers, Contains("X-Empty;"));
  EXPECT_THAT(headers, Contains("User-Agent: ours"));
  EXPECT_THAT(headers, Not(Contains("User-Agent: penstock")));
}

TEST(RemoteModelTest, PrioritiesOfEndpointsGoToThePolicy) {
  RemoteSpec spec = ValidSpec();
  spec.endpoints.push_back({"http://h/", "", std::nullopt, 3});
  EXPECT_EQ((*MakeRemoteSettings(spec))->spec.policy.endpoint_priorities, (std::vector<uint32_t>{0, 3}));
}

TEST(RemoteModelTest, WhatAPromptTakesIsGuessedHigh) {
  RemoteSpec spec = ValidSpec();
  spec.parameters = R"({"max_completion_tokens": 100})";
  const std::unique_ptr<const RemoteSettings> settings = *MakeRemoteSettings(spec);
  const Value text = Value::String("0123456789012345678901234");  // 25 bytes
  EXPECT_EQ(settings->protocol->Write({&text, 1})->tokens, 11 + 100);
}

}  // namespace
}  // namespace penstock::remote
