// Inventories and requests: whole, in messages that the peer takes, at a pace that it hears; or the caller is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/session_driver.h"
#include "wire/parse.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Hashes(int count, int from = 0) {
  std::vector<std::string> hashes;
  for (int i = 0; i < count; ++i) hashes.push_back(HashOf(std::to_string(from + i)));
  return hashes;
}

// A peer of the same kind reads what was said last; the hashes that it is told of, and how often.
struct Hearer {
  SessionDriver peer;
  std::vector<std::string> hashes;
  std::multiset<std::string> requested;
  int inventories = 0;
  int syncs = 0;

  Hearer() { peer.Open(); }
  void Hear(SessionDriver& sender) {
    for (const SendText& text : sender.LastOf<SendText>()) {
      peer.SetClock(sender.now().micros());
      peer.Text(text.text);
      for (const InventoryReceived& inventory : peer.LastOf<InventoryReceived>()) {
        ++inventories;
        hashes.insert(hashes.end(), inventory.hashes.begin(), inventory.hashes.end());
      }
      for (const FileRequested& request : peer.LastOf<FileRequested>()) requested.insert(request.hash);
      syncs += static_cast<int>(peer.LastOf<SyncRequested>().size());
    }
  }
};

void Say(SessionDriver& peer, const std::vector<std::string>& hashes) {
  peer.session().SendInventory(peer.now(), hashes);
  peer.Drain();
}

TEST(Announcements, AreSplitIntoMessagesThatASlowPathBringsSoon) {
  SessionDriver peer;
  peer.Open(std::int64_t{1} << 40);
  Hearer hearer;
  const std::vector<std::string> hashes = Hashes(40'000);
  Say(peer, hashes);
  hearer.Hear(peer);
  EXPECT_EQ(hearer.inventories, 21) << "of 128 KiB";
  EXPECT_EQ(hearer.hashes, hashes);
}

TEST(Announcements, AreSplitIntoMessagesThatTheConnectionTakes) {
  SessionDriver peer;
  peer.Open(16 * 1024);
  Hearer hearer;
  const std::vector<std::string> hashes = Hashes(1000);
  Say(peer, hashes);
  hearer.Hear(peer);
  EXPECT_EQ(hearer.hashes, hashes);
  EXPECT_EQ(hearer.inventories, 5);
}

TEST(Announcements, OfNothingAreSaidToo) {
  SessionDriver peer;
  peer.Open();
  Say(peer, {});
  EXPECT_THAT(peer.LastOf<SendText>(),
              ElementsAre(::testing::Field(&SendText::text, R"({"type":"inventory","hashes":[]})")));
}

TEST(Announcements, LeaveOutWhatIsNoHashAndSaySo) {
  SessionDriver peer;
  peer.Open();
  std::string upper = HashOf("c");
  for (char& digit : upper) digit = static_cast<char>(std::toupper(digit));
  peer.session().SendInventory(peer.now(), {HashOf("a"), "no hash", HashOf("b") + "0", upper, ""});
  EXPECT_THAT(peer.Drain(), ElementsAre("report invalid-hash", "send inventory"));
  EXPECT_EQ(peer.LastOf<SendText>()[0].text,
            R"({"type":"inventory","hashes":[")" + HashOf("a") + R"(",")" + HashOf("c") + R"("]})");
}

TEST(Announcements, OfNothingButMistakesAreNotMadeEmptyOnes) {
  SessionDriver peer;
  peer.Open();
  peer.session().SendInventory(peer.now(), {"x", "y"});
  EXPECT_THAT(peer.Drain(), ElementsAre("report invalid-hash"));
}

TEST(Announcements, FasterThanThePeerTakesThemAreToldTogetherAndAllHeard) {
  SessionDriver peer;
  peer.Open();
  Hearer hearer;
  std::vector<std::string> all;
  for (int i = 0; i < 500; ++i) {
    all.push_back(HashOf(std::to_string(i)));
    Say(peer, all);
    EXPECT_THAT(peer.LastOf<Report>(), IsEmpty());
    hearer.Hear(peer);
  }
  peer.Buffered(0);
  hearer.Hear(peer);
  peer.Pass(Duration::Seconds(10));
  hearer.Hear(peer);
  EXPECT_EQ(std::set<std::string>(hearer.hashes.begin(), hearer.hashes.end()),
            std::set<std::string>(all.begin(), all.end()));
  EXPECT_LT(hearer.inventories, 64);
  EXPECT_EQ(hearer.peer.stats().ignored_messages, 0U);
}

TEST(Announcements, ForAnHourAtAnyPaceAreAllHeard) {
  SessionDriver peer;
  peer.Open();
  Hearer hearer;
  for (int i = 0; i < 3'600; ++i) {
    Say(peer, Hashes(3, i * 3));
    hearer.Hear(peer);
    peer.Pass(Duration::Seconds(1));
    hearer.Hear(peer);
    peer.Buffered(0);
    hearer.Hear(peer);
  }
  peer.Pass(Duration::Seconds(10));
  hearer.Hear(peer);
  EXPECT_EQ(hearer.peer.stats().ignored_messages, 0U);
  EXPECT_EQ(std::set<std::string>(hearer.hashes.begin(), hearer.hashes.end()).size(), 3U * 3'600U);
}

TEST(Announcements, OfFilesWantedAreAllHeardHoweverMany) {
  SessionDriver peer;
  peer.Open();
  Hearer hearer;
  for (int i = 0; i < 25'000; ++i) {
    peer.session().RequestFile(peer.now(), HashOf(std::to_string(i)));
    peer.Drain();
    hearer.Hear(peer);
    if (i % 1000 == 0) peer.Buffered(0);
  }
  EXPECT_LT(hearer.requested.size(), 20'000U) << "what the peer takes at once";
  for (int second = 0; second < 60; ++second) {
    peer.Pass(Duration::Seconds(1));
    hearer.Hear(peer);
    peer.Buffered(0);
    hearer.Hear(peer);
  }
  EXPECT_EQ(hearer.requested.size(), 25'000U);
  EXPECT_EQ(hearer.peer.stats().ignored_messages, 0U);
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Announcements, OfAFileWantedTwiceWhileItWaitsAreOne) {
  SessionDriver peer;
  peer.Open();
  for (int i = 0; i < 15'000; ++i) peer.session().RequestFile(peer.now(), HashOf(std::to_string(i)));
  peer.Drain();
  for (int i = 0; i < 5; ++i) peer.session().RequestFile(peer.now(), HashOf("late"));
  peer.Drain();
  EXPECT_THAT(peer.LastOf<SendText>(), IsEmpty());
  peer.Buffered(0);
  EXPECT_THAT(peer.Pass(Duration::Seconds(1)), ElementsAre("send request-file"));
}

TEST(Announcements, OfAFileWithoutAHashAreRefused) {
  SessionDriver peer;
  peer.Open();
  for (const char* const hash : {"", "h", "../../etc/passwd"}) {
    peer.session().RequestFile(peer.now(), hash);
    EXPECT_THAT(peer.Drain(), ElementsAre("report invalid-hash")) << hash;
  }
}

TEST(Announcements, OfTooManySyncsAreOne) {
  SessionDriver peer;
  peer.Open();
  Hearer hearer;
  for (int i = 0; i < 100; ++i) {
    peer.session().RequestSync(peer.now());
    peer.Drain();
    hearer.Hear(peer);
  }
  EXPECT_EQ(hearer.syncs, 15);
  peer.Buffered(0);
  EXPECT_THAT(peer.Pass(Duration::Seconds(2)), ElementsAre("send sync-request"));
}

TEST(Announcements, ThatDoNotFitAmongThoseThatWaitAreTold) {
  Options options;
  options.limits.max_announced_hashes = 10;
  SessionDriver peer(options);
  peer.Open();
  peer.session().SendInventory(peer.now(), Hashes(11));
  EXPECT_THAT(peer.Drain(), ElementsAre("report channel-full", "send inventory"));
}

TEST(Announcements, WaitForAFullChannelAndAreNotLost) {
  Options options;
  options.limits.max_outbox = ByteCount(100);
  SessionDriver peer(options);
  peer.Open();
  peer.Buffered(8 << 20);
  peer.session().SendInventory(peer.now(), Hashes(2));
  peer.session().RequestFile(peer.now(), HashOf("r"));
  peer.session().RequestSync(peer.now());
  peer.Drain();
  EXPECT_THAT(peer.LastOf<SendText>(), IsEmpty());
  EXPECT_THAT(peer.LastOf<Report>(), IsEmpty());
  EXPECT_THAT(peer.Buffered(0), ::testing::IsSupersetOf({"send inventory", "send request-file", "send sync-request"}));
}

TEST(Announcements, ThatAPausingPathHoldsBackCountWhenTheyLeave) {
  SessionDriver peer;
  peer.Open();
  for (int i = 0; i < 40'000; ++i) peer.session().RequestFile(peer.now(), HashOf(std::to_string(i)));
  peer.Drain();
  EXPECT_THAT(peer.LastOf<SendText>(), SizeIs(15'000));
  EXPECT_EQ(peer.MillisToDeadline(), -1) << "it is the channel that is waited for";
  // All of it would arrive at once.
  EXPECT_THAT(peer.Pass(Duration::Minutes(1)), IsEmpty());
  EXPECT_THAT(peer.Buffered(0), IsEmpty());
  peer.Pass(Duration::Seconds(1));
  EXPECT_THAT(peer.LastOf<SendText>(), SizeIs(375));
}

TEST(Announcements, ThatLeaveAPartAtATimeAwaitTheNextPart) {
  SessionDriver peer;
  peer.Open();
  for (int i = 0; i < 16; ++i) peer.session().RequestSync(peer.now());
  peer.Drain();
  const std::int64_t size = static_cast<std::int64_t>(std::string_view(R"({"type":"sync-request"})").size());
  EXPECT_THAT(peer.LastOf<AwaitLow>(), ElementsAre(::testing::Field(&AwaitLow::threshold, ByteCount(14 * size))));
  peer.Buffered(14 * size);
  EXPECT_EQ(peer.MillisToDeadline(), 1'333);
}

TEST(Announcements, AreForgottenWithTheSession) {
  SessionDriver peer;
  peer.Open();
  for (int i = 0; i < 100; ++i) peer.session().RequestSync(peer.now());
  for (int i = 0; i < 100; ++i) peer.session().SendInventory(peer.now(), Hashes(1, i));
  peer.Drain();
  peer.Close();
  EXPECT_EQ(peer.MillisToDeadline(), -1);
  EXPECT_THAT(peer.Pass(Duration::Minutes(10)), IsEmpty());
}

TEST(Offers, FasterThanAPeerTakesThemAreToldToTheCaller) {
  SessionDriver peer;
  peer.Open();
  std::size_t said = 0;
  for (std::uint32_t key = 1; key <= 140'000; ++key) {
    peer.Offer(key, std::to_string(key), 1);
    if (key % 1000 == 0) peer.Buffered(0);
    said += peer.LastOf<SendText>().size();
    if (!peer.LastOf<UploadEnded>().empty()) {
      EXPECT_EQ(peer.LastOf<UploadEnded>()[0].reason, Reason::kChannelFull);
      EXPECT_EQ(peer.LastOf<UploadEnded>()[0].transfer, Key(key));
      break;
    }
  }
  EXPECT_GT(said, 20'100U);
  peer.Sleep(Duration::Seconds(1));
  EXPECT_THAT(peer.Offer(200'000, "later", 1), ElementsAre("send offer-file later"));
}

}  // namespace
}  // namespace peer_session::testing
