#include "model/embedded/trees/xgboost_objective.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace penstock::trees {
namespace {

struct Entry {
  std::string_view name;
  XgboostObjective objective;
};

constexpr std::array kObjectives = {
    Entry{"reg:squarederror", {}},
    Entry{"reg:linear", {}},
    Entry{"reg:squaredlogerror", {}},
    Entry{"reg:pseudohubererror", {}},
    Entry{"reg:absoluteerror", {}},
    Entry{"reg:quantileerror", {}},
    Entry{"reg:expectileerror", {}},
    Entry{"reg:logistic", {Link::kLogistic, BaseScale::kLogit}},
    Entry{"reg:gamma", {Link::kExp, BaseScale::kLog}},
    Entry{"reg:tweedie", {Link::kExp, BaseScale::kLog}},
    Entry{"count:poisson", {Link::kExp, BaseScale::kLog}},
    Entry{"survival:cox", {Link::kExp, BaseScale::kLog}},
    Entry{"survival:aft", {Link::kExp, BaseScale::kLog}},
    Entry{"binary:logistic", {Link::kLogistic, BaseScale::kLogit}},
    Entry{"binary:logitraw", {}},
    Entry{"binary:hinge", {Link::kSign, BaseScale::kMargin}},
    Entry{"multi:softmax", {Link::kArgMax, BaseScale::kMargin}},
    Entry{"multi:softprob", {Link::kSoftmax, BaseScale::kMargin}},
    Entry{"rank:pairwise", {}},
    Entry{"rank:ndcg", {}},
    Entry{"rank:map", {}},
};

constexpr XgboostVersion kRawMarginsSince = {1, 4};

}  // namespace

float XgboostObjective::MarginOf(float base_score) const {
  constexpr float kLeast = 1e-6F;
  switch (base) {
    case BaseScale::kMargin: return base_score;
    case BaseScale::kLogit: return -std::log(1.0F / std::clamp(base_score, kLeast, 1.0F - kLeast) - 1.0F);
    case BaseScale::kLog: return std::log(base_score);
  }
  return base_score;
}

Result<XgboostObjective> FindXgboostObjective(std::string_view name, XgboostVersion version, uint32_t targets) {
  const auto* const found = std::ranges::find(kObjectives, name, &Entry::name);
  if (found == kObjectives.end()) return Invalid("its objective '" + std::string(name) + "' is not known here");
  if (name == "reg:expectileerror" && targets > 1)
    return Invalid("its objective reg:expectileerror with several expectiles cannot be predicted here");
  XgboostObjective objective = found->objective;
  if (name == "binary:logitraw" && version < kRawMarginsSince) objective.base = BaseScale::kLogit;
  return objective;
}

}  // namespace penstock::trees
