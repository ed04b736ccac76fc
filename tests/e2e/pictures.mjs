import { deflateSync } from 'node:zlib';

/**
 * A PNG of exactly `size` bytes that no other seed has. What follows the end of a PNG is ignored by every decoder,
 * so the rest is filled with noise. Below the smallest PNG it is the noise alone.
 */
export function picture(seed, size, name = `picture-${seed}.png`) {
  const image = png(seed, 160, 120);
  const buffer = Buffer.alloc(size);
  const filled = size >= image.length ? image.copy(buffer) : 0;
  fillWithNoise(buffer.subarray(filled), seed);
  return { name, mimeType: 'image/png', buffer };
}

/** The same noise for the same seed on every machine: a failure can be looked at again. */
function fillWithNoise(buffer, seed) {
  let state = (seed + 1) * 2654435761;
  for (let i = 0; i < buffer.length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    buffer[i] = state;
  }
}

function png(seed, width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // 8 bits a channel, RGB
  const rows = Buffer.alloc(height * (1 + width * 3));
  const hue = (seed * 67) % 256;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const hill = y > height * 0.55 + 18 * Math.sin((x + seed * 20) / 22) ? 90 : 0;
      const at = y * (1 + width * 3) + 1 + x * 3;
      rows[at] = Math.max(0, ((hue + y) % 256) - hill);
      rows[at + 1] = Math.max(0, 190 - y - hill / 2 + (seed % 5) * 10);
      rows[at + 2] = Math.max(0, 255 - hue / 2 - hill);
    }
  }
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(checksum(body), body.length + 4);
  return framed;
}

// zlib has its own only since a Node newer than the oldest the project runs on.
function checksum(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
