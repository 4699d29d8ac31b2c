#include "expr/functions/standard_library.h"

#include "expr/functions/collections.h"
#include "expr/functions/conversions.h"
#include "expr/functions/optionals.h"
#include "expr/functions/regex.h"
#include "expr/functions/strings.h"
#include "expr/functions/time.h"

namespace penstock::expr {
namespace {

Library MakeStandardLibrary() {
  Library library;
  AddCollectionFunctions(library);
  AddConversionFunctions(library);
  AddOptionalFunctions(library);
  AddRegexFunctions(library);
  AddStringFunctions(library);
  AddTimeFunctions(library);
  return library;
}

}  // namespace

const Library& StandardLibrary() {
  static const Library kLibrary = MakeStandardLibrary();
  return kLibrary;
}

}  // namespace penstock::expr
