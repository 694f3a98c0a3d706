/**
 * JPEG: what makes the picture, the profile of its colours and which side is up are kept; Exif with places and devices,
 * comments, thumbnails, and whatever stands after the end are not. ITU-T T.81 Annex B, JEITA CP-3451 (Exif).
 */
import { big16, big32, byteAt, joined, keepingOf, little16, little32, type Picture, says } from "./Image.ts"

export const isJpeg = (bytes: Uint8Array): boolean => big16(bytes, 0) === 0xffd8 && byteAt(bytes, 2) === 0xff

export const readJpeg = (bytes: Uint8Array): Picture | undefined => {
  const { keep, whole } = keepingOf(bytes)
  let size: { readonly width: number; readonly height: number } | undefined
  let orientation = 1
  let at = 2
  while (at + 4 <= bytes.length || big16(bytes, at) === 0xffd9) {
    if (byteAt(bytes, at) !== 0xff) return undefined
    const marker = byteAt(bytes, at + 1)
    if (marker === 0xd9) {
      keep(bytes.subarray(at, at + 2))
      const parts = [bytes.subarray(0, 2), upright(orientation), whole()]
      return size === undefined ? undefined : { ...size, bytes: joined(parts) }
    }
    // Any number of such bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = big16(bytes, at + 2)
    const end = at + 2 + length
    if (length < 2 || end > bytes.length) return undefined
    const segment = bytes.subarray(at, end)
    if (isFrame(marker)) size = { height: big16(bytes, at + 5), width: big16(bytes, at + 7) }
    if (marker === 0xe1 && says(segment, 4, "Exif\0\0")) orientation = orientationIn(segment.subarray(10))
    if (isKept(marker, segment)) keep(segment)
    at = end
    if (marker !== 0xda) continue
    const scanEnd = endOfScan(bytes, at)
    keep(bytes.subarray(at, scanEnd))
    at = scanEnd
  }
  return undefined
}

/** The start of a frame, which says how large the picture is. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Tables, frames and scans; and of what applications add, what changes how the picture looks. */
const isKept = (marker: number, segment: Uint8Array): boolean => {
  if (marker === 0xe0) return says(segment, 4, "JFIF\0")
  if (marker === 0xe2) return says(segment, 4, "ICC_PROFILE\0")
  if (marker === 0xee) return says(segment, 4, "Adobe")
  return (marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xda && marker <= 0xdf)
}

/** Where the next marker is that is none of the scan's own. */
const endOfScan = (bytes: Uint8Array, from: number): number => {
  for (let at = from; at + 1 < bytes.length; at++) {
    const next = byteAt(bytes, at + 1)
    const isOwn = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7)
    if (byteAt(bytes, at) === 0xff && !isOwn) return at
  }
  return bytes.length
}

const orientationTag = 0x0112

/** Which side is up, 1 to 8, as Exif says it in its first directory. */
const orientationIn = (tiff: Uint8Array): number => {
  const isLittle = says(tiff, 0, "II")
  const number16 = isLittle ? little16 : big16
  const number32 = isLittle ? little32 : big32
  const directory = number32(tiff, 4)
  const count = number16(tiff, directory)
  for (let index = 0; index < count && directory + 2 + index * 12 < tiff.length; index++) {
    const entry = directory + 2 + index * 12
    const value = number16(tiff, entry + 8)
    if (number16(tiff, entry) === orientationTag) return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** Exif that says which side is up and nothing else; none where that is the upper one. */
const upright = (orientation: number): Uint8Array => {
  if (orientation === 1) return new Uint8Array(0)
  const header = [0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8]
  const entry = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
  return Uint8Array.from([...header, ...entry, 0, 0, 0, 0])
}
