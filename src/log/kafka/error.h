// What librdkafka and brokers report, in words for the user.
#pragma once

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::kafka {

// Who has to act on it. kUnavailable: it may pass, and what failed may be repeated; any other will not.
ErrorKind KindOf(rd_kafka_resp_err_t code);

// "WHAT: REASON"; the reason is the code's, unless something more exact is known.
Error ToError(std::string_view what, rd_kafka_resp_err_t code, std::string_view reason = {});
Error ToError(std::string_view what, const rd_kafka_error_t& error);

// A record that was refused with it will be refused however often it is sent.
bool IsAboutTheRecord(rd_kafka_resp_err_t code);

}  // namespace penstock::kafka
