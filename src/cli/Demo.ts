/** The demo of `npm start`: a client, a user with a whole profile, and a relying party's page to try them with. */
import { Effect } from "effect"
import type { Mailbox } from "../../demo/Mailbox.ts"
import { type RelyingParty, startRelyingParty } from "../../demo/RelyingParty.ts"
import { ClientAnswer, ClientMade, UserAnswer } from "./Answers.ts"
import { askOperator } from "./AskOperator.ts"
import { attempt } from "./CliFailure.ts"
import type { Store } from "./Control.ts"
import { isKept, keptText, randomText } from "./DataFolder.ts"
import { isLoopback, type Settings } from "./Settings.ts"

export interface Demo {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly username: string
  readonly email: string
  readonly password: string
}

const clientId = "demo"
const username = "alice"
const email = "alice@example.com"
const secretFile = "demo-client-secret"
const passwordFile = "demo-password"

/** Good for a provider that only this computer reaches; any other has one of its own. */
const friendlyPassword = "correct horse battery staple"

/** Makes what is missing. The client is changed only where the page has moved or its secret was lost. */
export const prepareDemo = Effect.fnUntraced(function* (store: Store, settings: Settings) {
  const knewSecret = isKept(settings.data, secretFile)
  const clientSecret = keptText(settings.data, secretFile, randomText)
  const password = isLoopback(settings.issuer) ? friendlyPassword : keptText(settings.data, passwordFile, randomText)
  const demo: Demo = { url: settings.demo.url, clientId, clientSecret, username, email, password }
  yield* prepareClient(store, demo, knewSecret)
  yield* prepareUser(store, password)
  return demo
})

const prepareClient = Effect.fnUntraced(function* (store: Store, demo: Demo, knewSecret: boolean) {
  const metadata = {
    client_name: "Demo",
    client_uri: demo.url,
    redirect_uris: [`${demo.url}/callback`],
    post_logout_redirect_uris: [`${demo.url}/signed-out`]
  }
  const secret = { secret: demo.clientSecret }
  const there = yield* askOperator(store, "client.show", { id: clientId }, ClientAnswer).pipe(
    Effect.catchTag("OperatorRefused", (refused) =>
      refused.tag === "ClientNotFound" ? Effect.succeed(undefined) : Effect.fail(refused)
    )
  )
  if (there === undefined) {
    yield* askOperator(store, "client.create", { id: clientId, ...secret, metadata }, ClientMade)
    return
  }
  const hasMoved = Object.entries(metadata).some(([key, value]) => String(there.metadata[key]) !== String(value))
  if (!hasMoved && knewSecret) return
  const renewed = knewSecret ? {} : { newSecret: "replace", ...secret }
  yield* askOperator(store, "client.update", { id: clientId, metadata, ...renewed }, ClientMade)
})

const prepareUser = (store: Store, password: string) =>
  askOperator(store, "user.show", { user: username }, UserAnswer).pipe(
    Effect.catchTag("OperatorRefused", () =>
      askOperator(store, "user.create", { username, email, password, claims: claims() }, UserAnswer)
    )
  )

/** Every standard claim but those of the names. OIDC Core §5.1. */
const claims = () => ({
  name: "Alice Example",
  given_name: "Alice",
  family_name: "Example",
  middle_name: "Maria",
  nickname: "Ally",
  profile: "https://example.com/alice",
  picture: "https://example.com/alice.png",
  website: "https://alice.example.com",
  gender: "female",
  birthdate: "1990-04-01",
  zoneinfo: "Europe/Berlin",
  locale: "en-GB",
  phone_number: "+49 30 901820",
  phone_number_verified: true,
  address: {
    formatted: "Alexanderplatz 1\n10178 Berlin\nGermany",
    street_address: "Alexanderplatz 1",
    locality: "Berlin",
    region: "Berlin",
    postal_code: "10178",
    country: "Germany"
  }
})

/** Serves the page. */
export const serveDemo = (settings: Settings, demo: Demo, mailbox: Mailbox | undefined) =>
  attempt(`the demo cannot be served on port ${settings.demo.port}`, (): Promise<RelyingParty> =>
    startRelyingParty({
      issuer: settings.issuer,
      clientId: demo.clientId,
      clientSecret: demo.clientSecret,
      port: settings.demo.port,
      baseUrl: demo.url,
      host: settings.hosts[0] ?? "127.0.0.1",
      ...(mailbox === undefined ? {} : { mailbox })
    })
  )
