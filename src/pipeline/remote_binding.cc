#include "pipeline/remote_binding.h"

#include <filesystem>
#include <string>
#include <utility>

#include "base/hash.h"
#include "config/file.h"
#include "pipeline/remote_options.h"

namespace penstock {
namespace {

constexpr size_t kPromptBytesMax = size_t{1} << 20;
constexpr size_t kSchemaBytesMax = size_t{1} << 20;

class RemoteBinder {
 public:
  RemoteBinder(const YamlEntry& entry, const ModelBinding& binding, RemoteSpec& spec, BoundModel& bound)
      : entry_(entry), binding_(binding), spec_(spec), bound_(bound) {}

  bool Bind() {
    const size_t before = binding_.problems.count();
    spec_ = ReadRemoteSpec(entry_, binding_.folder, binding_.problems);
    const YamlNode* const prompt = entry_.value.Find("prompt");
    const YamlNode* const answer = entry_.value.Find("answer");
    const YamlNode* const input = entry_.value.Find("input");
    if (spec_.kind == RemoteKind::kChat && (prompt == nullptr) == (input == nullptr))
      binding_.problems.Add(entry_.offset,
                            "a chat model is asked something: either `prompt`, a file, or `input` with "
                            "`user` and, perhaps, `system`");
    if (spec_.kind != RemoteKind::kChat)
      for (const YamlNode* const node : {prompt, answer})
        if (node != nullptr) binding_.problems.Add(node->offset, "only a chat model has this");
    if (answer != nullptr) ReadSchema(*answer);
    if (prompt != nullptr)
      ReadPrompt(*prompt);
    else if (input != nullptr)
      spec_.has_system = input->Find("system") != nullptr;
    return binding_.problems.count() == before || !binding_.problems.has_errors();
  }

 private:
  std::optional<std::string> Read(const YamlNode& node, size_t bytes_max, const std::string& what) {
    Result<std::string> text = ReadSmallFile(PathOf(node), bytes_max, what);
    if (text) return *std::move(text);
    binding_.problems.Add(node.offset, text.error().message);
    return std::nullopt;
  }

  std::string PathOf(const YamlNode& node) const {
    return (std::filesystem::path(binding_.folder) / node.text).string();
  }

  void ReadSchema(const YamlNode& node) {
    std::optional<std::string> text = Read(node, kSchemaBytesMax, "the schema of answers");
    if (!text) return;
    bound_.files += "\n" + *text;
    spec_.answer_schema = *std::move(text);
  }

  void ReadPrompt(const YamlNode& node) {
    std::optional<std::string> text = Read(node, kPromptBytesMax, "the prompt");
    if (!text) return;
    bound_.files += "\n" + *text;
    bound_.prompt = std::filesystem::path(node.text).stem().string() + "@" +
                    ContentName(*text + "\n" + spec_.parameters + "\n" + spec_.answer_schema);
    Problems problems(PathOf(node), *std::move(text));
    Prompt prompt = CompilePrompt(binding_.environment, problems);
    const std::string complaints = problems.Text();
    if (problems.has_errors()) return binding_.problems.Add(node.offset, "in the prompt:\n" + complaints);
    if (!complaints.empty()) binding_.problems.Warn(node.offset, "in the prompt:\n" + complaints);
    spec_.has_system = prompt.system.has_value();
    if (prompt.system) bound_.inputs.emplace_back(*std::move(prompt.system));
    bound_.inputs.emplace_back(*std::move(prompt.user));
  }

  const YamlEntry& entry_;
  const ModelBinding& binding_;
  RemoteSpec& spec_;
  BoundModel& bound_;
};

}  // namespace

bool BindRemote(const YamlEntry& entry, const ModelBinding& binding, RemoteSpec& spec, BoundModel& bound) {
  return RemoteBinder(entry, binding, spec, bound).Bind();
}

}  // namespace penstock
