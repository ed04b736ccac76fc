/// @file
/// The units and names of every interface of the engine.
///
/// A bare integer in an interface invites a caller to pass milliseconds for bytes; each unit here is a type of its own.
#ifndef PEER_SESSION_TYPES_H_
#define PEER_SESSION_TYPES_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace peer_session {

/// A number of bytes, or an offset in bytes. Never negative in a value the engine hands out.
class ByteCount {
 public:
  /// Zero.
  constexpr ByteCount() = default;
  /// That many bytes.
  constexpr explicit ByteCount(std::int64_t bytes) : bytes_(bytes) {}
  /// In units of 1,024 bytes.
  static constexpr ByteCount KiB(std::int64_t count) { return ByteCount(count * 1024); }
  /// In units of 1,048,576 bytes.
  static constexpr ByteCount MiB(std::int64_t count) { return ByteCount(count * 1024 * 1024); }

  /// More than any file, channel or session brings, with room to count on from it: 2^53, where JavaScript's numbers end.
  static constexpr ByteCount Largest() { return ByteCount(std::int64_t{1} << 53); }

  /// In bytes.
  constexpr std::int64_t value() const { return bytes_; }

  /// Order by amount.
  constexpr auto operator<=>(const ByteCount&) const = default;
  /// The sum.
  constexpr ByteCount operator+(ByteCount other) const { return ByteCount(bytes_ + other.bytes_); }
  /// The difference, which may be negative.
  constexpr ByteCount operator-(ByteCount other) const { return ByteCount(bytes_ - other.bytes_); }
  /// Adds in place.
  constexpr ByteCount& operator+=(ByteCount other) {
    bytes_ += other.bytes_;
    return *this;
  }
  /// Subtracts in place.
  constexpr ByteCount& operator-=(ByteCount other) {
    bytes_ -= other.bytes_;
    return *this;
  }

 private:
  std::int64_t bytes_ = 0;
};

/// A span of time, in microseconds inside.
class Duration {
 public:
  /// No time.
  constexpr Duration() = default;
  /// In microseconds.
  static constexpr Duration Micros(std::int64_t micros) { return Duration(micros); }
  /// In milliseconds.
  static constexpr Duration Millis(std::int64_t millis) { return Duration(millis * 1000); }
  /// In seconds.
  static constexpr Duration Seconds(std::int64_t seconds) { return Duration(seconds * 1'000'000); }
  /// In minutes.
  static constexpr Duration Minutes(std::int64_t minutes) { return Seconds(minutes * 60); }

  /// In microseconds.
  constexpr std::int64_t micros() const { return micros_; }

  /// Order by amount.
  constexpr auto operator<=>(const Duration&) const = default;
  /// The sum.
  constexpr Duration operator+(Duration other) const { return Duration(micros_ + other.micros_); }

 private:
  constexpr explicit Duration(std::int64_t micros) : micros_(micros) {}
  std::int64_t micros_ = 0;
};

/// A point on the caller's monotonic clock. Only differences have a meaning: the clock's zero is the caller's choice, and
/// times before it are as good as any.
class Timestamp {
 public:
  /// The clock's zero.
  constexpr Timestamp() = default;
  /// That many microseconds after the clock's zero.
  static constexpr Timestamp FromMicros(std::int64_t micros) { return Timestamp(micros); }

  /// In microseconds.
  constexpr std::int64_t micros() const { return micros_; }

  /// Order by amount.
  constexpr auto operator<=>(const Timestamp&) const = default;
  /// So much later.
  constexpr Timestamp operator+(Duration span) const { return Timestamp(micros_ + span.micros()); }
  /// The time between the two.
  constexpr Duration operator-(Timestamp earlier) const { return Duration::Micros(micros_ - earlier.micros_); }

 private:
  constexpr explicit Timestamp(std::int64_t micros) : micros_(micros) {}
  std::int64_t micros_ = 0;
};

/// The caller's handle for one offer or one pull: unique within a session, in both directions together.
/// The wire never carries it; it saves a string per action.
enum class TransferKey : std::uint32_t {};

/// A channel of a session: its first one, or one of the lanes beside it, each of them on a connection of its own. From 1 on are
/// those on which this side sends, and from kMostLanes + 1 on, in the peer's order, those on which the peer does.
enum class Lane : std::uint32_t { kFirst = 0 };

/// In each direction.
inline constexpr std::uint32_t kMostLanes = 8;

/// The wire's `transferId`: what both peers call one offer.
struct TransferId {
  std::string value;  ///< 1 to `Limits::max_id` bytes of UTF-8
  /// Order and equality byte by byte.
  auto operator<=>(const TransferId&) const = default;
  /// The same, as tables of them want it.
  std::string_view Id() const { return value; }
};

/// What is said of a file in `offer-file` and `meta` (docs/protocol.md, "Messages").
struct FileInfo {
  TransferId id;     ///< what both peers call the offer
  std::string name;  ///< UTF-8, data only: never a path
  ByteCount size;    ///< of the whole content
  std::string mime;  ///< its MIME type, as the sender says
  /// Lower-case hexadecimal SHA-256 of the content. Empty: it follows the content (docs/protocol.md, "A hash that follows").
  std::string hash;
  bool is_pinned = false;  ///< meaning is the client's
  /// Meaning and unit belong to the client; the engine only carries it.
  std::optional<double> ttl;
  /// Whose file it is, as the sender says.
  std::optional<std::string> original_sender_id;
  /// Only in `meta`, and only understood by signed sessions (docs/protocol.md, "Signed files").
  std::optional<std::string> signature;
  /// The key that it verifies with: SPKI, base64.
  std::optional<std::string> public_key;
  /// The signer's, milliseconds since the epoch: part of what is signed.
  std::optional<double> identity_created_at;
  /// Only in `offer-file`: JSON text of the application, which the engine only carries. Empty: none.
  std::string extra = {};
};

}  // namespace peer_session

#endif  // PEER_SESSION_TYPES_H_
