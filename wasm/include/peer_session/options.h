/// @file
/// What a session may be told to do differently. Each default shows its arithmetic and what it protects.
#ifndef PEER_SESSION_OPTIONS_H_
#define PEER_SESSION_OPTIONS_H_

#include <cstddef>
#include <optional>
#include <string>

#include "peer_session/types.h"

namespace peer_session {

/// Bounds on what one peer can make this side hold or do. docs/architecture.md, "Threats and their bounds".
struct Limits {
  /// Files larger than this are neither announced to the user nor received. The client's images end at 15 MiB.
  ByteCount max_file_size = ByteCount::MiB(15);

  /// A text message longer than this is ignored unread. The longest honest one is an inventory: 67 bytes a hash, so
  /// 1 MiB holds 15,000 of them. Stops a peer from making us parse without end.
  ByteCount max_text = ByteCount::MiB(1);

  /// JSON nesting. The protocol needs 2; extensions may nest a little. The parser keeps one bit a level.
  int max_json_depth = 16;

  /// An inventory of 67 bytes a hash fills the longest text with about as many.
  std::size_t max_inventory_hashes = 16'384;

  /// Longest strings taken from a message, in bytes of UTF-8. A file name ends at 255 bytes on every common file system;
  /// a hash is 64 digits; ids are ours (32) or a peer's own kind (UUIDs are 36).
  std::size_t max_name = 1024;
  /// The MIME type, likewise.
  std::size_t max_mime = 256;
  /// Ids and hashes, likewise.
  std::size_t max_id = 256;
  /// A signature or a public key in base64. RSA-4096, the longest in use, has 684 and 736 characters.
  std::size_t max_signature = 2048;

  /// Offers that may wait to be pulled. About 0.5 KiB each, so 64 MiB at the most; past it the oldest makes room.
  std::size_t max_offers = 131'072;

  /// Pulls that may wait for their file. A gallery pulls thousands at once; each costs about 200 bytes.
  std::size_t max_pulls = 65'536;

  /// Content that waits for its hash. The hash runs at hundreds of MB/s, a channel at about ten, so only a broken hash
  /// lets this fill; then the newest transfer fails instead of memory.
  ByteCount max_unverified = ByteCount::MiB(64);
  /// The same by count: empty files are content too.
  std::size_t max_unverified_files = 1024;

  /// Text that waits because the channel is full. A stalled peer otherwise lets offers pile up without end.
  ByteCount max_outbox = ByteCount::MiB(16);
};

/// How long each wait may last. docs/protocol.md, "Deadlines".
struct Timeouts {
  /// Until the channel opens, from the first attempt to connect and once more from the peer's first description. To a
  /// browser a peer that never answers is no failure: the connection stays `new` for ever.
  Duration connect = Duration::Seconds(30);
  /// An offer that nobody pulls.
  Duration offer = Duration::Minutes(5);
  /// Silence of the peer after a pull; whatever brings a pulled file on counts as an answer to all who wait in its queue.
  Duration pull = Duration::Seconds(15);
  /// No byte in a running incoming transfer.
  Duration stall = Duration::Seconds(30);
  /// One read of an offered Blob. A read that never ends must not hold up the queue.
  Duration read = Duration::Seconds(30);
  /// One hash of received content, for the same reason.
  Duration verify = Duration::Seconds(30);
  /// A running transfer as a whole: 15 MiB in an hour is 4 KiB/s. Stops one byte every 29 s from lasting for years.
  Duration transfer = Duration::Minutes(60);
};

/// How the outgoing side uses the channel. The figures behind the defaults are in docs/performance.md.
struct Pacing {
  /// Largest binary message. Chromium takes 256 KiB and no more; larger gains nothing measurable.
  ByteCount max_message = ByteCount::KiB(256);
  /// Used when the connection does not say: an SDP without `a=max-message-size` means 64 KiB (RFC 8841, section 6).
  ByteCount unknown_max_message = ByteCount::KiB(64);
  /// Bytes handed to the channel but not yet sent: refill at the low mark, stop at the high one. Never empty, yet shallow
  /// enough that progress and close() stay honest.
  ByteCount high_water = ByteCount::MiB(1);
  /// Where filling starts again; less than high_water.
  ByteCount low_water = ByteCount::KiB(512);
  /// Chromium's send() throws above 16 MiB queued; text waits in the outbox from half of that on.
  ByteCount max_buffered = ByteCount::MiB(8);
  /// One read of a Blob, and the most that is read ahead of the channel, whatever the size and number of the files.
  ByteCount block = ByteCount::MiB(4);
  /// Over all files together.
  ByteCount read_ahead = ByteCount::MiB(8);
  /// So that small files never wait for each other's reads.
  std::size_t read_ahead_files = 16;
};

/// Everything a session can be told.
struct Options {
  Limits limits;      ///< what one peer can make this side hold or do
  Timeouts timeouts;  ///< how long each wait may last
  Pacing pacing;      ///< how the channel is filled
  /// Goes into `meta` as identityCreatedAt; milliseconds since the epoch.
  std::optional<double> identity_created_at;
  /// Makes this a signed session: its own files are signed, and received signatures checked (docs/protocol.md, "Signed
  /// files"). The id is the one it signs for.
  std::optional<std::string> signer_id;
};

}  // namespace peer_session

#endif  // PEER_SESSION_OPTIONS_H_
