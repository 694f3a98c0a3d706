/** People's pictures in R2: under their ids, with their types; and doubts about them, the oldest first. */
import { Effect, Option, Schema } from "effect"
import { AvatarDoubt, AvatarType } from "../../../domain/Avatar.ts"
import { Avatars } from "../../../services/storage/Avatars.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { storage } from "../../../services/storage/Storage.ts"
import type { Bucket } from "../Bindings.ts"
import { readR2, writeR2 } from "./R2Call.ts"

/** Strong for what `R2Call.ts` says. */
export const R2Avatars = storage.strong("R2.Avatars")<Bucket>()

const pictureOf = (id: string) => `pictures/${id}`
const doubts = "doubts/"

const typeOf = Schema.decodeUnknownOption(AvatarType)

const Doubt = Schema.fromJsonString(AvatarDoubt)
const decodeDoubt = Schema.decodeUnknownOption(Doubt)
const encodeDoubt = Schema.encodeSync(Doubt)

const reading = <A>(operation: string, run: (bucket: Bucket) => Promise<A>) =>
  R2Avatars.use((bucket) => readR2(operation, () => run(bucket)))

const writing = (operation: string, run: (bucket: Bucket) => Promise<unknown>) =>
  R2Avatars.use((bucket) => Effect.asVoid(writeR2(operation, () => run(bucket))))

export const AvatarsR2 = bind(Avatars, {
  put: ({ bytes, id, type }) =>
    writing("Avatar.put", (bucket) => bucket.put(pictureOf(id), bytes, { httpMetadata: { contentType: type } })),
  find: (id) =>
    Effect.map(
      reading("Avatar.find", (bucket) => bucket.head(pictureOf(id))),
      (found) => Option.getOrNull(typeOf(found?.httpMetadata?.contentType))
    ),
  read: (id) =>
    Effect.map(
      reading("Avatar.read", (bucket) => bucket.get(pictureOf(id))),
      (found) =>
        Option.getOrNull(
          Option.map(typeOf(found?.httpMetadata?.contentType), (type) => ({
            type,
            // The platform's types are not those of the web standard, though its objects are.
            body: found?.body as unknown as ReadableStream<Uint8Array>
          }))
        )
    ),
  remove: (id) => writing("Avatar.remove", (bucket) => bucket.delete(pictureOf(id))),
  doubt: ({ doubt, name }) => writing("Avatar.doubt", (bucket) => bucket.put(`${doubts}${name}`, encodeDoubt(doubt))),
  doubts: (limit) =>
    Effect.map(
      reading("Avatar.doubts", async (bucket) => {
        const { objects } = await bucket.list({ prefix: doubts, limit })
        return Promise.all(objects.map(async ({ key }) => ({ key, text: await (await bucket.get(key))?.text() })))
      }),
      (found) =>
        found.flatMap(({ key, text }) =>
          Option.toArray(Option.map(decodeDoubt(text), (doubt) => ({ name: key.slice(doubts.length), doubt })))
        )
    ),
  settle: (name) => writing("Avatar.settle", (bucket) => bucket.delete(`${doubts}${name}`))
})
