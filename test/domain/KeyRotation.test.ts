/** The lives of signing keys, as pure decisions: any order of crons, commands and emergencies. OIDC Core §10.1.1. */
import { describe, expect, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { SigningAlg } from "../../src/domain/ClientMetadata.ts"
import { due, overdue, renewable, rotate, rulesOf, stageOf, withdraw } from "../../src/domain/KeyRotation.ts"
import { defaultSettings, inForce, resettled, unset } from "../../src/domain/Settings.ts"
import { longestLifetime } from "../../src/domain/ResourceServer.ts"
import {
  clockMargin,
  copyLifetime,
  freshness,
  jwksMaxAge,
  KeyRing,
  published,
  signing,
  SigningKey
} from "../../src/domain/SigningKey.ts"

const hour = 3_600_000
const day = 24 * hour
const rules = rulesOf(defaultSettings.keys)
const start = 1_000 * day

let made = 0
const fresh = (alg: SigningAlg, now: number): SigningKey => {
  const kid = `${alg}-${made++}`
  return new SigningKey({
    kid,
    alg,
    publicJwk: { kty: "of a test", kid },
    sealedPrivateJwk: `sealed ${kid}`,
    publishedFrom: now,
    signsFrom: 0,
    signsUntil: null,
    publishedUntil: null
  })
}

const ringOf = (...algs: ReadonlyArray<SigningAlg>) =>
  new KeyRing({ version: 1, keys: algs.map((alg) => fresh(alg, start)) })

/** What a cron does at this time, where clients want these kinds. */
const cron = (ring: KeyRing, now: number, wanted: ReadonlyArray<SigningAlg> = SigningAlg.literals) => {
  const ending = due(ring, now, rules)
  const keys = ending.filter((alg) => wanted.includes(alg)).map((alg) => fresh(alg, now))
  return rotate(ring, { keys, unwanted: ending.filter((alg) => !wanted.includes(alg)), rules }, now)
}

const typesOf = ({ changes }: ReturnType<typeof rotate>) => changes.map(({ type }) => type)

/** The ring when a cron has run every `step` up to `until`. */
const kept = (
  ring: KeyRing,
  from: number,
  until: number,
  step: number,
  wanted?: ReadonlyArray<SigningAlg>
): KeyRing => {
  let after = ring
  for (let now = from; now <= until; now += step) after = cron(after, now, wanted).ring
  return after
}

describe("issue 6, keys: rotation by cron (90 days), next key published before use, retired keys 30 days", () => {
  const first = ringOf("RS256")
  const [old] = first.keys
  const announcedAt = start + rules.rotateAfter - rules.publishAhead

  it("nothing is done before a successor is due", () => {
    expect(cron(first, announcedAt - 1).ring).toBe(first)
    expect(typesOf(cron(first, announcedAt))).toEqual(["key.announced"])
  })

  it("the old key signs until the next one does, which has been published as long as the settings say by then", () => {
    const { ring } = cron(first, announcedAt)
    const next = ring.keys[1]
    expect(next).toMatchObject({ publishedFrom: announcedAt, signsFrom: start + rules.rotateAfter })
    expect(signing(ring, "RS256", start + rules.rotateAfter - 1)?.kid).toBe(old?.kid)
    expect(signing(ring, "RS256", start + rules.rotateAfter)?.kid).toBe(next?.kid)
  })

  it("the old key's private part goes when no clock says that it signs, and the key itself after 30 days", () => {
    const { ring } = cron(first, announcedAt)
    const ended = start + rules.rotateAfter
    expect(typesOf(cron(ring, ended + clockMargin - 1))).toEqual([])
    const retired = cron(ring, ended + clockMargin)
    expect(typesOf(retired)).toEqual(["key.retired", "key.activated"])
    expect(retired.ring.keys[0]).toMatchObject({ kid: old?.kid, sealedPrivateJwk: "" })
    const until = ended + 30 * day
    expect(published(retired.ring, until - 1).map(({ kid }) => kid)).toContain(old?.kid)
    expect(typesOf(cron(retired.ring, until - 1))).toEqual([])
    expect(typesOf(cron(retired.ring, until))).toEqual(["key.removed"])
  })

  it("a cron that never comes leaves a key that signs, and is told as overdue", () => {
    const late = start + rules.rotateAfter
    expect(overdue(first, late - 1, rules)).toEqual([])
    expect(overdue(first, late, rules)).toEqual(["RS256"])
    expect(signing(first, "RS256", late + 1_000 * day)?.kid).toBe(old?.kid)
    expect(overdue(cron(first, late).ring, late, rules)).toEqual([])
  })

  it("a successor that comes twice is published once", () => {
    const { ring } = cron(first, announcedAt)
    expect(rotate(ring, { keys: [fresh("RS256", announcedAt)], unwanted: [], rules }, announcedAt).ring).toBe(ring)
  })

  it("conformance.md: a kind that no client wants any more is not renewed, and comes to an end", () => {
    const both = ringOf("RS256", "EdDSA")
    const ending = cron(both, announcedAt, ["RS256"])
    expect(typesOf(ending)).toEqual(["key.announced", "key.ending"])
    const end = announcedAt + rules.publishAhead
    expect([signing(ending.ring, "EdDSA", end - 1)?.alg, signing(ending.ring, "EdDSA", end)]).toEqual([
      "EdDSA",
      undefined
    ])
    expect(typesOf(cron(ending.ring, announcedAt + hour, ["RS256"]))).toEqual([])
    const gone = kept(ending.ring, announcedAt + hour, end + rules.retiredFor + day, day / 2, ["RS256"])
    expect(gone.keys.map(({ alg }) => alg)).not.toContain("EdDSA")
  })

  it("a kind that is wanted again before its end goes on without a gap", () => {
    const both = ringOf("EdDSA")
    const ending = cron(both, announcedAt, []).ring
    const again = cron(ending, announcedAt + 70 * hour).ring
    for (let now = announcedAt; now < announcedAt + 200 * hour; now += hour) {
      expect(signing(again, "EdDSA", now)).toBeDefined()
    }
  })

  it("RS256, ES256, PS256 and EdDSA each rotate by themselves", () => {
    const ring = new KeyRing({
      version: 1,
      keys: SigningAlg.literals.map((alg, index) => fresh(alg, start + index * 10 * day))
    })
    SigningAlg.literals.forEach((alg, index) => {
      expect(due(ring, announcedAt + index * 10 * day, rules)).toEqual(SigningAlg.literals.slice(0, index + 1))
      expect(renewable(ring, start).includes(alg)).toBe(true)
    })
  })
})

describe("issue 6, keys: emergency rotation", () => {
  const ring = ringOf("RS256", "ES256")
  const [rs, es] = ring.keys
  const now = start + day

  it("whatever a clock says, the withdrawn key signs nothing and is not published; its private part goes", () => {
    const made = fresh("RS256", now)
    const after = withdraw(ring, { kids: [rs?.kid ?? ""], keys: [made] }, now)
    expect(typesOf(after)).toEqual(["key.withdrawn", "key.added"])
    for (const moment of [0, now - day, now, now + day]) {
      expect(published(after.ring, moment).map(({ kid }) => kid)).not.toContain(rs?.kid)
      expect(signing(after.ring, "RS256", moment)?.kid).toBe(made.kid)
      expect(signing(after.ring, "ES256", moment)?.kid).toBe(es?.kid)
    }
    expect(after.ring.keys[0]?.sealedPrivateJwk).toBe("")
    expect(typesOf(cron(after.ring, now))).toEqual(["key.removed"])
  })

  it("asked for again, it is as it was", () => {
    const asked = { kids: [rs?.kid ?? ""], keys: [fresh("RS256", now)] }
    const { ring: once } = withdraw(ring, asked, now)
    expect(withdraw(once, asked, now).ring).toBe(once)
  })

  it("a successor that is published already signs at once, before one that nobody has seen", () => {
    const { ring: announced } = cron(ring, start + rules.rotateAfter - rules.publishAhead)
    const next = announced.keys.find(({ alg, signsFrom }) => alg === "RS256" && signsFrom > 0)
    const moment = start + rules.rotateAfter - hour
    const after = withdraw(announced, { kids: [rs?.kid ?? ""], keys: [fresh("RS256", moment)] }, moment)
    expect(typesOf(after)).toEqual(["key.withdrawn", "key.activated"])
    expect(signing(after.ring, "RS256", moment)?.kid).toBe(next?.kid)
  })

  it("where the successor is what is withdrawn, the old key goes on, and has another successor", () => {
    const moment = start + rules.rotateAfter - rules.publishAhead
    const { ring: announced } = cron(ringOf("RS256"), moment)
    const [current, next] = announced.keys
    const after = withdraw(announced, { kids: [next?.kid ?? ""], keys: [fresh("RS256", moment)] }, moment)
    expect(typesOf(after)).toEqual(["key.withdrawn"])
    expect(signing(after.ring, "RS256", moment + 1_000 * day)?.kid).toBe(current?.kid)
    expect(typesOf(cron(after.ring, moment + hour))).toEqual(["key.announced", "key.removed"])
  })

  it("a retired key that is withdrawn changes nothing about those that sign", () => {
    const moment = start + rules.rotateAfter + day
    const later = kept(ringOf("RS256"), start + rules.rotateAfter - rules.publishAhead, moment, hour)
    const [retired, current] = later.keys
    const after = withdraw(later, { kids: [retired?.kid ?? ""], keys: [fresh("RS256", moment)] }, moment)
    expect([stageOf(later.keys[0] ?? fresh("RS256", 0), moment), typesOf(after)]).toEqual([
      "retired",
      ["key.withdrawn"]
    ])
    expect(signing(after.ring, "RS256", moment)?.kid).toBe(current?.kid)
  })
})

/** What happens to a ring, and how many hours after the last thing that did. */
const Happening = Schema.Struct({
  hours: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 800 }))),
  what: Schema.Literals(["cron", "nothing", "asked", "emergency"]),
  alg: SigningAlg
})

/** Rings over time: each with the moment from which on it is the ring. */
const lived = (happenings: ReadonlyArray<typeof Happening.Type>) => {
  let ring = ringOf(...SigningAlg.literals)
  let now = start
  const emergencies: Array<string> = []
  const past = [{ ring, now }]
  for (const { alg, hours, what } of happenings) {
    now += hours * hour
    if (what === "cron") ring = cron(ring, now).ring
    if (what === "asked") ring = rotate(ring, { keys: [fresh(alg, now)], unwanted: [], rules }, now).ring
    if (what === "emergency") {
      const kid = signing(ring, alg, now)?.kid ?? ""
      emergencies.push(kid)
      ring = withdraw(ring, { kids: [kid], keys: [fresh(alg, now)] }, now).ring
    }
    past.push({ ring, now })
  }
  return { past, now, emergencies }
}

const all = Schema.Array(Happening)

describe("the Keys oracle, of any order of crons, commands and emergencies at any times", () => {
  it.prop(
    "some key of each kind signs at every moment, with its private part at hand, and is published",
    [all],
    ([asked]) => {
      for (const { now, ring } of lived(asked).past) {
        for (const alg of SigningAlg.literals) {
          for (const moment of [now - clockMargin + 1, now, now + 400 * day]) {
            const key = signing(ring, alg, moment)
            expect(key?.kid).toBeDefined()
            if (moment <= now) expect(key?.sealedPrivateJwk).not.toBe("")
            if (moment <= now) expect(published(ring, now).map(({ kid }) => kid)).toContain(key?.kid)
          }
        }
      }
    }
  )

  it.prop(
    "a key that no emergency put in its place signs only after it was published for the lead time",
    [all],
    ([asked]) => {
      const { past } = lived(asked)
      for (const { ring } of past) {
        for (const key of ring.keys) {
          if (key.signsFrom > 0) expect(key.signsFrom - key.publishedFrom).toBeGreaterThanOrEqual(rules.publishAhead)
        }
      }
    }
  )

  it.prop("what a key signed verifies with every later ring until the token expires", [all], ([asked]) => {
    const { emergencies, past } = lived(asked)
    const lifetime = longestLifetime * 1000 + clockMargin
    for (const [index, { now, ring }] of past.entries()) {
      for (const alg of SigningAlg.literals) {
        const kid = signing(ring, alg, now)?.kid ?? ""
        if (emergencies.includes(kid)) continue
        for (const later of past.slice(index)) {
          if (later.now > now + lifetime) continue
          expect(published(later.ring, later.now).map((key) => key.kid)).toContain(kid)
        }
      }
    }
  })

  it.prop("there is never more than one successor of a kind, and rings stay small", [all], ([asked]) => {
    for (const { now, ring } of lived(asked).past) {
      for (const alg of SigningAlg.literals) {
        expect(ring.keys.filter((key) => key.alg === alg && stageOf(key, now) === "next").length).toBeLessThan(2)
      }
    }
  })
})

describe("issue 6, keys: isolate caches shorter than the lead time", () => {
  const Few = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: -5, maximum: 400 })))

  it.prop(
    "whatever settings are taken, nobody who keeps the JWKS or a copy of the ring as long as they may lacks a key",
    [Schema.Struct({ rotateAfterDays: Few, publishAheadHours: Few, retiredForDays: Few })],
    ([keys]) => {
      const settings = resettled(unset, { keys })
      if (Result.isFailure(settings)) return
      const taken = rulesOf(inForce(settings.success).keys)
      expect(taken.publishAhead).toBeGreaterThan(jwksMaxAge * 1000 + freshness + copyLifetime)
      expect(taken.publishAhead).toBeLessThan(taken.rotateAfter)
      expect(taken.retiredFor).toBeGreaterThan(longestLifetime * 1000)
    }
  )

  it.each([
    ["publishAheadHours", { publishAheadHours: 0 }],
    ["retiredForDays", { retiredForDays: 1 }],
    ["rotateAfterDays", { rotateAfterDays: 0 }],
    ["rotateAfterDays", { rotateAfterDays: 89.5 }],
    ["publishAheadHours must be less", { rotateAfterDays: 2, publishAheadHours: 48 }],
    ["publishAheadHours must be less", { rotateAfterDays: 3 }]
  ])("settings that would break somebody's sign-in are refused: %s", (name, keys) => {
    const refused = resettled(unset, { keys })
    const { field, message } = Result.isFailure(refused) ? refused.failure : { field: "", message: "" }
    expect(`${field}: ${message}`).toContain(name)
  })

  it("settings that fit together are taken together, in whichever order they are said", () => {
    const taken = resettled(unset, { keys: { rotateAfterDays: 2, publishAheadHours: 4 } })
    expect(Result.isSuccess(taken)).toBe(true)
  })
})
