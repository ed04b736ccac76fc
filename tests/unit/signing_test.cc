// Signing: a signed session's own files wait for their signature, and nothing else about them changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Signing : public ::testing::Test {
 protected:
  static Options Signed() {
    Options options;
    options.signer_id = "me";
    options.identity_created_at = 1234;
    return options;
  }

  Lines Offer(std::uint32_t key, FileInfo file) {
    peer_.session().Offer(peer_.now(), Key(key), std::move(file));
    return peer_.Drain();
  }
  Lines Upload(std::uint32_t key, const FileInfo& file) {
    Offer(key, file);
    return peer_.Text(PullText(file.id.value));
  }
  std::string SentMeta() const {
    for (const SendText& message : peer_.LastOf<SendText>()) {
      if (message.text.find(R"("type":"meta")") != std::string::npos) return message.text;
    }
    return "";
  }

  SessionDriver peer_{Signed()};
};

TEST_F(Signing, IsAskedForWithThePullAndNotWithTheOffer) {
  peer_.Open();
  EXPECT_THAT(peer_.Offer(1, "a", 10), ElementsAre("send offer-file a"));
  EXPECT_THAT(peer_.Text(PullText("a")), ElementsAre("sign 1", "read 1 0..10"));
  ASSERT_THAT(peer_.LastOf<SignFile>(), ::testing::SizeIs(1));
  const FileInfo asked = peer_.LastOf<SignFile>()[0].file;
  EXPECT_EQ(wire::WriteOfferFile(asked), wire::WriteOfferFile(FileOf("a", 10)));
}

TEST_F(Signing, GoesIntoMetaWithTheKey) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer_.Signed(1, "c2ln", "a2V5"), IsEmpty());
  EXPECT_THAT(peer_.BlockReady(1), ElementsAre("send meta a", "bytes 1 0..10 by 16384", "await-low 0"));
  EXPECT_EQ(SentMeta(), R"({"type":"meta","transferId":"a","name":"a.png","size":10,"mime":"image/png","hash":")" +
                            HashOf("a") +
                            R"(","isPinned":false,)"
                            R"("signature":"c2ln","publicKeyBase64":"a2V5","identityCreatedAt":1234})");
}

TEST_F(Signing, IsWaitedForWhenTheBytesAreThereFirst) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer_.BlockReady(1), IsEmpty());
  EXPECT_THAT(peer_.Signed(1), ElementsAre("send meta a", "bytes 1 0..10 by 16384", "await-low 0"));
}

TEST_F(Signing, IsWaitedForByAFileOfNothing) {
  peer_.Open();
  EXPECT_THAT(peer_.BeginUpload(1, "a", 0), ElementsAre("sign 1"));
  EXPECT_THAT(peer_.Signed(1), ElementsAre("send meta a", "await-low 0"));
}

TEST_F(Signing, LeavesTheFilesInPullOrder) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 10);
  peer_.BeginUpload(2, "b", 10);
  peer_.BlockReady(1);
  peer_.BlockReady(2);
  EXPECT_THAT(peer_.Signed(2), IsEmpty());
  EXPECT_THAT(peer_.Signed(1), ElementsAre("send meta a", "bytes 1 0..10 by 16384", "send meta b",
                                           "bytes 2 0..10 by 16384", "await-low 244"));
}

TEST_F(Signing, RunsAheadForSixteenFiles) {
  peer_.Open();
  int asked = 0;
  for (std::uint32_t key = 1; key <= 40; ++key) {
    peer_.BeginUpload(key, "t" + std::to_string(key), 10);
    asked += static_cast<int>(peer_.LastOf<SignFile>().size());
  }
  EXPECT_EQ(asked, 16);
  EXPECT_THAT(peer_.Signed(17), IsEmpty());
  peer_.BlockReady(1);
  EXPECT_THAT(peer_.Signed(1), Contains("sign 17"));
}

TEST_F(Signing, IsOfOwnFilesOnly) {
  peer_.Open();
  FileInfo mine = FileOf("a", 0);
  mine.original_sender_id = "me";
  EXPECT_THAT(Upload(1, mine), ElementsAre("sign 1"));
  peer_.Signed(1);
  FileInfo others = FileOf("b", 0);
  others.original_sender_id = "carol";
  EXPECT_THAT(Upload(2, others), ElementsAre("send meta b"));
}

TEST_F(Signing, IsNotDoneTwice) {
  peer_.Open();
  FileInfo file = FileOf("a", 0);
  file.signature = "theirs";
  file.public_key = "their-key";
  EXPECT_THAT(Upload(1, file), ElementsAre("send meta a", "await-low 0"));
  EXPECT_THAT(SentMeta(), HasSubstr(R"("signature":"theirs","publicKeyBase64":"their-key")"));
}

TEST_F(Signing, IsForSignedSessionsOnly) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.BeginUpload(1, "a", 0), ElementsAre("send meta a", "await-low 0"));
}

TEST_F(Signing, ThatIsNotToBeHadSendsTheFileWithout) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 0);
  EXPECT_THAT(peer_.Unsigned(1), ElementsAre("send meta a", "await-low 0"));
  EXPECT_THAT(SentMeta(), Not(HasSubstr("signature")));
  EXPECT_THAT(SentMeta(), Not(HasSubstr("publicKey")));
}

TEST_F(Signing, ThatNeverEndsSendsTheFileWithoutAfterTenSeconds) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 0);
  EXPECT_EQ(peer_.MillisToDeadline(), 10'000);
  EXPECT_THAT(peer_.Pass(Duration::Millis(9'999)), IsEmpty());
  EXPECT_THAT(peer_.Pass(Duration::Millis(1)), ElementsAre("report sign-failed", "send meta a", "await-low 0"));
  EXPECT_THAT(SentMeta(), Not(HasSubstr("signature")));
  EXPECT_THAT(peer_.Signed(1), IsEmpty());
  EXPECT_EQ(peer_.MillisToDeadline(), -1);
}

TEST_F(Signing, DoesNotHoldUpAFileThatCannotBeRead) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer_.BlockFailed(1), ElementsAre("send transfer-abort a", "upload 1 unreadable"));
  EXPECT_THAT(peer_.Signed(1), IsEmpty());
  EXPECT_EQ(peer_.MillisToDeadline(), -1);
}

TEST_F(Signing, OfAFileThatFailedBehindTheFrontIsNotWaitedFor) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 10);
  peer_.BeginUpload(2, "b", 10);
  peer_.Signed(1);
  peer_.BlockFailed(2);
  EXPECT_THAT(peer_.Pass(Duration::Seconds(30)), ElementsAre("send transfer-abort a", "upload 1 read-timeout",
                                                             "send transfer-abort b", "upload 2 unreadable"));
}

TEST_F(Signing, ThatIsTooLongIsLeftOut) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 0);
  EXPECT_THAT(peer_.Signed(1, std::string(2049, 's')), ElementsAre("report sign-failed", "send meta a", "await-low 0"));
  EXPECT_THAT(SentMeta(), Not(HasSubstr("signature")));
  peer_.BeginUpload(2, "b", 0);
  peer_.Signed(2, std::string(2048, 's'));
  EXPECT_THAT(SentMeta(), HasSubstr("signature"));
}

TEST_F(Signing, ThatDoesNotFitIntoOneMessageIsLeftOut) {
  peer_.Open(400);
  peer_.BeginUpload(1, "a", 0);
  EXPECT_THAT(peer_.Signed(1, std::string(300, 's')), ElementsAre("report sign-failed", "send meta a", "await-low 0"));
  peer_.BeginUpload(2, "b", 0);
  // Escapes count as what they are on the wire.
  EXPECT_THAT(peer_.Signed(2, std::string(60, '\1')), Contains("report sign-failed"));
}

TEST_F(Signing, AnswersNobodyWaitsForChangeNothing) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer_.Signed(9), IsEmpty());
  EXPECT_THAT(peer_.Unsigned(9), IsEmpty());
  peer_.Signed(1, "first");
  peer_.Signed(1, "second");
  peer_.BlockReady(1);
  EXPECT_THAT(SentMeta(), HasSubstr("first"));
}

TEST_F(Signing, EndsWithTheSession) {
  peer_.Open();
  peer_.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer_.Close(), ElementsAre("upload 1 closed", "closed closed"));
  EXPECT_THAT(peer_.Signed(1), IsEmpty());
}

TEST_F(Signing, ForwardedInAFormNobodyWouldTakeIsNotOffered) {
  peer_.Open();
  FileInfo file = FileOf("a", 0);
  file.signature = std::string(2049, 's');
  EXPECT_THAT(Offer(1, file), ElementsAre("upload 1 message-too-long"));
}

}  // namespace
}  // namespace peer_session::testing
