#include "model/remote/http_client.h"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "model/remote/curl_handle.h"
#include "model/remote/curl_shard.h"
#include "model/remote/http_transfer.h"

namespace penstock::remote {
namespace {

// Never undone: libraries of the process use libcurl, too.
bool StartCurl() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return started;
}

class Client final : public HttpClient {
 public:
  Client(std::vector<HttpTarget> targets, HttpLimits limits, EventLoop& loop, const Clock& clock)
      : targets_(std::move(targets)),
        limits_(std::move(limits)),
        loop_(loop),
        clock_(clock),
        share_(curl_share_init()),
        idle_(targets_.size()) {}
  ~Client() override;

  Result<void> SetUp();
  HttpTransfer* Begin(size_t target, std::string_view body, HttpReceiver& receiver) override;
  void Abandon(HttpTransfer* transfer) override;
  void Turn() override;
  Duration due() const override;

 private:
  std::unique_ptr<HttpTransfer> Take(size_t target);
  CurlShard* ShardWithRoom();
  void TellEnds(CurlShard& shard);
  void TellStillborn();
  void Recycle(HttpTransfer* transfer);

  const std::vector<HttpTarget> targets_;
  const HttpLimits limits_;
  EventLoop& loop_;
  const Clock& clock_;
  ShareHandle share_;  // what was resolved, and the sessions of TLS: of all shards
  std::vector<std::unique_ptr<const CurlTarget>> curl_targets_;
  std::vector<std::unique_ptr<CurlShard>> shards_;
  std::vector<std::vector<std::unique_ptr<HttpTransfer>>> idle_;  // by target
  std::vector<std::unique_ptr<HttpTransfer>> active_;             // in no order
  std::vector<HttpTransfer*> stillborn_;                          // that no shard took
};

Client::~Client() {
  for (const std::unique_ptr<HttpTransfer>& transfer : active_)
    if (transfer->shard != nullptr) transfer->shard->Remove(transfer->handle());
  active_.clear();
  idle_.clear();
  shards_.clear();
}

Result<void> Client::SetUp() {
  if (share_ == nullptr) return Fail(ErrorKind::kUnavailable, "libcurl cannot be started: out of memory");
  curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  for (size_t i = 0; i < targets_.size(); ++i) {
    curl_targets_.push_back(CurlTarget::Make(targets_[i]));
    std::unique_ptr<HttpTransfer> first = curl_targets_[i] != nullptr ? Take(i) : nullptr;
    if (first == nullptr) return Invalid("libcurl refuses the settings of an endpoint");
    idle_[i].push_back(std::move(first));
  }
  return {};
}

std::unique_ptr<HttpTransfer> Client::Take(size_t target) {
  std::unique_ptr<HttpTransfer> transfer;
  if (idle_[target].empty()) {
    transfer = HttpTransfer::Make(*curl_targets_[target], limits_, share_.get(), loop_);
    if (transfer != nullptr) transfer->target = target;
    return transfer;
  }
  transfer = std::move(idle_[target].back());
  idle_[target].pop_back();
  return transfer;
}

HttpTransfer* Client::Begin(size_t target, std::string_view body, HttpReceiver& receiver) {
  std::unique_ptr<HttpTransfer> taken = Take(target);
  if (taken == nullptr) throw std::bad_alloc();  // what was refused once would have been refused by SetUp()
  HttpTransfer* const transfer = taken.get();
  transfer->Prepare(body, receiver);
  transfer->place = active_.size();
  active_.push_back(std::move(taken));
  transfer->shard = ShardWithRoom();
  if (transfer->shard == nullptr || !transfer->shard->Add(transfer->handle())) {
    transfer->shard = nullptr;
    stillborn_.push_back(transfer);
  }
  return transfer;
}

// The first one: the connections of the others are then left to close, as fewer are needed.
CurlShard* Client::ShardWithRoom() {
  for (const std::unique_ptr<CurlShard>& shard : shards_)
    if (shard->has_room()) return shard.get();
  std::unique_ptr<CurlShard> shard = CurlShard::Make(loop_, clock_);
  if (shard == nullptr) return nullptr;
  return shards_.emplace_back(std::move(shard)).get();
}

void Client::Abandon(HttpTransfer* transfer) {
  if (transfer->shard != nullptr) transfer->shard->Remove(transfer->handle());
  std::erase(stillborn_, transfer);
  Recycle(transfer);
}

void Client::Recycle(HttpTransfer* transfer) {
  const size_t place = transfer->place;
  std::unique_ptr<HttpTransfer> ended = std::move(active_[place]);
  if (place + 1 < active_.size()) {
    active_[place] = std::move(active_.back());
    active_[place]->place = place;
  }
  active_.pop_back();
  ended->shard = nullptr;
  idle_[ended->target].push_back(std::move(ended));
}

void Client::Turn() {
  const Duration now = clock_.Monotonic();
  // Shards may be added meanwhile, by who hears of an end.
  for (size_t i = 0; i < shards_.size(); ++i) {
    shards_[i]->Turn(now);
    if (shards_[i]->TakeActivity()) TellEnds(*shards_[i]);
  }
  TellStillborn();
}

Duration Client::due() const {
  if (!stillborn_.empty()) return Duration(0);
  std::optional<Duration> due;
  for (const std::unique_ptr<CurlShard>& shard : shards_)
    if (shard->due()) due = std::min(*shard->due(), due.value_or(Duration::max()));
  if (!due) return Duration::max();
  return std::max(*due - clock_.Monotonic(), Duration(0));
}

void Client::TellEnds(CurlShard& shard) {
  while (const std::optional<CurlShard::Done> done = shard.NextDone()) {
    char* of_handle = nullptr;
    curl_easy_getinfo(done->handle, CURLINFO_PRIVATE, &of_handle);
    auto* const transfer = reinterpret_cast<HttpTransfer*>(of_handle);
    const HttpEnd end = transfer->EndOf(done->code);
    HttpReceiver& receiver = transfer->receiver();
    shard.Remove(done->handle);
    Recycle(transfer);
    receiver.Ended(end);
  }
}

void Client::TellStillborn() {
  while (!stillborn_.empty()) {
    HttpTransfer* const transfer = stillborn_.back();
    stillborn_.pop_back();
    HttpReceiver& receiver = transfer->receiver();
    Recycle(transfer);
    receiver.Ended({HttpFault::kUnreachable, 0, "memory", "libcurl cannot start one more request", Duration(0)});
  }
}

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::Make(std::vector<HttpTarget> targets, HttpLimits limits,
                                                     EventLoop& loop, const Clock& clock) {
  if (!StartCurl()) return Fail(ErrorKind::kUnavailable, "libcurl cannot be started");
  auto client = std::make_unique<Client>(std::move(targets), std::move(limits), loop, clock);
  TRY(client->SetUp());
  return client;
}

}  // namespace penstock::remote
