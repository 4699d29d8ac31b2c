#include "model/embedded/trees/link.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>

namespace penstock::trees {
namespace {

template <typename T>
T Logistic(T x, T scale) {
  if constexpr (std::is_same_v<T, float>) {
    // The bound keeps the power finite; XGBoost has the same (src/common/math.h).
    return 1.0F / (std::exp(std::min(-scale * x, 88.7F)) + 1.0F);
  } else {
    return 1.0 / (1.0 + std::exp(-scale * x));
  }
}

// The inverse of the normal distribution, by the approximation of S. Winitzki that ONNX Runtime takes.
template <typename T>
T Probit(T x) {
  const T y = 2 * x - 1;
  const T log = std::log((1 - y) * (1 + y));
  const T a = T(2) / (std::numbers::pi_v<T> * T(0.147F)) + T(0.5) * log;
  const T root = std::sqrt(-a + std::sqrt(a * a - log / T(0.147F)));
  return T(1.41421356F) * (y < 0 ? -root : root);
}

template <typename T>
T LinkOne(Link link, T x, T scale) {
  switch (link) {
    case Link::kLogistic: return Logistic(x, scale);
    case Link::kProbit: return Probit(x);
    case Link::kExp: return std::exp(x);
    case Link::kSign: return x > 0 ? T(1) : T(0);
    case Link::kSignedSquare: return std::copysign(x * x, x);
    case Link::kLog1pExp: return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
    default: return x;
  }
}

template <typename T>
T Greatest(std::span<const double> margin) {
  T greatest = static_cast<T>(margin[0]);
  for (const double x : margin.subspan(1)) greatest = std::fmax(static_cast<T>(x), greatest);
  return greatest;
}

// The powers are added up in double, and that sum is rounded: as XGBoost does it for floats.
template <typename T>
void Softmax(std::span<const double> margin, std::span<double> prediction) {
  const T greatest = Greatest<T>(margin);
  double sum = 0;
  for (size_t i = 0; i < margin.size(); ++i) {
    const T power = std::exp(static_cast<T>(margin[i]) - greatest);
    prediction[i] = static_cast<double>(power);
    sum += prediction[i];
  }
  for (double& x : prediction) x = static_cast<double>(static_cast<T>(x) / static_cast<T>(sum));
}

template <typename T>
void SoftmaxZero(std::span<const double> margin, std::span<double> prediction) {
  constexpr T kZero = T(0.0000001F);
  const T greatest = Greatest<T>(margin);
  T sum = 0;
  for (size_t i = 0; i < margin.size(); ++i) {
    const T x = static_cast<T>(margin[i]);
    const bool counts = x > kZero || x < -kZero;
    const T power = counts ? std::exp(x - greatest) : x * std::exp(-greatest);
    if (counts) sum += power;
    prediction[i] = static_cast<double>(power);
  }
  for (double& x : prediction) x = static_cast<double>(static_cast<T>(x) / sum);
}

size_t IndexOfGreatest(std::span<const double> margin) {
  size_t greatest = 0;
  for (size_t i = 1; i < margin.size(); ++i)
    if (margin[i] > margin[greatest]) greatest = i;
  return greatest;
}

template <typename T>
void ApplyAs(Link link, double scale, std::span<const double> margin, std::span<double> prediction) {
  switch (link) {
    case Link::kArgMax: prediction[0] = static_cast<double>(IndexOfGreatest(margin)); return;
    case Link::kSoftmax: return Softmax<T>(margin, prediction);
    case Link::kSoftmaxZero: return SoftmaxZero<T>(margin, prediction);
    default: break;
  }
  for (size_t i = 0; i < margin.size(); ++i)
    prediction[i] = static_cast<double>(LinkOne(link, static_cast<T>(margin[i]), static_cast<T>(scale)));
}

}  // namespace

void LinkFunction::Apply(std::span<const double> margin, std::span<double> prediction) const {
  if (is_float) return ApplyAs<float>(link, scale, margin, prediction);
  ApplyAs<double>(link, scale, margin, prediction);
}

}  // namespace penstock::trees
