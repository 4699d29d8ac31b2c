// What is said to a provider, and how its answers are read: one for each kind of remote model.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "event/json_parser.h"
#include "event/value.h"
#include "model/call/attempt.h"
#include "model/model.h"
#include "model/remote/model_answer.h"
#include "model/remote/remote_model.h"

namespace penstock::remote {

struct Prompt {
  std::string payload;
  int64_t tokens = 0;  // of input and output, as far as they can be guessed
};

// Reads one answer that comes in parts. Used by one thread.
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  // False: the answer is complete, or there will be none.
  virtual bool Feed(std::string_view bytes, JsonParser& parser, Arena& arena) = 0;
  // Whether a part of the answer itself has come.
  virtual bool has_begun() const = 0;
  // Whether the end of the answer has come.
  virtual bool is_complete() const = 0;
  // What came, once no more comes.
  virtual AttemptOutcome Finish() = 0;
};

// Immutable; used by many threads at once, each with a parser of its own.
class Protocol {
 public:
  virtual ~Protocol() = default;

  virtual std::vector<Port> inputs() const = 0;
  virtual std::vector<Port> outputs() const = 0;
  virtual std::string_view path_suffix() const = 0;  // what follows an endpoint's URL
  virtual std::string_view accept() const { return "application/json"; }

  // kInvalid: inputs that are none of this kind; the message holds nothing of them but their types.
  virtual Result<Prompt> Write(std::span<const Value> inputs) const = 0;

  // The outcome of an answer with a status of 2xx: of kAnswered, a packed ModelAnswer; kFailed where it is not what
  // the provider's API describes.
  virtual AttemptOutcome Read(int status, std::string_view body, JsonParser& parser, Arena& arena) const = 0;
  // Null: answers never come in parts.
  virtual std::unique_ptr<StreamReader> NewStream(int /*status*/) const { return nullptr; }

  // The value of each output, in the order of outputs(). What they borrow lives in `arena`. The failure's message
  // follows "model x: ".
  virtual std::optional<Failure> Outputs(const UnpackedAnswer& answer, JsonParser& parser, Arena& arena,
                                         std::span<Value> outputs) const = 0;
};

// kInvalid: the spec does not fit the kind.
Result<std::unique_ptr<Protocol>> MakeProtocol(const RemoteSpec& spec);

// Tokens of a text, never too few: on no corpus that was tried did a token take less than 2.3 bytes.
constexpr int64_t TokensOf(size_t bytes) { return (static_cast<int64_t>(bytes) * 10 + 22) / 23; }

}  // namespace penstock::remote
