/**
 * A model of Workers KV: it promises that the last write wins, some time, and nothing else.
 *
 * A write is seen at once where it was made; elsewhere any value (or no value) that it replaced may be read for
 * `staleFor` milliseconds, without end unless somebody says so. Which one is read is a choice of the run, and only
 * where the fault "stale read" is enabled; so are "brown-out" and "write refused". What a set-up wrote has reached
 * everybody if it then sleeps for `staleFor`.
 *
 * `Kv` is Eventual storage: `bind` refuses to make a Strong operation of it, and a mutant that does so all the same
 * needs `fake`: `Layer.unwrap(Kv.use((kv) => Effect.succeed(fake(AuthorizationCodes, { redeem: ... }))))`.
 */
import { Effect, Exit, Layer } from "effect"
import { count } from "../../../services/ports/Cost.ts"
import { storage } from "../../../services/storage/Storage.ts"
import { NotExecuted, OutcomeUnknown, type StorageError } from "../../../services/storage/StorageError.ts"
import { Cells } from "../kernel/Cells.ts"
import type { Befall } from "../kernel/Fault.ts"
import { aWorld, TestWorld, type World } from "../kernel/World.ts"
import { location } from "./Location.ts"

/** KV as a Worker's binding. Values are data and are never changed in place; the reader says what they are. */
export interface Kv {
  readonly get: <A = string>(key: string) => Effect.Effect<A | null, StorageError>
  /** `expirationTtl` is in seconds; under 60 the put fails, always. */
  readonly put: (
    key: string,
    value: unknown,
    options?: { readonly expirationTtl?: number }
  ) => Effect.Effect<void, StorageError>
  readonly delete: (key: string) => Effect.Effect<void, StorageError>
  /** The names under a prefix, in their order. */
  readonly list: (prefix: string) => Effect.Effect<ReadonlyArray<string>, StorageError>
}

/** Workers KV. Eventual: another location may read for 60 seconds or more what has been replaced. */
export const Kv = storage.eventual("Memory.KV")<Kv>()

export interface KvOptions {
  /** How long a value that was replaced may still be read elsewhere, in milliseconds. The platform names no end. */
  readonly staleFor?: number
}

/** One value of a key, from when it was written until the next. */
interface Version {
  /** Null: there is none. */
  readonly value: unknown
  /** When it was written, where, and when nobody may read it any more; in milliseconds of the world. */
  readonly at: number
  readonly location: string
  readonly expiresAt: number
}

const never: Version = { value: null, at: Number.NEGATIVE_INFINITY, location: "", expiresAt: Infinity }

/** The shortest time to live that KV takes, in seconds. */
const shortestTtl = 60

/** A location keeps a copy of what it read for this long, in milliseconds: `cacheTtl`. */
const copyLife = 60_000

/** One write of a key in so many milliseconds. */
const writeInterval = 1_000

/** Each key's history, and what the locations have a copy of. */
class KvState {
  readonly world: World
  private readonly staleFor: number
  private readonly versions: Cells<ReadonlyArray<Version>>
  private readonly copies: Cells<number>

  constructor(world: World, { staleFor = Infinity }: KvOptions) {
    this.world = world
    this.staleFor = staleFor
    this.versions = new Cells(world, "KV")
    this.copies = new Cells(world, "KV copies")
  }

  get(key: string, where: string, now: number): Exit.Exit<unknown, StorageError> {
    const copy = `${where} ${key}`
    const copiedAt = this.copies.get(copy)
    const isHot = copiedAt !== undefined && now - copiedAt < copyLife
    if (!isHot && this.world.happens("brown-out", `${where} cannot get what it has no copy of`))
      return refused("KV.get", "unavailable", "the location has no copy and cannot get one")
    if (!isHot) this.copies.set(copy, now)
    const values = this.visible(this.versions.get(key) ?? [], where, now)
    return Exit.succeed(this.oneOf(values, `what ${where} reads of ${key}`))
  }

  put(
    key: string,
    where: string,
    now: number,
    value: unknown,
    expirationTtl: number | undefined
  ): Exit.Exit<void, StorageError> {
    if (expirationTtl !== undefined && expirationTtl < shortestTtl)
      return refused("KV.put", "unavailable", `an expirationTtl of ${expirationTtl} s is under ${shortestTtl} s`)
    const expiresAt = expirationTtl === undefined ? Infinity : now + expirationTtl * 1_000
    return this.write("KV.put", key, { value, at: now, location: where, expiresAt })
  }

  delete(key: string, where: string, now: number): Exit.Exit<void, StorageError> {
    return this.write("KV.delete", key, { value: null, at: now, location: where, expiresAt: Infinity })
  }

  list(prefix: string, where: string, now: number): Exit.Exit<ReadonlyArray<string>> {
    const names = this.versions.under(prefix).flatMap(([key, versions]) => {
      // A list lags even where the write was made: it is not the copies that are listed.
      const isThere = new Set(this.visible(versions, undefined, now).map((value) => value !== null))
      return this.oneOf([...isThere], `whether ${where} lists ${key}`) === true ? [key] : []
    })
    return Exit.succeed(names)
  }

  private write(operation: string, key: string, version: Version) {
    const versions = this.versions.get(key) ?? []
    const { at, location: where } = version
    const last = versions.at(-1)
    if (last !== undefined && at - last.at < writeInterval && this.world.happens("write refused", `${key} is refused`))
      return refused(operation, "overloaded", "429: one write of a key in a second")
    this.versions.set(key, [...versions, version])
    this.copies.set(`${where} ${key}`, at)
    return Exit.void
  }

  /** The values that may be read, the newest first; each once. */
  private visible(versions: ReadonlyArray<Version>, where: string | undefined, now: number): ReadonlyArray<unknown> {
    const valueOf = ({ expiresAt, value }: Version) => (now < expiresAt ? value : null)
    const values = [valueOf(versions.at(-1) ?? never)]
    if (!this.world.isEnabled("stale read")) return values
    for (let index = versions.length - 1; index >= 0; index--) {
      const { at, location: writer } = versions[index] as Version
      if (writer === where || now - at >= this.staleFor) break
      const replaced = valueOf(versions[index - 1] ?? never)
      if (!values.includes(replaced)) values.push(replaced)
    }
    return values
  }

  /** The first of them, or another one that is stale. */
  private oneOf<A>(values: ReadonlyArray<A>, what: string): A {
    const chosen = this.world.choose(values.length, what)
    if (chosen > 0) this.world.befell("stale read")
    return values[chosen] as A
  }
}

const refused = (operation: string, reason: "overloaded" | "unavailable", detail: string) =>
  Exit.fail(new NotExecuted({ operation, reason, detail }))

/** A read that fails did nothing. */
const befallsRead = (operation: string): ReadonlyArray<Befall<StorageError>> => [
  { fault: "fail before", executes: "never", hears: refused(operation, "unavailable", "KV did not answer") }
]

const befallsWrite = (operation: string): ReadonlyArray<Befall<StorageError>> => {
  const hears = Exit.fail(new OutcomeUnknown({ operation, detail: "KV did not answer" }))
  return [
    { fault: "lost reply", executes: "now", hears },
    { fault: "lost request", executes: "never", hears },
    { fault: "late execution", executes: "later", hears }
  ]
}

/** KV in a world. */
export const kvIn = (world: World, options: KvOptions = {}): Kv => {
  const state = new KvState(world, options)
  type Execute<A> = (where: string, now: number) => Exit.Exit<A, StorageError>
  const ask = <A>(operation: string, befalls: ReadonlyArray<Befall<StorageError>>, execute: Execute<A>) =>
    Effect.flatMap(location, (where) =>
      world.call<A, StorageError>({ place: `KV ${where}`, operation, execute: (now) => execute(where, now), befalls })
    )
  const read = <A>(operation: string, execute: Execute<A>) =>
    Effect.andThen(count({ kvReads: 1 }), ask(operation, befallsRead(operation), execute))
  const write = (operation: string, execute: Execute<void>) =>
    Effect.andThen(count({ kvWrites: 1 }), ask(operation, befallsWrite(operation), execute))
  return {
    get: <A>(key: string) =>
      read("KV.get", (where, now) => state.get(key, where, now) as Exit.Exit<A | null, StorageError>),
    put: (key, value, options) =>
      write("KV.put", (where, now) => state.put(key, where, now, value, options?.expirationTtl)),
    delete: (key) => write("KV.delete", (where, now) => state.delete(key, where, now)),
    list: (prefix) => read("KV.list", (where, now) => state.list(prefix, where, now))
  }
}

/** The KV of the test's world. */
export const memoryKv = (options: KvOptions = {}) =>
  Layer.effect(
    Kv,
    TestWorld.use((world) => Effect.succeed(kvIn(world, options)))
  ).pipe(Layer.provideMerge(aWorld))

/** The same, as the platform promises it: stale without end. */
export const MemoryKv = memoryKv()
