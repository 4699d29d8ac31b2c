// How one log line looks.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log_field.h"
#include "base/redactor.h"

namespace penstock {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

enum class LogFormat {
  // 2026-11-21T07:42:00.123Z INFO message name=value name="quoted value"
  // What is not quoted stands as it is. A message is quoted where it could be taken for fields.
  kText,
  // {"ts":"2026-11-21T07:42:00.123Z","level":"info","msg":"message","name":"value","other":3}
  // Not-a-number and the infinities, which JSON lacks, are strings.
  kJson,
};

// One line, newline included, without the redactor's secrets. Whatever the texts hold, it is one line, all of it
// printable UTF-8, and none of them can pass for another field or another line.
std::string FormatLogLine(LogFormat format, WallTime time, LogLevel level, std::string_view message,
                          std::span<const LogField> fields, const Redactor& redactor);

}  // namespace penstock
