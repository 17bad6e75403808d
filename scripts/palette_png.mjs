// A screenshot as a PNG of 256 colours: a page has some flat colours and the shades of its letters, so nobody sees the
// difference, and the file is a third.

import { deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

// `png`: 8 bits per channel, RGB or RGBA, not interlaced, which is what Chromium takes.
export function withPalette(png) {
  const { width, height, channels, pixels } = decoded(png);
  const palette = mostUsed(pixels, channels);
  const index = new Map();
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += channels) {
      const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
      if (!index.has(colour)) index.set(colour, nearest(palette, colour));
      rows[y * (width + 1) + 1 + x] = index.get(colour);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("PLTE", colours), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function decoded(png) {
  let header;
  const data = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const kind = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (kind === "IHDR") header = body;
    if (kind === "IDAT") data.push(body);
    at += 12 + length;
  }
  const [width, height, channels] = [header.readUInt32BE(0), header.readUInt32BE(4), { 2: 3, 6: 4 }[header[9]]];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0) throw new Error("not a screenshot's kind of PNG");
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const pixels = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const left = x >= channels ? pixels[y * stride + x - channels] : 0;
      const up = y > 0 ? pixels[(y - 1) * stride + x] : 0;
      const corner = x >= channels && y > 0 ? pixels[(y - 1) * stride + x - channels] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[y * stride + x] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return { width, height, channels, pixels };
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

// The commonest colours, no two of them closer than the eye can tell, until 256 are found.
function mostUsed(pixels, channels) {
  const uses = new Map();
  for (let at = 0; at < pixels.length; at += channels) {
    const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    uses.set(colour, (uses.get(colour) ?? 0) + 1);
  }
  const byUse = [...uses].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const palette = [];
  for (const apart of [300, 0]) {
    for (const colour of byUse) {
      if (palette.length < 256 && palette.every((other) => distance(other, colour) > apart)) palette.push(colour);
    }
  }
  return palette;
}

function nearest(palette, colour) {
  let best = 0;
  for (let at = 1; at < palette.length; at += 1) {
    if (distance(palette[at], colour) < distance(palette[best], colour)) best = at;
  }
  return best;
}

const distance = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

function chunk(kind, body) {
  const bytes = Buffer.concat([Buffer.from(kind, "latin1"), body]);
  const framed = Buffer.alloc(bytes.length + 8);
  framed.writeUInt32BE(body.length, 0);
  bytes.copy(framed, 4);
  framed.writeUInt32BE(checksum(bytes), bytes.length + 4);
  return framed;
}

// The CRC of PNG, bit by bit; node 18 has none to offer.
function checksum(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
