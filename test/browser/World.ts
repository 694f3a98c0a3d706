/** What people with a browser and a mailbox find: a provider that sends letters, an application, and who they are. */
import type { Browser } from "playwright-core"
import { afterAll, beforeAll } from "vitest"
import { type RelyingParty, startRelyingParty } from "../../demo/RelyingParty.ts"
import { makeClient, makeUser } from "../workerd/Fixtures.ts"
import { type RunningMailbox, startMailbox } from "../workerd/Mailbox.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { launch } from "./Visitor.ts"

export interface World {
  readonly mailbox: RunningMailbox
  readonly provider: RunningProvider
  readonly demo: RelyingParty
  readonly browser: Browser
}

const secret = "the secret of the demo, forty characters"

/** There from before the first test of a `describe` until after its last, with users of these names. */
export const worldWith = (names: ReadonlyArray<string>): World => {
  const world: { -readonly [Part in keyof World]?: World[Part] } = {}

  beforeAll(async () => {
    world.mailbox = await startMailbox()
    const provider = (world.provider = await startProvider(world.mailbox.variables))
    const asking = { issuer: provider.issuer, clientId: "demo", clientSecret: secret, port: 0 }
    const demo = (world.demo = await startRelyingParty(asking))
    const metadata = { client_name: "Field Notes", redirect_uris: [`${demo.url}/callback`] }
    await provider.run(makeClient("demo", secret, metadata))
    for (const name of names) await provider.run(makeUser(name))
    world.browser = await launch()
  }, 120_000)

  afterAll(async () => {
    await world.browser?.close()
    await world.demo?.close()
    await world.provider?.close()
    await world.mailbox?.close()
  })

  return world as World
}
