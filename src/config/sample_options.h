// For tests: options of all shapes.
#pragma once

#include "config/option.h"

namespace penstock {

inline const Group& SampleInner() {
  static const Group group{
      .name = "inner",
      .doc = "One \"thing\".",
      .options =
          {{.name = "size", .shape = {ShapeKind::kBytes}, .doc = "Its size.", .example = "1KiB", .required = true},
           {.name = "key", .shape = {ShapeKind::kSecret}, .doc = "Its key."}},
      .choice = Group::Choice::kExactlyOne};
  return group;
}

inline const Group& SampleFile() {
  static const Shape cel{ShapeKind::kCel};
  static const Shape inner{.kind = ShapeKind::kGroup, .group = &SampleInner()};
  static const Group group{
      .name = "file",
      .doc = "Everything.",
      .options = {{.name = "flag", .shape = {ShapeKind::kBool}, .doc = "Yes or no.", .fallback = "`true`"},
                  {.name = "mode", .shape = {.kind = ShapeKind::kChoice, .choices = {"slow", "fast"}}, .doc = "How."},
                  {.name = "rules", .shape = {.kind = ShapeKind::kMap, .element = &cel}, .doc = "Rules."},
                  {.name = "some", .shape = {.kind = ShapeKind::kOneOrMany, .element = &cel}, .doc = "Some."},
                  {.name = "things", .shape = {.kind = ShapeKind::kList, .element = &inner}, .doc = "Things."},
                  {.name = "other", .shape = inner, .doc = "Another."},
                  {.name = "later", .shape = {ShapeKind::kJson}, .doc = {}, .planned = true}},
      .example = "flag: true\n"};
  return group;
}

}  // namespace penstock
