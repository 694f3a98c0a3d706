/** Recordings of real workerd are possible in the model, and recordings that were tampered with are not. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { kept } from "./Kept.ts"
import { possible } from "./Possible.ts"
import { Recording, Request, textOf } from "./Recording.ts"
import { cutsOff, roundOf, rounds } from "./Rounds.ts"

const recordings = kept()

describe("recordings of workerd", () => {
  it("there is one of every round, in which every client does what the round says", () => {
    const done = Object.fromEntries(
      recordings.map(({ requests, round }) => [round, Map.groupBy(requests, ({ client }) => client)])
    )
    expect(Object.keys(done).toSorted()).toEqual(rounds.map(({ name }) => name).toSorted())
    for (const { clients, name } of rounds) {
      for (const [client, actions] of Object.entries(clients)) {
        expect(done[name]?.get(client)?.map(({ action }) => action)).toEqual(actions)
      }
    }
  })

  it.effect.each(recordings)("the model could have answered this: $round", (recording) =>
    Effect.gen(function* () {
      const verdict = yield* possible(recording)
      expect(verdict, textOf(recording)).toMatchObject({ possible: true, faults: 0 })
    })
  )
})

type Written = readonly [span: string, client: string, action: Request["action"], outcome: string, gave?: string]

/** A recording as one writes it down: spans as `began-ended`. */
const written = (round: string, ...lines: ReadonlyArray<Written>): Recording =>
  new Recording({
    round,
    requests: lines.map(([span, client, action, outcome, gave]) => {
      const [began = 0, ended = 0] = span.split("-").map(Number)
      return new Request({ client, action, began, ended, outcome, ...(gave !== undefined && { gave }) })
    })
  })

const code = "one code, redeemed by two at once, who then use what they got"
const family = "one refresh token, presented by two at once, who go on with its successor"
const token = "one access token, revoked by one while two others ask for it"
const session = "one session, ended by one while another asks for codes and a client uses its tokens"
const user = "one user, disabled and enabled while clients go on"
const login = "one login form, submitted by two at once"
const restart = "one refresh token, rotated on and on while all of workerd ends and begins anew"

describe("what the model does not allow", () => {
  const pairs: ReadonlyArray<readonly [what: string, possible: Recording, impossible: Recording]> = [
    [
      "a code gives tokens twice",
      written(
        code,
        ["0-2", "first", "redeem", "tokens", "refresh token 1"],
        ["1-3", "second", "redeem", "invalid_grant"]
      ),
      written(
        code,
        ["0-2", "first", "redeem", "tokens", "refresh token 1"],
        ["1-3", "second", "redeem", "tokens", "refresh token 2"]
      )
    ],
    [
      "a code is refused to everybody",
      written(
        code,
        ["0-2", "first", "redeem", "invalid_grant"],
        ["1-3", "second", "redeem", "tokens", "refresh token 1"]
      ),
      written(code, ["0-2", "first", "redeem", "invalid_grant"], ["1-3", "second", "redeem", "invalid_grant"])
    ],
    [
      "a code that was redeemed before, and heard of, gives tokens to whoever comes second",
      written(
        code,
        ["0-3", "first", "redeem", "tokens", "refresh token 1"],
        ["1-2", "second", "redeem", "invalid_grant"]
      ),
      written(
        code,
        ["0-1", "second", "redeem", "invalid_grant"],
        ["2-3", "first", "redeem", "tokens", "refresh token 1"]
      )
    ],
    [
      "what a code gave is good after somebody heard that it was presented twice",
      written(
        code,
        ["0-1", "first", "redeem", "tokens", "refresh token 1"],
        ["2-5", "second", "redeem", "invalid_grant"],
        ["3-4", "first", "userinfo", "claims"]
      ),
      written(
        code,
        ["0-1", "first", "redeem", "tokens", "refresh token 1"],
        ["2-3", "second", "redeem", "invalid_grant"],
        ["4-5", "first", "userinfo", "claims"]
      )
    ],
    [
      "a refresh token has two successors",
      written(
        family,
        ["0-2", "first", "refresh", "tokens", "refresh token 2"],
        ["1-3", "second", "refresh", "tokens", "refresh token 2"]
      ),
      written(
        family,
        ["0-2", "first", "refresh", "tokens", "refresh token 2"],
        ["1-3", "second", "refresh", "tokens", "refresh token 3"]
      )
    ],
    [
      "a token is active after its revocation was acknowledged",
      written(
        token,
        ["0-2", "third", "revoke access token", "revoked"],
        ["1-3", "first", "introspect access token", "active"]
      ),
      written(
        token,
        ["0-1", "third", "revoke access token", "revoked"],
        ["2-3", "first", "introspect access token", "active"]
      )
    ],
    [
      "a token is active after somebody heard that it is not",
      written(
        token,
        ["0-5", "third", "revoke access token", "revoked"],
        ["1-3", "first", "introspect access token", "inactive"],
        ["2-4", "second", "userinfo", "claims"]
      ),
      written(
        token,
        ["0-5", "third", "revoke access token", "revoked"],
        ["1-2", "first", "introspect access token", "inactive"],
        ["3-4", "second", "userinfo", "claims"]
      )
    ],
    [
      "a session gives a code after somebody heard that it has ended",
      written(session, ["0-2", "browser", "logout", "logged out"], ["1-3", "tab", "authorize", "consent_required"]),
      written(session, ["0-1", "browser", "logout", "logged out"], ["2-3", "tab", "authorize", "consent_required"])
    ],
    [
      "a user who was disabled is asked for a code",
      written(user, ["0-2", "operator", "disable user", "done"], ["1-3", "browser", "authorize", "code"]),
      written(user, ["0-1", "operator", "disable user", "done"], ["2-3", "browser", "authorize", "code"])
    ],
    [
      "what a request without an answer did is undone again",
      written(
        restart,
        ["0-1", "first", "refresh", "no answer"],
        ["2-3", "second", "introspect refresh token", "active"],
        ["4-5", "second", "introspect refresh token", "inactive"]
      ),
      written(
        restart,
        ["0-1", "first", "refresh", "no answer"],
        ["2-3", "second", "introspect refresh token", "inactive"],
        ["4-5", "second", "introspect refresh token", "active"]
      )
    ],
    [
      "a request without an answer takes effect twice",
      written(
        restart,
        ["0-1", "first", "refresh", "no answer"],
        ["2-3", "first", "refresh", "tokens", "refresh token 2"],
        ["4-5", "second", "refresh", "tokens", "refresh token 2"]
      ),
      written(
        restart,
        ["0-1", "first", "refresh", "no answer"],
        ["2-3", "first", "refresh", "tokens", "refresh token 2"],
        ["4-5", "second", "refresh", "tokens", "refresh token 3"]
      )
    ],
    [
      "a login form signs in twice",
      written(
        login,
        ["0-2", "first", "login", "signed in, asked for consent"],
        ["1-3", "second", "login", "try again: expired"]
      ),
      written(
        login,
        ["0-2", "first", "login", "signed in, asked for consent"],
        ["1-3", "second", "login", "signed in, asked for consent"]
      )
    ]
  ]

  it.effect.each(pairs)("%s", ([, right, tampered]) =>
    Effect.gen(function* () {
      expect((yield* possible(right)).possible, textOf(right)).toBe(true)
      const verdict = yield* possible(tampered)
      expect(verdict, textOf(tampered)).toMatchObject({ possible: false, gaveUp: false })
      if (!verdict.possible) expect(verdict.allowed.length).toBeGreaterThan(0)
      // Nothing is found, or lost, by looking at one of several orders that come to the same.
      expect((yield* possible(right, { reduces: false, shows: false })).possible).toBe(true)
      expect((yield* possible(tampered, { reduces: false, shows: false })).possible).toBe(false)
    })
  )

  it.effect("the answers of what it allows are shown with a recording that is impossible", () =>
    Effect.gen(function* () {
      const verdict = yield* possible(
        written(token, ["0-1", "third", "revoke access token", "revoked"], ["2-3", "second", "userinfo", "claims"])
      )
      expect(verdict).toMatchObject({
        possible: false,
        allowed: ["third revoke access token: revoked; second userinfo: invalid_token"]
      })
    })
  )

  it.effect("what an eviction hides is looked for with faults, and only there", () =>
    Effect.gen(function* () {
      const round = "one code, redeemed by two while the objects are evicted"
      const burnt: ReadonlyArray<Written> = [
        ["0-2", "first", "redeem", "invalid_grant"],
        ["1-3", "second", "redeem", "invalid_grant"]
      ]
      expect(yield* possible(written(round, ...burnt))).toMatchObject({ possible: false })
      const evicted = written(round, ...burnt, ["4-5", "platform", "evict", "done"])
      expect(yield* possible(evicted)).toMatchObject({ possible: true, faults: 1 })
    })
  )
})

describe("every recording with one answer changed", () => {
  const words = Map.groupBy(
    recordings.flatMap(({ requests }) => requests),
    ({ action }) => action
  )

  /** Each answer in turn, changed to every other that its action had anywhere. */
  const tampered = (recording: Recording): ReadonlyArray<Recording> =>
    recording.requests.flatMap((request, number) =>
      [...new Set(words.get(request.action)?.map(({ outcome }) => outcome))]
        .filter((outcome) => outcome !== request.outcome)
        .map((outcome) => {
          const { gave: _, ...rest } = request
          const gave = outcome === "tokens" ? { gave: "refresh token 9" } : {}
          const changed = new Request({ ...rest, outcome, ...gave })
          return new Recording({ ...recording, requests: recording.requests.with(number, changed) })
        })
    )

  it.effect("is impossible somewhere in every recording", () =>
    Effect.gen(function* () {
      let impossible = 0
      let all = 0
      // Twenty requests that may have gone one way or the other have too many orders to say of all that none will do.
      for (const recording of recordings.filter(({ round }) => !cutsOff(roundOf(round)))) {
        let refused = 0
        for (const one of tampered(recording)) {
          all++
          if (!(yield* possible(one, { faults: 0, shows: false })).possible) refused++
        }
        expect(refused, textOf(recording)).toBeGreaterThan(0)
        impossible += refused
      }
      expect(impossible).toBeGreaterThan(all / 2)
    })
  )
})
