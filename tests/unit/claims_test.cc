// Claims: whose a received file is rests on its signature; that it arrives does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

FileInfo SignedFile(const std::string& id) {
  FileInfo file = FileOf(id, 10);
  file.original_sender_id = "carol";
  file.signature = "sig";
  file.public_key = "key";
  return file;
}

class Claims : public ::testing::Test {
 protected:
  static Options Signed() {
    Options options;
    options.signer_id = "me";
    return options;
  }

  static Lines Receive(SessionDriver& peer, std::uint32_t key, const FileInfo& file) {
    return ReceiveText(peer, key, file.id.value, wire::WriteMeta(file, 1234));
  }
  static Lines ReceiveText(SessionDriver& peer, std::uint32_t key, const std::string& id, const std::string& meta) {
    peer.Pull(key, id);
    peer.Text(meta);
    peer.Authorization(key);
    return peer.Binary(10);
  }
  // Of the one file that was delivered last.
  std::optional<std::string> Sender() const {
    const auto ended = peer_.LastOf<DownloadEnded>();
    return ended.size() == 1 && ended[0].file ? ended[0].file->original_sender_id : "not one file";
  }

  void SetUp() override { peer_.Open(); }

  SessionDriver peer_{Signed()};
};

TEST_F(Claims, AreToBeCheckedAsTheyCame) {
  EXPECT_THAT(Receive(peer_, 1, SignedFile("a")), ElementsAre("store 1 0..10", "verify 1 claim"));
  const std::optional<FileInfo> claim = peer_.LastOf<Verify>()[0].claim;
  ASSERT_TRUE(claim.has_value());
  EXPECT_EQ(wire::WriteMeta(*claim, claim->identity_created_at), wire::WriteMeta(SignedFile("a"), 1234));
}

TEST_F(Claims, ThatHoldKeepTheSender) {
  Receive(peer_, 1, SignedFile("a"));
  EXPECT_THAT(peer_.Digest(1, "a"), IsEmpty());
  EXPECT_THAT(peer_.Claim(1, true), ElementsAre("deliver 1"));
  EXPECT_EQ(Sender(), "carol");
}

TEST_F(Claims, ThatDoNotHoldDropTheSenderAndNothingElse) {
  Receive(peer_, 1, SignedFile("a"));
  peer_.Digest(1, "a");
  EXPECT_THAT(peer_.Claim(1, false), ElementsAre("deliver 1"));
  EXPECT_EQ(Sender(), std::nullopt);
  EXPECT_EQ(peer_.LastOf<DownloadEnded>()[0].file->signature, "sig");
}

TEST_F(Claims, MayBeAnsweredBeforeTheHash) {
  for (const bool holds : {true, false}) {
    const std::uint32_t key = holds ? 1 : 2;
    const std::string id = holds ? "a" : "b";
    Receive(peer_, key, SignedFile(id));
    EXPECT_THAT(peer_.Claim(key, holds), IsEmpty());
    peer_.Digest(key, id);
    EXPECT_EQ(Sender().has_value(), holds);
  }
}

TEST_F(Claims, AreAnsweredOnce) {
  for (const bool holds : {true, false}) {
    const std::uint32_t key = holds ? 1 : 2;
    const std::string id = holds ? "a" : "b";
    Receive(peer_, key, SignedFile(id));
    peer_.Claim(key, holds);
    peer_.Claim(key, !holds);
    peer_.Digest(key, id);
    EXPECT_EQ(Sender().has_value(), holds);
    EXPECT_THAT(peer_.Claim(key, true), IsEmpty());
  }
}

TEST_F(Claims, ThatWereNotMadeCostNothing) {
  FileInfo file = FileOf("a", 10);
  file.original_sender_id = "carol";
  Receive(peer_, 1, file);
  peer_.Claim(1, false);
  peer_.Digest(1, "a");
  EXPECT_EQ(Sender(), "carol");
}

TEST_F(Claims, DoNotSaveContentThatIsWrong) {
  Receive(peer_, 1, SignedFile("a"));
  peer_.Claim(1, true);
  EXPECT_THAT(peer_.Digest(1, "b"), ElementsAre("failed 1 hash-mismatch"));
}

TEST_F(Claims, AreNotWaitedForByAFileThatFailed) {
  Receive(peer_, 1, SignedFile("a"));
  EXPECT_THAT(peer_.DigestFailed(1), ElementsAre("failed 1 hash-failed"));
  EXPECT_THAT(peer_.Claim(1, true), IsEmpty());
}

TEST_F(Claims, WithoutAnAnswerCostTheSenderAfterThirtySeconds) {
  Receive(peer_, 1, SignedFile("a"));
  peer_.Digest(1, "a");
  EXPECT_EQ(peer_.MillisToDeadline(), 30'000);
  EXPECT_THAT(peer_.Pass(Duration::Millis(29'999)), IsEmpty());
  EXPECT_THAT(peer_.Pass(Duration::Millis(1)), ElementsAre("deliver 1"));
  EXPECT_EQ(Sender(), std::nullopt);
  EXPECT_THAT(peer_.Claim(1, true), IsEmpty());
}

TEST_F(Claims, WithoutAHashFailTheFileAfterThirtySeconds) {
  Receive(peer_, 1, SignedFile("a"));
  peer_.Claim(1, true);
  EXPECT_THAT(peer_.Pass(Duration::Seconds(30)), ElementsAre("failed 1 hash-failed"));
}

TEST_F(Claims, LeaveTheFilesInTheOrderTheyCame) {
  Receive(peer_, 1, SignedFile("a"));
  Receive(peer_, 2, FileOf("b", 10));
  Receive(peer_, 3, SignedFile("c"));
  peer_.Digest(1, "a");
  EXPECT_THAT(peer_.Digest(2, "b"), IsEmpty());
  peer_.Digest(3, "c");
  EXPECT_THAT(peer_.Claim(3, true), IsEmpty());
  EXPECT_THAT(peer_.Claim(1, true), ElementsAre("deliver 1", "deliver 2", "deliver 3"));
}

TEST_F(Claims, EndWithTheSessionExactlyOnce) {
  Receive(peer_, 1, SignedFile("a"));
  peer_.Digest(1, "a");
  EXPECT_THAT(peer_.Close(), ElementsAre("failed 1 closed", "closed closed"));
  EXPECT_THAT(peer_.Claim(1, true), IsEmpty());
}

TEST_F(Claims, NeedSenderSignatureAndKey) {
  for (int missing = 0; missing < 3; ++missing) {
    FileInfo file = SignedFile("t" + std::to_string(missing));
    if (missing == 0) file.original_sender_id.reset();
    if (missing == 1) file.signature.reset();
    if (missing == 2) file.public_key.reset();
    const std::uint32_t key = static_cast<std::uint32_t>(missing) + 1;
    Receive(peer_, key, file);
    EXPECT_FALSE(peer_.LastOf<Verify>()[0].claim.has_value());
    peer_.Digest(key, file.id.value);
    EXPECT_EQ(Sender(), file.original_sender_id);
  }
}

TEST_F(Claims, AreForSignedSessionsOnly) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(Receive(peer, 1, SignedFile("a")), ElementsAre("store 1 0..10", "verify 1"));
  peer.Digest(1, "a");
  EXPECT_EQ(peer.LastOf<DownloadEnded>()[0].file->original_sender_id, "carol");
}

TEST_F(Claims, ThatCannotBeOnesDoNotHoldAndTheFileStillArrives) {
  const std::string begin = R"({"type":"meta","transferId":"ID","name":"","size":10,"mime":"","hash":")" + HashOf("h") +
                            R"(","originalSenderId":"carol",)";
  const std::string too_long(2049, 'A');
  std::uint32_t key = 0;
  for (const std::string& rest :
       {std::string(R"("signature":5,"publicKeyBase64":"key"})"),
        std::string(R"("signature":"sig","publicKeyBase64":{"signature":["x"]}})"),
        R"("signature":")" + too_long + R"(","publicKeyBase64":"key"})",
        std::string(R"("signature":"sig","publicKeyBase64":"key","identityCreatedAt":"x"})")}) {
    std::string meta = begin + rest;
    const std::string id = "t" + std::to_string(++key);
    meta.replace(meta.find("ID"), 2, id);
    EXPECT_THAT(ReceiveText(peer_, key, id, meta), ::testing::Contains("verify " + std::to_string(key) + " claim"));
    peer_.Digest(key, "h");
    EXPECT_THAT(peer_.Claim(key, false), ElementsAre("deliver " + std::to_string(key)));
  }
}

}  // namespace
}  // namespace peer_session::testing
