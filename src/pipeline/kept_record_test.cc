#include "pipeline/kept_record.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace penstock {
namespace {

TEST(KeptRecord, OwnsItsBytes) {
  const std::string topic = "t";
  KeptRecord kept;
  {
    const std::string value = "a value that is not short";
    const std::string name = "name";
    const std::vector<Header> headers = {{name, value}, {name, std::nullopt}, {"", ""}};
    Record record;
    record.source = {name, 3, 7};
    record.timestamp_ms = 5;
    record.key = "";
    record.value = value;
    record.headers = headers;
    kept = KeptRecord::Of(record, topic);
    EXPECT_EQ(kept.bytes(), 3 * sizeof(Header) + 2 * name.size() + 2 * value.size());
  }
  const KeptRecord moved = std::move(kept);
  const Record& record = moved.record();
  EXPECT_EQ(record.source, (Source{"t", 3, 7}));
  EXPECT_EQ(record.timestamp_ms, 5);
  EXPECT_EQ(record.key, "");
  EXPECT_EQ(record.value, "a value that is not short");
  ASSERT_EQ(record.headers.size(), 3U);
  EXPECT_EQ(record.headers[0].name, "name");
  EXPECT_EQ(record.headers[0].value, record.value);
  EXPECT_EQ(record.headers[1].value, std::nullopt);
  EXPECT_EQ(record.headers[2].value, "");
}

TEST(KeptRecord, KeepsWhatIsAbsent) {
  const KeptRecord kept = KeptRecord::Of(Record(), "t");
  EXPECT_EQ(kept.record().key, std::nullopt);
  EXPECT_EQ(kept.record().value, std::nullopt);
  EXPECT_EQ(kept.bytes(), 0U);
}

}  // namespace
}  // namespace penstock
