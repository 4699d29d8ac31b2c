// The text that a model is given, with the values of an event in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/problems.h"
#include "expr/environment.h"
#include "expr/program.h"
#include "steps/step_context.h"

namespace penstock {

// One part of a prompt: texts, and expressions between them.
class PromptTemplate {
 public:
  struct Piece {
    std::string text;  // before the value
    std::optional<expr::Program> value;
    std::string place;  // of the expression, as in prompts/support.md:3:12
  };

  explicit PromptTemplate(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  // The text, in the context's arena; or an error that names the place of what is missing. Texts go in as they are,
  // everything else as JSON. A value that is null is missing too.
  Value Render(StepContext& context) const;

 private:
  std::vector<Piece> pieces_;
};

struct Prompt {
  std::optional<PromptTemplate> system;
  std::optional<PromptTemplate> user;
};

// `{{ CEL }}` stands for a value. Lines `## system` and `## user` begin parts; without them, all is the user's. What is
// wrong is added to `problems`, which are those of the prompt's file.
Prompt CompilePrompt(expr::Environment& environment, Problems& problems);

}  // namespace penstock
