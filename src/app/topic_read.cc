#include "app/topic_read.h"

#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "app/output.h"
#include "app/record_json.h"

namespace penstock::app {
namespace {

constexpr size_t kOutputBytes = 64 * 1024;
constexpr Duration kFollowWait = std::chrono::milliseconds(100);

struct Source {
  std::unique_ptr<Reader> reader;
  int64_t end = 0;
};

class TopicPrinter {
 public:
  TopicPrinter(std::vector<Source> sources, std::optional<int64_t> max)
      : sources_(std::move(sources)), left_(max.value_or(INT64_MAX)) {}

  // One partition after another.
  Result<void> PrintUpToEnds() {
    for (Source& source : sources_) {
      bool more = true;
      while (more && left_ > 0) {
        TRY_ASSIGN(more, PrintFrom(source, Duration(0), source.end));
      }
    }
    return Flush();
  }

  // All partitions in turn, for ever.
  Result<void> Follow() {
    Duration wait{0};
    while (left_ > 0) {
      bool any = false;
      for (Source& source : sources_) {
        TRY_ASSIGN(const bool more, PrintFrom(source, wait, INT64_MAX));
        any = any || more;
        wait = Duration(0);
      }
      TRY(Flush());
      if (!any) wait = kFollowWait;  // any writer ends it, for whatever partition
    }
    return {};
  }

 private:
  // Whether there may be more of it below `end`.
  Result<bool> PrintFrom(Source& source, Duration wait, int64_t end) {
    TRY_ASSIGN(const std::span<const Record> records, source.reader->Read(wait));
    for (const Record& record : records) {
      if (record.source.offset >= end || left_ == 0) return false;
      --left_;
      writer_.Append(record, out_);
      if (out_.size() >= kOutputBytes) TRY(Flush());
    }
    return !records.empty();
  }

  Result<void> Flush() {
    TRY(Print(out_));
    out_.clear();
    return {};
  }

  std::vector<Source> sources_;
  int64_t left_;
  RecordJsonWriter writer_;
  std::string out_;
};

}  // namespace

Result<StartPosition> ParseStart(const std::string& text, const std::string& option) {
  if (text == "start") return StartPosition(AtStart{});
  if (text == "end") return StartPosition(AtEnd{});
  int64_t offset = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (error == std::errc() && end == text.data() + text.size() && offset >= 0) return StartPosition(AtOffset{offset});
  return Invalid(option + ": '" + text + "' is no position; give start, end or an offset");
}

Result<void> ReadTopic(Log& log, const TopicReadOptions& options) {
  TRY_ASSIGN(const StartPosition start, ParseStart(options.from, "--from"));
  TRY_ASSIGN(const std::optional<TopicInfo> info, log.FindTopic(options.topic));
  if (!info) return Invalid("there is no topic '" + options.topic + "'; penstock topic list shows what there is");
  std::vector<Source> sources;
  const auto partitions = static_cast<int32_t>(info->partitions.size());
  for (int32_t i = options.partition.value_or(0); i <= options.partition.value_or(partitions - 1); ++i) {
    TRY_ASSIGN(std::unique_ptr<Reader> reader, log.Read({info->name, i}, start));
    sources.push_back({std::move(reader), info->partitions[static_cast<size_t>(i)].end});
  }
  TopicPrinter printer(std::move(sources), options.max);
  return options.follow ? printer.Follow() : printer.PrintUpToEnds();
}

}  // namespace penstock::app
