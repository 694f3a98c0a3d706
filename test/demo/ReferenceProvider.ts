/** An OpenID Provider to test the demo against which is not ours: npm `oidc-provider`, in memory, on a free port. */
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"

export type ReferenceProvider = {
  readonly issuer: string
  /** Until then nothing answers but errors: the redirect URIs are known only when the demo has its port. */
  readonly open: (demoUrl: string) => Promise<void>
  /** From now on it publishes these keys, while it goes on signing with its own. */
  readonly publishKeys: (keys: object) => void
  readonly close: () => Promise<void>
}

export const CLIENT = { clientId: "demo", clientSecret: "a-secret-of-the-demo-with-enough-characters" }

export const startReferenceProvider = async (): Promise<ReferenceProvider> => {
  const restoreConsole = silenceNotices()
  const server = createServer()
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end()
  server.on("request", (request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    open: async (demoUrl) => {
      const { default: Provider } = (await import("oidc-provider" as string)) as { default: ProviderConstructor }
      answer = new Provider(issuer, configuration(demoUrl)).callback()
    },
    publishKeys: (keys) => {
      const before = answer
      answer = (request, response) =>
        request.url === "/jwks"
          ? response.setHeader("content-type", "application/json").end(JSON.stringify(keys))
          : before(request, response)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        restoreConsole()
      })
  }
}

type ProviderConstructor = new (issuer: string, configuration: object) => { readonly callback: () => RequestListener }

const configuration = (demoUrl: string): object => ({
  clients: [
    {
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      redirect_uris: [`${demoUrl}/callback`],
      post_logout_redirect_uris: [`${demoUrl}/signed-out`],
      grant_types: ["authorization_code", "refresh_token"]
    }
  ],
  findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => claimsOf(accountId) }),
  claims: {
    openid: ["sub"],
    profile: ["name", "preferred_username", "locale", "zoneinfo", "updated_at"],
    email: ["email", "email_verified"],
    address: ["address"],
    phone: ["phone_number", "phone_number_verified"]
  },
  cookies: { keys: ["a key that signs the cookies of this test"] },
  features: {
    devInteractions: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true }
  }
})

/** One account has a name that would be a script if it were not escaped. */
const claimsOf = (sub: string): object => ({
  sub,
  name: sub === "mallory" ? `<script>alert("mallory")</script>` : "Ada Lovelace",
  preferred_username: sub,
  locale: "en-GB",
  zoneinfo: "Europe/London",
  updated_at: 1_766_000_000,
  email: `${sub}@example.org`,
  email_verified: true,
  address: { street_address: "12 St James's Square", locality: "London", country: "GB" },
  phone_number: "+44 20 7946 0000",
  phone_number_verified: false
})

/** Its development features warn on the console, at length, as they should anywhere else. */
const silenceNotices = (): (() => void) => {
  const { info, warn } = console
  const filtered =
    (print: typeof info): typeof info =>
    (...words) =>
      String(words[0]).includes("oidc-provider") ? undefined : print(...words)
  console.info = filtered(info)
  console.warn = filtered(warn)
  return () => {
    Object.assign(console, { info, warn })
  }
}
