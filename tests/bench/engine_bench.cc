// The engine alone, natively: what is left when neither JavaScript nor a binding is in the way.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <optional>
#include <string>

#include "peer_session/session.h"
#include "wire/parse.h"
#include "wire/write.h"

namespace peer_session {
namespace {

constexpr ByteCount kChunk = ByteCount::KiB(256);

FileInfo File(std::string id, ByteCount size) {
  return FileInfo{.id = TransferId{std::move(id)},
                  .name = "picture.png",
                  .size = size,
                  .mime = "image/png",
                  .hash = std::string(64, 'a'),
                  .is_pinned = false,
                  .ttl = std::nullopt,
                  .original_sender_id = std::nullopt,
                  .signature = std::nullopt,
                  .public_key = std::nullopt,
                  .identity_created_at = std::nullopt};
}

void Drain(Session& session) {
  while (std::optional<Action> action = session.PollAction()) benchmark::DoNotOptimize(action);
  benchmark::DoNotOptimize(session.NextDeadline());
}

Timestamp At(std::int64_t micros) { return Timestamp::FromMicros(micros); }

void ReceiveChunk(benchmark::State& state) {
  Options options;
  options.limits.max_file_size = ByteCount::MiB(std::int64_t{1} << 30);
  Session session(options);
  session.HandleOpen(At(0), kChunk);
  session.Pull(At(0), TransferKey{1}, TransferId{"id"});
  session.HandleText(At(0), wire::WriteMeta(File("id", ByteCount::MiB(std::int64_t{1} << 30)), std::nullopt));
  session.HandleAuthorization(At(0), TransferKey{1}, true);
  Drain(session);
  std::int64_t now = 0;
  for (auto _ : state) {
    session.HandleBinary(At(++now), kChunk);
    Drain(session);
  }
}
BENCHMARK(ReceiveChunk);

// With as many offers waiting as the argument says.
void OfferFile(benchmark::State& state) {
  Session session{Options{}};
  session.HandleOpen(At(0), kChunk);
  std::uint32_t key = 0;
  const auto offer = [&] {
    ++key;
    session.Offer(At(key), TransferKey{key}, File("offer-" + std::to_string(key), ByteCount::KiB(20)));
    Drain(session);
  };
  while (key < state.range(0)) offer();
  for (auto _ : state) offer();
}
BENCHMARK(OfferFile)->Arg(10)->Arg(1000)->Arg(100'000);

void ParseOffer(benchmark::State& state) {
  const std::string text = wire::WriteOfferFile(File(std::string(32, 'f'), ByteCount::KiB(20)));
  const Limits limits;
  for (auto _ : state) benchmark::DoNotOptimize(wire::Parse(text, limits, wire::FeatureSet::All()));
}
BENCHMARK(ParseOffer);

}  // namespace
}  // namespace peer_session
