#include "pipeline/plan.h"

#include <algorithm>
#include <filesystem>

#include "config/file.h"
#include "config/validation.h"
#include "pipeline/pipeline_options.h"
#include "pipeline/plan_compiler.h"

namespace penstock {

std::vector<std::string> Plan::WrittenTopics() const {
  std::vector<std::string> topics = {settings.topics.outputs, settings.topics.dead, settings.topics.review};
  if (settings.topics.context) topics.push_back(*settings.topics.context);
  const auto add = [&](const std::string& topic) {
    if (!topic.empty() && std::find(topics.begin(), topics.end(), topic) == topics.end()) topics.push_back(topic);
  };
  for (const DeliveryRule& rule : deliveries) add(rule.topic);
  for (const RouteRule& rule : routes) add(rule.topic);
  return topics;
}

int32_t Plan::FindModel(std::string_view name) const {
  for (size_t i = 0; i < models.size(); ++i)
    if (models[i].name == name) return static_cast<int32_t>(i);
  return -1;
}

PipelineFile CompilePipeline(const std::string& path, std::string text, const ModelLoader& load_model) {
  PipelineFile file{Problems(path, std::move(text)), {}, std::filesystem::path(path).parent_path().string(), nullptr};
  file.tree = ParseYaml(file.problems.text(), file.problems);
  if (file.problems.has_errors()) return file;
  const Shape shape{.kind = ShapeKind::kGroup, .group = &PipelineOptions()};
  if (!Validate(file.tree, shape, file.problems)) return file;
  file.plan = CompilePlan(file.tree, file.folder, load_model, file.problems);
  return file;
}

Result<PipelineFile> LoadPipeline(const std::string& path, const ModelLoader& load_model) {
  TRY_ASSIGN(std::string text, ReadSmallFile(path, YamlLimits().bytes, "the pipeline's file"));
  return CompilePipeline(path, std::move(text), load_model);
}

}  // namespace penstock
