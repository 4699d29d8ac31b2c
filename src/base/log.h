// Structured log lines in which no secret appears. There is no global logger: what logs is given one.
#pragma once

#include <functional>
#include <initializer_list>
#include <mutex>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/log_field.h"
#include "base/log_format.h"
#include "base/redactor.h"

namespace penstock {

struct LogOptions {
  LogLevel level = LogLevel::kInfo;  // lines below it are not written
  LogFormat format = LogFormat::kText;
};

// Takes one line, newline included. Called by one thread at a time.
using LogSink = std::function<void(std::string_view line)>;

// Writes each line at once to a file descriptor that outlives the sink, and waits where that is slow. Lines that it
// refuses (a full disk; a closed pipe, if the process ignores SIGPIPE) are lost: a log must not stop the engine.
LogSink DescriptorLogSink(int descriptor);

//   log.Info("partition assigned", {{"topic", topic}, {"partition", 3}});
//
// The message is a literal of ours; what varies goes into fields. A line below the level costs a comparison. Used by
// many threads at once; a line's whole work is done in the thread that logs, so that what was logged before a crash is
// there.
class Logger {
 public:
  // `clock` outlives the logger.
  Logger(LogOptions options, LogSink sink, const Clock& clock)
      : options_(options), sink_(std::move(sink)), clock_(clock) {}

  void Debug(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    if (Enabled(LogLevel::kDebug)) [[unlikely]]
      Write(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    if (Enabled(LogLevel::kInfo)) Write(LogLevel::kInfo, message, fields);
  }
  void Warn(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    if (Enabled(LogLevel::kWarn)) Write(LogLevel::kWarn, message, fields);
  }
  void Error(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    if (Enabled(LogLevel::kError)) Write(LogLevel::kError, message, fields);
  }

  // For fields that are dear to compute.
  bool Enabled(LogLevel level) const { return level >= options_.level; }

  // Hides `secret` in all lines from now on: see Redactor.
  void Redact(std::string_view secret) { redactor_.Add(secret); }

  // Knows the same secrets, for whatever else people read: errors, traces.
  const Redactor& redactor() const { return redactor_; }

 private:
  void Write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const;

  const LogOptions options_;
  const LogSink sink_;
  const Clock& clock_;
  Redactor redactor_;
  mutable std::mutex sink_mutex_;
};

}  // namespace penstock
