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

  /// A text message longer than this is ignored unread. The longest honest one is an inventory: 67 bytes a hash, so 1 MiB holds
  /// 15,649 of them, and this side splits what is longer. Stops a peer from making us parse without end.
  ByteCount max_text = ByteCount::MiB(1);

  /// JSON nesting. The protocol needs 2; extensions may nest a little. The parser keeps one bit a level.
  int max_json_depth = 16;

  /// Longest strings taken from a message, in bytes of UTF-8. A file name ends at 255 bytes on every common file system;
  /// ids are ours (32) or a peer's own kind (UUIDs are 36). A hash is always 64 digits.
  std::size_t max_name = 1024;
  /// The MIME type, likewise.
  std::size_t max_mime = 256;
  /// Ids, likewise.
  std::size_t max_id = 256;
  /// A signature or a public key in base64. RSA-4096, the longest in use, has 684 and 736 characters.
  std::size_t max_signature = 2048;
  /// What an application attaches to an offer, likewise: a caption and some facts, and with 150 offers a second less than a slow
  /// path brings of file bytes.
  std::size_t max_extra = 4096;
  /// What it says of an offer that it declines, likewise: a sentence.
  std::size_t max_detail = 256;

  /// What a peer says of a lane's connection, in bytes of SDP: some 600, and 100 for each address that it may be reached at.
  std::size_t max_description = 16'384;

  /// Offers that may wait to be pulled. About 0.5 KiB each, so 64 MiB at the most; past it the oldest makes room.
  std::size_t max_offers = 131'072;

  /// Pulls that may wait for their file. A gallery pulls thousands at once; each costs about 200 bytes.
  std::size_t max_pulls = 65'536;

  /// Content that waits for its hash. The hash runs at hundreds of MB/s, a channel at about ten, so only a broken hash
  /// lets this fill; then the newest transfer fails instead of memory.
  ByteCount max_unverified = ByteCount::MiB(64);
  /// The same by count: empty files are content too.
  std::size_t max_unverified_files = 1024;

  /// Hashes of inventories, and of requests for files, that wait because the peer takes no more at once. About 150 bytes each,
  /// so 20 MiB at the most of either. More is told to the caller, and not to the peer.
  std::size_t max_announced_hashes = 131'072;

  /// Offers of the peer whose size and hash are remembered, so that a `meta` cannot say something else: at the most as many
  /// as it may have announced. A typical one costs 250 bytes; the bytes bound what long ids cost.
  std::size_t max_known_offers = 131'072;
  /// The same by bytes.
  ByteCount max_known_offer_bytes = ByteCount::MiB(32);

  /// Ids of pulls that ended before their file came, which may still come. A gallery pulls some hundreds at a time from a peer
  /// that has stopped answering; 32 bytes each.
  std::size_t max_late_pulls = 1024;

  /// Text that waits because the channel is full; an empty outbox takes any one message. A stalled peer otherwise lets offers
  /// pile up without end.
  ByteCount max_outbox = ByteCount::MiB(16);
};

/// How long each wait may last. docs/protocol.md, "Deadlines".
struct Timeouts {
  /// Until the channel opens, from the first attempt to connect and once more from the peer's first description. To a
  /// browser a peer that never answers is no failure: the connection stays `new` for ever.
  Duration connect = Duration::Seconds(30);
  /// An offer that nobody pulls.
  Duration offer = Duration::Minutes(5);
  /// Silence of the peer after a pull; whatever brings its queue on counts as an answer to all who wait in it.
  Duration pull = Duration::Seconds(15);
  /// How much longer a pull may wait because text came meanwhile, behind which the file may be. The slowest path counts:
  /// each byte of text for the time it takes at 16 KiB/s (128 kbit/s), so 5,000 offers for 80 s; all together for no longer
  /// than this, in which such a path brings 4.7 MiB. A ping every few seconds counts for next to nothing.
  Duration text = Duration::Minutes(5);
  /// No byte in a running incoming transfer.
  Duration stall = Duration::Seconds(30);
  /// One read of an offered Blob, or one signature. One that never ends must not hold up the queue; and the peer waits for no
  /// longer than its own `pull`: with 10 s it hears of the failure before that, over a path that takes up to 5 s.
  Duration read = Duration::Seconds(10);
  /// One hash of received content, for the same reason.
  Duration verify = Duration::Seconds(30);
  /// A sink that has something to take and takes nothing. Less than the 30 s for which a sender of this kind waits for room, so that
  /// the end has the name of its cause on both sides.
  Duration store = Duration::Seconds(20);
  /// The peer's word that a sent file has arrived: it hashes what came for half of this at the most (`verify`). Without it the
  /// file counts as sent, and not as delivered. A file that was pulled before the channel was lost is to be pulled again in the
  /// same time, once there is another channel.
  Duration receipt = Duration::Seconds(60);
  /// A file that the peer has paused, until it pulls it again: a night, and the day after it. At the most as many as offers.
  Duration paused = Duration::Minutes(1440);
  /// From the loss of the channel until there is another one, towards a peer that resumes; then the session ends. Zero: it ends at
  /// once, as towards all others. A train is through most tunnels in a minute.
  Duration recovery = Duration::Seconds(60);
  /// A running transfer as a whole: 15 MiB in an hour is 4 KiB/s. Stops one byte every 29 s from lasting for years. What is larger
  /// has as much longer, at the same rate.
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
  /// Where filling starts again. If it is not less than high_water, it is taken for one byte less.
  ByteCount low_water = ByteCount::KiB(512);
  /// The window begins with this, and follows what the channel sends in 300 ms, up to high_water; the low mark with it. On
  /// 1 Mbit/s this takes a quarter of a second, so that a cancel is acted on within half of one. At 10 MB/s it is gone in 3 ms, and
  /// doubled a few times at once.
  ByteCount least_water = ByteCount::KiB(32);
  /// Say what has arrived to a peer that understands it, and bound what is under way by what it says. Off: what the channel
  /// holds is bounded, and nothing else.
  bool acknowledgements = true;
  /// Further connections to the same peer that this side may open for its files, where loss and not the link is what holds them up;
  /// and whether it takes any of the peer's. No more than kMostLanes.
  std::size_t most_lanes = 7;
  /// So many are opened as soon as a file's first bytes have arrived, whatever the path seems to be.
  std::size_t least_lanes = 0;
  /// Messages are a quarter of the window, but no smaller than this, and no larger than max_message.
  ByteCount least_message = ByteCount::KiB(16);
  /// Chromium's send() throws above 16 MiB queued; text waits in the outbox from half of that on.
  ByteCount max_buffered = ByteCount::MiB(8);
  /// One read of a Blob, and the most that is read ahead of the channel, whatever the size and number of the files.
  ByteCount block = ByteCount::MiB(4);
  /// Over all files together.
  ByteCount read_ahead = ByteCount::MiB(8);
  /// So that small files never wait for each other's reads.
  std::size_t read_ahead_files = 16;
  /// Zero: every pull is asked for at once, and the peer sends in the order of the requests. Else a pull is held as long as so much is
  /// asked for and not here, so that what is pulled later can be asked for first: docs/protocol.md, "The order of pulls".
  ByteCount pulls_ahead = ByteCount();
};

/// Everything a session can be told.
struct Options {
  Limits limits;      ///< what one peer can make this side hold or do
  Timeouts timeouts;  ///< how long each wait may last
  Pacing pacing;      ///< how the channel is filled
  /// What `hello` says of this session: random, and no other session's. Empty: there is no `hello`, and to every peer this side
  /// is what contract.md says and no more.
  std::string epoch;
  /// Goes into `meta` as identityCreatedAt; milliseconds since the epoch.
  std::optional<double> identity_created_at;
  /// Makes this a signed session: its own files are signed, and received signatures checked (docs/protocol.md, "Signed
  /// files"). The id is the one it signs for.
  std::optional<std::string> signer_id;
};

}  // namespace peer_session

#endif  // PEER_SESSION_OPTIONS_H_
