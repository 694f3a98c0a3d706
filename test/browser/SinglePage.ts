/** A single-page application of `oidc-client-ts`, and a server for it: one document, whatever its path. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { build } from "esbuild"
import type { Page } from "playwright-core"

/** What the page's script offers to tests; each answers with what is data. */
const script = `
  import { UserManager, WebStorageStateStore } from "oidc-client-ts"

  const origin = location.origin
  const make = (settings) => new UserManager({
    redirect_uri: origin + "/callback",
    silent_redirect_uri: origin + "/silent",
    post_logout_redirect_uri: origin + "/bye",
    response_type: "code",
    silentRequestTimeoutInSeconds: 30,
    ...settings
  })
  const said = (user) => user && {
    sub: user.profile.sub,
    sid: user.profile.sid,
    accessToken: user.access_token,
    refreshToken: user.refresh_token,
    idToken: user.id_token,
    sessionState: user.session_state
  }

  let manager
  window.begin = (settings) => void (manager = make(settings))
  window.signIn = () => manager.signinRedirect()
  window.callback = async () => said(await manager.signinRedirectCallback())
  window.renew = () => manager.signinSilent().then(said, (problem) => ({ error: problem.error ?? String(problem) }))
  window.userinfo = async (token, issuer) =>
    (await fetch(issuer + "/userinfo", { headers: { authorization: "Bearer " + token } })).status
  window.signOut = () => manager.signoutRedirect()
  window.signedOut = async () => ((await manager.signoutRedirectCallback()).state ?? null)
  window.known = async () => said(await manager.getUser())

  /** What the monitor says, in order. */
  window.heard = []
  window.monitor = async (settings) => {
    manager = make({ ...settings, monitorSession: true, checkSessionIntervalInSeconds: 1 })
    manager.events.addUserSignedIn(() => heard.push("signed in"))
    manager.events.addUserSignedOut(() => heard.push("signed out"))
    manager.events.addUserSessionChanged(() => heard.push("changed"))
    await manager.getUser()
  }

  /** Asks the provider's frame itself. */
  const frames = new Map()
  window.ask = async (address, message) => {
    if (!frames.has(address)) {
      const made = document.createElement("iframe")
      made.src = address
      document.body.append(made)
      await new Promise((resolve) => made.addEventListener("load", resolve))
      frames.set(address, made)
    }
    const frame = frames.get(address)
    const answer = new Promise((resolve) =>
      addEventListener("message", function take(event) {
        if (event.source !== frame.contentWindow) return
        removeEventListener("message", take)
        resolve(event.data)
      })
    )
    frame.contentWindow.postMessage(message, new URL(address).origin)
    return answer
  }

  if (location.pathname === "/silent") void make({ authority: origin, client_id: "spa" }).signinSilentCallback()
`

export interface SinglePage {
  readonly url: string
  readonly close: () => Promise<void>
}

export const startSinglePage = async (): Promise<SinglePage> => {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022"
  })
  const bundle = outputFiles[0]?.text ?? ""
  const server = createServer((request, response) => {
    const isScript = request.url === "/script.js"
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html")
    response.end(
      isScript ? bundle : '<!doctype html><html lang="en"><title>SPA</title><script src="/script.js"></script>'
    )
  })
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve()))
  }
}

/** Calls one of the script's functions in the tab. */
export const call = <A>(tab: Page, name: string, ...given: ReadonlyArray<unknown>): Promise<A> =>
  tab.evaluate<A>(`${name}(...${JSON.stringify(given)})`)
