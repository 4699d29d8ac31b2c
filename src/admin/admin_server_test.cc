#include "admin/admin_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/socket.h>

#include <array>
#include <thread>

namespace penstock {
namespace {

// A connection that is left to the test.
class RawConnection {
 public:
  explicit RawConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* any = reinterpret_cast<const sockaddr*>(&address);
    EXPECT_EQ(connect(socket_.get(), any, sizeof(address)), 0);
  }

  bool Send(const std::string& text) {
    return send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  // All that comes until the other side closes.
  std::string Receive() {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t count = 0; (count = recv(socket_.get(), buffer.data(), buffer.size(), 0)) > 0;)
      text.append(buffer.data(), static_cast<size_t>(count));
    return text;
  }

 private:
  FileDescriptor socket_;
};

class AdminServerTest : public testing::Test {
 protected:
  void Start(const std::string& token = "", const AdminLimits& limits = {}) {
    Result<AdminListener> listener = AdminListener::Open({.port = 0});
    ASSERT_TRUE(listener);
    port_ = std::stoi(listener->url().substr(listener->url().rfind(':') + 1));
    const AdminSource source{[this] { return Metrics(); }, [] { return EngineHealth(); }};
    Result<std::unique_ptr<AdminServer>> server =
        AdminServer::Start(*std::move(listener), token, source, RealClock(), logger_, limits);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }

  std::string Metrics() const {
    if (broken_) throw std::runtime_error("what nobody should see");
    return std::string(100'000, 'm');
  }

  httplib::Client Client() const { return httplib::Client("127.0.0.1", port_); }

  const Logger logger_{{}, [](std::string_view) {}, RealClock()};
  int port_ = 0;
  bool broken_ = false;
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, AnswersOverHttp) {
  Start();
  httplib::Client client = Client();
  const httplib::Result health = client.Get("/healthz");
  ASSERT_TRUE(health);
  EXPECT_EQ(health->status, 200);
  EXPECT_EQ(health->body, "ok\n");
  EXPECT_EQ(health->get_header_value("Connection"), "close");
  const httplib::Result metrics = client.Get("/metrics");
  ASSERT_TRUE(metrics);
  EXPECT_EQ(metrics->body, Metrics());
  EXPECT_EQ(metrics->get_header_value("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(client.Get("/other")->status, 404);
}

TEST_F(AdminServerTest, AnswersHeadWithoutABody) {
  Start();
  const httplib::Result head = Client().Head("/healthz");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->body, "");
}

TEST_F(AdminServerTest, RefusesWhatChangesSomething) {
  Start();
  const httplib::Result post = Client().Post("/metrics", "body", "text/plain");
  ASSERT_TRUE(post);
  EXPECT_EQ(post->status, 405);
  EXPECT_EQ(post->get_header_value("Allow"), "GET, HEAD");
}

TEST_F(AdminServerTest, DemandsTheToken) {
  Start("0123456789abcdef");
  httplib::Client client = Client();
  const httplib::Result refused = client.Get("/metrics");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 401);
  EXPECT_EQ(refused->get_header_value("WWW-Authenticate"), "Bearer");
  client.set_bearer_token_auth("0123456789abcdef");
  EXPECT_EQ(client.Get("/metrics")->status, 200);
}

TEST_F(AdminServerTest, TellsNobodyWhatAnExceptionSays) {
  Start();
  broken_ = true;
  RawConnection connection(port_);
  connection.Send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = connection.Receive();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
  EXPECT_EQ(answer.find("nobody"), std::string::npos);
}

TEST_F(AdminServerTest, MakesNoLongAnswerOfManyRanges) {
  Start();
  std::string ranges = "0-99999";
  for (int i = 0; i < 500; ++i) ranges += ",0-99999";
  const httplib::Result metrics = Client().Get("/metrics", {{"Range", "bytes=" + ranges}});
  ASSERT_TRUE(metrics);
  EXPECT_EQ(metrics->body.size(), Metrics().size());
}

TEST_F(AdminServerTest, EndsARequestThatIsTooLong) {
  Start();
  RawConnection connection(port_);
  std::string request = "GET /healthz HTTP/1.1\r\n";
  for (int i = 0; i < 2000; ++i) request += "X-Header-" + std::to_string(i) + ": value\r\n";
  connection.Send(request);
  EXPECT_EQ(connection.Receive().find("200 OK"), std::string::npos);
}

TEST_F(AdminServerTest, EndsConnectionsThatSendNothingInTime) {
  Start("", {.connection = std::chrono::milliseconds(50), .threads = 1});
  RawConnection silent(port_);
  RawConnection slow(port_);
  slow.Send("GET /hea");
  // Behind both of them, on the only thread.
  const httplib::Result health = Client().Get("/healthz");
  ASSERT_TRUE(health);
  EXPECT_EQ(health->status, 200);
  EXPECT_EQ(silent.Receive().find("200 OK"), std::string::npos);
}

TEST_F(AdminServerTest, AnswersAllOfMoreConnectionsThanMayWait) {
  Start("", {.threads = 1, .waiting_max = 1});
  std::vector<std::thread> threads;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      const httplib::Result health = Client().Get("/healthz");
      if (health && health->status == 200) ++answered;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 8);
}

TEST_F(AdminServerTest, EndsAtOnceWhateverIsOpen) {
  Start("", {.connection = std::chrono::hours(1), .threads = 1, .waiting_max = 1});
  std::vector<std::unique_ptr<RawConnection>> silent;
  for (int i = 0; i < 5; ++i) silent.push_back(std::make_unique<RawConnection>(port_));
  const Duration begin = RealClock().Monotonic();
  server_.reset();
  EXPECT_LT(RealClock().Monotonic() - begin, std::chrono::seconds(5));
}

TEST_F(AdminServerTest, EndsBeforeItHasBegun) {
  for (int i = 0; i < 50; ++i) {
    Start();
    server_.reset();
  }
}

}  // namespace
}  // namespace penstock
