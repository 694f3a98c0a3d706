/** GIF: the pictures and how long each is shown are kept; comments, other extensions and what comes after are not. */
import { byteAt, keepingOf, little16, type Picture, says } from "./Image.ts"

export const isGif = (bytes: Uint8Array): boolean => says(bytes, 0, "GIF87a") || says(bytes, 0, "GIF89a")

/** How often an animation is repeated is said by an extension that one of these names. */
const loops = ["NETSCAPE2.0", "ANIMEXTS1.0"]

export const readGif = (bytes: Uint8Array): Picture | undefined => {
  let width = little16(bytes, 6)
  let height = little16(bytes, 8)
  let at = 13 + tableLength(byteAt(bytes, 10))
  const { keep, whole } = keepingOf(bytes)
  keep(bytes.subarray(0, at))
  let hasPixels = false
  while (at < bytes.length) {
    const block = byteAt(bytes, at)
    if (block === 0x3b) {
      keep(bytes.subarray(at, at + 1))
      return hasPixels ? { width, height, bytes: whole() } : undefined
    }
    const isImage = block === 0x2c
    if (!isImage && block !== 0x21) return undefined
    if (isImage) {
      hasPixels = true
      width = Math.max(width, little16(bytes, at + 1) + little16(bytes, at + 5))
      height = Math.max(height, little16(bytes, at + 3) + little16(bytes, at + 7))
    }
    const end = endOfBlocks(bytes, isImage ? at + 11 + tableLength(byteAt(bytes, at + 9)) : at + 2)
    if (end === undefined) return undefined
    if (isImage || isKept(bytes, at)) keep(bytes.subarray(at, end))
    at = end
  }
  return undefined
}

/** Bytes of a table of colours, by the flags that announce it. */
const tableLength = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))

/** Where a chain of blocks, each with its length before it, is over. */
const endOfBlocks = (bytes: Uint8Array, from: number): number | undefined => {
  let at = from
  while (at < bytes.length) {
    const length = byteAt(bytes, at)
    at += 1 + length
    if (length === 0) return at
  }
  return undefined
}

const isKept = (bytes: Uint8Array, at: number): boolean => {
  const label = byteAt(bytes, at + 1)
  return label === 0xf9 || (label === 0xff && loops.some((name) => says(bytes, at + 3, name)))
}
