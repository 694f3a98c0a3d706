/**
 * Every secret that goes over the wire in a test: what a program that listens there would keep. Values are known by the
 * names of the parameters, members, headers and cookies that hold them.
 */

/** Parameters and members whose value somebody could use. */
const names = new Set([
  "code",
  "code_verifier",
  "access_token",
  "refresh_token",
  "id_token",
  "token",
  "client_secret",
  "password",
  "new_password",
  "registration_access_token",
  "device_code",
  "user_code",
  "session_token",
  "request_uri",
  "interaction",
  "csrf",
  "client_assertion",
  "logout_token",
  "id_token_hint"
])

/** What is too short to be looked for would be found by accident. */
const shortest = 8

export interface Overheard {
  /** Each once, with the name of what held it. */
  readonly secrets: ReadonlyMap<string, string>
  readonly add: (name: string, value: string) => void
  readonly stop: () => void
}

export const overhear = (): Overheard => {
  const secrets = new Map<string, string>()
  const add = (name: string, value: string) => {
    if (value.length >= shortest) secrets.set(value, name)
  }
  const fromPairs = (pairs: Iterable<readonly [string, string]>) => {
    for (const [name, value] of pairs) if (names.has(name)) add(name, value)
  }
  const fromJson = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === "string" && names.has(name)) add(name, member)
      else fromJson(member)
    }
  }
  const fromUrl = (text: string) => {
    if (!URL.canParse(text, "http://localhost")) return
    const { hash, searchParams } = new URL(text, "http://localhost")
    fromPairs(searchParams)
    fromPairs(new URLSearchParams(hash.slice(1)))
  }
  const fromText = (text: string) => {
    if (/^[[{]/.test(text.trim())) {
      try {
        fromJson(JSON.parse(text))
      } catch {
        // A page that begins so is none the less a page.
      }
    }
    fromPairs([...text.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]))
  }
  const fromRequest = (headers: Headers, body: unknown) => {
    const [scheme = "", credentials = ""] = (headers.get("authorization") ?? "").split(" ")
    add("authorization", credentials)
    if (scheme === "Basic") add("client_secret", decodeURIComponent(atob(credentials).split(":")[1] ?? ""))
    for (const pair of (headers.get("cookie") ?? "").split("; ")) add("cookie", pair.slice(pair.indexOf("=") + 1))
    if (typeof body === "string" || body instanceof URLSearchParams) {
      fromPairs(new URLSearchParams(String(body)))
      fromText(String(body))
    }
  }

  const before = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    fromUrl(String(input))
    fromRequest(new Headers(init?.headers), init?.body)
    const response = await before(input, init)
    for (const cookie of response.headers.getSetCookie()) add("cookie", /^[^=]*=([^;]*)/.exec(cookie)?.[1] ?? "")
    fromUrl(response.headers.get("location") ?? "")
    fromText(await response.clone().text())
    return response
  }
  return {
    secrets,
    add,
    stop: () => {
      globalThis.fetch = before
    }
  }
}

/** The forms in which a text would be found: as it is, percent-encoded, in base64, and a part of it alone. */
const formsOf = (secret: string): ReadonlyArray<string> => {
  const bytes = Buffer.from(secret)
  // Base64 depends on where in three bytes the text begins; what is in its middle does not depend on what is around it.
  const encoded = [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
    return padded.toString("base64url").slice(4, -4)
  })
  const parts = secret.length < 48 ? [] : [secret.slice(0, 32), secret.slice(-32)]
  // A sealed or signed value begins as every other one of its kind.
  return [secret, encodeURIComponent(secret), ...encoded, ...parts.slice(1)].filter((form) => form.length >= shortest)
}

/** The names of the secrets that a text gives away. */
export const givenAway = (text: string, secrets: ReadonlyMap<string, string>): ReadonlyArray<string> => {
  const plain = text.replaceAll("+", "-").replaceAll("/", "_")
  const found = [...secrets].filter(([secret]) =>
    formsOf(secret).some((form) => text.includes(form) || plain.includes(form))
  )
  return found.map(([secret, name]) => `${name}: ${secret.slice(0, 12)}…`)
}
