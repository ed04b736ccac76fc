// Groups: what one session knows of a content spares the others.
#include "peer_session/group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "group/book.h"
#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::string OfferOf(const std::string& content, const std::string& id, bool is_pinned = false) {
  FileInfo file = FileOf(content, 100);
  file.id = TransferId{id};
  file.is_pinned = is_pinned;
  return wire::WriteOfferFile(file);
}

// Sessions of one application, each with a peer of its own.
class Trio {
 public:
  Trio() {
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      sessions_[i] = std::make_unique<SessionDriver>(group_, Member{static_cast<std::uint32_t>(i + 1)});
      sessions_[i]->Open();
    }
  }

  SessionDriver& operator[](std::size_t number) { return *sessions_[number]; }
  void Destroy(std::size_t number) { sessions_[number].reset(); }

  // What the woken ones do, and then all others, until the time is over.
  Lines Pass(Duration span) {
    Lines lines = Wake();
    constexpr std::int64_t kStep = 100'000;
    for (std::int64_t left = span.micros(); left > 0; left -= kStep) {
      for (const auto& session : sessions_) {
        if (!session) continue;
        Append(lines, session->Pass(Duration::Micros(std::min(left, kStep))));
      }
      Append(lines, Wake());
    }
    return lines;
  }
  bool WakesAny() { return group_.PollWoken().has_value(); }
  Lines Wake() {
    Lines lines;
    while (const std::optional<Member> woken = group_.PollWoken()) {
      Append(lines, sessions_[static_cast<std::size_t>(*woken) - 1]->Timeout());
    }
    return lines;
  }

 private:
  static void Append(Lines& lines, const Lines& more) { lines.insert(lines.end(), more.begin(), more.end()); }

  Group group_;
  std::array<std::unique_ptr<SessionDriver>, 3> sessions_;
};

void Deliver(SessionDriver& session, std::uint32_t key, const std::string& content, const std::string& id) {
  FileInfo file = FileOf(content, 0);
  file.id = TransferId{id};
  session.Text(wire::WriteOfferFile(file));
  session.Pull(key, id);
  session.Text(wire::WriteMeta(file, {}));
  session.Authorization(key);
  EXPECT_THAT(session.Digest(key, content), ElementsAre("deliver " + std::to_string(key)));
}

TEST(Groups, AnnounceAContentOnce) {
  Trio trio;
  EXPECT_THAT(trio[0].Text(OfferOf("x", "a")), ElementsAre("offer a"));
  EXPECT_THAT(trio[1].Text(OfferOf("x", "b")), IsEmpty());
  EXPECT_THAT(trio[1].Text(OfferOf("y", "c")), ElementsAre("offer c"));
  trio[0].Pull(1, "a");
  EXPECT_THAT(trio[2].Text(OfferOf("x", "d")), IsEmpty());
}

TEST(Groups, OfOneAnnounceEverythingAndSendEverything) {
  Group group;
  SessionDriver session(group, Member{1});
  session.Open();
  EXPECT_THAT(session.Text(OfferOf("x", "a")), ElementsAre("offer a"));
  session.Pull(1, "a");
  EXPECT_THAT(session.Text(OfferOf("x", "b")), ElementsAre("offer b"));
  EXPECT_THAT(session.RequestFile(HashOf("x")), ElementsAre("send request-file"));
  EXPECT_THAT(session.Offer(2, "x", 100), ElementsAre("send offer-file x"));
  EXPECT_THAT(session.Text(OfferOf("x", "c")), ElementsAre("offer c"));
}

TEST(Groups, AnnounceTheNextSourceWhenOneFails) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(1, "a");
  trio[1].Text(OfferOf("x", "b"));
  trio[2].Text(OfferOf("x", "c"));
  EXPECT_THAT(trio[0].Text(AbortText("a")), ElementsAre("failed 1 aborted-by-peer"));
  EXPECT_THAT(trio.Wake(), ElementsAre("offer c"));
  trio[2].Pull(1, "c");
  trio[2].Close();
  EXPECT_THAT(trio.Wake(), ElementsAre("offer b"));
}

TEST(Groups, AnnounceTheNextSourceAfterTheEndOfTheOneBefore) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Text(OfferOf("x", "b"));
  trio[0].Pull(1, "a");
  EXPECT_THAT(trio[0].Text(AbortText("a")), ElementsAre("failed 1 aborted-by-peer", "offer b"));
}

TEST(Groups, AnnounceTheNextSourceWhenAPullIsRefused) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[1].Text(OfferOf("x", "b"));
  trio[0].Pull(1, "a");
  FileInfo file = FileOf("x", 100);
  file.id = TransferId{"a"};
  trio[0].Text(wire::WriteMeta(file, {}));
  EXPECT_THAT(trio[0].Authorization(1, false), ElementsAre("failed 1 refused"));
  EXPECT_THAT(trio.Wake(), ElementsAre("offer b"));
}

TEST(Groups, AnnounceTheNextSourceWhenTheAnnouncedOnesSessionCloses) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[1].Text(OfferOf("x", "b"));
  trio[0].ChannelClosed();
  EXPECT_THAT(trio.Wake(), ElementsAre("offer b"));
}

TEST(Groups, AnnounceTheNextSourceWhenASessionIsGone) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(1, "a");
  trio[1].Text(OfferOf("x", "b"));
  trio.Destroy(0);
  EXPECT_THAT(trio.Wake(), ElementsAre("offer b"));
}

TEST(Groups, WaitForWhatIsVerifiedAfterItsSessionClosed) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(1, "a");
  trio[1].Text(OfferOf("x", "b"));
  FileInfo file = FileOf("x", 100);
  file.id = TransferId{"a"};
  trio[0].Text(wire::WriteMeta(file, {}));
  trio[0].Authorization(1);
  trio[0].Binary(100);
  trio[0].ChannelClosed();
  EXPECT_THAT(trio.Wake(), IsEmpty());
  EXPECT_THAT(trio[0].Digest(1, "x"), ElementsAre("deliver 1", "closed closed"));
  EXPECT_THAT(trio.Pass(Duration::Seconds(60)), IsEmpty());
}

TEST(Groups, AnnounceTheNextSourceWhenAnIdleApplicationDoesNotPull) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[1].Text(OfferOf("x", "b"));
  EXPECT_THAT(trio.Pass(Duration::Seconds(4)), IsEmpty());
  EXPECT_THAT(trio.Pass(Duration::Seconds(2)), ElementsAre("offer b"));
  EXPECT_THAT(trio.Pass(Duration::Seconds(60)), IsEmpty());
}

TEST(Groups, TakeWhatIsNotPulledForQueuedWhileTheApplicationPulls) {
  Trio trio;
  trio[0].BeginDownload(1, "y", 1000);
  trio[0].Text(OfferOf("y", "y"));
  trio[1].Text(OfferOf("z", "z"));
  trio[1].Pull(1, "z");
  trio[0].Text(OfferOf("x", "a"));
  trio[2].Text(OfferOf("x", "b"));
  EXPECT_THAT(trio.Pass(Duration::Seconds(14)), Not(Contains("offer b")));
  EXPECT_THAT(trio.Pass(Duration::Seconds(8)), Contains("offer b"));
}

TEST(Groups, KeepAnOfferNoLongerThanItLives) {
  Trio trio;
  trio[0].BeginDownload(1, "y", 1000);
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(2, "a");
  trio[1].Text(OfferOf("x", "b"));
  for (int i = 0; i < 61; ++i) {
    trio[0].Binary(1);
    trio.Pass(Duration::Seconds(5));
  }
  EXPECT_THAT(trio[0].Text(AbortText("a")), ElementsAre("failed 2 aborted-by-peer"));
  EXPECT_THAT(trio.Wake(), IsEmpty());
}

TEST(Groups, DoNotAnnounceWhatIsHere) {
  Trio trio;
  Deliver(trio[0], 1, "x", "a");
  EXPECT_THAT(trio[1].Text(OfferOf("x", "b")), IsEmpty());
  EXPECT_THAT(trio[0].Text(OfferOf("x", "c")), IsEmpty());
  trio[0].Offer(2, "y", 100);
  EXPECT_THAT(trio[1].Text(OfferOf("y", "d")), IsEmpty()) << "what this side has offered";
}

TEST(Groups, ForgetAfterFiveMinutesThatAContentIsHere) {
  Trio trio;
  Deliver(trio[0], 1, "x", "a");
  trio.Pass(Duration::Seconds(299));
  EXPECT_THAT(trio[1].Text(OfferOf("x", "b")), IsEmpty());
  trio.Pass(Duration::Seconds(2));
  EXPECT_THAT(trio[1].Text(OfferOf("x", "c")), ElementsAre("offer c"));
}

TEST(Groups, AnnounceAPin) {
  Trio trio;
  EXPECT_THAT(trio[0].Text(OfferOf("x", "a")), ElementsAre("offer a"));
  EXPECT_THAT(trio[1].Text(OfferOf("x", "b", true)), ElementsAre("offer b"));
  EXPECT_THAT(trio[2].Text(OfferOf("x", "c", true)), IsEmpty()) << "no news any more";
  Deliver(trio[0], 1, "y", "d");
  EXPECT_THAT(trio[1].Text(OfferOf("y", "e", true)), ElementsAre("offer e"));
}

TEST(Groups, SendEveryPull) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[1].Text(OfferOf("x", "b"));
  EXPECT_THAT(trio[0].Pull(1, "a"), ElementsAre("send pull-request a"));
  EXPECT_THAT(trio[1].Pull(1, "b"), ElementsAre("send pull-request b"));
  Deliver(trio[2], 1, "y", "c");
  EXPECT_THAT(trio[2].Pull(2, "c"), ElementsAre("send pull-request c"));
}

TEST(Groups, AskForAFileThatNobodyOffers) {
  Trio trio;
  EXPECT_THAT(trio[0].RequestFile(HashOf("x")), IsEmpty());
  EXPECT_THAT(trio.Pass(Duration::Millis(1100)), ElementsAre("send request-file"));
  EXPECT_THAT(trio[0].Text(OfferOf("x", "a")), ElementsAre("offer a"));
}

TEST(Groups, DoNotAskForWhatIsOfferedAtOnce) {
  Trio trio;
  trio[0].RequestFile(HashOf("x"));
  EXPECT_THAT(trio[0].Text(OfferOf("x", "a")), ElementsAre("offer a"));
  trio[0].Pull(1, "a");
  EXPECT_THAT(trio.Pass(Duration::Seconds(5)), IsEmpty());
}

TEST(Groups, AskOnePeerAfterTheOther) {
  Trio trio;
  trio[0].RequestFile(HashOf("x"));
  trio[1].RequestFile(HashOf("x"));
  EXPECT_THAT(trio.Pass(Duration::Seconds(4)), ElementsAre("send request-file"));
  EXPECT_THAT(trio.Pass(Duration::Seconds(3)), ElementsAre("send request-file"));
  EXPECT_THAT(trio.Pass(Duration::Seconds(60)), IsEmpty());
}

TEST(Groups, AskForWhatRunsOnlyWhenItFails) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(1, "a");
  EXPECT_THAT(trio[1].RequestFile(HashOf("x")), IsEmpty());
  EXPECT_THAT(trio.Pass(Duration::Seconds(3)), IsEmpty());
  trio[0].Text(AbortText("a"));
  EXPECT_THAT(trio.Wake(), ElementsAre("send request-file"));
}

TEST(Groups, WaitForTheAnswerOfThePeerThatWasAsked) {
  Trio trio;
  trio[0].RequestFile(HashOf("x"));
  trio.Pass(Duration::Millis(1100));
  EXPECT_THAT(trio[1].Text(OfferOf("x", "b")), IsEmpty());
  EXPECT_THAT(trio[0].Text(OfferOf("x", "a", true)), ElementsAre("offer a"));
}

TEST(Groups, AskAtOnceForWhatTheApplicationHasLetGoOf) {
  Trio trio;
  Deliver(trio[0], 1, "x", "a");
  trio.Pass(Duration::Seconds(4));
  EXPECT_THAT(trio[1].RequestFile(HashOf("x")), ElementsAre("send request-file"));
  EXPECT_THAT(trio[1].Text(OfferOf("x", "b")), ElementsAre("offer b"));
}

TEST(Groups, AskLaterForWhatTheApplicationHasNotStoredYet) {
  Trio trio;
  Deliver(trio[0], 1, "x", "a");
  EXPECT_THAT(trio[1].RequestFile(HashOf("x")), IsEmpty());
  EXPECT_THAT(trio[1].Text(OfferOf("x", "b")), IsEmpty());
  EXPECT_THAT(trio.Pass(Duration::Seconds(4)), ElementsAre("offer b")) << "what it asked for is not kept from it";
}

TEST(Groups, DoNotOfferAPeerWhatItHas) {
  Trio trio;
  Deliver(trio[0], 1, "x", "a");
  trio[1].Text(OfferOf("x", "b"));
  EXPECT_THAT(trio[0].Offer(2, "x", 0), IsEmpty());
  EXPECT_THAT(trio[1].Offer(2, "x", 0), IsEmpty());
  EXPECT_THAT(trio[2].Offer(2, "x", 0), ElementsAre("send offer-file x"));
  EXPECT_THAT(trio[0].Pass(Duration::Minutes(5)), ElementsAre("upload 2 offer-expired"));
}

TEST(Groups, OfferAPeerAPinOfWhatItHas) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  FileInfo file = FileOf("x", 100);
  file.is_pinned = true;
  trio[0].session().Offer(trio[0].now(), Key(2), file);
  EXPECT_THAT(trio[0].Drain(), ElementsAre("send offer-file x"));
}

TEST(Groups, OfferAPeerWhatItAsksFor) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Text(wire::WriteRequestFile(HashOf("x")));
  EXPECT_THAT(trio[0].Offer(2, "x", 100), ElementsAre("send offer-file x"));
}

TEST(Groups, GiveUpASilentPeerWhenAnotherHasTheFile) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(1, "a");
  trio[1].Text(OfferOf("x", "b"));
  EXPECT_THAT(trio.Pass(Duration::Millis(9'900)), IsEmpty());
  EXPECT_THAT(trio.Pass(Duration::Millis(5'000)), ElementsAre("failed 1 pull-timeout", "offer b"));
}

TEST(Groups, WaitAsEverForASilentPeerThatAloneHasTheFile) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(1, "a");
  EXPECT_THAT(trio.Pass(Duration::Millis(14'900)), IsEmpty());
  EXPECT_THAT(trio.Pass(Duration::Millis(200)), ElementsAre("failed 1 pull-timeout"));
}

TEST(Groups, WaitForASilentPeerWhateverElseOthersHave) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(1, "a");
  trio[1].Text(OfferOf("y", "b"));
  trio[1].Pull(1, "b");
  trio[2].Text(OfferOf("y", "c"));
  const Lines lines = trio.Pass(Duration::Millis(14'900));
  EXPECT_THAT(lines, Contains("offer c"));
  EXPECT_THAT(lines, Not(Contains("send transfer-abort a")));
}

TEST(Groups, WaitForAPeerWhoseQueueMoves) {
  Trio trio;
  trio[0].BeginDownload(1, "y", 1000);
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(2, "a");
  trio[1].Text(OfferOf("x", "b"));
  for (int second = 0; second < 30; ++second) {
    trio[0].Binary(1);
    EXPECT_THAT(trio.Pass(Duration::Seconds(1)), IsEmpty());
  }
}

TEST(Groups, HandTheirTimerOnWhenASessionCloses) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(1, "a");
  trio[1].RequestFile(HashOf("y"));
  EXPECT_EQ(trio[2].MillisToDeadline(), 500);
  trio[1].RequestFile(HashOf("z"));
  trio[0].Close();
  EXPECT_TRUE(trio.WakesAny());
  EXPECT_THAT(trio.Pass(Duration::Millis(1100)), ElementsAre("send request-file", "send request-file"));
}

TEST(Groups, AnnounceWhatTheyHaveNoRoomToKnow) {
  Trio trio;
  constexpr int kMost = 8192;
  for (int i = 0; i < kMost; ++i) trio[0].Text(OfferOf(std::to_string(i), "a" + std::to_string(i)));
  EXPECT_THAT(trio[1].Text(OfferOf("0", "b")), IsEmpty());
  EXPECT_THAT(trio[1].Text(OfferOf("x", "c")), ElementsAre("offer c"));
  EXPECT_THAT(trio[2].Text(OfferOf("x", "d")), ElementsAre("offer d"));
  EXPECT_THAT(trio[2].RequestFile(HashOf("z")), ElementsAre("send request-file"));
  EXPECT_THAT(trio[2].Offer(1, "z", 1), ElementsAre("send offer-file z"));
  // What nobody offers any more makes room.
  trio.Pass(Duration::Minutes(6));
  EXPECT_THAT(trio[1].Text(OfferOf("y", "e")), ElementsAre("offer e"));
  EXPECT_THAT(trio[2].Text(OfferOf("y", "f")), IsEmpty());
}

TEST(Groups, KeepFewSourcesOfOneContent) {
  Trio trio;
  trio[0].Text(OfferOf("x", "a"));
  trio[0].Pull(1, "a");
  for (int i = 0; i < 20; ++i) EXPECT_THAT(trio[1].Text(OfferOf("x", "b" + std::to_string(i))), IsEmpty());
  trio[0].Text(AbortText("a"));
  std::uint32_t announced = 0;
  for (Lines lines = trio.Wake(); !lines.empty() && lines.back().starts_with("offer ");) {
    const std::string id = lines.back().substr(6);
    trio[1].Pull(++announced + 1, id);
    lines = trio[1].Text(AbortText(id));
  }
  EXPECT_EQ(announced, 5U) << "six with the one that failed first";
}

class HeardOffers : public Group::Book::Chair {
 public:
  HeardOffers(Group& group, Member its_member) : Chair(its_member), book_(group.book()) { book_.Join(*this); }
  ~HeardOffers() override { book_.Leave(*this, Group::Book::Rest::kIsGone); }

  void Announce(const FileInfo& file) override { last_ = file; }
  void Ask(std::string_view) override {}
  void GiveUp(const TransferId&) override {}

  const FileInfo& last() const { return last_; }

 private:
  Group::Book& book_;
  FileInfo last_;
};

TEST(GroupBook, KeepsOffersWithoutWhatIsAttachedWhenThatBecomesTooMuch) {
  constexpr int kFit = 4096;
  Group group;
  Group::Book& book = group.book();
  book.Tell(Timestamp());
  HeardOffers one(group, Member{1});
  HeardOffers other(group, Member{2});
  const auto hear = [&](int number) {
    FileInfo file = FileOf("f" + std::to_string(number), 100);
    EXPECT_TRUE(book.HandleOffer(one, file));
    file.extra = std::string(4096, 'x');
    EXPECT_FALSE(book.HandleOffer(other, file)) << "the other peer's is kept";
  };
  const auto end = [&](HeardOffers& chair, int number) {
    const FileInfo file = FileOf("f" + std::to_string(number), 100);
    book.HandleEnd(chair, file.id, file.hash, /*is_delivered=*/false);
  };
  for (int number = 0; number <= kFit; ++number) hear(number);
  end(one, 0);
  EXPECT_EQ(other.last().extra.size(), 4096U);
  end(one, kFit);
  EXPECT_EQ(other.last().id.value, "f" + std::to_string(kFit));
  EXPECT_EQ(other.last().extra, "");
  end(other, 0);
  hear(kFit + 1);
  end(one, kFit + 1);
  EXPECT_EQ(other.last().extra.size(), 4096U) << "there is room again";
}

}  // namespace
}  // namespace peer_session::testing
