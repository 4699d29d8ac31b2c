// The text in which Prometheus reads metrics (its exposition format, version 0.0.4), family by family.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/histogram.h"

namespace penstock {

enum class MetricType { kCounter, kGauge, kHistogram };

// "counter" ...
std::string_view MetricTypeName(MetricType type);

// What a family of samples is. All are literals; units are Prometheus' base units: seconds, bytes.
struct Metric {
  std::string_view name;
  MetricType type = MetricType::kCounter;
  std::string_view labels;  // the names, for the documentation, as in "route, rule"
  std::string_view help;    // one line
};

// A label's name, which is a literal, and its value, which is any text.
using MetricLabel = std::pair<std::string_view, std::string_view>;
using MetricLabels = std::initializer_list<MetricLabel>;

// The samples of one family. The head of the family is written with the first of them: one without samples leaves no
// trace. Each set of labels is to be added once.
class FamilyWriter {
 public:
  // Appends to `text`. If there is a `pipeline`, every sample says so in a label. All are borrowed.
  FamilyWriter(const Metric& metric, std::string_view pipeline, std::string& text)
      : metric_(metric), pipeline_(pipeline), text_(text) {}

  template <typename T>
    requires std::integral<T> || std::floating_point<T>
  void Add(MetricLabels labels, T value) {
    BeginSample("", labels, {});
    if constexpr (std::floating_point<T>)
      End(static_cast<double>(value));
    else if constexpr (std::unsigned_integral<T>)
      End(static_cast<uint64_t>(value));
    else
      End(static_cast<int64_t>(value));
  }

  // A histogram of nanoseconds, in seconds. Of our buckets those that end below a bound are counted there: what lies
  // within 1/16 below a bound may be found in the next.
  void AddNanoseconds(MetricLabels labels, const HistogramSnapshot& histogram_ns);

 private:
  // Up to the value. `bound`: that of a bucket, if it is one.
  void BeginSample(std::string_view suffix, MetricLabels labels, std::string_view bound);
  void AddLabel(const MetricLabel& label, char& separator);
  void End(uint64_t value);
  void End(int64_t value);
  void End(double value);
  void WriteHead();

  const Metric& metric_;
  std::string_view pipeline_;
  std::string& text_;
  bool begun_ = false;
};

}  // namespace penstock
