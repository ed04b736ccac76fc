// A pull is for what was offered: a `meta` that says something else ends it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

TEST(OfferBinding, EndsAPullWhoseMetaHasAnotherSize) {
  SessionDriver peer;
  peer.Open();
  peer.Text(OfferText("a", 1000));
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Text(MetaText("a", 15 << 20)), ElementsAre("failed 1 offer-mismatch"));
  EXPECT_THAT(peer.Binary(1000), ElementsAre("drop"));
}

TEST(OfferBinding, EndsAPullWhoseMetaHasAnotherHash) {
  SessionDriver peer;
  peer.Open();
  peer.Text(OfferText("a", 10));
  peer.Pull(1, "a");
  FileInfo other = FileOf("a", 10);
  other.hash = HashOf("b");
  EXPECT_THAT(peer.Text(wire::WriteMeta(other, {})), ElementsAre("failed 1 offer-mismatch"));
}

TEST(OfferBinding, LetsTheMetaSayTheRestAnew) {
  SessionDriver peer;
  peer.Open();
  peer.Text(OfferText("a", 10));
  peer.Pull(1, "a");
  FileInfo other = FileOf("a", 10);
  other.name = "renamed.png";
  other.is_pinned = true;
  EXPECT_THAT(peer.Text(wire::WriteMeta(other, {})), ElementsAre("authorize 1"));
}

TEST(OfferBinding, IsByTheLatestOfferBeforeThePull) {
  SessionDriver peer;
  peer.Open();
  peer.Text(OfferText("a", 10));
  peer.Text(OfferText("a", 20));
  peer.Pull(1, "a");
  peer.Text(OfferText("a", 30));
  EXPECT_THAT(peer.Text(MetaText("a", 30)), ElementsAre("failed 1 offer-mismatch"));
  peer.Pull(2, "a");
  EXPECT_THAT(peer.Text(MetaText("a", 30)), ElementsAre("authorize 2"));
}

TEST(OfferBinding, LeavesAPullOfAnUnknownOfferToItsMeta) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Text(MetaText("a", 10)), ElementsAre("authorize 1"));
}

TEST(OfferBinding, LetsThePullsBehindGoOn) {
  SessionDriver peer;
  peer.Open();
  peer.Text(OfferText("a", 10));
  peer.Pull(1, "a");
  peer.Pull(2, "b");
  peer.Text(MetaText("a", 1 << 20));
  for (int second = 0; second < 100; second += 10) {
    peer.Pass(Duration::Seconds(10));
    peer.Binary(1000);
  }
  EXPECT_THAT(peer.Text(MetaText("b", 10)), ElementsAre("authorize 2"));
}

TEST(OfferBinding, RemembersNoMoreThanItsBounds) {
  Options options;
  options.limits.max_known_offers = 3;
  SessionDriver peer(options);
  peer.Open();
  for (const char* const id : {"a", "b", "c", "d"}) peer.Text(OfferText(id, 10));
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Text(MetaText("a", 20)), Contains("authorize 1")) << "the oldest is forgotten";
  peer.Pull(2, "b");
  EXPECT_THAT(peer.Text(MetaText("b", 20)), Contains("failed 2 offer-mismatch"));
}

TEST(OfferBinding, RemembersNoMoreBytesThanItsBound) {
  Options options;
  options.limits.max_known_offer_bytes = ByteCount(2000);
  SessionDriver peer(options);
  peer.Open();
  std::vector<std::string> ids;
  for (char letter = 'a'; letter < 'j'; ++letter) ids.push_back(std::string(250, letter));
  for (const std::string& id : ids) peer.Text(OfferText(id, 10));
  peer.Pull(1, ids.front());
  EXPECT_THAT(peer.Text(MetaText(ids.front(), 20)), Contains("authorize 1"));
  peer.Pull(2, ids.back());
  EXPECT_THAT(peer.Text(MetaText(ids.back(), 20)), Contains("failed 2 offer-mismatch"));
}

TEST(OfferBinding, ForgetsWhatNoPeerStillHas) {
  SessionDriver peer;
  peer.Open();
  peer.Text(OfferText("a", 10));
  peer.Sleep(Duration::Minutes(10));
  peer.Text(OfferText("b", 10));
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Text(MetaText("a", 20)), ElementsAre("authorize 1"));
}

}  // namespace
}  // namespace peer_session::testing
