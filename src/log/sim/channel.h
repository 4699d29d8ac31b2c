// How a client asks brokers: again and again, as long as it may help.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "log/sim/code.h"
#include "log/sim/network.h"

namespace penstock::sim {

inline Code CodeOf(Code code) { return code; }
inline void SetCode(Code& reply, Code code) { reply = code; }
template <typename Reply>
Code CodeOf(const Reply& reply) {
  return reply.code;
}
template <typename Reply>
void SetCode(Reply& reply, Code code) {
  reply.code = code;
}

// Of one client, and ends with it: then nothing that it asked for is told. The network outlives it.
class Channel {
 public:
  // `straggler`: a request got no answer, so that it may be served yet.
  template <typename Reply>
  using Done = std::function<void(const Reply& reply, bool straggler)>;

  Channel(Network& network, std::shared_ptr<Host> host) : network_(network), host_(std::move(host)) {}

  // Runs `serve` at the brokers: once or, where answers are lost or say that it may help, several times, until
  // `patience` is over. `serve` owns what it needs, since it may run when the client has ended.
  template <typename Reply>
  void Ask(const char* what, Duration patience, std::function<Reply()> serve, Done<Reply> done) {
    const Duration deadline = network_.scheduler().now() + patience;
    Attempt(std::make_shared<Call<Reply>>(Call<Reply>{what, deadline, std::move(serve), std::move(done)}));
  }

  void Later(Duration delay, std::function<void()> action) { network_.Later(host_, alive_, delay, std::move(action)); }

  void Say(const std::string& what) { network_.trace().Say(host_->name, what); }
  bool traces() { return network_.trace().on(); }
  const Host& host() const { return *host_; }
  Random& random() { return network_.random(); }
  Tally& tally() { return network_.tally(); }
  Duration now() const { return network_.scheduler().now(); }
  bool IsCut() const { return network_.IsCut(); }

 private:
  template <typename Reply>
  struct Call {
    const char* what;
    Duration deadline;
    std::function<Reply()> serve;
    Done<Reply> done;
    bool straggler = false;
  };

  template <typename Reply>
  void Attempt(const std::shared_ptr<Call<Reply>>& call) {
    const auto served = std::make_shared<Reply>();
    network_.Send(
        host_, alive_, call->what, [call, served] { *served = call->serve(); },
        [this, call, served](bool answered) {
          Reply reply{};
          if (answered)
            reply = *served;
          else
            SetCode(reply, Code::kNoAnswer);
          Conclude(call, reply);
        });
  }

  template <typename Reply>
  void Conclude(const std::shared_ptr<Call<Reply>>& call, const Reply& reply) {
    const Code code = CodeOf(reply);
    ++tally().answers[code];
    if (code == Code::kNoAnswer) call->straggler = true;
    if (code != Code::kOk && traces()) Say(std::string(call->what) + ": " + std::string(CodeName(code)));
    if (IsRetriable(code) && now() < call->deadline)
      Later(random().BetweenMs(20, 80), [this, call] { Attempt(call); });
    else
      call->done(reply, call->straggler);
  }

  Network& network_;
  std::shared_ptr<Host> host_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace penstock::sim
