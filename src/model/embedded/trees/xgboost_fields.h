// What of an XGBoost model matters for its predictions, picked from the document that it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/embedded/trees/ensemble.h"
#include "model/embedded/trees/model_visitor.h"
#include "model/embedded/trees/xgboost_tree.h"

namespace penstock::trees {

struct XgboostModel {
  std::vector<double> version;
  std::string booster;
  std::string objective;
  std::string base_score;
  std::string num_class;
  std::string num_feature;
  std::string num_target;
  bool has_booster_model = false;
  std::vector<double> tree_targets;
  std::vector<double> tree_factors;         // of DART; none: all are 1
  std::vector<uint32_t> tree_weights_ends;  // in trees.weights
  std::vector<bool> tree_has_all_targets;
  Ensemble trees;  // nodes, weights, sets and roots only
};

// Each tree is added to the ensemble as soon as it is complete.
class XgboostFields final : public ModelVisitor {
 public:
  explicit XgboostFields(uint64_t set_words_max) : set_words_left_(set_words_max) {}

  void BeginObject() override;
  void Key(std::string_view key) override;
  void EndObject() override;
  void BeginArray() override;
  void EndArray() override;
  void Text(std::string_view text) override;
  void Numbers(std::span<const double> numbers) override;

  // The first tree that could not be added.
  const std::optional<Error>& error() const { return error_; }
  XgboostModel& model() { return model_; }

 private:
  std::vector<double>* ListAt(std::string_view path);
  std::string* TextAt(std::string_view path);
  void AddTree();

  uint64_t set_words_left_;
  XgboostModel model_;
  XgboostTree tree_;
  std::optional<Error> error_;
  // The keys from the root on, with a '/' before each; and where each object that is open has its own.
  std::string path_;
  std::vector<size_t> objects_;
  std::vector<double>* list_ = nullptr;  // that the numbers of this array go to
};

}  // namespace penstock::trees
