#include "pipeline/remote_binding.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_directory.h"
#include "pipeline/later_fixture.h"

namespace penstock {
namespace {

class RemoteBindingTest : public testing::Test {
 protected:
  RemoteBindingTest() {
    Write("prompt.md", "## system\nBe brief.\n## user\n{{ event.text }}\n");
    Write("answer.json", R"({"type":"object"})");
  }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() + "/" + name) << text;
  }

  // A pipeline with a model of this text.
  PipelineFile CompileModel(const std::string& model, const std::string& more = "") {
    const std::string yaml = "pipeline: p\nroute: [{ to: m }]\nmodels:\n  m:\n" + model + more;
    const ModelLoader load = [this](const ModelFile& file) -> Result<std::unique_ptr<Model>> {
      seen_ = file;
      if (file.remote) return MakeRemoteModel(*file.remote, RealClock());
      return LoadLater(scripts_)(file);
    };
    return CompilePipeline(folder_.path() + "/p.yaml", yaml, load);
  }

  std::string ComplaintsOf(const std::string& model, const std::string& more = "") {
    return CompileModel(model, more).problems.Text();
  }

  TemporaryDirectory folder_;
  std::map<std::string, LaterScript> scripts_;
  std::optional<ModelFile> seen_;
};

constexpr std::string_view kChat = R"yaml(    openai:
      url: https://llm.example.com/v1
      model: large
      key: '${env:KEY}'
      parameters: { temperature: 0, max_tokens: 50 }
      headers: { x-team: fraud }
    prompt: prompt.md
    answer: answer.json
    timeout: 20s
    deadline: 90s
    retry: { attempts: 3, base: 100ms, cap: 2s }
    limits: { in_flight: 7, requests_per_minute: 60, tokens_per_minute: 1000 }
    on_outage: fallback
    price: { input: 2, output: 10 }
)yaml";

TEST_F(RemoteBindingTest, ReadsWhatTheFileSaysOfAChatModel) {
  const PipelineFile file = CompileModel(std::string(kChat));
  ASSERT_NE(file.plan, nullptr) << file.problems.Text();
  const RemoteSpec& spec = *seen_->remote;
  EXPECT_EQ(spec.endpoints.at(0).url, "https://llm.example.com/v1");
  EXPECT_EQ(spec.endpoints.at(0).key, "${env:KEY}");  // who runs the pipeline reads it
  EXPECT_EQ(spec.parameters, R"({"temperature":0,"max_tokens":50})");
  EXPECT_TRUE(spec.has_system);
  EXPECT_EQ(spec.answer_schema, R"({"type":"object"})");
  EXPECT_EQ(spec.policy.timeout, std::chrono::seconds(20));
  EXPECT_EQ(spec.policy.retry.attempts, 3U);
  EXPECT_EQ(spec.policy.limits.tokens_per_minute, 1000);
  EXPECT_FALSE(spec.policy.wait_in_outage);
  EXPECT_EQ(spec.policy.endpoint_priorities, std::vector<uint32_t>{0});
  const BoundModel& model = file.plan->models[0];
  EXPECT_TRUE(model.prompt.starts_with("prompt@"));
  EXPECT_EQ(model.inputs.size(), 2U);
  EXPECT_TRUE(model.whole_answer);
  EXPECT_DOUBLE_EQ(model.price.Of(1'000'000, 100'000), 3);
  EXPECT_TRUE(file.plan->has_infer);
}

TEST_F(RemoteBindingTest, ThePromptAndItsParametersMakeTheRevision) {
  const PipelineFile before = CompileModel(std::string(kChat));
  Write("prompt.md", "## user\nSay {{ event.text }}\n");
  const PipelineFile after = CompileModel(std::string(kChat));
  EXPECT_NE(before.plan->revision, after.plan->revision);
  EXPECT_NE(before.plan->models[0].prompt, after.plan->models[0].prompt);
}

TEST_F(RemoteBindingTest, EndpointsHavePriorities) {
  const PipelineFile file = CompileModel(R"yaml(    http:
      endpoints:
        - { url: 'http://a.example.com/x', priority: 1 }
        - { url: 'http://b.example.com/x', socket: /run/b.sock, key: '${env:B}' }
    input: { body: event }
)yaml");
  ASSERT_NE(file.plan, nullptr) << file.problems.Text();
  EXPECT_EQ(seen_->remote->policy.endpoint_priorities, (std::vector<uint32_t>{1, 0}));
  EXPECT_EQ(seen_->remote->endpoints[1].unix_socket, "/run/b.sock");
}

TEST_F(RemoteBindingTest, SaysWhatIsWrong) {
  const auto expect = [&](const std::string& model, std::string_view wanted, const std::string& more = "") {
    const std::string text = ComplaintsOf(model, more);
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted << " in\n" << text;
  };
  const std::string http = "    http: { url: 'http://a/' }\n";
  expect("    timeout: 3s\n", "says nowhere where it runs");
  expect(http + "    onnx: m.onnx\n", "a model runs in one place");
  expect(http + "    prompt: prompt.md\n", "'prompt' means nothing for a model with `http`");
  expect("    http: { url: 'ftp://a/' }\n    input: { body: event }\n", "a url begins with https:// or http://");
  expect("    http: { url: 'https://me:secret@a/' }\n    input: { body: event }\n",
         "a secret does not belong into a url");
  expect("    http: { method: GET }\n    input: { body: event }\n", "say where it is");
  expect(http + "    input: { body: event }\n    limits: { in_flight: 0 }\n", "nothing would ever be asked");
  expect(http + "    input: { bdy: event }\n", "the model has no input 'bdy'; did you mean 'body'?");
  expect("    openai: { url: 'http://a', model: m }\n", "a chat model is asked something");
  expect("    openai: { url: 'http://a', model: m }\n    prompt: none.md\n", "none.md");
  expect(http + "    input: { body: event }\n    fallback: [x]\n", "there is no model 'x'");
  expect(http + "    input: { body: event }\n", "it cannot be off", "topics: { context: off }\n");
}

TEST_F(RemoteBindingTest, MistakesInThePromptHaveTheirPlace) {
  Write("prompt.md", "Hello {{ evnt.text }}");
  EXPECT_NE(ComplaintsOf(std::string(kChat)).find("prompt.md:1:10: unknown name 'evnt'; did you mean 'event'?"),
            std::string::npos);
}

// A message never quotes what stands behind a reference to a secret, or in its place.
TEST_F(RemoteBindingTest, AKeyThatStandsInTheFileIsNotShown) {
  const std::string text =
      ComplaintsOf("    openai: { url: 'http://a', model: m, key: sk-1234 }\n    prompt: prompt.md\n");
  EXPECT_FALSE(text.empty());
  EXPECT_EQ(text.find("sk-1234"), std::string::npos) << text;
}

}  // namespace
}  // namespace penstock
