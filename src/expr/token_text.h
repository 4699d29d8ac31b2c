// Tokens in the words of messages.
#pragma once

#include <string>

#include "expr/lexer.h"

namespace penstock::expr {

// What follows "expected ..., " in a message: "found 'and'; write '&&'", or "but the expression ends".
std::string DescribeToken(const Token& token);

}  // namespace penstock::expr
