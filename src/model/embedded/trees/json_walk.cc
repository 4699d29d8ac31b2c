#include "model/embedded/trees/json_walk.h"

#include <simdjson.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

namespace penstock::trees {
namespace {

using simdjson::ondemand::json_type;

Result<void> Checked(simdjson::error_code error) {
  if (error == simdjson::SUCCESS) return {};
  return Invalid(std::string("it is no JSON: ") + simdjson::error_message(error));
}

// Decimals are read as floats at once: by way of a double, they could be rounded twice.
Result<double> ParseNumber(std::string_view token) {
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  const char* const end = token.data() + token.size();
  int64_t whole = 0;
  auto parsed = std::from_chars(token.data(), end, whole);
  if (parsed.ec == std::errc() && parsed.ptr == end) return static_cast<double>(whole);
  float decimal = 0;
  parsed = std::from_chars(token.data(), end, decimal);
  // What lies outside the floats is rounded to the next of them by strtof, and left alone by from_chars.
  if (parsed.ec == std::errc::result_out_of_range) decimal = std::strtof(std::string(token).c_str(), nullptr);
  if (parsed.ec == std::errc::invalid_argument || parsed.ptr != end) return Invalid("it has a number that is none");
  return static_cast<double>(decimal);
}

// XGBoost writes NaN, Infinity and -Infinity, which JSON has not. A text that no model has stands for the one, and a
// number beyond all floats for the others.
constexpr std::string_view kNaN = "NaN";
constexpr std::string_view kNaNText = "\"\x7F\"";
constexpr std::string_view kInfinity = "Infinity";
constexpr std::string_view kInfinityNumber = "1E99    ";
static_assert(kNaN.size() == kNaNText.size() && kInfinity.size() == kInfinityNumber.size());

// Whatever stands in texts stays.
void ReplaceNames(std::string_view json, char* out) {
  bool in_text = false;
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') in_text = !in_text;
    if (in_text && json[i] == '\\') ++i;
    if (in_text || (json[i] != 'N' && json[i] != 'I')) continue;
    if (json.substr(i).starts_with(kNaN)) kNaNText.copy(out + i, kNaNText.size());
    if (json.substr(i).starts_with(kInfinity)) kInfinityNumber.copy(out + i, kInfinityNumber.size());
  }
}

class JsonWalk {
 public:
  explicit JsonWalk(ModelVisitor& visitor) : visitor_(visitor) {}

  Result<void> Value(simdjson::ondemand::value value, size_t depth) {
    if (depth > ModelVisitor::kDepthMax) return Invalid("it is nested too deep");
    json_type type{};
    TRY(Checked(value.type().get(type)));
    switch (type) {
      case json_type::object: return Object(value, depth);
      case json_type::array: return Array(value, depth);
      case json_type::string: return Text(value);
      case json_type::number: return Number(value);
      case json_type::boolean: return Bool(value);
      case json_type::null: return Null(value);
    }
    return Invalid("it has a value that is none");
  }

 private:
  Result<void> Object(simdjson::ondemand::value value, size_t depth) {
    simdjson::ondemand::object object;
    TRY(Checked(value.get_object().get(object)));
    visitor_.BeginObject();
    for (auto member : object) {
      std::string_view key;
      TRY(Checked(member.unescaped_key().get(key)));
      visitor_.Key(key);
      simdjson::ondemand::value element;
      TRY(Checked(member.value().get(element)));
      TRY(Value(element, depth + 1));
    }
    visitor_.EndObject();
    return {};
  }

  Result<void> Array(simdjson::ondemand::value value, size_t depth) {
    simdjson::ondemand::array array;
    TRY(Checked(value.get_array().get(array)));
    visitor_.BeginArray();
    for (auto item : array) {
      simdjson::ondemand::value element;
      TRY(Checked(item.get(element)));
      TRY(Value(element, depth + 1));
    }
    visitor_.EndArray();
    return {};
  }

  Result<void> Text(simdjson::ondemand::value value) {
    std::string_view text;
    TRY(Checked(value.get_string().get(text)));
    if (text == kNaNText.substr(1, 1)) return Number(std::numeric_limits<double>::quiet_NaN());
    visitor_.Text(text);
    return {};
  }

  // The token does not count as read until a getter has taken it.
  Result<void> Number(simdjson::ondemand::value value) {
    const std::string_view token = value.raw_json_token();
    double unused = 0;
    TRY(Checked(value.get_double().get(unused)));
    TRY_ASSIGN(const double number, ParseNumber(token));
    return Number(number);
  }

  Result<void> Bool(simdjson::ondemand::value value) {
    bool truth = false;
    TRY(Checked(value.get_bool().get(truth)));
    return Number(truth ? 1 : 0);
  }

  Result<void> Number(double number) {
    visitor_.Numbers({&number, 1});
    return {};
  }

  static Result<void> Null(simdjson::ondemand::value value) {
    bool is_null = false;
    TRY(Checked(value.is_null().get(is_null)));
    if (!is_null) return Invalid("it has a value that is none");
    return {};
  }

  ModelVisitor& visitor_;
};

}  // namespace

Result<void> WalkJson(std::string_view json, ModelVisitor& visitor) {
  simdjson::padded_string padded(json);
  ReplaceNames(json, padded.data());
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  TRY(Checked(parser.iterate(padded).get(document)));
  simdjson::ondemand::value root;
  TRY(Checked(document.get_value().get(root)));
  TRY(JsonWalk(visitor).Value(root, 0));
  const char* rest = nullptr;
  if (document.current_location().get(rest) == simdjson::SUCCESS)
    return Invalid("it is no JSON: something follows its end");
  return {};
}

}  // namespace penstock::trees
