/** What every store of pictures keeps. */
import { Clock, Effect } from "effect"
import { type Avatar, AvatarDoubt, AvatarId } from "../../domain/Avatar.ts"
import { Avatars } from "./Avatars.ts"
import { freshText, freshUserId } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"

const freshId = Effect.map(Effect.all([freshText, freshText]), ([one, other]) =>
  AvatarId.make(`${one}${other}`.slice(0, 43))
)

const freshAvatar = Effect.map(freshId, (id): Avatar => ({
  id,
  type: "image/png",
  // Every byte there is, so that none is taken for text.
  bytes: Uint8Array.from({ length: 512 }, (_, index) => index % 256)
}))

const bytesOf = (body: ReadableStream<Uint8Array>) =>
  Effect.promise(async () => new Uint8Array(await new Response(body).arrayBuffer()))

const freshDoubt = Effect.gen(function* () {
  const avatars = [yield* freshId, yield* freshId]
  const until = yield* Clock.currentTimeMillis
  const doubt = new AvatarDoubt({ userId: yield* freshUserId, avatars, until })
  return { name: `${String(until).padStart(16, "0")}-${avatars[0]}`, doubt }
})

const isKept = (name: string) => Effect.map(Avatars.doubts(1000), (all) => all.some((one) => one.name === name))

export const avatarLaws = [
  law(
    "a picture is read as it was put, byte for byte, with its type",
    ["Avatar.put", "Avatar.find", "Avatar.read"],
    Effect.gen(function* () {
      const avatar = yield* freshAvatar
      yield* Avatars.put(avatar)
      yield* expectThat((yield* Avatars.find(avatar.id)) === "image/png", "it is there, of its type")
      const read = yield* Avatars.read(avatar.id)
      yield* expectThat(read?.type === "image/png", "it is read with its type")
      const bytes = read === null ? new Uint8Array() : yield* bytesOf(read.body)
      yield* expectThat(bytes.join() === avatar.bytes.join(), "every byte is as it was")
    })
  ),
  law(
    "a picture that was removed is not there, nor is one that was never put, and removing it again is done",
    ["Avatar.put", "Avatar.find", "Avatar.read", "Avatar.remove"],
    Effect.gen(function* () {
      const avatar = yield* freshAvatar
      const other = yield* freshAvatar
      yield* Avatars.put(avatar)
      yield* Avatars.put(other)
      yield* Avatars.remove(avatar.id)
      yield* Avatars.remove(avatar.id)
      yield* expectThat((yield* Avatars.find(avatar.id)) === null, "it is not found")
      yield* expectThat((yield* Avatars.read(avatar.id)) === null, "it is not read")
      yield* expectThat((yield* Avatars.find(other.id)) === "image/png", "another one stays")
      yield* expectThat((yield* Avatars.read(yield* freshId)) === null, "what nobody put is not read")
    })
  ),
  law(
    "a doubt is kept until it is settled, and told with the oldest first",
    ["Avatar.doubt", "Avatar.doubts", "Avatar.settle"],
    Effect.gen(function* () {
      const kept = yield* freshDoubt
      yield* Avatars.doubt(kept)
      const all = yield* Avatars.doubts(1000)
      const told = all.find(({ name }) => name === kept.name)
      yield* expectThat(told?.doubt.avatars.join() === kept.doubt.avatars.join(), "it names the pictures")
      yield* expectThat(told?.doubt.userId === kept.doubt.userId, "and whose they may be")
      const names = all.map(({ name }) => name)
      yield* expectThat(names.join() === names.toSorted().join(), "the oldest is the first")
      yield* expectThat((yield* Avatars.doubts(1)).length === 1, "no more are told than were asked for")
      yield* Avatars.settle(kept.name)
      yield* expectThat(!(yield* isKept(kept.name)), "it is settled")
      yield* Avatars.settle(kept.name)
    })
  )
]
