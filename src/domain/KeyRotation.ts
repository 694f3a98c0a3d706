/**
 * How keys come and go: a new one is published long before it signs, and an old one long after. OIDC Core §10.1.1,
 * NIST SP 800-57 part 1 §5.3; docs/decisions/0032-keys.md.
 *
 * All that a key will do is written down when its successor is published, so that the clock alone carries it out: a
 * cron that comes late, twice or never leaves no moment in which nothing signs.
 */
import { Schema } from "effect"
import type { SigningAlg } from "./ClientMetadata.ts"
import { longestLifetime } from "./ResourceServer.ts"
import { clockMargin, KeyRing, leastLead, signing, SigningKey } from "./SigningKey.ts"

const hour = 3_600_000
const day = 24 * hour

/** What an operator decides about the lives of keys. */
export interface KeySettings {
  /** How long a key signs. */
  readonly rotateAfterDays: number
  /** How long its successor is published before it signs: longer than anybody keeps a JWKS or a copy of the ring. */
  readonly publishAheadHours: number
  /** How long it is published after it signed last: longer than any token lives. */
  readonly retiredForDays: number
}

/** Less would break the sign-in of somebody who keeps a JWKS, or a token, as long as they may. */
export const leastSettings: KeySettings = {
  rotateAfterDays: 1,
  publishAheadHours: Math.ceil(leastLead / hour),
  retiredForDays: Math.ceil((longestLifetime * 1000 + clockMargin) / day)
}

/** What is wrong with settings of which each by itself is not too small. */
export const problemOf = ({ publishAheadHours, rotateAfterDays }: KeySettings): string | undefined =>
  publishAheadHours * hour < rotateAfterDays * day
    ? undefined
    : "publishAheadHours must be less than rotateAfterDays, or a successor would be published before its predecessor"

/** The same in milliseconds. */
export class RotationRules extends Schema.Class<RotationRules>("RotationRules")({
  rotateAfter: Schema.Int,
  publishAhead: Schema.Int,
  retiredFor: Schema.Int
}) {}

export const rulesOf = (settings: KeySettings): RotationRules =>
  new RotationRules({
    rotateAfter: settings.rotateAfterDays * day,
    publishAhead: settings.publishAheadHours * hour,
    retiredFor: settings.retiredForDays * day
  })

/** What happened to a key, as the audit calls it. */
export interface KeyChange {
  readonly type:
    | "key.added"
    | "key.announced"
    | "key.activated"
    | "key.retired"
    | "key.ending"
    | "key.removed"
    | "key.withdrawn"
  readonly key: SigningKey
}

/** A ring, and what was done to it. */
export interface Changed {
  readonly ring: KeyRing
  readonly changes: ReadonlyArray<KeyChange>
}

/** From when on a key has been signing, or will. A first key signs "from ever", and is as old as its publication. */
export const beginOf = ({ publishedFrom, signsFrom }: SigningKey): number => Math.max(publishedFrom, signsFrom)

export const isWithdrawn = ({ publishedUntil }: SigningKey): boolean => publishedUntil === 0

const isNext = (key: SigningKey, now: number): boolean => key.signsFrom > now && !isWithdrawn(key)

/** What a key is now. */
export const stageOf = (key: SigningKey, now: number): "withdrawn" | "next" | "signing" | "retired" | "gone" => {
  if (isWithdrawn(key)) return "withdrawn"
  if (key.publishedUntil !== null && key.publishedUntil <= now) return "gone"
  if (isNext(key, now)) return "next"
  return key.signsUntil !== null && key.signsUntil <= now ? "retired" : "signing"
}

/** The algorithms that a key signs with now and no key is sure to sign with when a successor could. */
const algsAtEnd = (ring: KeyRing, now: number, isAtEnd: (key: SigningKey) => boolean): ReadonlyArray<SigningAlg> => {
  const algs = [...new Set(ring.keys.map(({ alg }) => alg))]
  return algs.filter((alg) => {
    const key = signing(ring, alg, now)
    return key !== undefined && !ring.keys.some((one) => one.alg === alg && isNext(one, now)) && isAtEnd(key)
  })
}

/** The algorithms whose key is to have a successor by now, or an end if nobody wants one. */
export const due = (ring: KeyRing, now: number, { publishAhead, rotateAfter }: RotationRules) =>
  algsAtEnd(ring, now, (key) => key.signsUntil !== null || now >= beginOf(key) + rotateAfter - publishAhead)

/** Those of which a successor may be published at any time. */
export const renewable = (ring: KeyRing, now: number) => algsAtEnd(ring, now, () => true)

/** Those whose key signs for longer than it should: nobody published a successor in time. */
export const overdue = (ring: KeyRing, now: number, { rotateAfter }: RotationRules) =>
  algsAtEnd(ring, now, (key) => key.signsUntil === null && now >= beginOf(key) + rotateAfter)

/** What is to be done to a ring: these keys are published as successors, and these kinds come to an end. */
export interface Rotation {
  readonly keys: ReadonlyArray<SigningKey>
  readonly unwanted: ReadonlyArray<SigningAlg>
  readonly rules: RotationRules
}

/** The ring after a rotation, and after what the time has made of its keys. */
export const rotate = (ring: KeyRing, { keys, rules, unwanted }: Rotation, now: number): Changed => {
  const successors = keys
    .filter(({ alg }) => renewable(ring, now).includes(alg))
    .map((key) => announced(key, now, rules))
  const begins = new Map(successors.map(({ alg, signsFrom }) => [alg, signsFrom]))
  const ends = new Set(unwanted.filter((alg) => !begins.has(alg)))
  const changes: Array<KeyChange> = successors.map((key) => ({ type: "key.announced", key }))
  const kept = ring.keys.flatMap((key) => {
    if (stageOf(key, now) === "gone" || isWithdrawn(key)) {
      changes.push({ type: "key.removed", key })
      return []
    }
    if (!signs(key, key.alg, now)) return [erasedIfDone(key, now, changes)]
    const isEnding = key.signsUntil === null && ends.has(key.alg)
    if (isEnding) changes.push({ type: "key.ending", key })
    const until = begins.get(key.alg) ?? (isEnding ? now + rules.publishAhead : undefined)
    return [until === undefined ? key : endingAt(key, until, rules)]
  })
  changes.push(...changes.flatMap(({ key, type }) => (type === "key.retired" ? activated(kept, key) : [])))
  return changed(ring, [...kept, ...successors], changes)
}

/** What an emergency takes back, and the keys that may take the place of what signed. */
export interface Withdrawal {
  readonly kids: ReadonlyArray<string>
  readonly keys: ReadonlyArray<SigningKey>
}

/**
 * The ring without some keys: they sign and verify no more, whatever anybody's clock says. A successor that is already
 * published takes a withdrawn key's place before its time; else a new one does, which nobody has seen yet.
 */
export const withdraw = (ring: KeyRing, { keys, kids }: Withdrawal, now: number): Changed => {
  const changes: Array<KeyChange> = []
  const withdrawn = ring.keys.map((key) => {
    if (!kids.includes(key.kid) || isWithdrawn(key)) return key
    changes.push({ type: "key.withdrawn", key })
    return new SigningKey({ ...key, sealedPrivateJwk: "", signsUntil: 0, publishedUntil: 0 })
  })
  if (changes.length === 0) return { ring, changes }
  const algs = [...new Set(changes.map(({ key }) => key.alg))]
  const left = algs.reduce<ReadonlyArray<SigningKey>>((all, alg) => promoted(all, alg, now, changes), withdrawn)
  const added = algs.flatMap((alg) => {
    const signed = changes.some(({ key }) => key.alg === alg && stageOf(key, now) === "signing")
    return signed && !left.some((key) => signs(key, alg, now)) ? keys.filter((key) => key.alg === alg).slice(0, 1) : []
  })
  changes.push(...added.map((key) => ({ type: "key.added" as const, key })))
  return changed(ring, [...left, ...added], changes)
}

const signs = (key: SigningKey, alg: SigningAlg, now: number): boolean =>
  key.alg === alg && stageOf(key, now) === "signing"

/** The keys after some of `alg` were withdrawn: what was to follow signs at once, or what was to end goes on. */
const promoted = (
  keys: ReadonlyArray<SigningKey>,
  alg: SigningAlg,
  now: number,
  changes: Array<KeyChange>
): ReadonlyArray<SigningKey> => {
  const isNeeded = !keys.some((key) => signs(key, alg, now))
  const next = keys.find((key) => key.alg === alg && isNext(key, now))
  const isAlone = changes.some(({ key }) => key.alg === alg && isNext(key, now)) && next === undefined
  return keys.map((key) => {
    if (isNeeded && key === next) {
      changes.push({ type: "key.activated", key })
      return new SigningKey({ ...key, signsFrom: 0 })
    }
    return isAlone && signs(key, alg, now) ? new SigningKey({ ...key, signsUntil: null, publishedUntil: null }) : key
  })
}

const announced = (key: SigningKey, now: number, { publishAhead }: RotationRules): SigningKey =>
  new SigningKey({ ...key, publishedFrom: now, signsFrom: now + publishAhead, signsUntil: null, publishedUntil: null })

const endingAt = (key: SigningKey, until: number, { retiredFor }: RotationRules): SigningKey =>
  new SigningKey({ ...key, signsUntil: until, publishedUntil: until + retiredFor })

/** Its private part is of no use once nobody's clock says that it signs. */
const erasedIfDone = (key: SigningKey, now: number, changes: Array<KeyChange>): SigningKey => {
  if (key.signsUntil === null || now < key.signsUntil + clockMargin || key.sealedPrivateJwk === "") return key
  changes.push({ type: "key.retired", key })
  return new SigningKey({ ...key, sealedPrivateJwk: "" })
}

/** The key that signs since another one does not. */
const activated = (keys: ReadonlyArray<SigningKey>, { alg, signsUntil }: SigningKey): ReadonlyArray<KeyChange> =>
  keys
    .filter((key) => key.alg === alg && key.signsFrom === signsUntil)
    .map((key) => ({ type: "key.activated" as const, key }))

const changed = (ring: KeyRing, keys: ReadonlyArray<SigningKey>, changes: ReadonlyArray<KeyChange>): Changed =>
  changes.length === 0 ? { ring, changes } : { ring: new KeyRing({ version: ring.version + 1, keys }), changes }
