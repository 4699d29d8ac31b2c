#include "expr/functions/standard_library.h"

#include <array>

#include "expr/functions/collections.h"
#include "expr/functions/contracts.h"
#include "expr/functions/conversions.h"
#include "expr/functions/encoders.h"
#include "expr/functions/format.h"
#include "expr/functions/lists.h"
#include "expr/functions/math.h"
#include "expr/functions/network.h"
#include "expr/functions/optionals.h"
#include "expr/functions/regex.h"
#include "expr/functions/regex_rewriting.h"
#include "expr/functions/sets.h"
#include "expr/functions/string_building.h"
#include "expr/functions/strings.h"
#include "expr/functions/time.h"

namespace penstock::expr {
namespace {

struct FamilySource {
  std::string_view name;
  std::string_view summary;
  std::vector<Function> (*functions)();
};
constexpr std::array kFamilies = {
    FamilySource{"Sizes", "How much a value holds.", CollectionFunctions},
    FamilySource{"Conversions", "From one type to another. What cannot be converted is an error.", ConversionFunctions},
    FamilySource{"Strings: looking and cutting", "Positions count characters (code points), from 0.", StringFunctions},
    FamilySource{"Strings: rewriting", "Texts made of texts.", StringBuildingFunctions},
    FamilySource{"Strings: formatting", "Values put into a text.", FormatFunctions},
    FamilySource{"Strings: what they are", "For the rules of data contracts. Of the empty text, each is false.",
                 ContractFunctions},
    FamilySource{"Regular expressions: matching",
                 "In the syntax of RE2. A pattern that is a literal is compiled once, with the expression.",
                 RegexFunctions},
    FamilySource{"Regular expressions: rewriting",
                 "Likewise. Matches are found from left to right; an empty one right after another does not count.",
                 RegexRewritingFunctions},
    FamilySource{"Numbers", "Beyond the operators.", MathFunctions},
    FamilySource{"Lists", "Lists made of lists, besides the macros.", ListFunctions},
    FamilySource{"Lists as sets", "Elements count as the same where `==` says so. Time grows with the lists' sizes.",
                 SetFunctions},
    FamilySource{"Times", "The parts of timestamps and durations.", TimeFunctions},
    FamilySource{"Optionals", "Values that may be absent, as `event.?field` and `list[?0]` give them.",
                 OptionalFunctions},
    FamilySource{"Networks", "Addresses and networks, of IPv4 and IPv6.", NetworkFunctions},
    FamilySource{"Encodings", "Bytes as text.", EncoderFunctions},
};

Library MakeStandardLibrary() {
  Library library;
  for (const FamilySource& family : kFamilies) library.Add(Family{family.name, family.summary, family.functions()});
  return library;
}

}  // namespace

const Library& StandardLibrary() {
  static const Library kLibrary = MakeStandardLibrary();
  return kLibrary;
}

}  // namespace penstock::expr
