#include "base/log_format.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/escape.h"

namespace penstock {
namespace {

struct LevelName {
  std::string_view text;
  std::string_view json;
};

LevelName NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return {"DEBUG", "debug"};
    case LogLevel::kInfo: return {"INFO", "info"};
    case LogLevel::kWarn: return {"WARN", "warn"};
    case LogLevel::kError: break;
  }
  return {"ERROR", "error"};
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  AppendJsonEscaped(out, text);
  out += '"';
}

// A value as it is printed; `literal` if JSON takes it without quotes.
struct PrintedValue {
  std::string text;
  bool literal;
};

template <typename Number>
PrintedValue PrintNumber(Number number) {
  std::array<char, 64> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {{digits.data(), end}, true};
}

struct PrintUnredacted {
  PrintedValue operator()(std::string_view text) const { return {std::string(text), false}; }
  PrintedValue operator()(int64_t number) const { return PrintNumber(number); }
  PrintedValue operator()(uint64_t number) const { return PrintNumber(number); }
  PrintedValue operator()(bool truth) const { return {truth ? "true" : "false", true}; }
  PrintedValue operator()(double number) const {
    if (std::isnan(number)) return {"NaN", false};
    if (std::isinf(number)) return {number > 0 ? "Infinity" : "-Infinity", false};
    return PrintNumber(number);
  }
};

// A number may be a secret, too: then it is printed as a text.
PrintedValue Print(const LogField& field, const Redactor& redactor) {
  const PrintedValue value = std::visit(PrintUnredacted(), field.value());
  std::string redacted = redactor.Redact(value.text);
  const bool literal = value.literal && redacted == value.text;
  return {std::move(redacted), literal};
}

bool IsQuotedMessage(std::string_view message) {
  return message.empty() || message[0] == '"' || message.find('=') != message.npos || HasUnprintable(message);
}

bool IsQuotedValue(std::string_view value) {
  return value.empty() || value.find_first_of(" =\"") != value.npos || HasUnprintable(value);
}

// A name cannot be quoted in the text format: what would end it is replaced.
std::string TextName(std::string_view name) {
  std::string safe(name);
  for (char& c : safe) {
    if (c <= ' ' || c > '~' || c == '=' || c == '"') c = '_';
  }
  return safe.empty() ? "_" : safe;
}

void AppendText(std::string& out, bool quoted, std::string_view text) {
  if (quoted)
    AppendQuoted(out, text);
  else
    out += text;
}

std::string TextLine(WallTime time, LogLevel level, const std::string& message, std::span<const LogField> fields,
                     const Redactor& redactor) {
  std::string line = FormatRfc3339(time);
  line += ' ';
  line += NameOf(level).text;
  line += ' ';
  AppendText(line, IsQuotedMessage(message), message);
  for (const LogField& field : fields) {
    line += ' ';
    line += TextName(redactor.Redact(field.name()));
    line += '=';
    const PrintedValue value = Print(field, redactor);
    AppendText(line, IsQuotedValue(value.text), value.text);
  }
  line += '\n';
  return line;
}

std::string JsonLine(WallTime time, LogLevel level, const std::string& message, std::span<const LogField> fields,
                     const Redactor& redactor) {
  std::string line = "{\"ts\":";
  AppendQuoted(line, FormatRfc3339(time));
  line += ",\"level\":";
  AppendQuoted(line, NameOf(level).json);
  line += ",\"msg\":";
  AppendQuoted(line, message);
  for (const LogField& field : fields) {
    line += ',';
    AppendQuoted(line, redactor.Redact(field.name()));
    line += ':';
    const PrintedValue value = Print(field, redactor);
    AppendText(line, !value.literal, value.text);
  }
  line += "}\n";
  return line;
}

}  // namespace

std::string FormatLogLine(LogFormat format, WallTime time, LogLevel level, std::string_view message,
                          std::span<const LogField> fields, const Redactor& redactor) {
  const auto line = format == LogFormat::kText ? TextLine : JsonLine;
  return line(time, level, redactor.Redact(message), fields, redactor);
}

}  // namespace penstock
