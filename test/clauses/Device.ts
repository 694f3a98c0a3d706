/** A device and the person in front of it, as the clauses need them. RFC 8628 §3. */
import type { Browser, Page } from "../clients/Browser.ts"
import { password } from "../workerd/Fixtures.ts"
import { type Answer, type Form, type Reachable, register, type RelyingParty } from "./RelyingParty.ts"

export const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

/** A client for devices, which cannot keep a secret unless its metadata say so. */
export const registerDevice = (
  provider: Reachable,
  id: string,
  metadata: Parameters<typeof register>[2] = {}
): Promise<RelyingParty> =>
  register(provider, id, {
    client_name: "Living Room TV",
    token_endpoint_auth_method: "none",
    grant_types: [deviceGrant, "refresh_token"],
    redirect_uris: [],
    response_types: [],
    ...metadata
  })

export const start = (client: RelyingParty, form: Form = {}): Promise<Answer> =>
  client.post("/device_authorization", { scope: "openid", ...form })

/** A device that waits: its two codes. */
export const waiting = async (client: RelyingParty, form: Form = {}) => {
  const { body } = await start(client, form)
  return { deviceCode: String(body["device_code"]), userCode: String(body["user_code"]), body }
}

/** `shown` goes along with the client's credentials: a proof of possession. */
export const poll = (
  client: RelyingParty,
  deviceCode: string,
  form: Form = {},
  shown: Record<string, string> = {}
): Promise<Answer> =>
  client.post(
    "/token",
    { grant_type: deviceGrant, device_code: deviceCode, ...form },
    { ...client.credentials, ...shown }
  )

/** What a poll is answered with: the tokens' type, or the error. */
export const polled = async (client: RelyingParty, deviceCode: string): Promise<string> => {
  const { body, status } = await poll(client, deviceCode)
  return status === 200 ? String(body["token_type"]) : `${status} ${body["error"]}`
}

/** A person enters a code, signs in if asked to, and ends at the page that comes of it. */
export const enter = async (browser: Browser, issuer: string, userCode: string, login = "alice"): Promise<Page> => {
  const page = await browser.submit(await browser.open(`${issuer}/device`), { user_code: userCode })
  return page.url.pathname === "/login" ? browser.submit(page, { login, password }) : page
}

/** The same, and then allows it or not. */
export const connect = async (
  browser: Browser,
  issuer: string,
  userCode: string,
  decision: "approve" | "deny" = "approve",
  login = "alice"
): Promise<Page> => browser.submit(await enter(browser, issuer, userCode, login), { decision })
