#include <gtest/gtest.h>

#include "config/sample_options.h"
#include "config/schema.h"

namespace penstock {
namespace {

TEST(Reference, HasATableForEachGroupOnce) {
  EXPECT_EQ(ReferenceOf(SampleFile(), "The file"),
            "# The file\n\nEverything.\n\n"
            "| option | value | what it does |\n|---|---|---|\n"
            "| `flag` | `true` \\| `false` | Yes or no. Left out: `true`. |\n"
            "| `mode` | `slow` \\| `fast` | How. |\n"
            "| `rules` | map from names to CEL | Rules. |\n"
            "| `some` | CEL, or a list of them | Some. |\n"
            "| `things` | list of [inner](#inner) | Things. |\n"
            "| `other` | [inner](#inner) | Another. |\n\n"
            "```yaml\nflag: true\n```\n\n"
            "## inner\n\nOne \"thing\".\n\n"
            "| option | value | what it does |\n|---|---|---|\n"
            "| `size` | size | Its size. Required. Example: `1KiB` |\n"
            "| `key` | secret | Its key. |\n\n");
}

}  // namespace
}  // namespace penstock
