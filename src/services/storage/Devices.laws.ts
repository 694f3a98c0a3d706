/** What every shard keeps of devices: decided once, and what was approved is taken once. RFC 8628 §3.3, §3.5. */
import { Clock, Effect, Result } from "effect"
import { DeviceAuthorization, PollRefused } from "../../domain/DeviceAuthorization.ts"
import { DeviceId, GrantId } from "../../domain/Ids.ts"
import { Devices } from "./Devices.ts"
import { freshText, freshUserId } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { advance, atOnce, expectRefusal, freshAttempt, freshClientId, freshHash, restart } from "./World.laws.ts"

const start = "Device.start"
const find = "Device.find"
const decide = "Device.decide"
const poll = "Device.poll"

const lifetime = 600_000
const interval = 5_000

/** A device in the first shard of the first generation, which every configuration has. */
const freshDevice = Effect.fnUntraced(function* (changes: Partial<DeviceAuthorization> = {}) {
  return new DeviceAuthorization({
    id: DeviceId.make(`1-0.${yield* freshText}`),
    codeHash: yield* freshHash,
    clientId: yield* freshClientId,
    scopes: ["openid", "profile"],
    status: "pending",
    grantId: null,
    interval,
    polledAt: null,
    hurried: false,
    attempt: null,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetime,
    ...changes
  })
})

const waiting = Effect.tap(freshDevice(), Devices.start)

type Own = Pick<DeviceAuthorization, "id" | "codeHash" | "clientId">

/** Polls in an attempt of its own. */
const polled = ({ clientId, codeHash, id }: Own) =>
  Effect.flatMap(freshAttempt, (attempt) => Devices.poll({ attempt, id, codeHash, clientId }))

/** Somebody's yes with a grant of theirs, or their no. */
const freshDecision = Effect.fnUntraced(function* ({ codeHash, id }: Own, isYes = true) {
  const grantId = isYes ? GrantId.make(`1-0.${yield* freshText}`) : null
  return { id, codeHash, userId: yield* freshUserId, grantId }
})

const approved = Effect.gen(function* () {
  const device = yield* waiting
  const decision = yield* freshDecision(device)
  yield* Devices.decide(decision)
  return { device, decision }
})

/** Who decides first, and who takes first, of fifty at once. */
export const deviceRaceLaws = [
  law(
    "50 polls at once after an approval: one takes it, every other is refused because it is taken",
    [poll],
    Effect.gen(function* () {
      const { decision, device } = yield* approved
      const results = yield* atOnce(50, polled(device))
      const given = results.filter(Result.isSuccess)
      yield* expectThat(given.length === 1, `one takes it, not ${given.length}`)
      yield* expectThat(given[0]?.success === decision.grantId, "it is the grant that was approved")
      const others = results.filter(Result.isFailure).map(({ failure }) => failure)
      yield* expectThat(
        others.every((failure) => failure instanceof PollRefused && failure.reason === "taken"),
        "every other is refused because it is taken"
      )
    })
  ),
  law(
    "50 decisions at once by different people: one stands, and it is the one that the device is told",
    [decide, poll],
    Effect.gen(function* () {
      const device = yield* waiting
      const decisions = yield* Effect.forEach(Array.from({ length: 50 }), () => freshDecision(device))
      const results = yield* Effect.forEach(
        decisions,
        (one) => Effect.map(Effect.result(Devices.decide(one)), (result) => ({ one, result })),
        { concurrency: "unbounded" }
      )
      const standing = results.flatMap(({ one, result }) => (Result.isSuccess(result) ? [one] : []))
      yield* expectThat(standing.length === 1, `one stands, not ${standing.length}`)
      yield* expectThat((yield* polled(device)) === standing[0]?.grantId, "the device gets what stands")
    })
  )
]

const startLaws = [
  law(
    "RFC 8628 §3.2: a device that began to wait is found by its user code, as it asked; another is not",
    [start, find],
    Effect.gen(function* () {
      const device = yield* waiting
      const found = yield* Devices.find(device.id)
      yield* expectThat(found?.clientId === device.clientId && found.scopes.length === 2, "it is found as it asked")
      yield* expectThat((yield* Devices.find((yield* freshDevice()).id)) === null, "one that never was is not")
      yield* restart
      yield* expectThat((yield* Devices.find(device.id)) !== null, "it is still found after a restart")
    })
  ),
  law(
    "RFC 8628 §6.1: a user code that waits is refused to another device, and its own device may ask again",
    [start, find],
    Effect.gen(function* () {
      const device = yield* waiting
      yield* expectRefusal(Devices.start(yield* freshDevice({ id: device.id })), "UserCodeTaken", "it is taken")
      yield* Devices.start(device)
      yield* expectThat((yield* Devices.find(device.id))?.clientId === device.clientId, "it is the first device's")
    })
  ),
  law(
    "a start that is asked for again after the decision does not make the device wait again",
    [start, decide, find],
    Effect.gen(function* () {
      const { device } = yield* approved
      yield* Devices.start(device)
      yield* expectThat((yield* Devices.find(device.id)) === null, "it is decided")
    })
  ),
  law(
    "a user code is free again when its time is over",
    [start, find],
    Effect.gen(function* () {
      const device = yield* waiting
      yield* advance(lifetime)
      const other = yield* freshDevice({ id: device.id })
      yield* Devices.start(other)
      yield* expectThat((yield* Devices.find(device.id))?.clientId === other.clientId, "it is the other's now")
      yield* expectRefusal(polled(device), "unknown", "and nobody's who had it before")
    })
  )
]

const pollLaws = [
  law(
    "RFC 8628 §3.5: until somebody decides it is pending; polled faster than the interval, it grows by 5 seconds",
    [poll],
    Effect.gen(function* () {
      const device = yield* waiting
      yield* expectRefusal(polled(device), "pending", "the first poll may come at once")
      yield* advance(interval)
      yield* expectRefusal(polled(device), "pending", "and one after the interval")
      yield* advance(interval - 1)
      yield* expectRefusal(polled(device), "slow_down", "one before it is too fast")
      yield* advance(interval + 4_999)
      yield* expectRefusal(polled(device), "slow_down", "5 seconds more are asked for now")
      yield* advance(interval + 10_000)
      yield* expectRefusal(polled(device), "pending", "and again, for this and all subsequent requests")
    })
  ),
  law(
    "the same poll asked again is told the same, and is not too fast for it",
    [poll],
    Effect.gen(function* () {
      const { clientId, codeHash, id } = yield* waiting
      const attempt = yield* freshAttempt
      const again = Devices.poll({ attempt, id, codeHash, clientId })
      yield* expectRefusal(again, "pending", "it is pending")
      yield* expectRefusal(again, "pending", "and is so again")
      yield* advance(interval)
      yield* expectRefusal(polled({ clientId, codeHash, id }), "pending", "nothing was added to the interval")
    })
  ),
  law(
    "RFC 8628 §3.4: a device code is its client's, and its secret is its own: what others ask changes nothing",
    [poll],
    Effect.gen(function* () {
      const { decision, device } = yield* approved
      const foreign = polled({ ...device, clientId: yield* freshClientId })
      yield* expectRefusal(foreign, "client", "another client is refused")
      yield* expectRefusal(polled({ ...device, codeHash: yield* freshHash }), "unknown", "and another secret")
      yield* expectThat((yield* polled(device)) === decision.grantId, "its own client takes it all the same")
    })
  ),
  law(
    "what others ask is no poll: it does not make the device's own too fast",
    [poll],
    Effect.gen(function* () {
      const device = yield* waiting
      yield* expectRefusal(polled({ ...device, clientId: yield* freshClientId }), "client", "another client")
      yield* expectRefusal(polled(device), "pending", "the device's own is the first")
    })
  ),
  law(
    "RFC 8628 §3.5: what was approved is given once, and to the same attempt again",
    [poll],
    Effect.gen(function* () {
      const { decision, device } = yield* approved
      const attempt = yield* freshAttempt
      const own = Devices.poll({ attempt, id: device.id, codeHash: device.codeHash, clientId: device.clientId })
      yield* expectThat((yield* own) === decision.grantId, "it is given")
      yield* expectRefusal(polled(device), "taken", "another poll is refused")
      yield* restart
      yield* advance(lifetime)
      yield* expectThat((yield* own) === decision.grantId, "the same attempt hears the same")
    })
  )
]

const decisionLaws = [
  law(
    "RFC 8628 §3.5: a device that was denied is told so, and stays denied",
    [decide, poll],
    Effect.gen(function* () {
      const device = yield* waiting
      const no = yield* freshDecision(device, false)
      yield* Devices.decide(no)
      yield* expectRefusal(polled(device), "denied", "it is denied")
      yield* expectRefusal(Devices.decide(yield* freshDecision(device)), "decided", "a yes comes too late")
      yield* expectRefusal(polled(device), "denied", "it stays denied")
    })
  ),
  law(
    "RFC 8628 §3.3: the first decision stands, and asked for again it is the same, taken or not",
    [decide, poll],
    Effect.gen(function* () {
      const { decision, device } = yield* approved
      yield* Devices.decide(decision)
      yield* expectRefusal(Devices.decide(yield* freshDecision(device)), "decided", "another's yes comes too late")
      yield* expectRefusal(Devices.decide(yield* freshDecision(device, false)), "decided", "and so does a no")
      yield* expectThat((yield* polled(device)) === decision.grantId, "the first is what the device gets")
      yield* Devices.decide(decision)
      yield* expectRefusal(polled(device), "taken", "it does not become free for that")
    })
  ),
  law(
    "nothing is decided for a device that is not there, or for whoever had the user code before",
    [decide, find],
    Effect.gen(function* () {
      const device = yield* waiting
      const old = yield* freshDecision({ ...device, codeHash: yield* freshHash })
      yield* expectRefusal(Devices.decide(old), "unknown", "it is another device")
      yield* expectRefusal(Devices.decide(yield* freshDecision(yield* freshDevice())), "unknown", "it never was")
      yield* expectThat((yield* Devices.find(device.id)) !== null, "the one that waits waits on")
    })
  ),
  law(
    "RFC 8628 §3.5 expired_token: a device waits to its last millisecond, and no decision comes after it",
    [decide, find, poll],
    Effect.gen(function* () {
      const [device, late] = [yield* waiting, yield* waiting]
      yield* advance(lifetime - 1)
      yield* expectThat((yield* Devices.find(device.id)) !== null, "it still waits")
      yield* Devices.decide(yield* freshDecision(device))
      yield* advance(1)
      yield* expectRefusal(polled(device), "expired", "what was approved and not taken in time is not given")
      yield* expectThat((yield* Devices.find(late.id)) === null, "the other waits no more")
      yield* expectRefusal(Devices.decide(yield* freshDecision(late)), "expired", "a decision comes too late")
      yield* expectRefusal(polled(late), "expired", "and the device is told")
    })
  )
]

export const deviceLaws = [...startLaws, ...pollLaws, ...decisionLaws, ...deviceRaceLaws]
