/** PNG: the chunks that make the picture are kept; texts, times, Exif and whatever stands after the end are not. */
import { ascii, big32, byteAt, keepingOf, type Picture, says } from "./Image.ts"

const signature = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, index) => bytes[index] === byte)

/** Chunks that a reader may leave out but that change how the picture looks, those of animations among them. */
const kept = ["tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"].map(ascii)

export const readPng = (bytes: Uint8Array): Picture | undefined => {
  if (big32(bytes, 8) !== 13 || !says(bytes, 12, "IHDR")) return undefined
  const size = { width: big32(bytes, 16), height: big32(bytes, 20) }
  const { keep, whole } = keepingOf(bytes)
  keep(bytes.subarray(0, 8))
  let hasPixels = false
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + big32(bytes, at)
    if (end > bytes.length) return undefined
    if (isKept(bytes, at + 4)) keep(bytes.subarray(at, end))
    if (says(bytes, at + 4, "IEND")) return hasPixels ? { ...size, bytes: whole() } : undefined
    hasPixels ||= says(bytes, at + 4, "IDAT")
    at = end
  }
  return undefined
}

/** The case of a chunk's first letter says whether one may leave it out: PNG §5.4. */
const isKept = (bytes: Uint8Array, at: number): boolean =>
  (byteAt(bytes, at) & 0x20) === 0 || kept.some((name) => name.every((byte, index) => bytes[at + index] === byte))
