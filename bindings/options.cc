#include "options.h"

#include <cstddef>
#include <optional>

#include "numbers.h"

namespace peer_session::js {
namespace {

template <typename Work>
void ForEach(Options& options, Work work) {
  work("maxFileSize", options.limits.max_file_size);
  work("maxPendingOffers", options.limits.max_offers);
  work("maxPendingPulls", options.limits.max_pulls);
  work("connectTimeout", options.timeouts.connect);
  work("offerTimeout", options.timeouts.offer);
  work("pullTimeout", options.timeouts.pull);
  work("stallTimeout", options.timeouts.stall);
  work("readTimeout", options.timeouts.read);
  work("verifyTimeout", options.timeouts.verify);
  work("transferTimeout", options.timeouts.transfer);
  work("recoveryTimeout", options.timeouts.recovery);
  work("maxMessageSize", options.pacing.max_message);
  work("highWaterMark", options.pacing.high_water);
  work("lowWaterMark", options.pacing.low_water);
  work("blockSize", options.pacing.block);
  work("readAhead", options.pacing.read_ahead);
  work("maxLanes", options.pacing.most_lanes);
  work("pullsAhead", options.pacing.pulls_ahead);
}

struct Setter {
  void operator()(const char* name, ByteCount& option) const {
    if (const std::optional<double> value = given.Number(name)) option = ToByteCount(*value);
  }
  void operator()(const char* name, Duration& option) const {
    if (const std::optional<double> value = given.Number(name)) option = ToDuration(*value);
  }
  void operator()(const char* name, std::size_t& option) const {
    if (const std::optional<double> value = given.Number(name)) option = ToCount(*value);
  }
  const JsReader& given;
};

double ToNumber(std::size_t count) { return static_cast<double>(count); }

}  // namespace

Options ToOptions(const JsReader& given) {
  Options options;
  ForEach(options, Setter{given});
  options.identity_created_at = given.Number("identityCreatedAt");
  options.signer_id = given.Text("signerId");
  options.epoch = given.Text("epoch").value_or("");
  return options;
}

emscripten::val DefaultOptions() {
  Options options;
  JsObject object;
  ForEach(options, [&](const char* name, auto option) { object.Number(name, ToNumber(option)); });
  return std::move(object).Take();
}

emscripten::val ToJavaScript(const Stats& stats) {
  JsObject object;
  object.Number("pendingOffers", static_cast<double>(stats.pending_offers))
      .Number("queuedUploads", static_cast<double>(stats.queued_uploads))
      .Number("waitingPulls", static_cast<double>(stats.waiting_pulls))
      .Number("unverifiedFiles", static_cast<double>(stats.unverified_files))
      .Number("unconfirmedUploads", static_cast<double>(stats.unconfirmed_uploads))
      .Number("outboxBytes", ToNumber(stats.outbox))
      .Number("ignoredMessages", static_cast<double>(stats.ignored_messages))
      .Number("droppedBytes", static_cast<double>(stats.dropped_bytes))
      .Number("lanes", static_cast<double>(stats.lanes));
  return std::move(object).Take();
}

}  // namespace peer_session::js
