#include "tests/providers/standin.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace penstock::remote {
namespace {

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Pipe MakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

std::string ReadLine(const FileDescriptor& from) {
  std::string line;
  for (char c = 0; ::read(from.get(), &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

FileDescriptor ConnectTo(int port) {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    throw std::runtime_error("the stand-in does not listen");
  return socket;
}

// The body of an answer, over a connection of its own.
std::string Get(int port, const std::string& path) {
  const FileDescriptor socket = ConnectTo(port);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  if (::write(socket.get(), request.data(), request.size()) != static_cast<ssize_t>(request.size()))
    throw std::runtime_error("the stand-in does not read");
  std::string reply;
  std::array<char, 4096> part{};
  for (ssize_t got = 0; (got = ::read(socket.get(), part.data(), part.size())) > 0;)
    reply.append(part.data(), static_cast<size_t>(got));
  return reply.substr(reply.find("\r\n\r\n") + 4);
}

}  // namespace

Standin::Standin() {
  Pipe input = MakePipe();
  const Pipe output = MakePipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input.read.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output.write.get(), STDOUT_FILENO);
  std::string program = PENSTOCK_STANDIN;
  std::string folder = folder_.path();
  const std::array<char*, 3> arguments = {program.data(), folder.data(), nullptr};
  const int failed = ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + program);
  input_ = std::move(input.write);
  places_ = std::make_unique<ParsedJson>(ReadLine(output.read));
}

Standin::~Standin() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

std::string Standin::Url(std::string_view scheme, std::string_view place, std::string_view rest) const {
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(places_->At(place).as_int()) + std::string(rest);
}

std::string Standin::Http(std::string_view name, std::string_view query) const {
  return Url("http", "http", "/v1?case=" + std::string(name) + (query.empty() ? "" : "&") + std::string(query));
}

std::string Standin::Https(std::string_view place, std::string_view name, std::string_view query) const {
  return Url("https", place, "/v1?case=" + std::string(name) + (query.empty() ? "" : "&") + std::string(query));
}

std::string Standin::ca_file() const { return std::string(places_->At("ca").text()); }
std::string Standin::unix_socket() const { return std::string(places_->At("unix").text()); }

ParsedJson Standin::Counts(std::string_view name) const {
  return ParsedJson(Get(static_cast<int>(places_->At("http").as_int()), "/control/counts?case=" + std::string(name)));
}

int UnusedPort() {
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port");
  return ntohs(address.sin_port);
}

}  // namespace penstock::remote
