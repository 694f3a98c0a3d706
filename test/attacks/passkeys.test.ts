/** Passkeys over HTTP, with an authenticator in software that lies. Attack 38; WebAuthn Level 3 §7, §13, §14. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Identifiers } from "../../src/services/storage/Identifiers.ts"
import { type Identifier, ofLogin } from "../../src/domain/Identifier.ts"
import type { UserId } from "../../src/domain/Ids.ts"
import { userHandle } from "../../src/domain/PasskeyResponse.ts"
import { lettersTo } from "../../src/layers/test/MemoryLetters.ts"
import { type Asked, Authenticator, type Bent } from "../workerd/Authenticator.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"
import { passkeysPath, PasskeyVisitor } from "./PasskeyVisitor.ts"

let provider: RunningProvider
let node: NodeProvider
const handles = new Map<string, string>()
const people = ["alice", "bob", "carol", "dave", "erin"]

beforeAll(async () => {
  provider = await startProvider()
  node = await startNodeProvider()
  for (const name of people) {
    const { id } = await provider.run(makeUser(name))
    handles.set(name, userHandle(id))
    await node.run(makeUser(name))
  }
}, 60_000)
afterAll(() => Promise.all([provider?.close(), node?.close()]))

const visitor = () => new PasskeyVisitor(provider.issuer)

/** Somebody who has a passkey: the browser in which it was made, and its authenticator. */
const withPasskey = async (name: string, authenticator = new Authenticator()) => {
  const own = await visitor().signInByPassword(name)
  expect((await own.register(authenticator)).location).toBe(`${passkeysPath}?notice=added`)
  return { own, authenticator }
}

/** Whatever was wrong: one answer, and nobody is signed in. */
const expectRefused = async (visit: { readonly status: number; readonly text: string }, who: PasskeyVisitor) => {
  expect(visit.status).toBe(422)
  expect(visit.text).toContain("That passkey didn’t work here")
  expect(who.cookies.has("hapax_session")).toBe(false)
}

describe("registration and authentication", () => {
  test.each(["ES256", "EdDSA", "RS256"] as const)("%s: made on the account page, and signed in with", async (alg) => {
    const { authenticator } = await withPasskey("alice", new Authenticator({ alg }))
    const browser = visitor()
    expect((await browser.signInBy(authenticator)).location).toBe(passkeysPath)
    expect(await browser.isSignedIn()).toBe(true)
  })

  test("a passkey that syncs says 0 each time (§6.1.1), and signs in each time", async () => {
    const { authenticator } = await withPasskey("alice", new Authenticator({ isSynced: true }))
    for (let time = 0; time < 2; time++) expect((await visitor().signInBy(authenticator)).status).toBe(303)
  })

  test("WebAuthn Level 3 §13.4.3: a login page asks everybody for the same, with a new challenge", async () => {
    const [first, second] = [await visitor().loginPage(), await visitor().loginPage()]
    expect(first.challenge).not.toBe(second.challenge)
    expect(Buffer.from(first.challenge, "base64url").length).toBeGreaterThanOrEqual(16)
    expect(first).toMatchObject({ rpId: "localhost", user: "" })
  })
})

/** What is wrong with an answer, for a login and for a registration. */
const lies: ReadonlyArray<readonly [string, Partial<Asked>, Bent]> = [
  ["another challenge", { challenge: "YW5vdGhlcg" }, {}],
  ["a wrong origin", { origin: "https://evil.example" }, {}],
  ["a wrong rpId", { rpId: "evil.example" }, {}],
  ["no user verification", {}, { userVerified: false }],
  ["a frame of another site", { crossOrigin: true }, {}]
]

describe("attack 38: a login", () => {
  let alice: Awaited<ReturnType<typeof withPasskey>>
  beforeAll(async () => {
    alice = await withPasskey("alice")
  })

  test.each(lies)("WebAuthn Level 3 §7.2: with %s is refused", async (_what, asked, bent) => {
    const browser = visitor()
    await expectRefused(await browser.signInBy(alice.authenticator, bent, asked), browser)
  })

  test("WebAuthn Level 3 §7.2 step 6: someone else's user handle is refused, and one that is nobody's", async () => {
    for (const userHandle of [handles.get("bob") ?? "", "AAAA", alice.authenticator.userHandle.slice(0, -2)]) {
      const browser = visitor()
      await expectRefused(await browser.signInBy(alice.authenticator, { userHandle }), browser)
    }
  })

  test("WebAuthn Level 3 §7.2: a passkey of one's own with the name of another's credential is refused", async () => {
    const thief = await withPasskey("bob")
    const bent = { credentialId: alice.authenticator.credentialId, userHandle: alice.authenticator.userHandle }
    const browser = visitor()
    await expectRefused(await browser.signInBy(thief.authenticator, bent), browser)
  })

  test("an answer that is wrong costs its person nothing: the same page signs in by the next one", async () => {
    const browser = visitor()
    const page = await browser.loginPage()
    for (const answer of ["{", "null", "[]", '{"id":"x"}', "x".repeat(60_000)]) {
      await expectRefused(await browser.present(page, answer), browser)
    }
    await expectRefused(await browser.present(page, alice.authenticator.get(page, { userVerified: false })), browser)
    expect((await browser.present(page, alice.authenticator.get(page))).status).toBe(303)
  })

  test("WebAuthn Level 3 §13.4.3: an assertion is good once, in the browser it was asked for in", async () => {
    const [browser, thief] = [visitor(), visitor()]
    const page = await browser.loginPage()
    const answer = alice.authenticator.get(page)
    expect((await thief.present(page, answer)).status).toBe(403)
    await expectRefused(await thief.present(await thief.loginPage(), answer), thief)
    expect((await browser.present(page, answer)).status).toBe(303)
    browser.cookies.delete("hapax_session")
    const again = await browser.present(page, answer)
    expect(again.status).toBe(422)
    expect(again.text).toContain("expired")
    expect(browser.cookies.has("hapax_session")).toBe(false)
  })

  test("a challenge raced: of ten assertions for one page at once, one signs in", async () => {
    const browser = visitor()
    const page = await browser.loginPage()
    const answers = Array.from({ length: 10 }, () => alice.authenticator.get(page))
    const visits = await Promise.all(answers.map((answer) => browser.copyOf().present(page, answer)))
    expect(visits.filter(({ status }) => status === 303).length).toBe(1)
  })

  test("one counter raced: of ten pages that are shown it at once, one signs in", async () => {
    const signCount = (alice.authenticator.signCount += 100)
    const visits = await Promise.all(
      Array.from({ length: 10 }, () => visitor().signInBy(alice.authenticator, { signCount }))
    )
    expect(visits.filter(({ status }) => status === 303).length).toBe(1)
  })

  test("WebAuthn Level 3 §7.2: a clone's counter goes down: it is refused, and its person sees it", async () => {
    const { authenticator, own } = await withPasskey("carol")
    const clone = authenticator.clone()
    expect((await visitor().signInBy(authenticator)).status).toBe(303)
    expect((await visitor().signInBy(authenticator)).status).toBe(303)
    const browser = visitor()
    await expectRefused(await browser.signInBy(clone), browser)
    expect((await own.visit(passkeysPath)).text).toContain("may be a copy of this passkey")
    // The rightful one goes on, because it counts on from where it was.
    expect((await visitor().signInBy(authenticator)).status).toBe(303)
  })
})

describe("attack 38: a registration", () => {
  let own: PasskeyVisitor
  beforeAll(async () => {
    own = await visitor().signInByPassword("dave")
  })

  test.each(lies)("WebAuthn Level 3 §7.1: with %s is refused, and the page asks anew", async (_what, asked, bent) => {
    const page = await own.addPage()
    const authenticator = new Authenticator()
    const visit = await own.add(page, authenticator.create({ ...page, ...asked }, page.user, bent))
    expect(visit.status).toBe(422)
    expect(visit.text).toContain("could not be checked")
    const browser = visitor()
    await expectRefused(await browser.signInBy(authenticator, { userHandle: handles.get("dave") ?? "" }), browser)
  })

  test("WebAuthn Level 3 §5.8.5: a key of another algorithm is refused", async () => {
    expect((await own.register(new Authenticator({ alg: "ES384" }))).status).toBe(422)
  })

  test("WebAuthn Level 3 §13.4.3: a challenge makes one passkey, also after it was removed", async () => {
    const page = await own.addPage()
    const authenticator = new Authenticator()
    const answer = authenticator.create(page, page.user)
    const visits = await Promise.all([own.add(page, answer), own.add(page, answer), own.add(page, answer)])
    expect(visits.filter(({ status }) => status === 303).length).toBe(1)
    await own.change({ action: "remove", credential: authenticator.credentialId })
    expect((await own.add(page, answer)).status).toBe(422)
    expect((await visitor().signInBy(authenticator)).status).toBe(422)
  })

  test("RFC 9700 §4.7: in another browser, another session or without one, a form makes nothing", async () => {
    const page = await own.addPage()
    const answer = new Authenticator().create(page, page.user)
    expect((await visitor().add(page, answer)).status).toBe(403)
    const other = await visitor().signInByPassword("bob")
    expect((await other.add(page, answer)).status).toBe(403)
    const signedOut = own.copyOf()
    signedOut.cookies.delete("hapax_session")
    expect((await signedOut.add(page, answer)).status).toBe(403)
    expect((await own.visit(`${passkeysPath}/add`, { interaction: "nonsense", passkey: "{}", name: "x" })).status).toBe(
      400
    )
  })

  test("ASVS 5.0 §2.2.1: what is no answer, or far too long, is a page and no defect", async () => {
    const page = await own.addPage()
    for (const answer of ["{", "null", '{"id":1}', "o".repeat(60_000)]) {
      expect((await own.add(page, answer)).status).toBe(422)
    }
    expect((await own.add(page, new Authenticator().create(page, page.user), " ")).status).toBe(422)
    // None of it used the challenge up.
    expect((await own.add(page, new Authenticator().create(page, page.user))).status).toBe(303)
  })

  test("ASVS 5.0 §7.5.1: a passkey is made and removed only after a recent login", async () => {
    const own = await new PasskeyVisitor(node.issuer).signInByPassword("alice")
    const authenticator = new Authenticator()
    expect((await own.register(authenticator)).status).toBe(303)
    const late = await own.addPage()
    node.advance(15 * 60_000)
    expect((await own.visit(`${passkeysPath}/add`)).location).toMatch(/^\/login/)
    expect((await own.add(late, new Authenticator().create(late, late.user))).location).toMatch(/^\/login/)
    const removal = { action: "remove", credential: authenticator.credentialId }
    expect((await own.change(removal)).location).toMatch(/^\/login/)
    expect((await own.change({ action: "rename", credential: authenticator.credentialId, name: "Key" })).status).toBe(
      303
    )
    const page = await own.loginPage(`${passkeysPath}/add`)
    expect((await own.present(page, authenticator.get(page))).location).toBe(`${passkeysPath}/add`)
    expect((await own.change(removal)).location).toBe(`${passkeysPath}?notice=removed`)
  })
})

describe("the page of one's passkeys", () => {
  test("names, renames and removes; what is another's is not there", async () => {
    const { authenticator, own } = await withPasskey("erin")
    const credential = authenticator.credentialId
    expect((await own.visit(passkeysPath)).text).toContain("Not used yet")
    await visitor().signInBy(authenticator)
    expect((await own.visit(passkeysPath)).text).toContain("Last used")
    await own.change({ action: "rename", credential, name: "<Key> of Erin" })
    expect((await own.visit(passkeysPath)).text).toContain("&lt;Key&gt; of Erin")
    expect((await own.change({ action: "rename", credential, name: "" })).status).toBe(422)
    expect((await own.change({ action: "nothing", credential })).status).toBe(400)

    const stranger = await visitor().signInByPassword("bob")
    expect((await stranger.change({ action: "rename", credential, name: "Mine" })).status).toBe(422)
    await stranger.change({ action: "remove", credential })
    expect((await own.visit(passkeysPath)).text).toContain("&lt;Key&gt; of Erin")

    expect((await own.change({ action: "remove", credential })).location).toBe(`${passkeysPath}?notice=removed`)
    const browser = visitor()
    await expectRefused(await browser.signInBy(authenticator), browser)
  })
})

describe("NIST SP 800-63B §4.6: people are told by a letter", () => {
  const visitor = () => new PasskeyVisitor(node.issuer)
  /** What the letters to Bob tell, by the alphabet: they are kept in no order. */
  const told = async () =>
    (await node.run(lettersTo("bob@example.com")))
      .map((letter) => ("what" in letter ? letter.what : letter._tag))
      .toSorted()

  test("of a passkey that is added, one that may be copied, and one that is removed; of nothing else", async () => {
    const own = await visitor().signInByPassword("bob")
    const authenticator = new Authenticator()
    expect((await own.register(authenticator, { userVerified: false })).status).toBe(422)
    expect(await told()).toEqual([])
    expect((await own.register(authenticator)).status).toBe(303)
    expect(await told()).toEqual(["passkey_added"])

    const credential = authenticator.credentialId
    const clone = authenticator.clone()
    expect((await visitor().signInBy(authenticator)).status).toBe(303)
    expect((await visitor().signInBy(authenticator, { userVerified: false })).status).toBe(422)
    expect((await own.change({ action: "rename", credential, name: "Key" })).status).toBe(303)
    expect(await told()).toEqual(["passkey_added"])
    expect((await visitor().signInBy(clone)).status).toBe(422)
    expect(await told()).toEqual(["passkey_added", "possible_clone"])

    expect((await own.change({ action: "remove", credential })).status).toBe(303)
    // The second time there is nothing to remove, and nothing to tell of.
    await own.change({ action: "remove", credential })
    expect(await told()).toEqual(["passkey_added", "passkey_removed", "possible_clone"])
  })
})

describe("attack 37: who has an account here? passkeys", () => {
  /** What is asked of storage and computed for a login that is refused, and what is answered. */
  const seen = async (of: string | undefined, bent: Bent) => {
    const browser = new PasskeyVisitor(node.issuer)
    const page = await browser.loginPage()
    const authenticator = new Authenticator()
    const userHandle = of === undefined ? "MS0wLkFBQUFBQUFBQUFBQUFBQUFBQUFBQUE" : of
    node.takeTrace()
    const visit = await browser.present(page, authenticator.get(page, { userHandle, ...bent }))
    const body = visit.text.replaceAll(/(value|href|data-challenge)="[^"]*"/g, "")
    return { trace: node.takeTrace(), status: visit.status, body, headers: [...visit.headers.keys()] }
  }

  test("the same operations, the same cost, the same answer for known and unknown people and credentials", async () => {
    const userId = (await node.run(Identifiers.resolve(ofLogin("erin") as Identifier))) as UserId
    const own = await new PasskeyVisitor(node.issuer).signInByPassword("erin")
    const authenticator = new Authenticator()
    await own.register(authenticator)
    const known = await seen(userHandle(userId), { credentialId: authenticator.credentialId })
    expect(known.status).toBe(422)
    expect(known.trace).toContain("PasskeyVerifier.authentication")
    expect(await seen(userHandle(userId), {})).toEqual(known)
    expect(await seen(undefined, {})).toEqual(known)
    expect(await seen("AAAA", {})).toEqual(known)
  })
})
