/** What an image is by its bytes, and those of its bytes that make the picture. Files' names and types say nothing. */

export const imageTypes = ["image/jpeg", "image/png", "image/gif", "image/webp"] as const
export type ImageType = (typeof imageTypes)[number]

/** A picture as it may be handed on: without what it tells besides (places, devices), and with nothing after it. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

/** A number of two or four bytes; beyond the end there are zeros. */
export const big16 = (bytes: Uint8Array, at: number): number => byteAt(bytes, at) * 0x100 + byteAt(bytes, at + 1)
export const big32 = (bytes: Uint8Array, at: number): number => big16(bytes, at) * 0x10000 + big16(bytes, at + 2)
export const little16 = (bytes: Uint8Array, at: number): number => byteAt(bytes, at + 1) * 0x100 + byteAt(bytes, at)
export const little24 = (bytes: Uint8Array, at: number): number => byteAt(bytes, at + 2) * 0x10000 + little16(bytes, at)
export const little32 = (bytes: Uint8Array, at: number): number =>
  byteAt(bytes, at + 3) * 0x1000000 + little24(bytes, at)

export const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0

/** Whether these ASCII characters stand there. */
export const says = (bytes: Uint8Array, at: number, text: string): boolean =>
  [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0))

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

/**
 * What is kept of a file, piece after piece. It is copied at once: a file may be of more than a million pieces, and a
 * list of them would take fifty times the room that it takes itself, which is more than an isolate has.
 */
export interface Keeping {
  /** Pieces of the file, each of its bytes at most once. */
  readonly keep: (piece: Uint8Array) => void
  readonly whole: () => Uint8Array
}

export const keepingOf = (file: Uint8Array): Keeping => {
  const kept = new Uint8Array(file.length)
  let length = 0
  return {
    keep: (piece) => {
      kept.set(piece, length)
      length += piece.length
    },
    whole: () => kept.slice(0, length)
  }
}

export const joined = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
