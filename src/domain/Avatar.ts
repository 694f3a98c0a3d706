/** A person's picture: what may be uploaded, and where it is. OWASP ASVS 5.0 §5.2; docs/decisions/0035-avatars.md. */
import { Result, Schema } from "effect"
import { isGif, readGif } from "./GifImage.ts"
import { type ImageType, imageTypes, type Picture } from "./Image.ts"
import { UserId } from "./Ids.ts"
import { isJpeg, readJpeg } from "./JpegImage.ts"
import { isPng, readPng } from "./PngImage.ts"
import { isWebp, readWebp } from "./WebpImage.ts"

/** 256 random bits: whoever has not been told the address of a picture does not find it, nor whose it is. */
export const AvatarId = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[A-Za-z0-9_-]{43}$/)),
  Schema.brand("AvatarId")
)
export type AvatarId = typeof AvatarId.Type

export const AvatarType = Schema.Literals(imageTypes)

/** A picture as it is kept and handed out. */
export interface Avatar {
  readonly id: AvatarId
  readonly type: ImageType
  readonly bytes: Uint8Array
}

/** Bytes of an upload. */
export const largestAvatar = 5_000_000

/** Pixels of either side: as many as the best of cameras make, and few enough for a browser to hold. */
export const longestSide = 8192

export const AvatarFault = Schema.Literals(["large", "type", "damaged", "pixels"])
export type AvatarFault = typeof AvatarFault.Type

const readers: ReadonlyArray<{
  readonly type: ImageType
  readonly is: (bytes: Uint8Array) => boolean
  readonly read: (bytes: Uint8Array) => Picture | undefined
}> = [
  { type: "image/jpeg", is: isJpeg, read: readJpeg },
  { type: "image/png", is: isPng, read: readPng },
  { type: "image/gif", is: isGif, read: readGif },
  { type: "image/webp", is: isWebp, read: readWebp }
]

/** What was uploaded as a picture that may be handed on, or what is wrong with it. */
export const readAvatar = (bytes: Uint8Array): Result.Result<Omit<Avatar, "id">, AvatarFault> => {
  if (bytes.length > largestAvatar) return Result.fail("large")
  const reader = readers.find(({ is }) => is(bytes))
  if (reader === undefined) return Result.fail("type")
  const picture = reader.read(bytes)
  if (picture === undefined || picture.width < 1 || picture.height < 1) return Result.fail("damaged")
  if (picture.width > longestSide || picture.height > longestSide) return Result.fail("pixels")
  return Result.succeed({ type: reader.type, bytes: picture.bytes })
}

export const avatarPath = "/avatar"

/** What the claim `picture` says. OIDC Core §5.1. */
export const avatarUri = (issuer: string, id: AvatarId): string => `${issuer}${avatarPath}/${id}`

/**
 * Pictures that may be nobody's, written down before anything is done that could leave them so: whoever comes along
 * when `until` is over asks the user's home, and deletes those that it does not name.
 */
export class AvatarDoubt extends Schema.Class<AvatarDoubt>("AvatarDoubt")({
  userId: UserId,
  avatars: Schema.Array(AvatarId),
  /** Milliseconds. Nothing changes the home on behalf of this doubt any more. */
  until: Schema.Int
}) {}

/** How long an upload may take from the doubt to the home, in milliseconds. */
export const uploadLife = 10 * 60_000
