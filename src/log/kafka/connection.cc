#include "log/kafka/connection.h"

#include <openssl/x509_vfy.h>
#include <syslog.h>

#include "base/hash.h"
#include "base/result.h"
#include "log/kafka/error.h"

namespace penstock::kafka {
namespace {

constexpr Duration kBetweenLines = std::chrono::seconds(1);

bool UsesTokens(const rd_kafka_conf_t& conf) {
  std::array<char, 64> mechanism{};
  size_t size = mechanism.size();
  return rd_kafka_conf_get(&conf, "sasl.mechanism", mechanism.data(), &size) == RD_KAFKA_CONF_OK &&
         std::string_view(mechanism.data()) == "OAUTHBEARER";
}

Connection& Of(void* opaque) { return *static_cast<Connection*>(opaque); }

}  // namespace

void Connection::Attach(rd_kafka_conf_t& conf) {
  rd_kafka_conf_set_opaque(&conf, this);
  rd_kafka_conf_set_log_cb(&conf, [](const rd_kafka_t* handle, int level, const char* facility, const char* text) {
    Of(rd_kafka_opaque(handle)).OnLog(level, facility, text);
  });
  rd_kafka_conf_set_error_cb(&conf, [](rd_kafka_t*, int code, const char* reason, void* opaque) {
    Of(opaque).OnError(static_cast<rd_kafka_resp_err_t>(code), reason);
  });
  // OpenSSL has decided: this only remembers why, which librdkafka's error does not say.
  rd_kafka_conf_set_ssl_cert_verify_cb(
      &conf, [](rd_kafka_t*, const char*, int32_t, int* error, int, const char*, size_t, char*, size_t, void* opaque) {
        if (*error != X509_V_OK) Of(opaque).OnCertificate(X509_verify_cert_error_string(*error));
        return *error == X509_V_OK ? 1 : 0;
      });
  rd_kafka_conf_set_stats_cb(&conf, [](rd_kafka_t*, char* json, size_t size, void* opaque) {
    Of(opaque).statistics_.Update({json, size});
    return 0;
  });
}

std::optional<Trouble> Connection::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void Connection::Forget() {
  const std::lock_guard lock(mutex_);
  trouble_.reset();
}

void Connection::Warn(std::string_view message, std::string_view kind, std::string_view reason) {
  if (logger_ != nullptr && MayLog(kind))
    logger_->Warn(message, {{"client", name_}, {"kind", kind}, {"reason", reason}});
}

void Connection::OnLog(int level, std::string_view facility, std::string_view text) {
  // Each client is told of properties that only another kind of client uses.
  if (facility == "CONFWARN" || logger_ == nullptr) return;
  if (level <= LOG_WARNING)
    Warn("Kafka client", facility, text);
  else
    logger_->Debug("Kafka client", {{"client", name_}, {"kind", facility}, {"reason", text}});
}

void Connection::OnCertificate(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  certificate_trouble_ = reason;
}

void Connection::OnError(rd_kafka_resp_err_t code, std::string_view text) {
  std::string reason(text);
  {
    const std::lock_guard lock(mutex_);
    if (code == RD_KAFKA_RESP_ERR__SSL && !certificate_trouble_.empty()) reason = certificate_trouble_ + "; " + reason;
    // That all brokers are down says less than why one of them is.
    if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || !trouble_) trouble_ = {code, reason};
  }
  Warn("Kafka cannot be reached", rd_kafka_err2name(code), reason);
}

bool Connection::MayLog(std::string_view kind) {
  const Duration now = clock_.Monotonic();
  const std::lock_guard lock(mutex_);
  Duration& next = next_line_[Hash64(kind) % next_line_.size()];
  if (now < next) return false;
  next = now + kBetweenLines;
  return true;
}

Result<Handle<rd_kafka_t>> MakeHandle(rd_kafka_type_t type, Handle<rd_kafka_conf_t> conf, std::string_view what) {
  std::array<char, 512> reason{};
  const bool has_tokens = UsesTokens(*conf);
  if (has_tokens) rd_kafka_conf_enable_sasl_queue(conf.get(), 1);
  // What a producer may send says nothing about fetches, but librdkafka would have these at least as large.
  if (type == RD_KAFKA_CONSUMER)
    rd_kafka_conf_set(conf.get(), "message.max.bytes", "1000", reason.data(), reason.size());
  Handle<rd_kafka_t> handle(rd_kafka_new(type, conf.get(), reason.data(), reason.size()));
  if (handle == nullptr)
    return Fail(ErrorKind::kInvalid, "Kafka " + std::string(what) + " cannot be made: " + reason.data());
  // It belongs to the handle now.
  static_cast<void>(conf.release());
  // Tokens expire, whether or not anybody polls.
  if (has_tokens)
    if (const Handle<rd_kafka_error_t> error{rd_kafka_sasl_background_callbacks_enable(handle.get())})
      return tl::unexpected(ToError("tokens for Kafka cannot be kept fresh", *error));
  return handle;
}

}  // namespace penstock::kafka
