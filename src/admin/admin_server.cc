// What the library of HTTP does not bound, or not by what we need, is replaced here: its connections (one that sends a
// byte now and then would hold a thread for ever, and headers have no end), its queue, and its way to listen, which
// shares a port with whoever else wants it.
#include "admin/admin_server.h"

#include <httplib.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace penstock {
namespace {

// A connection that ends at its deadline, when it has sent too much, or when `stop` becomes readable.
class ConnectionStream final : public httplib::Stream {
 public:
  ConnectionStream(int socket, int stop, const AdminLimits& limits, const Clock& clock)
      : socket_(socket),
        stop_(stop),
        clock_(clock),
        deadline_(clock.Monotonic() + limits.connection),
        budget_(limits.request_bytes_max) {}

  bool is_readable() const override { return begin_ < end_ || WaitFor(POLLIN); }
  bool is_writable() const override { return WaitFor(POLLOUT); }

  // The library asks for one byte at a time.
  ssize_t read(char* data, size_t size) override {
    if (begin_ == end_ && !Refill()) return -1;
    const size_t count = std::min(size, end_ - begin_);
    std::copy_n(buffer_.data() + begin_, count, data);
    begin_ += count;
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* data, size_t size) override {
    return WaitFor(POLLOUT) ? send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
  }

  // Nobody asks, and nothing shows it.
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  socket_t socket() const override { return socket_; }

 private:
  bool WaitFor(int16_t what) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - clock_.Monotonic());
    if (left.count() <= 0) return false;
    std::array<pollfd, 2> polled{{{socket_, what, 0}, {stop_, POLLIN, 0}}};
    return poll(polled.data(), polled.size(), static_cast<int>(left.count())) > 0 && polled[1].revents == 0;
  }

  bool Refill() {
    if (budget_ == 0 || !WaitFor(POLLIN)) return false;
    const ssize_t count = recv(socket_, buffer_.data(), std::min(buffer_.size(), budget_), MSG_DONTWAIT);
    if (count <= 0) return false;
    budget_ -= static_cast<size_t>(count);
    begin_ = 0;
    end_ = static_cast<size_t>(count);
    return true;
  }

  int socket_;
  int stop_;
  const Clock& clock_;
  Duration deadline_;
  size_t budget_;  // bytes that may still come
  std::array<char, 4096> buffer_{};
  size_t begin_ = 0;
  size_t end_ = 0;
};

// A few threads, and a queue before them that makes whoever fills it wait.
class BoundedQueue final : public httplib::TaskQueue {
 public:
  explicit BoundedQueue(const AdminLimits& limits) : waiting_max_(limits.waiting_max) {
    for (size_t i = 0; i < limits.threads; ++i) threads_.emplace_back([this] { Work(); });
  }

  void enqueue(std::function<void()> task) override {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [this] { return tasks_.size() < waiting_max_; });
    tasks_.push_back(std::move(task));
    has_task_.notify_one();
  }

  void shutdown() override {
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
    }
    has_task_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void Work() {
    pthread_setname_np(pthread_self(), "admin");
    for (;;) {
      std::unique_lock lock(mutex_);
      has_task_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      has_room_.notify_one();
      lock.unlock();
      task();
    }
  }

  const size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable has_task_;
  std::condition_variable has_room_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

class HttpAdminServer final : public AdminServer, private httplib::Server {
 public:
  HttpAdminServer(AdminListener listener, FileDescriptor stop, std::string token, AdminSource source,
                  const Clock& clock, const Logger& logger, const AdminLimits& limits)
      : stop_(std::move(stop)),
        token_(std::move(token)),
        source_(std::move(source)),
        clock_(clock),
        logger_(logger),
        limits_(limits) {
    new_task_queue = [this] { return new BoundedQueue(limits_); };
    set_payload_max_length(0);
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      Reply(request, response);
      return HandlerResponse::Handled;
    });
    // Without this one, the library would tell what the exception says.
    set_exception_handler([](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
      response.status = 500;
      response.set_content("internal error\n", "text/plain");
    });
    svr_sock_ = listener.TakeSocket().Release();
    thread_ = std::thread([this] { Listen(); });
  }

  ~HttpAdminServer() override {
    eventfd_write(stop_.get(), 1);
    // In this order: shut down, so that accept() returns; closed only when nobody uses its number any more.
    const FileDescriptor socket(svr_sock_.exchange(INVALID_SOCKET));
    if (socket.get() >= 0) ::shutdown(socket.get(), SHUT_RDWR);
    thread_.join();
  }

 private:
  void Listen() {
    pthread_setname_np(pthread_self(), "admin");
    if (listen_after_bind()) return;
    // The library has closed it.
    svr_sock_ = INVALID_SOCKET;
    logger_.Error("the admin server accepts nothing any more; the pipeline goes on");
  }

  bool process_and_close_socket(socket_t socket) override {
    const FileDescriptor owner(socket);
    ConnectionStream stream(socket, stop_.get(), limits_, clock_);
    bool closed = false;
    // Many overlapping ranges would make a long answer of a short request.
    const auto ignore_ranges = [](httplib::Request& request) { request.ranges.clear(); };
    try {
      return process_request(stream, true, closed, ignore_ranges);
    } catch (const std::exception& error) {
      logger_.Warn("the admin server could not answer", {{"error", error.what()}});
      return false;
    }
  }

  void Reply(const httplib::Request& request, httplib::Response& response) const {
    const std::string authorization = request.get_header_value("Authorization");
    const AdminReply reply = Answer({request.method, request.path, authorization}, token_, source_);
    response.status = reply.status;
    response.set_content(reply.body, std::string(reply.media_type));
    response.set_header("Cache-Control", "no-store");
    if (reply.status == 401) response.set_header("WWW-Authenticate", "Bearer");
    if (reply.status == 405) response.set_header("Allow", "GET, HEAD");
  }

  const FileDescriptor stop_;  // readable once the server is to end
  const std::string token_;
  const AdminSource source_;
  const Clock& clock_;
  const Logger& logger_;
  const AdminLimits limits_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<AdminServer>> AdminServer::Start(AdminListener listener, std::string token, AdminSource source,
                                                        const Clock& clock, const Logger& logger,
                                                        const AdminLimits& limits) {
  FileDescriptor stop(eventfd(0, EFD_CLOEXEC));
  if (stop.get() < 0)
    return Fail(ErrorKind::kUnavailable, "the admin server cannot start: " + std::generic_category().message(errno) +
                                             "; turn it off: --admin off");
  try {
    return std::make_unique<HttpAdminServer>(std::move(listener), std::move(stop), std::move(token), std::move(source),
                                             clock, logger, limits);
  } catch (const std::exception& error) {
    return Fail(ErrorKind::kUnavailable, std::string("the admin server cannot start: ") + error.what());
  }
}

}  // namespace penstock
