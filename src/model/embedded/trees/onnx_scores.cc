#include "model/embedded/trees/onnx_scores.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/embedded/trees/link.h"

namespace penstock::trees {
namespace {

double Add(bool is_float, double a, double b) {
  return is_float ? static_cast<double>(static_cast<float>(a) + static_cast<float>(b)) : a + b;
}

float Logistic(float x) {
  const float share = 1 / (1 + std::exp(-std::abs(x)));
  return x < 0 ? 1 - share : share;
}

void ApplyLink(Link link, std::span<double> values, std::span<float> scores) {
  if (link == Link::kSoftmax) return OnnxSoftmax(values, scores);
  if (link != Link::kLogistic) LinkFunction{link, 1, true}.Apply(values, values);
  for (size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<float>(values[i]);
    scores[i] = link == Link::kLogistic ? Logistic(value) : value;
  }
}

// Of two classes, from the one sum that there is.
void WriteBoth(const OnnxScores& how, double sum, std::span<float> scores) {
  const auto score = static_cast<float>(sum);
  if (how.weights_are_positive) {
    scores[0] = 1 - score;
    scores[1] = score;
  } else if (how.link == Link::kLogistic) {
    scores[0] = Logistic(-score);
    scores[1] = Logistic(score);
  } else {
    scores[0] = -score;
    scores[1] = score;
  }
}

int64_t ApplyTwo(const OnnxScores& how, std::span<const double> sums, std::span<float> scores) {
  std::array<double, 2> both = {sums[0], sums[1]};
  bool only_first = false;
  if (how.base.size() == 2) {
    both[1] = Add(how.is_float, how.base[1], both[0]);
    both[0] = -both[1];
  } else {
    if (how.base.size() == 1) both[0] = Add(how.is_float, both[0], how.base[0]);
    only_first = !how.scores_second;
  }
  const double deciding = how.scores_second ? both[1] : both[0];
  const bool positive = deciding > (how.weights_one_class && how.weights_are_positive ? 0.5 : 0.0);
  if (only_first) {
    WriteBoth(how, both[0], scores);
  } else {
    ApplyLink(how.link, both, scores);
  }
  return positive ? 1 : 0;
}

}  // namespace

void OnnxSoftmax(std::span<const double> values, std::span<float> scores) {
  std::ranges::transform(values, scores.begin(), [](double x) { return static_cast<float>(x); });
  const float greatest = std::ranges::max(scores);
  float sum = 0;
  for (float& x : scores) {
    x = std::exp(x - greatest);
    sum += x;
  }
  for (float& x : scores) x /= sum;
}

int64_t OnnxScores::Apply(std::span<double> sums, std::span<float> scores) const {
  if (sums.size() == 2) return ApplyTwo(*this, sums, scores);
  for (size_t i = 0; i < base.size(); ++i) sums[i] = Add(is_float, sums[i], base[i]);
  size_t greatest = 0;
  for (size_t i = 1; i < sums.size(); ++i)
    if (sums[i] > sums[greatest]) greatest = i;
  ApplyLink(link, sums, scores);
  return static_cast<int64_t>(greatest);
}

}  // namespace penstock::trees
