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

}  // namespace
}  // namespace peer_session
