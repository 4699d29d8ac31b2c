// Uniform resource identifiers (RFC 3986).
#pragma once

#include <string_view>

namespace penstock::expr {

// A URI: it has a scheme, as https://example.com/a?b#c and mailto:a@example.com have.
bool IsUri(std::string_view text);

// A URI reference: a URI, or what is relative to one, such as /a?b. The empty text is one by the grammar.
bool IsUriReference(std::string_view text);

}  // namespace penstock::expr
