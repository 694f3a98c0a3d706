/** WebP: the chunks that make the picture are kept; Exif, XMP, unknown ones and what comes after are not. RFC 9649. */
import { ascii, byteAt, joined, keepingOf, little16, little24, little32, type Picture, says } from "./Image.ts"

export const isWebp = (bytes: Uint8Array): boolean => says(bytes, 0, "RIFF") && says(bytes, 8, "WEBP")

const kept = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]

export const readWebp = (bytes: Uint8Array): Picture | undefined => {
  const end = Math.min(bytes.length, 8 + little32(bytes, 4))
  const { keep, whole } = keepingOf(bytes)
  let size: Pick<Picture, "width" | "height"> | undefined
  let hasPixels = false
  for (let at = 12; at + 8 <= end;) {
    const length = little32(bytes, at + 4)
    const next = at + 8 + length + (length % 2)
    if (next > end) return undefined
    const name = kept.find((one) => says(bytes, at, one))
    if (name !== undefined) {
      size ??= sizeIn(bytes, at)
      if (size === undefined) return undefined
      keep(name === "VP8X" ? withoutNotes(bytes.subarray(at, next)) : bytes.subarray(at, next))
    }
    hasPixels ||= name === "VP8 " || name === "VP8L" || name === "ANMF"
    at = next
  }
  if (size === undefined || !hasPixels) return undefined
  const body = joined([ascii("WEBP"), whole()])
  return { ...size, bytes: joined([ascii("RIFF"), inLittle32(body.length), body]) }
}

/** How large the picture is, as its first chunk says. RFC 9649 §2.5 to §2.7. */
const sizeIn = (bytes: Uint8Array, at: number): Pick<Picture, "width" | "height"> | undefined => {
  const from = at + 8
  if (says(bytes, at, "VP8X")) return { width: little24(bytes, from + 4) + 1, height: little24(bytes, from + 7) + 1 }
  if (says(bytes, at, "VP8L") && byteAt(bytes, from) === 0x2f) {
    const packed = little32(bytes, from + 1)
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 }
  }
  if (says(bytes, at, "VP8 ") && byteAt(bytes, from + 3) === 0x9d) {
    return { width: little16(bytes, from + 6) & 0x3fff, height: little16(bytes, from + 8) & 0x3fff }
  }
  return undefined
}

/** The header of features no longer announces Exif and XMP. */
const withoutNotes = (chunk: Uint8Array): Uint8Array => {
  const copy = chunk.slice()
  copy[8] = byteAt(chunk, 8) & ~0x0c
  return copy
}

const inLittle32 = (value: number): Uint8Array =>
  Uint8Array.from([value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24])
