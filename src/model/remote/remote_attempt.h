// One attempt, from its request to its outcome.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/arena.h"
#include "base/clock.h"
#include "event/json_parser.h"
#include "model/call/attempt.h"
#include "model/remote/http_client.h"
#include "model/remote/protocol.h"
#include "model/remote/remote_settings.h"
#include "model/remote/reply_hints.h"

namespace penstock::remote {

class RemoteAttempt;

// Streams under way, those that have been silent for longest first.
using StreamList = std::list<RemoteAttempt*>;

// What the attempts of one worker share.
struct AttemptContext {
  const RemoteSettings& settings;
  const Clock& clock;
  JsonParser parser;
  Arena arena;  // of what is read and thrown away
  StreamList streams;
};

class AttemptOwner {
 public:
  virtual ~AttemptOwner() = default;
  // The attempt may be freed.
  virtual void Ended(RemoteAttempt& attempt, AttemptOutcome outcome) = 0;
};

class RemoteAttempt final : public HttpReceiver {
 public:
  // Both outlive it.
  RemoteAttempt(AttemptContext& context, AttemptOwner& owner, AttemptId id, size_t endpoint, AttemptSink& sink)
      : context_(context),
        owner_(owner),
        id_(id),
        endpoint_(endpoint),
        sink_(sink),
        begun_(context.clock.Monotonic()) {}
  ~RemoteAttempt() override;
  RemoteAttempt(const RemoteAttempt&) = delete;
  RemoteAttempt& operator=(const RemoteAttempt&) = delete;

  AttemptId id() const { return id_; }
  AttemptSink& sink() const { return sink_; }
  Duration begun() const { return begun_; }
  // Of a stream: when its last part came.
  Duration heard() const { return heard_; }

  // The outcome of a stream that has been silent for too long.
  AttemptOutcome Stalled();

  void HeadBegins() override { hints_ = {}; }
  void Header(std::string_view name, std::string_view value) override;
  bool Body(int status, std::string_view bytes) override;
  void Ended(const HttpEnd& end) override;

  HttpTransfer* transfer = nullptr;

 private:
  bool Stream(std::string_view bytes);
  AttemptOutcome OutcomeOf(const HttpEnd& end);
  AttemptOutcome Dressed(AttemptOutcome outcome) const;

  AttemptContext& context_;
  AttemptOwner& owner_;
  const AttemptId id_;
  const size_t endpoint_;
  AttemptSink& sink_;
  const Duration begun_;
  ReplyHints hints_;
  std::string body_;
  std::unique_ptr<StreamReader> stream_;
  StreamList::iterator place_;  // where there is a stream
  Duration heard_{};
  std::optional<Duration> first_part_;
};

}  // namespace penstock::remote
