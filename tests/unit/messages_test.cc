// Words between peers: what is said, what is heard, and what is passed over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Messages, TellThatTheChannelIsOpenOnce) {
  SessionDriver peer;
  EXPECT_THAT(peer.Open(), ElementsAre("connected"));
  EXPECT_THAT(peer.Open(), IsEmpty());
}

TEST(Messages, AreSaidWhenTheChannelIsOpen) {
  SessionDriver peer;
  peer.Open();
  peer.session().RequestFile(peer.now(), HashOf("h"));
  peer.session().RequestSync(peer.now());
  peer.session().SendInventory(peer.now(), {HashOf("h"), HashOf("i")});
  peer.session().SendPing(peer.now());
  EXPECT_THAT(peer.Drain(), ElementsAre("send request-file", "send sync-request", "send inventory", "send ping"));
}

TEST(Messages, AreNotSaidBefore) {
  SessionDriver peer;
  peer.session().RequestFile(peer.now(), "h");
  peer.session().RequestSync(peer.now());
  peer.session().SendInventory(peer.now(), {"h"});
  peer.session().SendPing(peer.now());
  EXPECT_THAT(peer.Drain(), IsEmpty());
}

TEST(Messages, AnswerAPingWithAPong) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Text(R"({"type":"ping"})"), ElementsAre("send pong"));
  EXPECT_THAT(peer.Text(R"({"type":"pong"})"), IsEmpty());
}

TEST(Messages, ReachTheUser) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Text(OfferText("a", 10)), ElementsAre("offer a"));
  EXPECT_THAT(peer.Text(R"({"type":"sync-request"})"), ElementsAre("sync"));
  EXPECT_THAT(peer.Text(R"({"type":"inventory","hashes":[")" + HashOf("x") + R"(",")" + HashOf("y") + R"("]})"),
              ElementsAre("inventory 2"));
  EXPECT_THAT(peer.Text(R"({"type":"request-file","hash":")" + HashOf("h") + R"("})"),
              ElementsAre("file-requested " + HashOf("h")));
}

TEST(Messages, OfferNoFileOverTheLimit) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Text(OfferText("a", 15 << 20)), ElementsAre("offer a"));
  EXPECT_THAT(peer.Text(OfferText("b", (15 << 20) + 1)), ElementsAre("report too-large"));
}

TEST(Messages, OfAnUnknownTypeArePassedOverInSilence) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Text(R"({"type":"hello","version":2})"), IsEmpty());
  EXPECT_THAT(peer.Text(R"({"type":"burn"})"), IsEmpty());
  EXPECT_EQ(peer.stats().ignored_messages, 2U);
}

TEST(Messages, ThatAreMalformedAreCountedAndReported) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Text("not JSON"), ElementsAre("report malformed-message"));
  EXPECT_THAT(peer.Text(R"({"type":"meta"})"), ElementsAre("report malformed-message"));
  EXPECT_EQ(peer.stats().ignored_messages, 2U);
}

TEST(Messages, TooLongForThePeerAreNotSent) {
  SessionDriver peer;
  peer.Open(/*max_message=*/70);
  peer.session().SendInventory(peer.now(), {HashOf("h")});
  EXPECT_THAT(peer.Drain(), ElementsAre("report message-too-long"));
}

TEST(Messages, BeforeTheChannelIsSaidToBeOpenHarmNothing) {
  SessionDriver peer;
  EXPECT_THAT(peer.Text(R"({"type":"ping"})"), IsEmpty());
  EXPECT_THAT(peer.Text(PullText("a")), IsEmpty());
  EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
}

}  // namespace
}  // namespace peer_session::testing
