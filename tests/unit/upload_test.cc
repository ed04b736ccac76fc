// The parts of a file that lost lanes leave to be sent again.
#include "send/upload.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "support/session_driver.h"

namespace peer_session {
namespace {

TEST(Upload, SendsOneLongPartAgainInPlaceOfTooMany) {
  Upload upload(TransferKey{1}, testing::FileOf("a", 1'000'000));
  for (std::int64_t part = 1; part <= 1025; ++part) {
    upload.SendAgain(ByteCount(100 * part), ByteCount(100 * part + 10));
  }
  ASSERT_TRUE(upload.HasToSendAgain());
  upload.BeginAgain();
  EXPECT_EQ(upload.start(), ByteCount(100));
  EXPECT_EQ(upload.Unrequested(), ByteCount(100 * 1024 + 10));
  EXPECT_FALSE(upload.HasToSendAgain());
}

TEST(Upload, SendsAgainFirstWhereThereIsNoRoomForWhatComesNext) {
  Upload upload(TransferKey{1}, testing::FileOf("a", 1000));
  upload.Pull(ByteCount(), ByteCount(500));
  upload.Begin();
  upload.BeginRead(ByteCount(800), Timestamp());
  upload.FinishRead(ByteCount(1 << 30));
  upload.Sent(ByteCount(500));
  EXPECT_EQ(upload.Sendable(), ByteCount());
  EXPECT_FALSE(upload.MustSendAgainFirst());
  upload.SendAgain(ByteCount(100), ByteCount(200));
  upload.BeginRead(ByteCount(200), Timestamp());
  EXPECT_FALSE(upload.MustSendAgainFirst()) << "while it is being read";
  upload.FinishRead(ByteCount(1 << 30));
  ASSERT_TRUE(upload.MustSendAgainFirst());
  upload.SendAgainFirst();
  EXPECT_EQ(upload.start(), ByteCount(100));
  EXPECT_EQ(upload.Unrequested(), ByteCount(100));
  upload.BeginRead(ByteCount(100), Timestamp());
  upload.FinishRead(ByteCount(1 << 30));
  upload.Sent(ByteCount(100));
  ASSERT_TRUE(upload.IsComplete() && upload.HasToSendAgain());
  upload.BeginAgain();
  EXPECT_EQ(upload.start(), ByteCount(500));
  EXPECT_EQ(upload.Unrequested(), ByteCount(500));
  EXPECT_FALSE(upload.MustSendAgainFirst());
}

}  // namespace
}  // namespace peer_session
