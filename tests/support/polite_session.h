// A session that has said hello to a peer that did too, for tests of what that makes possible.
#ifndef PEER_SESSION_TESTS_SUPPORT_POLITE_SESSION_H_
#define PEER_SESSION_TESTS_SUPPORT_POLITE_SESSION_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {

// The peer pulls from that byte on.
inline std::string PullFrom(const std::string& id, std::int64_t offset) {
  return wire::WritePullRequest(TransferId{id}, ByteCount(offset));
}

class PoliteSession : public ::testing::Test {
 protected:
  PoliteSession() : session_(Polite()) { session_.Meet(); }

  // A pull of an offer that the peer has been asked for; so much of it is here.
  void Ask(std::uint32_t key, const std::string& id, std::int64_t size, std::int64_t have = 0) {
    session_.Text(OfferText(id, size));
    session_.Pull(key, id);
    session_.Partial(id, have);
  }

  SessionDriver session_;
};

}  // namespace peer_session::testing

#endif  // PEER_SESSION_TESTS_SUPPORT_POLITE_SESSION_H_
