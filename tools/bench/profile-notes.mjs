/** What the misses are made of, by measurement; goes into docs/performance.md below the targets. */
export const profile = `## Where the time goes

From CPU profiles of both pages (DevTools protocol, 0.2 ms samples) and from each step timed alone, Chromium 156. Almost all of it is
in the browser's own functions; the engine and the glue together take less than a tenth.

**Many small images.** Making a \`Blob\` is a synchronous call to the browser's process: 1.2 ms of the receiver's main thread for each
image, three quarters of all it does, and \`onImage\` takes a Blob. The old class makes them too; where this package meets the wire,
twice the old class would be more than the wire allows.

**The receiver of a large file.** Beside what the raw loop does, per MB: 1.3 ms SHA-256, 0.9 ms for the Blob, 0.7 ms for collecting
the chunks in one buffer (page faults on fresh memory, mostly). \`crypto.subtle.digest\` does its work **on the calling thread** in this
Chromium: no event was handled between call and result, at any size. The limit of one thread is therefore the raw loop's cost plus
about 2.2 ms per MB; the option \`digest\` lets an application hash in a Worker. A list of chunks instead of one buffer is no way out:
a Blob made of it took 37 ms for 15 MiB instead of 14, and hashing needs one buffer anyway.

**The sender of a large file.** Reading is what the raw loop does not do: 0.9 ms per MB for one \`arrayBuffer()\` of the whole, the least
that Chromium takes; 1.1 ms as a stream, the first bytes after 1 ms; 1.5 ms of main thread and as much again of waiting in slices of
4 MiB, because each slice is made known to another process first. Files of more than one block are read as a stream.

**Throughput** on this machine is decided by how its two cores are shared between two browsers, and the same code varies by a factor
of two from one run to the next. Against the best raw loop a single file had 0.81 in nine rounds of everything, 0.98 in a quick run,
and 1.05 in eleven rounds beside the 64 KiB loop alone; against simple-peer 0.73, 1.05 and 0.90. Messages of 64, 128 and 256 KiB
came within 9 % of each other in those eleven rounds (11.0, 11.7, 10.7 MB/s); 256 KiB cost the receiver the least (5.4 ms per
MB; 7.5 with 64 KiB). What is certain is the processor time that the main threads add, below.

**A single 15 MiB file** takes 25 ms from its last byte to \`onImage\` (hash and Blob): 2 % of its 1.2 s, nearly all the difference that
0.97 allows.

**Import to ready** is, in Chromium, first what importing a module of one line takes, which is most of the target, and then some 5 ms
to fetch and read the script. The rest is one synchronous step when the first session is made, 10 ms of the main thread's processor
time: 90 KiB of WebAssembly are unpacked (2.7 ms, the unpacker's own start included), compiled and instantiated (1.5), nine functions
and five types bound by embind (1.7), and the session made (3), all in code that runs for the first time. One function for each of the
engine's 28 inputs, and bytes that JavaScript decoded, took as long in Chromium, and 3 ms longer in Node, whose compilers are older.
In Node, 3.4 ms are its own: it loads Web Crypto when it is first asked for random bytes.

**25 ms each way.** The connection is new, so its congestion window is what limits it: the old class, this package and the bare loop
bring the same number of images, and nothing that starts when pulled can bring twice as many. 2 × the old class cannot be met where
the old class meets the wire.`;
