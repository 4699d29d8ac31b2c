#include "app/topic_write.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>

#include "app/line_key.h"
#include "base/file_descriptor.h"

namespace penstock::app {
namespace {

constexpr size_t kReadBytes = 256 * 1024;
constexpr size_t kLineBytesMax = size_t{64} << 20;  // of a record
constexpr size_t kBatchRecords = 4096;
constexpr size_t kBatchBytes = 1 << 20;
constexpr Duration kFlushInterval = std::chrono::milliseconds(100);

// Lines on their way into a topic.
class LineWriter {
 public:
  LineWriter(Log& log, std::string topic, std::unique_ptr<LineKey> key)
      : log_(log), topic_(std::move(topic)), key_(std::move(key)) {}

  Result<void> Add(std::string_view line) {
    ++lines_;
    if (line.size() > kLineBytesMax) return TooLong();
    OutRecord record{.topic = batch_.TopicNumber(topic_), .home = static_cast<int32_t>(lines_ & INT32_MAX)};
    record.timestamp_ms = RealClock().Now().time_since_epoch() / std::chrono::milliseconds(1);
    record.key = KeyOf(line);
    record.value = batch_.arena().Copy(line);
    if (batch_.empty()) began_ = RealClock().Monotonic();
    batch_.Add(record);
    const bool full = batch_.records().size() >= kBatchRecords || batch_.bytes() >= kBatchBytes;
    return full || RealClock().Monotonic() - began_ >= kFlushInterval ? Flush() : Result<void>();
  }

  bool empty() const { return batch_.empty(); }
  Result<void> Flush() {
    if (batch_.empty()) return {};
    TRY(log_.Append(batch_));
    batch_.Clear();
    return {};
  }

  // What came before it is written.
  Result<void> TooLong() {
    TRY(Flush());
    return Fail(ErrorKind::kLimit, "line " + std::to_string(lines_) + " has more than " +
                                       std::to_string(kLineBytesMax) + " bytes, which is what a record may have");
  }

  void ReportKeys() const {
    if (without_key_ > 0)
      std::cerr << "penstock: " << without_key_ << " of " << lines_ << " lines got no key; the first was line "
                << first_without_key_ << ": " << why_no_key_ << "\n";
  }

 private:
  std::optional<std::string_view> KeyOf(std::string_view line) {
    if (key_ == nullptr) return std::nullopt;
    const Result<std::optional<std::string_view>> key = key_->Of(line);
    if (key) return *key ? std::optional(batch_.arena().Copy(**key)) : std::nullopt;
    if (without_key_++ == 0) {
      first_without_key_ = lines_;
      why_no_key_ = key.error().message;
    }
    return std::nullopt;
  }

  Log& log_;
  const std::string topic_;
  std::unique_ptr<LineKey> key_;
  OutBatch batch_;
  Duration began_{};  // when the first record of the batch came
  int64_t lines_ = 0;
  int64_t without_key_ = 0;
  int64_t first_without_key_ = 0;
  std::string why_no_key_;
};

bool HasInput(int descriptor) {
  pollfd input{descriptor, POLLIN, 0};
  return ::poll(&input, 1, 0) != 0;
}

// Reads a descriptor to its end, line by line.
class LineReader {
 public:
  LineReader(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  Result<void> CopyTo(LineWriter& writer) {
    bool more = true;
    while (more) {
      if (!writer.empty() && !HasInput(descriptor_)) TRY(writer.Flush());
      TRY_ASSIGN(more, Fill());
      TRY(TakeLines(writer));
      if (rest_.size() > kLineBytesMax) return writer.TooLong();
    }
    if (!rest_.empty()) TRY(writer.Add(rest_));
    return writer.Flush();
  }

 private:
  // False at the end.
  Result<bool> Fill() {
    const size_t before = rest_.size();
    rest_.resize(before + kReadBytes);
    ssize_t got = -1;
    do got = ::read(descriptor_, rest_.data() + before, kReadBytes);
    while (got < 0 && errno == EINTR);
    rest_.resize(before + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    searched_ = before;
    if (got < 0) return Fail(ErrorKind::kUnavailable, "reading " + name_ + " failed: " + std::strerror(errno));
    return got > 0;
  }

  Result<void> TakeLines(LineWriter& writer) {
    size_t begin = 0;
    size_t end = rest_.find('\n', searched_);
    for (; end != std::string::npos; end = rest_.find('\n', begin)) {
      TRY(writer.Add(std::string_view(rest_).substr(begin, end - begin)));
      begin = end + 1;
    }
    rest_.erase(0, begin);
    return {};
  }

  int descriptor_;
  std::string name_;
  std::string rest_;     // what was read and is no whole line yet
  size_t searched_ = 0;  // of it, for an end of line
};

}  // namespace

Result<void> WriteTopic(Log& log, const TopicWriteOptions& options) {
  TRY_ASSIGN(const std::optional<TopicInfo> info, log.FindTopic(options.topic));
  if (!info) return Invalid("there is no topic '" + options.topic + "'; create it with penstock topic create");
  std::unique_ptr<LineKey> key;
  if (options.key) {
    TRY_ASSIGN(key, LineKey::Compile(*options.key));
  }
  FileDescriptor file;
  if (options.file) {
    file = FileDescriptor(::open(options.file->c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return Invalid("cannot read '" + *options.file + "': " + std::strerror(errno));
  }
  LineWriter writer(log, info->name, std::move(key));
  LineReader reader(options.file ? file.get() : STDIN_FILENO, options.file ? "'" + *options.file + "'" : "stdin");
  Result<void> copied = reader.CopyTo(writer);
  writer.ReportKeys();
  return copied;
}

}  // namespace penstock::app
