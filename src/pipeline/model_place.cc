#include "pipeline/model_place.h"

#include <array>
#include <string>
#include <string_view>

namespace penstock {
namespace {

struct Place {
  std::string_view name;
  std::string_view options;  // that it has besides `version` and `fallback`
};
constexpr std::array<Place, 6> kPlaces = {
    {{"onnx", " input output parity tolerance threads kernel "},
     {"xgboost", " input output parity tolerance "},
     {"lightgbm", " input output parity tolerance "},
     {"openai", " prompt answer input output timeout deadline retry limits on_outage price "},
     {"http", " input output timeout deadline retry limits on_outage price "},
     {"constant", " "}}};

bool Has(const Place& place, const std::string& option) {
  return option == place.name || option == "version" || option == "fallback" ||
         place.options.find(" " + option + " ") != std::string_view::npos;
}

}  // namespace

const YamlNode* FindPlace(const YamlEntry& model, Problems& problems) {
  const YamlNode* found = nullptr;
  const Place* where = nullptr;
  for (const Place& place : kPlaces) {
    const YamlNode* const node = model.value.Find(place.name);
    if (node == nullptr) continue;
    if (found != nullptr) {
      problems.Add(node->offset,
                   "a model runs in one place: one of onnx, xgboost, lightgbm, openai, http and constant");
      return nullptr;
    }
    found = node;
    where = &place;
  }
  if (found == nullptr) {
    problems.Add(model.offset, "the model '" + model.name +
                                   "' says nowhere where it runs: onnx, xgboost, lightgbm, openai, http, constant");
    return nullptr;
  }
  for (const YamlEntry& option : model.value.entries)
    if (!Has(*where, option.name))
      problems.Add(option.offset,
                   "'" + option.name + "' means nothing for a model with `" + std::string(where->name) + "`");
  return found;
}

}  // namespace penstock
