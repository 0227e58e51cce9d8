// A zip archive of some files, not compressed: [{ path, bytes }] to a Blob.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
const checksum = (bytes) => ~bytes.reduce((sum, byte) => TABLE[(sum ^ byte) & 255] ^ (sum >>> 8), -1) >>> 0;

// Numbers of 2 or 4 bytes, the lowest byte first: numbers([[2, 20], [4, 0x04034b50]]).
const numbers = (pairs) => Uint8Array.from(pairs.flatMap(([size, value]) =>
  Array.from({ length: size }, (_, k) => Math.floor(value / 2 ** (8 * k)) & 255)));

export function zip(files) {
  const parts = [], list = [];
  let at = 0;
  for (const { path, bytes } of files) {
    const name = new TextEncoder().encode(path);
    // Version 2.0, names in UTF-8, stored as they are, 1 January 1980.
    const about = [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, checksum(bytes)], [4, bytes.length],
      [4, bytes.length], [2, name.length], [2, 0]];
    const head = numbers([[4, 0x04034b50], ...about]);
    parts.push(head, name, bytes);
    list.push(numbers([[4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]]), name);
    at += head.length + name.length + bytes.length;
  }
  const size = list.reduce((sum, part) => sum + part.length, 0);
  const end = numbers([[4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, at],
    [2, 0]]);
  return new Blob([...parts, ...list, end], { type: "application/zip" });
}
