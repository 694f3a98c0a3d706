/** The two ways out for letters: a provider over HTTP, as a real server sees it, and Cloudflare's binding. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { mailerCloudflare } from "../../src/layers/cloudflare/mail/MailerCloudflare.ts"
import { mailerHttp } from "../../src/layers/cloudflare/mail/MailerHttp.ts"
import { mailerOf } from "../../src/layers/cloudflare/mail/MailerOf.ts"
import { type Mail, Mailer } from "../../src/services/ports/Mailer.ts"

const mail: Mail = { id: "letter-1", to: "alice@example.com", subject: "Sübject", text: "text", html: "<p>html" }
const from = { name: "Example", address: "id@example.org" }

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const asked: Array<Asked> = []
const open = new Set<ServerResponse>()
let answer: (response: ServerResponse) => void
const server = createServer((request, response) => {
  open.add(response)
  let body = ""
  request.setEncoding("utf8").on("data", (part: string) => (body += part))
  request.on("end", () => {
    asked.push({ method: request.method, url: request.url, headers: request.headers, body })
    answer(response)
  })
})
let url: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/emails`
})

afterAll(() => {
  for (const response of open) response.destroy()
  return new Promise((resolve) => server.close(resolve))
})

beforeEach(() => {
  asked.length = 0
  answer = (response) => void response.end('{"id":"1"}')
})

const status = (code: number, headers: Record<string, string> = {}) => {
  answer = (response) => void response.writeHead(code, headers).end(`it says ${mail.to}`)
}

const key = Redacted.make("re_key")
type Settings = { readonly time?: number; readonly key?: Redacted.Redacted }
const send = (settings: Settings = {}) =>
  Mailer.use((mailer) => mailer.send(mail)).pipe(
    Effect.provide(mailerHttp({ _tag: "Provider", from, url, key: settings.key ?? key }, settings.time))
  )
const failure = (settings: Settings = {}) => Effect.flip(send(settings))

describe("a provider over HTTP", () => {
  it.effect("gets the letter as JSON, the key as RFC 6750 says, and an id by which it knows a repetition", () =>
    Effect.gen(function* () {
      yield* send()
      expect(asked).toMatchObject([
        {
          method: "POST",
          url: "/emails",
          headers: {
            "content-type": "application/json",
            authorization: "Bearer re_key",
            "idempotency-key": "letter-1"
          }
        }
      ])
      const { html, subject, text, to } = mail
      expect(JSON.parse(asked[0]!.body)).toEqual({ from: "Example <id@example.org>", to, subject, text, html })
    })
  )

  it.effect("needs neither a name nor a key", () =>
    Effect.gen(function* () {
      const plain = { _tag: "Provider", from: { ...from, name: undefined }, url, key: undefined } as const
      yield* Mailer.use((mailer) => mailer.send(mail)).pipe(Effect.provide(mailerOf(plain)))
      expect(asked[0]!.headers.authorization).toBeUndefined()
      expect(JSON.parse(asked[0]!.body)).toMatchObject({ from: "id@example.org" })
    })
  )

  it.effect.each([200, 201, 202, 204])("has taken it with %i", (code) =>
    Effect.gen(function* () {
      status(code)
      yield* send()
    })
  )

  it.effect.each([400, 413, 422])("refuses it for good with %i", (code) =>
    Effect.gen(function* () {
      status(code)
      expect(yield* failure()).toMatchObject({ reason: "refused", detail: `the provider answers ${code}` })
    })
  )

  it.effect.each([401, 403, 404, 408, 409, 429, 500, 503])("may take it later after %i", (code) =>
    Effect.gen(function* () {
      status(code)
      expect(yield* failure()).toMatchObject({ reason: "status", detail: `the provider answers ${code}` })
    })
  )

  it.effect("is not followed elsewhere: the key and the letter are for one server", () =>
    Effect.gen(function* () {
      status(307, { location: "/elsewhere" })
      expect(yield* failure()).toMatchObject({ reason: "status", detail: "the provider answers 307" })
      expect(asked.map((one) => one.url)).toEqual(["/emails"])
    })
  )

  it.live("has so much time and no more", () =>
    Effect.gen(function* () {
      answer = () => undefined
      expect(yield* failure({ time: 50 })).toMatchObject({ reason: "time", detail: "no answer within 50 ms" })
    })
  )

  it.live("is not listened to for longer, however much it has to say", () =>
    Effect.gen(function* () {
      answer = (response) => void response.writeHead(200).write("x".repeat(1_000_000))
      yield* send({ time: 5_000 })
    })
  )

  it.effect("says nothing that the log may not know when it is gone", () =>
    Effect.gen(function* () {
      answer = (response) => void response.destroy()
      const { detail, reason } = yield* failure()
      expect(reason).toBe("network")
      for (const secret of [mail.to, "re_key", mail.text]) expect(detail).not.toContain(secret)
    })
  )

  it.effect("nor when its key can be no header: the platform's error quotes it", () =>
    Effect.gen(function* () {
      const broken = Redacted.make("re_\nkey")
      expect(yield* failure({ key: broken })).toMatchObject({ reason: "network", detail: "TypeError" })
      expect(asked).toEqual([])
    })
  )
})

describe("Cloudflare's binding", () => {
  const over = (binding: { readonly send: (said: unknown) => Promise<unknown> }) =>
    Mailer.use((mailer) => mailer.send(mail)).pipe(
      Effect.provide(mailerCloudflare({ _tag: "Cloudflare", from, binding: binding as never }))
    )
  const failing = (problem: unknown) => Effect.flip(over({ send: () => Promise.reject(problem) }))
  const coded = (code: string) => Object.assign(new Error(`no: ${mail.to}`), { code })

  it.effect("gets the parts of a letter, and makes the message itself", () =>
    Effect.gen(function* () {
      const sent: Array<unknown> = []
      yield* over({ send: (said) => Promise.resolve(sent.push(said)) })
      const { html, subject, text, to } = mail
      expect(sent).toEqual([{ from: { name: "Example", email: "id@example.org" }, to, subject, text, html }])
    })
  )

  it.effect.each(["E_VALIDATION_ERROR", "E_RECIPIENT_NOT_ALLOWED", "E_RECIPIENT_SUPPRESSED", "E_CONTENT_TOO_LARGE"])(
    "refuses it for good with %s",
    (code) =>
      Effect.gen(function* () {
        expect(yield* failing(coded(code))).toMatchObject({ reason: "refused", detail: code })
      })
  )

  it.effect.each(["E_RATE_LIMIT_EXCEEDED", "E_DAILY_LIMIT_EXCEEDED", "E_SENDER_NOT_VERIFIED", "E_DELIVERY_FAILED"])(
    "may take it later after %s",
    (code) =>
      Effect.gen(function* () {
        expect(yield* failing(coded(code))).toMatchObject({ reason: "status", detail: code })
      })
  )

  it.live("has so much time and no more", () =>
    Effect.gen(function* () {
      const binding = { send: () => new Promise<never>(() => undefined) }
      const mailer = mailerCloudflare({ _tag: "Cloudflare", from, binding }, 50)
      const { reason } = yield* Effect.flip(Mailer.use(({ send: post }) => post(mail)).pipe(Effect.provide(mailer)))
      expect(reason).toBe("time")
    })
  )

  it.effect("an error that says nothing to us may be over soon, and its words stay out of the log", () =>
    Effect.gen(function* () {
      const detail = "the platform did not take it"
      expect(yield* failing(new Error(`no: ${mail.to}`))).toMatchObject({ reason: "network", detail })
      expect(yield* failing("no")).toMatchObject({ reason: "network", detail })
    })
  )
})

it.effect("without any way, a letter that was on its way waits for one", () =>
  Effect.gen(function* () {
    const { reason } = yield* Effect.flip(
      Mailer.use((mailer) => mailer.send(mail)).pipe(Effect.provide(mailerOf({ _tag: "None" })))
    )
    expect(reason).toBe("none")
  })
)
