/** What the misses are made of, by measurement; goes into docs/performance.md below the targets. */
export const profile = `## Where the time goes

From CPU profiles of both pages (DevTools protocol, 0.2 ms samples) and from each step timed alone, Chromium 156. Almost all of it is
in the browser's own functions; the engine and the glue together take less than a tenth.

**Many small images.** Making a \`Blob\` is a synchronous call to the browser's process: 1.2 ms of the receiver's main thread for each
image, three quarters of all it does. The bound of the wire makes no Blob, so on a machine whose two cores carry both browsers this
row cannot be met on loopback as long as \`onImage\` takes a Blob. On the sender, \`slice\` (0.6 ms, the same kind of call) was the
larger half; a file that is read in one piece no longer needs it: 0.67 of the sender's main thread for each image in one run.

**The receiver of a large file.** Beside what the raw loop does, per MB: 1.4 ms SHA-256, 0.9 ms for the Blob, 0.7 ms for collecting
the chunks in one buffer (page faults on fresh memory, mostly). \`crypto.subtle.digest\` does its work **on the calling thread** in this
Chromium: no event was handled between call and result. The limit of one thread is therefore the raw loop's cost plus about 2.3 ms
per MB, and a hash off the main thread would take a worker. A list of chunks instead of one buffer is no way out: a Blob made of it
took 37 ms for 15 MiB instead of 14, and hashing needs one buffer anyway.

**The sender of a large file.** Reading is what the raw loop does not do: \`slice\` waits for the browser's process (up to 5 ms each when
that is busy), four times in 15 MiB.

**A single 15 MiB file** takes 25 ms from its last byte to \`onImage\` (hash and Blob): 2 % of its 1.2 s, nearly all the difference that
0.97 allows.

**The first progress event** of a sender comes after the first fill of the window, 1 MiB in up to four messages, all handed over in one
step that takes about a millisecond; events run after the engine's actions, on purpose. A receiver's comes with the first chunk.

**Import to ready** is one synchronous step when the first session is made: 75 KiB of WebAssembly are read from text, compiled and
instantiated, and twenty functions bound, all of it in code that runs for the first time.

**25 ms each way.** The connection is new, so its congestion window is what limits it: the old class, this package and the bare loop
bring the same number of images, and nothing that starts when pulled can bring twice as many. 2 × the old class cannot be met where
the old class meets the wire.`;
