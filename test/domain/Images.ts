/** Pictures of 16 by 8 pixels (the GIF of 1 by 1), and what people's devices and programs write into theirs. */
import { ascii, joined } from "../../src/domain/Image.ts"

const from = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, "base64"))

export const pictures = {
  jpeg: from(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8" +
      "ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAAR" +
      "CAAIABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAA" +
      "BP/EABgRAAIDAAAAAAAAAAAAAAAAAAAFQoHB/9oADAMBAAIRAxEAPwCBCBiqdaPZRvD/2Q=="
  ),
  png: from(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAICAYAAADwdn+XAAAAJ0lEQVR4AeyQoQ0AAAjDmv3/c/kABALDkqkmFY1g9wEblnsB3DcoAAAA//9L" +
      "tzGOAAAABklEQVQDALr0H/FxgNKIAAAAAElFTkSuQmCC"
  ),
  gif: from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
  webp: from("UklGRjoAAABXRUJQVlA4IC4AAABwAQCdASoQAAgABABoJaACdAFAAAD+7uR/lzH0K//xNnT31YP/oSY9//iYsgAA")
} as const

/** What none of them may tell anybody. */
export const secret = "51.5007N 0.1246W, taken by serial 4711"

/** A picture with something put in at a place. */
const within = (picture: Uint8Array, at: number, ...parts: ReadonlyArray<Uint8Array>): Uint8Array =>
  joined([picture.subarray(0, at), ...parts, picture.subarray(at)])

const big16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff)

/** A segment of JPEG. */
const segment = (marker: number, ...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const body = joined(parts)
  return joined([Uint8Array.of(0xff, marker), big16(body.length + 2), body])
}

/** Exif with one entry: which side is up. In either order of bytes, with more after it. */
const exif = (orientation: number, order: "II" | "MM"): Uint8Array => {
  const number = (value: number, bytes: number) => {
    const big = Array.from({ length: bytes }, (_, index) => (value >> (8 * (bytes - 1 - index))) & 0xff)
    return Uint8Array.from(order === "MM" ? big : big.toReversed())
  }
  const entry = [number(0x0112, 2), number(3, 2), number(1, 4), number(orientation, 2), number(0, 2)]
  return joined([ascii("Exif\0\0"), ascii(order), number(42, 2), number(8, 4), number(1, 2), ...entry, number(0, 4)])
}

/** A photograph as a phone makes it: on its side, and it says where. */
export const photograph = (orientation: number, order: "II" | "MM" = "MM"): Uint8Array =>
  within(
    pictures.jpeg,
    2,
    segment(0xe1, exif(orientation, order), ascii(secret)),
    segment(0xe1, ascii("http://ns.adobe.com/xap/1.0/\0"), ascii(secret)),
    segment(0xed, ascii(secret)),
    segment(0xfe, ascii(secret))
  )

const big32 = (value: number) => joined([big16(Math.floor(value / 0x10000)), big16(value % 0x10000)])

/** A chunk of PNG, with a checksum that nobody looks at. */
const chunk = (name: string, body: Uint8Array): Uint8Array =>
  joined([big32(body.length), ascii(name), body, Uint8Array.of(0, 0, 0, 0)])

const little32 = (value: number) => big32(value).toReversed()

const riff = (name: string, body: Uint8Array): Uint8Array =>
  joined([ascii(name), little32(body.length), body, ...(body.length % 2 === 0 ? [] : [Uint8Array.of(0)])])

/** The canvas of WebP: 16 by 8, with Exif and XMP announced. */
const canvas = riff("VP8X", Uint8Array.of(0x0c, 0, 0, 0, 15, 0, 0, 7, 0, 0))

const body = joined([
  ascii("WEBP"),
  canvas,
  pictures.webp.subarray(12),
  riff("EXIF", ascii(secret)),
  riff("note", ascii(secret))
])

/** Each with all that it can tell besides, and a file of another kind after its end. */
export const talkative: Readonly<Record<keyof typeof pictures, Uint8Array>> = {
  jpeg: joined([photograph(6), ascii(secret)]),
  png: joined([
    within(pictures.png, 33, chunk("tEXt", ascii(secret)), chunk("eXIf", ascii(secret)), chunk("gAMA", big32(45455))),
    ascii(secret)
  ]),
  gif: joined([
    within(pictures.gif, 19, Uint8Array.of(0x21, 0xfe, secret.length), ascii(secret), Uint8Array.of(0)),
    ascii(secret)
  ]),
  webp: joined([ascii("RIFF"), little32(body.length), body, ascii(secret)])
}
