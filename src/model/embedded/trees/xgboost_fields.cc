#include "model/embedded/trees/xgboost_fields.h"

#include <algorithm>
#include <array>
#include <utility>

namespace penstock::trees {
namespace {

constexpr std::string_view kLearner = "/learner";
constexpr std::string_view kBooster = "/gradient_booster";
// DART is a gbtree inside.
constexpr std::array<std::string_view, 2> kModels = {"/gbtree/model", "/model"};
constexpr std::string_view kTrees = "/trees";

using TreeList = std::pair<std::string_view, std::vector<double> XgboostTree::*>;

constexpr std::array kTreeLists = {
    TreeList{"/left_children", &XgboostTree::left_children},
    TreeList{"/right_children", &XgboostTree::right_children},
    TreeList{"/split_indices", &XgboostTree::split_indices},
    TreeList{"/split_conditions", &XgboostTree::split_conditions},
    TreeList{"/default_left", &XgboostTree::default_left},
    TreeList{"/split_type", &XgboostTree::split_type},
    TreeList{"/categories_nodes", &XgboostTree::categories_nodes},
    TreeList{"/categories_segments", &XgboostTree::categories_segments},
    TreeList{"/categories_sizes", &XgboostTree::categories_sizes},
    TreeList{"/categories", &XgboostTree::categories},
    TreeList{"/base_weights", &XgboostTree::base_weights},
    TreeList{"/leaf_weights", &XgboostTree::leaf_weights},
};

// Takes `prefix` from the front of the path, if it is there.
bool Strip(std::string_view& path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return false;
  path.remove_prefix(prefix.size());
  return true;
}

// What follows the path of the booster's model.
bool StripModel(std::string_view& path) {
  std::string_view rest = path;
  if (!Strip(rest, kLearner) || !Strip(rest, kBooster)) return false;
  for (const std::string_view model : kModels) {
    if (!Strip(rest, model)) continue;
    path = rest;
    return true;
  }
  return false;
}

bool IsTreePath(std::string_view path) { return StripModel(path) && path == kTrees; }

}  // namespace

void XgboostFields::BeginObject() {
  objects_.push_back(path_.size());
  std::string_view path = path_;
  if (StripModel(path) && path.empty()) model_.has_booster_model = true;
}

void XgboostFields::Key(std::string_view key) {
  path_.resize(objects_.back());
  path_ += '/';
  path_ += key;
}

void XgboostFields::EndObject() {
  path_.resize(objects_.back());
  objects_.pop_back();
  if (IsTreePath(path_)) AddTree();
}

void XgboostFields::BeginArray() { list_ = ListAt(path_); }

void XgboostFields::EndArray() { list_ = nullptr; }

void XgboostFields::Text(std::string_view text) {
  std::string* const place = TextAt(path_);
  if (place != nullptr) *place = text;
}

void XgboostFields::Numbers(std::span<const double> numbers) {
  if (list_ != nullptr) list_->insert(list_->end(), numbers.begin(), numbers.end());
}

std::vector<double>* XgboostFields::ListAt(std::string_view path) {
  if (path == "/version") return &model_.version;
  if (path == "/learner/gradient_booster/weight_drop") return &model_.tree_factors;
  if (!StripModel(path)) return nullptr;
  if (path == "/weight_drop") return &model_.tree_factors;
  if (path == "/tree_info") return &model_.tree_targets;
  if (!Strip(path, kTrees)) return nullptr;
  const auto* const found = std::ranges::find(kTreeLists, path, &TreeList::first);
  return found == kTreeLists.end() ? nullptr : &(tree_.*found->second);
}

std::string* XgboostFields::TextAt(std::string_view path) {
  std::string_view in_model = path;
  if (StripModel(in_model)) return in_model == "/trees/tree_param/size_leaf_vector" ? &tree_.size_leaf_vector : nullptr;
  if (!Strip(path, kLearner)) return nullptr;
  if (path == "/gradient_booster/name") return &model_.booster;
  if (path == "/objective/name") return &model_.objective;
  if (!Strip(path, "/learner_model_param")) return nullptr;
  if (path == "/base_score") return &model_.base_score;
  if (path == "/num_class") return &model_.num_class;
  if (path == "/num_feature") return &model_.num_feature;
  return path == "/num_target" ? &model_.num_target : nullptr;
}

void XgboostFields::AddTree() {
  const XgboostTree tree = std::exchange(tree_, {});
  if (error_) return;
  const Result<void> added = trees::AddTree(tree, set_words_left_, model_.trees);
  if (!added) {
    error_ = added.error();
    error_->message = "tree " + std::to_string(model_.tree_weights_ends.size()) + ": " + error_->message;
  }
  model_.tree_weights_ends.push_back(static_cast<uint32_t>(model_.trees.weights.size()));
  model_.tree_has_all_targets.push_back(tree.has_weights_of_all_targets());
}

}  // namespace penstock::trees
