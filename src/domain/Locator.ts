/**
 * Where a thing lives: a generation of shards and a shard in it, written as `generation-shard` at the head of its id.
 *
 * A locator is made in one place, here, and read from the artefact itself, so that no look-up table is needed. The
 * number of shards grows by adding a generation: what exists stays where it is, what is new goes to the newest.
 * It says no more than a shard number: codes and tokens that carry it go to clients.
 */
import { Option, Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import type { UserId } from "./Ids.ts"

const pattern = /^([1-9][0-9]{0,2})-(0|[1-9][0-9]{0,4})$/

export const Locator = Schema.String.pipe(Schema.check(Schema.isPattern(pattern)), Schema.brand("Locator"))
export type Locator = typeof Locator.Type

/** The number of shards of each generation, oldest first: `[16]`, later `[16, 64]`. */
export const Generations = Schema.NonEmptyArray(
  Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 99_999 })))
)
export type Generations = typeof Generations.Type

/** A shard of the newest generation, chosen by `draw`: any whole number, evenly distributed. */
export const choose = (generations: Generations, draw: number): Locator => {
  const shards = generations[generations.length - 1] ?? 1
  return Locator.make(`${generations.length}-${draw % shards}`)
}

/** The id, in the newest generation, of what is found by a tag of what it is: 32 of its bits choose, and 128 name. */
export const idOfTag = (generations: Generations, tag: string): string => {
  const bytes = Result.getOrElse(Base64Url.decode(tag), () => new Uint8Array(4))
  const draw = bytes.slice(-4).reduce((sum, byte) => sum * 256 + byte, 0)
  return `${choose(generations, draw)}.${tag.slice(0, 22)}`
}

/**
 * A shard of the first generation: for what is found by its content, which must stay at one place whatever generation
 * is added.
 */
export const ofOldest = ([shards]: Generations, draw: number): Locator => Locator.make(`1-${draw % shards}`)

/** Every shard there is, the oldest generation's first. */
export const allOf = (generations: Generations): ReadonlyArray<Locator> =>
  generations.flatMap((shards, index) =>
    Array.from({ length: shards }, (_, shard) => Locator.make(`${index + 1}-${shard}`))
  )

/** An id of nothing in particular in a shard: for what is about the shard itself. */
export const idAt = (locator: Locator): string => `${locator}.`

const headOf = (id: string): string => id.slice(0, Math.max(0, id.indexOf(".")))

/** The locator at the head of an id of ours. */
export const ofUser = (id: UserId): Locator => Locator.make(headOf(id))

/**
 * The locator at the head of an id. None unless it names a shard that exists: an id comes from outside, and an object
 * must not come into being because somebody asked for it.
 */
export const ofId = (generations: Generations, id: string): Option.Option<Locator> => {
  const head = headOf(id)
  const parts = pattern.exec(head)
  if (parts === null) return Option.none()
  const shards = generations[Number(parts[1]) - 1]
  return shards !== undefined && Number(parts[2]) < shards ? Option.some(Locator.make(head)) : Option.none()
}

/** Whether an id names the generation that would be added next: another Worker may know it already. */
export const isToCome = (generations: Generations, id: string): boolean =>
  pattern.exec(headOf(id))?.[1] === String(generations.length + 1)
