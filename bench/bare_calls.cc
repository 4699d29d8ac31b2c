// What librdkafka and libcurl alone take for a call of a model for each record, so many of them at one time, beside
// which an engine's cost can be seen. Usage: bare_calls BROKERS IN OUT GROUP URL IN_FLIGHT PACE_MS
// Answers lie for PACE_MS, so that several are taken at a time; 0: each is taken as it comes. Nothing is parsed,
// checked, limited or tried again.
#include <curl/curl.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file_descriptor.h"
#include "bench/bare_client.h"
#include "model/remote/curl_handle.h"

namespace penstock::bare {
namespace {

constexpr size_t kTransfersMax = 64;  // of a multi handle, which goes through all that it has
constexpr int kLoopMs = 50;
constexpr int kSoonMs = 5;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Call {
  remote::EasyHandle handle{curl_easy_init()};
  std::string id, body, answer;
};

// One multi handle.
struct Shard {
  remote::MultiHandle multi{curl_multi_init()};
  int epoll = -1;
  size_t number = 0;
  size_t transfers = 0;
  int64_t due_ms = -1;
};

int OnSocket(CURL* /*handle*/, curl_socket_t socket, int what, void* of_shard, void* /*of_socket*/) {
  const auto& shard = *static_cast<Shard*>(of_shard);
  if (what == CURL_POLL_REMOVE) {
    ::epoll_ctl(shard.epoll, EPOLL_CTL_DEL, socket, nullptr);
    return 0;
  }
  epoll_event event{};
  event.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U);
  event.data.u64 = static_cast<uint64_t>(shard.number) << 32U | static_cast<uint32_t>(socket);
  if (::epoll_ctl(shard.epoll, EPOLL_CTL_ADD, socket, &event) != 0)
    ::epoll_ctl(shard.epoll, EPOLL_CTL_MOD, socket, &event);
  return 0;
}

int OnTimer(CURLM* /*multi*/, long wait_ms, void* of_shard) {
  static_cast<Shard*>(of_shard)->due_ms = wait_ms < 0 ? -1 : NowMs() + wait_ms;
  return 0;
}

size_t OnBody(const char* bytes, size_t size, size_t count, void* of_call) {
  static_cast<Call*>(of_call)->answer.append(bytes, size * count);
  return size * count;
}

// The text between quotes that follows `name` in a JSON object without escapes.
std::string_view TextOf(std::string_view json, std::string_view name) {
  const size_t found = json.find(name);
  if (found == std::string_view::npos) return {};
  const size_t begin = found + name.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

struct Options {
  std::string brokers, in, out, group, url;
  size_t in_flight = 0;
  int64_t pace_ms = 0;
};

class Calls {
 public:
  explicit Calls(const Options& options)
      : options_(options),
        consumer_(MakeConsumer(options.brokers, options.group, options.in, true)),
        producer_(MakeClient(RD_KAFKA_PRODUCER, {{"bootstrap.servers", options.brokers},
                                                 {"linger.ms", "100"},
                                                 {"compression.codec", "lz4"},
                                                 {"enable.idempotence", "true"}})),
        topic_(rd_kafka_topic_new(producer_.get(), options.out.c_str(), nullptr)) {}

  void Run() {
    while (is_stopping == 0) {
      Fill();
      rd_kafka_poll(producer_.get(), 0);
      Wait();
    }
    rd_kafka_consumer_close(consumer_.get());
    rd_kafka_flush(producer_.get(), 1000);
  }

 private:
  void Fill() {
    while (under_way_ < options_.in_flight) {
      const Handle<rd_kafka_message_t> message(rd_kafka_consumer_poll(consumer_.get(), under_way_ > 0 ? 0 : kLoopMs));
      if (message == nullptr) return;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) Begin({static_cast<char*>(message->payload), message->len});
    }
  }

  void Begin(std::string_view event) {
    Call* const call = Take();
    call->id = TextOf(event, "\"id\":\"");
    call->body =
        R"({"model":"stand-in","max_tokens":64,"messages":[{"role":"system","content":"You label support messages. )"
        R"(Answer with JSON: intent, urgency, reply."},{"role":"user","content":")";
    call->body.append(TextOf(event, "\"text\":\"")).append("\"}]}");
    curl_easy_setopt(call->handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(call->body.size()));
    curl_easy_setopt(call->handle.get(), CURLOPT_POSTFIELDS, call->body.data());
    Shard& shard = ShardWithRoom();
    ++shard.transfers;
    ++under_way_;
    curl_multi_add_handle(shard.multi.get(), call->handle.get());
  }

  Call* Take() {
    if (!idle_.empty()) {
      Call* const call = idle_.back();
      idle_.pop_back();
      return call;
    }
    Call* const call = calls_.emplace_back(std::make_unique<Call>()).get();
    curl_easy_setopt(call->handle.get(), CURLOPT_URL, options_.url.c_str());
    curl_easy_setopt(call->handle.get(), CURLOPT_PRIVATE, call);
    curl_easy_setopt(call->handle.get(), CURLOPT_WRITEFUNCTION, &OnBody);
    curl_easy_setopt(call->handle.get(), CURLOPT_WRITEDATA, call);
    curl_easy_setopt(call->handle.get(), CURLOPT_HTTPHEADER, headers_.get());
    curl_easy_setopt(call->handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(call->handle.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(call->handle.get(), CURLOPT_BUFFERSIZE, 1024L);
    return call;
  }

  Shard& ShardWithRoom() {
    for (const std::unique_ptr<Shard>& shard : shards_)
      if (shard->transfers < kTransfersMax) return *shard;
    Shard& shard = *shards_.emplace_back(std::make_unique<Shard>());
    shard.epoll = epoll_.get();
    shard.number = shards_.size() - 1;
    curl_multi_setopt(shard.multi.get(), CURLMOPT_SOCKETFUNCTION, &OnSocket);
    curl_multi_setopt(shard.multi.get(), CURLMOPT_SOCKETDATA, &shard);
    curl_multi_setopt(shard.multi.get(), CURLMOPT_TIMERFUNCTION, &OnTimer);
    curl_multi_setopt(shard.multi.get(), CURLMOPT_TIMERDATA, &shard);
    curl_multi_setopt(shard.multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(kTransfersMax));
    return shard;
  }

  void Wait() {
    int64_t wait = kLoopMs;
    for (const std::unique_ptr<Shard>& shard : shards_)
      if (shard->due_ms >= 0) wait = std::min(wait, std::max<int64_t>(shard->due_ms - NowMs(), 0));
    // Answers lie meanwhile, which is what PACE_MS is to show; but what is begun, and libcurl wants to send, does not.
    if (options_.pace_ms > 0 && wait > kSoonMs) {
      std::this_thread::sleep_for(std::chrono::milliseconds(options_.pace_ms));
      wait = 0;
    }
    const int count =
        ::epoll_wait(epoll_.get(), ready_.data(), static_cast<int>(ready_.size()), static_cast<int>(wait));
    for (int i = 0; i < count; ++i) Act(ready_[static_cast<size_t>(i)]);
    for (const std::unique_ptr<Shard>& shard : shards_) {
      if (shard->due_ms >= 0 && shard->due_ms <= NowMs()) {
        shard->due_ms = -1;
        int running = 0;
        curl_multi_socket_action(shard->multi.get(), CURL_SOCKET_TIMEOUT, 0, &running);
      }
      TakeEnds(*shard);
    }
  }

  void Act(const epoll_event& event) {
    const int what = ((event.events & (EPOLLIN | EPOLLHUP)) != 0 ? CURL_CSELECT_IN : 0) |
                     ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                     ((event.events & EPOLLERR) != 0 ? CURL_CSELECT_ERR : 0);
    int running = 0;
    curl_multi_socket_action(shards_[event.data.u64 >> 32U]->multi.get(),
                             static_cast<curl_socket_t>(event.data.u64 & UINT32_MAX), what, &running);
  }

  void TakeEnds(Shard& shard) {
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(shard.multi.get(), &left)) {
      Call* call = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
      curl_multi_remove_handle(shard.multi.get(), call->handle.get());
      --shard.transfers;
      --under_way_;
      const std::string value = R"({"id":")" + call->id + R"(","result":)" + call->answer + "}";
      Produce(producer_.get(), topic_.get(), call->id.data(), call->id.size(), value.data(), value.size());
      call->answer.clear();
      idle_.push_back(call);
    }
  }

  const Options options_;
  const Handle<rd_kafka_t> consumer_;
  const Handle<rd_kafka_t> producer_;
  const Handle<rd_kafka_topic_t> topic_;
  const FileDescriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  // A server is not asked whether it wants the body.
  const remote::HeaderList headers_{
      curl_slist_append(curl_slist_append(nullptr, "Content-Type: application/json"), "Expect:")};
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<Call*> idle_;
  size_t under_way_ = 0;
  std::array<epoll_event, 1024> ready_;
};

}  // namespace
}  // namespace penstock::bare

int main(int count, char** arguments) {
  using namespace penstock::bare;
  if (count != 8) Exit("usage: bare_calls BROKERS IN OUT GROUP URL IN_FLIGHT PACE_MS");
  StopOnSignal();
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Calls({arguments[1], arguments[2], arguments[3], arguments[4], arguments[5],
         static_cast<size_t>(std::atoi(arguments[6])), std::atoi(arguments[7])})
      .Run();
}
