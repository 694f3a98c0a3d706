/** What may be uploaded as a picture, and what is kept of it. OWASP ASVS 5.0 §5.2; docs/decisions/0035-avatars.md. */
import { Worker } from "node:worker_threads"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { largestAvatar, longestSide, readAvatar } from "../../src/domain/Avatar.ts"
import { ascii, joined } from "../../src/domain/Image.ts"
import { photograph, pictures, secret, talkative } from "./Images.ts"

const kinds = ["jpeg", "png", "gif", "webp"] as const

const faultOf = (bytes: Uint8Array) => Result.merge(Result.map(readAvatar(bytes), ({ type }) => type))

const keptOf = (bytes: Uint8Array): Uint8Array => Result.getOrThrow(readAvatar(bytes)).bytes

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1")

describe("system.md: avatars are JPEG, PNG, GIF or WebP, 5 MB", () => {
  it.each(kinds)("a %s is known by its bytes, and kept byte for byte where it tells nothing besides", (kind) => {
    const read = Result.getOrThrow(readAvatar(pictures[kind]))
    expect(read.type).toBe(`image/${kind}`)
    expect(Buffer.from(read.bytes).equals(pictures[kind])).toBe(true)
  })

  it.each([
    ["SVG", '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ["HTML", "<!doctype html><script>alert(1)</script>"],
    ["PDF", "%PDF-1.7"],
    ["BMP", "BM\0\0\0\0"],
    ["a RIFF that is no WebP", "RIFF\x04\0\0\0WAVE"],
    ["an image after something else", " GIF89a"],
    ["nothing", ""]
  ])("%s is refused", (_name, text) => {
    expect(faultOf(ascii(text))).toBe("type")
  })

  it("one byte more than 5 MB is refused, 5 MB are not", () => {
    const filled = (size: number) => joined([pictures.png, new Uint8Array(size - pictures.png.length)])
    expect(faultOf(filled(largestAvatar))).toBe("image/png")
    expect(faultOf(filled(largestAvatar + 1))).toBe("large")
  })

  it.each(kinds)("a %s that is cut off is refused, wherever it is", (kind) => {
    const whole = pictures[kind]
    for (let length = 12; length < whole.length; length += 1) {
      // What RIFF pads with is the one byte that nobody misses.
      if (kind === "webp" && length === whole.length - 1) continue
      expect(["damaged", "type"], `${length} of ${whole.length} bytes`).toContain(faultOf(whole.slice(0, length)))
    }
  })
})

describe("attack: a picture of few bytes and very many pixels", () => {
  const sized = (kind: (typeof kinds)[number], at: number, ...bytes: ReadonlyArray<number>) => {
    const copy = pictures[kind].slice()
    copy.set(bytes, at)
    return copy
  }
  const frame = textOf(pictures.jpeg).indexOf("\xff\xc0")

  it.each([
    ["jpeg", sized("jpeg", frame + 5, 0x20, 0x01), "pixels"],
    ["jpeg", sized("jpeg", frame + 5, 0x20, 0x00), "image/jpeg"],
    ["jpeg", sized("jpeg", frame + 5, 0, 0), "damaged"],
    ["png", sized("png", 16, 0, 0, 0x20, 0x01), "pixels"],
    ["png", sized("png", 16, 0xff, 0xff, 0xff, 0xff), "pixels"],
    ["png", sized("png", 16, 0, 0, 0, 0), "damaged"],
    ["gif", sized("gif", 6, 0x01, 0x20), "pixels"],
    ["gif, in its frame", sized("gif", 32, 0x01, 0x20), "pixels"],
    ["webp", sized("webp", 26, 0x01, 0x20), "pixels"]
  ] as const)(`%s: no side is longer than ${longestSide} or shorter than one`, (_kind, bytes, outcome) => {
    expect(faultOf(bytes)).toBe(outcome)
  })
})

describe("attack: a file of a million pieces, whose list would be more than an isolate holds", () => {
  /** The largest upload, of one piece again and again, read where there is no room for as many objects. */
  const readInLittleRoom = (reader: string, read: string, head: ReadonlyArray<number>, piece: ReadonlyArray<number>) =>
    new Promise((resolve) => {
      const file = new URL(`../../src/domain/${reader}.ts`, import.meta.url).href
      const script = `
        import(${JSON.stringify(file)}).then((reader) => {
          const bytes = new Uint8Array(${largestAvatar})
          const piece = ${JSON.stringify(piece)}
          bytes.set(${JSON.stringify(head)})
          for (let at = ${head.length}; at + piece.length < bytes.length; at += piece.length) bytes.set(piece, at)
          require("node:worker_threads").parentPort.postMessage(reader.${read}(bytes) === undefined)
        })`
      const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 16 }
      const worker = new Worker(script, { eval: true, resourceLimits })
      worker.once("message", resolve).once("error", resolve)
    })

  it.effect.each([
    ["JpegImage", "readJpeg", [0xff, 0xd8], [0xff, 0xc4, 0, 2]],
    ["PngImage", "readPng", [...pictures.png.subarray(0, 33)], [0, 0, 0, 0, ...ascii("IDAT"), 0, 0, 0, 0]],
    ["GifImage", "readGif", [...ascii("GIF89a"), 1, 0, 1, 0, 0, 0, 0], [0x21, 0xf9, 0]],
    [
      "WebpImage",
      "readWebp",
      [...ascii("RIFF"), 0xff, 0xff, 0xff, 0, ...ascii("WEBPVP8X"), 10, ...new Uint8Array(13)],
      [...ascii("ALPH"), 0, 0, 0, 0]
    ]
  ] as const)("%s: it is read in little more room than it takes", ([reader, read, head, piece]) =>
    Effect.gen(function* () {
      expect(yield* Effect.promise(() => readInLittleRoom(reader, read, head, piece))).toBe(true)
    })
  )
})

describe("what a picture tells besides is not kept: where, with what, and what stands after its end", () => {
  it.each(kinds)("%s", (kind) => {
    expect(textOf(talkative[kind])).toContain(secret)
    const kept = keptOf(talkative[kind])
    expect(textOf(kept)).not.toContain(secret)
    expect(textOf(kept)).not.toContain("EXIF")
    // What was cleaned is a picture, of which nothing more can be taken.
    expect(Buffer.from(keptOf(kept)).equals(kept)).toBe(true)
  })

  it("PNG: what changes how it looks stays", () => {
    expect(textOf(keptOf(talkative.png))).toContain("gAMA")
  })

  it("WebP: its header no longer announces what is gone", () => {
    const kept = keptOf(talkative.webp)
    expect(textOf(kept.subarray(12, 16))).toBe("VP8X")
    expect(kept[20]).toBe(0)
    expect(new DataView(kept.buffer, kept.byteOffset).getUint32(4, true)).toBe(kept.length - 8)
  })

  it.each([
    [1, "MM"],
    [3, "MM"],
    [6, "II"],
    [8, "MM"]
  ] as const)("JPEG: which side is up stays: %i, written as %s", (orientation, order) => {
    const kept = keptOf(photograph(orientation, order))
    expect(Buffer.from(kept).equals(keptOf(kept))).toBe(true)
    expect(kept.length - pictures.jpeg.length).toBe(orientation === 1 ? 0 : 36)
    const at = textOf(kept).indexOf("Exif")
    expect(at < 0 ? 1 : kept[at + 25]).toBe(orientation)
  })

  it.each([0, 9, 65_535])("JPEG: that %i side is up is not said", (orientation) => {
    expect(Buffer.from(keptOf(photograph(orientation))).equals(pictures.jpeg)).toBe(true)
  })
})

describe("attack: bytes that are made to break whoever reads them", () => {
  const heads = [...Object.values(pictures), ...Object.values(talkative)]
  const Bytes = Schema.Array(Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 255 })))).pipe(
    Schema.check(Schema.isMaxLength(40))
  )
  const Place = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 100_000 })))
  const Which = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: heads.length - 1 })))

  it.prop(
    "are judged, and what is taken has less and is taken again",
    [Which, Place, Bytes],
    ([which, place, bytes]) => {
      const broken = heads[which]!.slice()
      broken.set(bytes.slice(0, Math.max(0, broken.length - (place % broken.length))), place % broken.length)
      const read = readAvatar(broken)
      if (Result.isFailure(read)) return
      const again = readAvatar(read.success.bytes)
      expect(Result.isSuccess(again)).toBe(true)
      expect(read.success.bytes.length).toBeLessThanOrEqual(broken.length)
    }
  )
})
