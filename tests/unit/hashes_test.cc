// Hashes: one spelling of each, and nothing moves for what is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Upper(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(letter));
  return text;
}

TEST(Hashes, InUpperCaseAreOfferedInLowerCase) {
  SessionDriver peer;
  peer.Open();
  FileInfo file = FileOf("a", 10);
  file.hash = Upper(HashOf("a"));
  peer.session().Offer(peer.now(), Key(1), file);
  peer.Drain();
  EXPECT_THAT(peer.LastOf<SendText>()[0].text, HasSubstr(HashOf("a")));
}

TEST(Hashes, InUpperCaseOfThePeerAreVerifiedAndDelivered) {
  SessionDriver peer;
  peer.Open();
  FileInfo file = FileOf("a", 10);
  file.hash = Upper(HashOf("a"));
  peer.Text(wire::WriteOfferFile(file));
  EXPECT_EQ(peer.LastOf<OfferReceived>()[0].file.hash, HashOf("a"));
  peer.Pull(1, "a");
  peer.Text(wire::WriteMeta(file, {}));
  peer.Authorization(1);
  peer.Binary(10);
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1"));
  EXPECT_EQ(peer.LastOf<DownloadEnded>()[0].file->hash, HashOf("a"));
}

TEST(Hashes, ThatAreNoneAreNotOffered) {
  SessionDriver peer;
  peer.Open();
  // An empty one is said to follow: trailing_hash_test.cc.
  for (const std::string& hash : {std::string("h"), HashOf("a").substr(1), HashOf("a") + "0",
                                  std::string(63, 'a') + "g", std::string(32, '\xc3') + std::string(32, '\xa9')}) {
    FileInfo file = FileOf("a", 10);
    file.hash = hash;
    peer.session().Offer(peer.now(), Key(1), file);
    EXPECT_THAT(peer.Drain(), ElementsAre("upload 1 invalid-hash")) << hash;
  }
  EXPECT_EQ(peer.stats().pending_offers, 0U);
}

TEST(Hashes, OfThePeerThatAreNoneReachNobody) {
  SessionDriver peer;
  peer.Open();
  FileInfo file = FileOf("a", 10);
  file.hash = "abc";
  EXPECT_THAT(peer.Text(wire::WriteOfferFile(file)), ElementsAre("report malformed-message"));
  EXPECT_THAT(peer.Text(wire::WriteRequestFile("abc")), ElementsAre("report malformed-message"));
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Text(wire::WriteMeta(file, {})), ElementsAre("failed 1 invalid-metadata"));
}

TEST(Hashes, AmongWhichOneIsNoneAreHeardWithoutIt) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Text(wire::WriteInventory({HashOf("a"), "x", HashOf("b")})),
              ElementsAre("report invalid-hash", "inventory 2"));
  EXPECT_THAT(peer.LastOf<InventoryReceived>()[0].hashes, ElementsAre(HashOf("a"), HashOf("b")));
}

}  // namespace
}  // namespace peer_session::testing
