/** People's pictures, and which of them may be nobody's, in R2. docs/decisions/0035-avatars.md. */
import type { Effect } from "effect"
import type { Avatar, AvatarDoubt, AvatarId } from "../../domain/Avatar.ts"
import type { ImageType } from "../../domain/Image.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** A picture on its way to whoever looks at it: it may be larger than one wants to hold. */
export interface ReadAvatar {
  readonly type: ImageType
  readonly body: ReadableStream<Uint8Array>
}

/** A doubt as it is kept; its name begins with when it is over. */
export interface KeptDoubt {
  readonly name: string
  readonly doubt: AvatarDoubt
}

export const Avatars = operations("Avatar", {
  put: Strong<(avatar: Avatar) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" }),
  /** Its type, if it is there. */
  find: Strong<(id: AvatarId) => Effect.Effect<ImageType | null, StorageError>>({ kind: "read" }),
  read: Strong<(id: AvatarId) => Effect.Effect<ReadAvatar | null, StorageError>>({ kind: "read" }),
  remove: Strong<(id: AvatarId) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" }),
  /** Writes down, under a name, that pictures may be nobody's. */
  doubt: Strong<(doubt: KeptDoubt) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" }),
  /** The oldest doubts, at most so many. */
  doubts: Strong<(limit: number) => Effect.Effect<ReadonlyArray<KeptDoubt>, StorageError>>({ kind: "read" }),
  /** The pictures of a doubt are known to be somebody's, or gone. */
  settle: Strong<(name: string) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" })
})
