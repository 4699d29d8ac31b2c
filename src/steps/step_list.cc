#include "steps/step_list.h"

#include <algorithm>

#include "steps/drop.h"
#include "steps/mask.h"
#include "steps/require.h"
#include "steps/select.h"
#include "steps/set.h"

namespace penstock {
namespace {

Group OptionsOf(std::string_view name, std::string_view doc, bool StepKind::*place) {
  Group group{.name = name, .doc = doc, .options = {}, .choice = Group::Choice::kExactlyOne};
  for (const StepKind& kind : StepKinds())
    if (kind.*place) group.options.push_back(kind.option);
  return group;
}

// Named in the design, and in no version yet.
void AddPlanned(Group& group) {
  for (const std::string_view name : {"dedup", "window", "lookup", "suppress", "pattern", "rekey", "join"})
    group.options.push_back({.name = name, .shape = {ShapeKind::kJson}, .doc = {}, .planned = true});
}

}  // namespace

const std::vector<StepKind>& StepKinds() {
  static const std::vector<StepKind> kinds = {
      DropStep(),     //
      SelectStep(),   //
      SetStep(),      //
      MaskStep(),     //
      RequireStep(),  //
  };
  return kinds;
}

const StepKind* FindStepKind(std::string_view name) {
  const std::vector<StepKind>& kinds = StepKinds();
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const StepKind& kind) { return kind.option.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

const Group& PrepareStepOptions() {
  static const Group group = [] {
    Group options = OptionsOf("prepare-step", "One step before the route is chosen.", &StepKind::in_prepare);
    AddPlanned(options);
    return options;
  }();
  return group;
}

const Group& PostprocessStepOptions() {
  static const Group group =
      OptionsOf("postprocess-step", "One step after the model has answered.", &StepKind::in_postprocess);
  return group;
}

}  // namespace penstock
