#include "log/sim/network.h"

#include <gtest/gtest.h>

#include <optional>

#include "log/sim/channel.h"

namespace penstock::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class NetworkTest : public testing::Test {
 protected:
  // Asks once, and lets time pass.
  void Ask(Duration patience = {}) {
    channel_->Ask<Code>(
        "Request", patience,
        [this] {
          ++served_;
          return answer_;
        },
        [this](const Code& code, bool straggler) {
          told_ = code;
          straggler_ = straggler;
        });
  }
  void Wait(Duration time) { scheduler_.RunUntil(scheduler_.now() + time); }

  ManualClock clock_;
  Scheduler scheduler_{clock_};
  Random random_{5};
  Trace trace_{clock_, 100};
  Network network_{scheduler_, random_, trace_};
  std::shared_ptr<Host> host_ = std::make_shared<Host>();
  std::optional<Channel> channel_{std::in_place, network_, host_};
  Code answer_ = Code::kOk;
  int served_ = 0;
  std::optional<Code> told_;
  bool straggler_ = false;
};

TEST_F(NetworkTest, BringsRequestsAndAnswers) {
  Ask();
  EXPECT_FALSE(told_);
  Wait(milliseconds(10));
  EXPECT_EQ(told_, Code::kOk);
  EXPECT_FALSE(straggler_);
  EXPECT_EQ(served_, 1);
}

TEST_F(NetworkTest, LosesRequests) {
  network_.SetFaults({.lost_there = 1000});
  Ask();
  Wait(seconds(60));
  EXPECT_EQ(told_, Code::kNoAnswer);
  EXPECT_TRUE(straggler_);
  EXPECT_EQ(served_, 0);
}

TEST_F(NetworkTest, LosesAnswers) {
  network_.SetFaults({.lost_back = 1000});
  Ask();
  Wait(seconds(60));
  EXPECT_EQ(told_, Code::kNoAnswer);
  EXPECT_EQ(served_, 1);
}

TEST_F(NetworkTest, BringsLateWhatWasGivenUp) {
  network_.SetFaults({.late = 1000});
  int late = 0;
  for (int i = 0; i < 20; ++i) {
    told_.reset();
    Ask();
    const int before = served_;
    while (!told_) scheduler_.RunNext(seconds(1000));
    late += served_ == before ? 1 : 0;
  }
  EXPECT_GT(late, 5);
  Wait(seconds(60));
  EXPECT_EQ(served_, 20);
}

TEST_F(NetworkTest, AsksAgainAsLongAsThereIsPatience) {
  answer_ = Code::kConcurrentTransactions;
  Ask(seconds(1));
  Wait(milliseconds(500));
  EXPECT_GT(served_, 3);
  EXPECT_FALSE(told_);
  Wait(seconds(1));
  EXPECT_EQ(told_, Code::kConcurrentTransactions);
  const int served = served_;
  Wait(seconds(1));
  EXPECT_EQ(served_, served);
}

TEST_F(NetworkTest, IsCutForATime) {
  network_.CutUntil(milliseconds(300));
  Ask(seconds(1));
  Wait(milliseconds(290));
  EXPECT_EQ(served_, 0);
  Wait(milliseconds(300));
  EXPECT_EQ(told_, Code::kOk);
  EXPECT_TRUE(straggler_);
}

TEST_F(NetworkTest, TellsAStoppedProcessWhenItGoesOn) {
  host_->stopped_until = seconds(5);
  Ask();
  Wait(seconds(4));
  EXPECT_EQ(served_, 1);
  EXPECT_FALSE(told_);
  Wait(seconds(2));
  EXPECT_EQ(told_, Code::kOk);
}

TEST_F(NetworkTest, ServesWhatAKilledProcessHasSent) {
  Ask();
  host_->alive = false;
  Wait(seconds(1));
  EXPECT_EQ(served_, 1);
  EXPECT_FALSE(told_);
}

TEST_F(NetworkTest, TellsNothingToAChannelThatHasEnded) {
  Ask();
  channel_.reset();
  Wait(seconds(1));
  EXPECT_EQ(served_, 1);
  EXPECT_FALSE(told_);
}

TEST_F(NetworkTest, WritesDownWhatHappens) {
  host_->name = "process";
  answer_ = Code::kProducerFenced;
  Ask();
  Wait(seconds(1));
  EXPECT_NE(trace_.Text().find("process: Request arrives"), std::string::npos);
  EXPECT_NE(trace_.Text().find("process: Request: PRODUCER_FENCED"), std::string::npos);
}

}  // namespace
}  // namespace penstock::sim
