#include "log/kafka/reachability.h"

#include <algorithm>

#include "log/kafka/error.h"
#include "log/kafka/handle.h"

namespace penstock::kafka {
namespace {

constexpr Duration kSlice = std::chrono::milliseconds(250);

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// Brokers that are being started refuse connections, but do not show wrong certificates.
bool IsForGood(const Trouble& trouble) {
  if (trouble.code == RD_KAFKA_RESP_ERR__AUTHENTICATION) return true;
  return trouble.code == RD_KAFKA_RESP_ERR__SSL && !Contains(trouble.reason, "Disconnected");
}

std::string_view Advice(const Trouble& trouble) {
  if (trouble.code == RD_KAFKA_RESP_ERR__AUTHENTICATION)
    return "authentication failed: check sasl.mechanism, user and password, or the token";
  if (trouble.code == RD_KAFKA_RESP_ERR__SSL)
    return "TLS failed: check ssl.ca.location, the broker's name in its certificate, and that the port speaks TLS";
  if (trouble.code == RD_KAFKA_RESP_ERR__RESOLVE) return "the host's name is not known";
  if (Contains(trouble.reason, "refused")) return "nobody listens there: check host and port, and that the broker runs";
  return "check host, port and security.protocol";
}

}  // namespace

Error Unreachable(const std::string& brokers, const std::optional<Trouble>& trouble) {
  const std::string what = "Kafka cannot be reached at " + brokers + ": ";
  if (!trouble) return {ErrorKind::kUnavailable, what + "it does not answer: check host, port and security.protocol"};
  const ErrorKind kind = IsForGood(*trouble) ? ErrorKind::kInvalid : ErrorKind::kUnavailable;
  return {kind, what + std::string(Advice(*trouble)) + " (" + trouble->reason + ")"};
}

Result<void> Reach(rd_kafka_t* handle, Connection& connection, const std::string& brokers, Duration wait,
                   const Clock& clock) {
  const Duration deadline = clock.Monotonic() + wait;
  for (;;) {
    const Duration left = std::clamp(deadline - clock.Monotonic(), Duration::zero(), kSlice);
    const struct rd_kafka_metadata* answer = nullptr;
    const auto left_ms = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
    const rd_kafka_resp_err_t code = rd_kafka_metadata(handle, 0, nullptr, &answer, static_cast<int>(left_ms) + 1);
    if (answer != nullptr) rd_kafka_metadata_destroy(answer);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    // What went wrong is told here.
    rd_kafka_poll(handle, 0);
    const std::optional<Trouble> trouble = connection.trouble();
    if ((trouble && IsForGood(*trouble)) || clock.Monotonic() >= deadline)
      return tl::unexpected(Unreachable(brokers, trouble));
  }
}

}  // namespace penstock::kafka
