#include "admin/metric.h"

#include <array>
#include <charconv>
#include <cmath>

namespace penstock {
namespace {

// Upper bounds of what histograms show, in seconds: three a decade from a batch of one event to a record that waited
// for an hour. The same for all, so that they can be compared and summed.
struct Bound {
  int64_t nanoseconds;
  std::string_view seconds;
};
constexpr std::array<Bound, 24> kBounds{
    {{10'000, "1e-05"},      {25'000, "2.5e-05"},      {50'000, "5e-05"},           {100'000, "0.0001"},
     {250'000, "0.00025"},   {500'000, "0.0005"},      {1'000'000, "0.001"},        {2'500'000, "0.0025"},
     {5'000'000, "0.005"},   {10'000'000, "0.01"},     {25'000'000, "0.025"},       {50'000'000, "0.05"},
     {100'000'000, "0.1"},   {250'000'000, "0.25"},    {500'000'000, "0.5"},        {1'000'000'000, "1"},
     {2'500'000'000, "2.5"}, {5'000'000'000, "5"},     {10'000'000'000, "10"},      {30'000'000'000, "30"},
     {60'000'000'000, "60"}, {300'000'000'000, "300"}, {1'800'000'000'000, "1800"}, {3'600'000'000'000, "3600"}}};

constexpr double kNanosecondsPerSecond = 1e9;

void AppendEscaped(std::string_view value, bool quotes, std::string& text) {
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || (quotes && c == '"')) text += '\\';
    text += c;
  }
}

}  // namespace

std::string_view MetricTypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter: return "counter";
    case MetricType::kGauge: return "gauge";
    case MetricType::kHistogram: return "histogram";
  }
  return "untyped";
}

void FamilyWriter::AddNanoseconds(MetricLabels labels, const HistogramSnapshot& histogram_ns) {
  uint64_t below = 0;
  size_t bucket = 0;
  for (const Bound& bound : kBounds) {
    while (bucket < histogram_ns.buckets.size() && HistogramBuckets::Highest(bucket) <= bound.nanoseconds)
      below += histogram_ns.buckets[bucket++];
    BeginSample("_bucket", labels, bound.seconds);
    End(below);
  }
  BeginSample("_bucket", labels, "+Inf");
  End(histogram_ns.count);
  BeginSample("_sum", labels, {});
  End(histogram_ns.sum / kNanosecondsPerSecond);
  BeginSample("_count", labels, {});
  End(histogram_ns.count);
}

void FamilyWriter::BeginSample(std::string_view suffix, MetricLabels labels, std::string_view bound) {
  if (!std::exchange(begun_, true)) WriteHead();
  text_ += metric_.name;
  text_ += suffix;
  char separator = '{';
  if (!pipeline_.empty()) AddLabel({"pipeline", pipeline_}, separator);
  for (const MetricLabel& label : labels) AddLabel(label, separator);
  if (!bound.empty()) AddLabel({"le", bound}, separator);
  text_ += separator == '{' ? " " : "} ";
}

void FamilyWriter::AddLabel(const MetricLabel& label, char& separator) {
  text_ += std::exchange(separator, ',');
  text_ += label.first;
  text_ += "=\"";
  AppendEscaped(label.second, true, text_);
  text_ += '"';
}

void FamilyWriter::End(uint64_t value) { (text_ += std::to_string(value)) += '\n'; }

void FamilyWriter::End(int64_t value) { (text_ += std::to_string(value)) += '\n'; }

void FamilyWriter::End(double value) {
  std::array<char, 32> digits{};  // the shortest text that is read back as the same number has at most 24
  if (std::isnan(value))
    text_ += "NaN";
  else if (std::isinf(value))
    text_ += value > 0 ? "+Inf" : "-Inf";
  else
    text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  text_ += '\n';
}

void FamilyWriter::WriteHead() {
  ((text_ += "# HELP ") += metric_.name) += ' ';
  AppendEscaped(metric_.help, false, text_);
  (((text_ += "\n# TYPE ") += metric_.name) += ' ') += MetricTypeName(metric_.type);
  text_ += '\n';
}

}  // namespace penstock
