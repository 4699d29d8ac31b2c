#include "app/record_json.h"

#include <algorithm>
#include <optional>

#include "base/escape.h"
#include "base/utf8.h"
#include "event/base64.h"
#include "event/json_writer.h"

namespace penstock::app {
namespace {

// `"name":` and the bytes as a string; as Base64 where they are no text, and null where there are none.
void AppendBytes(std::string_view name, std::optional<std::string_view> bytes, std::string& out) {
  out += ",\"";
  out += name;
  if (!bytes) {
    out += "\":null";
  } else if (IsValidUtf8(*bytes)) {
    out += "\":\"";
    AppendJsonEscaped(out, *bytes);
    out += '"';
  } else {
    out += "_base64\":\"";
    AppendBase64(*bytes, out);
    out += '"';
  }
}

void AppendHeaders(std::span<const Header> headers, std::string& out) {
  out += ",\"headers\":{";
  bool first = true;
  for (const Header& header : headers) {
    out += first ? "\"" : ",\"";
    first = false;
    AppendJsonEscaped(out, header.name);
    out += "\":";
    if (!header.value) {
      out += "null";
      continue;
    }
    out += '"';
    AppendJsonEscaped(out, *header.value);
    out += '"';
  }
  out += '}';
}

}  // namespace

bool RecordJsonWriter::AppendObject(std::string_view value, std::string& out) {
  const size_t start = value.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || value[start] != '{') return false;
  arena_.Reset();
  const Result<const JsonDocument*> document = parser_.Parse(value, arena_);
  if (!document) return false;
  out += ",\"value\":";
  const size_t begin = out.size();
  AppendJson((*document)->root(), out);
  // Line breaks stand between tokens only: inside strings JSON has them escaped.
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return true;
}

void RecordJsonWriter::Append(const Record& record, std::string& out) {
  out += "{\"topic\":\"";
  AppendJsonEscaped(out, record.source.topic);
  out += "\",\"partition\":" + std::to_string(record.source.partition);
  out += ",\"offset\":" + std::to_string(record.source.offset);
  out += ",\"timestamp\":" + std::to_string(record.timestamp_ms);
  AppendBytes("key", record.key, out);
  AppendHeaders(record.headers, out);
  if (!record.value || !AppendObject(*record.value, out)) AppendBytes("value", record.value, out);
  out += "}\n";
}

}  // namespace penstock::app
