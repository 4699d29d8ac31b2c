#include "model/remote/event_stream.h"

#include <gtest/gtest.h>

#include <vector>

namespace penstock::remote {
namespace {

// The events of a stream that comes in parts of `part` bytes.
std::vector<std::string> Events(std::string_view stream, size_t part) {
  EventStream events;
  std::vector<std::string> read;
  const auto take = [&] {
    while (const std::optional<std::string_view> data = events.Next()) read.emplace_back(*data);
  };
  for (size_t i = 0; i < stream.size(); i += part) {
    events.Feed(stream.substr(i, part));
    take();
  }
  events.End();
  take();
  return read;
}

void ExpectEvents(std::string_view stream, const std::vector<std::string>& expected) {
  for (size_t part = 1; part <= stream.size() + 1; ++part) EXPECT_EQ(Events(stream, part), expected) << part;
}

TEST(EventStreamTest, EventsEndWithABlankLine) { ExpectEvents("data: a\n\ndata: b\n\n", {"a", "b"}); }

TEST(EventStreamTest, LinesMayEndInCarriageReturnAndLineFeed) {
  ExpectEvents("data: a\r\n\r\ndata: b\r\n\r\n", {"a", "b"});
}

TEST(EventStreamTest, OneSpaceAfterTheColonIsNone) { ExpectEvents("data:a\n\ndata:  b\n\n", {"a", " b"}); }

TEST(EventStreamTest, SeveralLinesAreOneEvent) { ExpectEvents("data: {\ndata\ndata: }\n\n", {"{\n\n}"}); }

TEST(EventStreamTest, CommentsAndOtherFieldsCountForNothing) {
  ExpectEvents(": keep-alive\n\nevent: x\nid: 7\nretry: 3\ndatabase: no\ndata: a\n: c\n\n\n\n", {"a"});
}

TEST(EventStreamTest, TheLastEventNeedsNoBlankLine) {
  ExpectEvents("data: a\n\ndata: b\n", {"a", "b"});
  ExpectEvents("data: a\n\ndata: b", {"a", "b"});
  ExpectEvents("data: a\n\ndata: b\r", {"a", "b"});
}

TEST(EventStreamTest, AnEmptyEventIsOne) { ExpectEvents("data:\n\n", {""}); }

TEST(EventStreamTest, NothingIsNothing) {
  ExpectEvents("", {});
  ExpectEvents("\n\n\r\n", {});
}

}  // namespace
}  // namespace penstock::remote
