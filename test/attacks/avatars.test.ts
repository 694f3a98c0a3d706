/**
 * Pictures of people over HTTP: uploading, looking, replacing, removing, and what attackers upload. Attack 42; RFC 9110
 * §13.1.2; OWASP ASVS 5.0 §5.2, §5.3, §5.4; docs/decisions/0035-avatars.md.
 *
 * Routes, flows and cookies are those of production, over storage in memory.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { largestAvatar } from "../../src/domain/Avatar.ts"
import { ascii, joined } from "../../src/domain/Image.ts"
import { showUser } from "../../src/services/flows/operator/ShowUser.ts"
import { deleteUser } from "../../src/services/flows/operator/DeleteUser.ts"
import { settleAvatars } from "../../src/services/flows/upkeep/SettleAvatars.ts"
import { type Administrator, administrator } from "../clauses/Administrator.ts"
import { hidden, holders } from "../clauses/AccountHolder.ts"
import { register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { pictures, secret, talkative } from "../domain/Images.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"
import { Visitor } from "./Visitor.ts"

const path = "/account/picture"

let provider: NodeProvider
let rp: RelyingParty
let someone: ReturnType<typeof holders>

beforeAll(async () => {
  provider = await startNodeProvider()
  rp = await register(provider, "rp")
  someone = holders(provider)
})
afterAll(() => provider?.close())

interface File {
  readonly bytes: Uint8Array
  readonly name?: string
  readonly type?: string
}

/** Sends the form of the page, as a browser does. */
const send = async (visitor: Visitor, fields: Readonly<Record<string, string>>, file?: File) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  if (file !== undefined) {
    const { bytes, name = "me.png", type = "image/png" } = file
    form.set("picture", new Blob([bytes.slice().buffer as ArrayBuffer], { type }), name)
  }
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
  const response = await fetch(provider.issuer + path, {
    method: "POST",
    body: form,
    redirect: "manual",
    headers: { cookie }
  })
  return { status: response.status, location: response.headers.get("location") ?? "", text: await response.text() }
}

const upload = async (visitor: Visitor, file: File) => {
  const { interaction = "" } = hidden(await visitor.visit(path))
  return send(visitor, { interaction, action: "upload" }, file)
}

const remove = async (visitor: Visitor) => {
  const { interaction = "" } = hidden(await visitor.visit(path))
  return send(visitor, { interaction, action: "remove" })
}

/** The claim `picture`, as a client is told it. */
const claimOf = async (login: string): Promise<string> => {
  const { code = "" } = await new Visitor(provider.issuer).signIn(rp, { scope: "openid profile" }, login)
  const { body } = await rp.userinfo((await rp.redeem(code)).body["access_token"])
  return String(body["picture"])
}

const pictured = async (file: File) => {
  const person = await someone(path)
  const done = await upload(person.visitor, file)
  expect([done.status, done.location]).toEqual([303, `${path}?notice=saved`])
  return { ...person, uri: await claimOf(person.login) }
}

const bytesAt = async (uri: string) => Buffer.from(await (await fetch(uri)).arrayBuffer())

describe("OIDC Core §5.1: picture, the URL of the person's picture", () => {
  test.each(["jpeg", "png", "gif", "webp"] as const)(
    "a %s is shown under the address that clients are told, and tells nothing besides",
    async (kind) => {
      const { uri } = await pictured({ bytes: talkative[kind], name: "IMG_4711.png", type: "image/png" })
      expect(uri).toMatch(new RegExp(`^${provider.issuer}/avatar/[A-Za-z0-9_-]{43}$`))
      const response = await fetch(uri)
      expect([response.status, response.headers.get("content-type")]).toEqual([200, `image/${kind}`])
      const bytes = Buffer.from(await response.arrayBuffer())
      expect(bytes.toString("latin1")).not.toContain(secret)
      expect(bytes.length).toBeGreaterThanOrEqual(pictures[kind].length)
    }
  )

  test("its address says nothing of whose it is, and is another for the same picture of somebody else", async () => {
    const one = await pictured({ bytes: pictures.png })
    const other = await pictured({ bytes: pictures.png })
    expect(one.uri).not.toBe(other.uri)
    const { id } = await provider.run(showUser(one.login))
    expect(one.uri).not.toContain(id)
  })

  test("it stays when the rest of the profile is saved", async () => {
    const { login, uri, visitor } = await pictured({ bytes: pictures.png })
    const page = await visitor.visit("/account")
    await visitor.visit("/account", { ...hidden(page), nickname: "Ally" })
    expect(await claimOf(login)).toBe(uri)
  })
})

describe("system.md: immutable caching, ETag", () => {
  test("it may be kept for ever by everybody, is of its real type, and is no document", async () => {
    const { uri } = await pictured({ bytes: pictures.gif })
    const { headers } = await fetch(uri)
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "cross-origin",
      etag: `"${uri.slice(-43)}"`
    })
    expect(headers.get("pragma")).toBe(null)
    expect(headers.get("set-cookie")).toBe(null)
  })

  test("RFC 9110 §13.1.2: 304 for whoever has it, 200 for whoever has another; HEAD has no body", async () => {
    const { uri } = await pictured({ bytes: pictures.png })
    const etag = `"${uri.slice(-43)}"`
    const asked = async (known: string, method = "GET") => {
      const response = await fetch(uri, { method, headers: { "if-none-match": known } })
      return [response.status, (await response.arrayBuffer()).byteLength > 0]
    }
    expect(await asked(etag)).toEqual([304, false])
    expect(await asked(`W/${etag}, "x"`)).toEqual([304, false])
    expect(await asked("*")).toEqual([304, false])
    expect(await asked('"x"')).toEqual([200, true])
    expect(await asked("nonsense")).toEqual([200, true])
    const head = await fetch(uri, { method: "HEAD" })
    expect([head.status, head.headers.get("content-type"), head.headers.get("etag")]).toEqual([200, "image/png", etag])
  })

  test("what is not there is 404 and not kept, also for whoever says they have it; other methods are 405", async () => {
    for (const id of ["A".repeat(43), "x", "%00", "..%2fx", "A".repeat(99)]) {
      const response = await fetch(`${provider.issuer}/avatar/${id}`, { headers: { "if-none-match": "*" } })
      expect([response.status, response.headers.get("cache-control")], id).toEqual([404, "no-store"])
    }
    const { uri } = await pictured({ bytes: pictures.png })
    for (const method of ["POST", "PUT", "DELETE"]) {
      const response = await fetch(uri, { method })
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"])
    }
  })
})

describe("system.md: old ones deleted", () => {
  test("when a new one is uploaded", async () => {
    const { login, uri, visitor } = await pictured({ bytes: pictures.png })
    await upload(visitor, { bytes: pictures.jpeg })
    const now = await claimOf(login)
    expect([(await fetch(uri)).status, (await fetch(now)).status]).toEqual([404, 200])
    expect((await bytesAt(now)).equals(pictures.jpeg)).toBe(true)
  })

  test("when it is removed: the claim goes with it, and removing it again is removing it", async () => {
    const { login, uri, visitor } = await pictured({ bytes: pictures.png })
    expect((await visitor.visit(path)).text).toContain(new URL(uri).pathname)
    for (const _ of ["first", "again"]) expect((await remove(visitor)).location).toBe(`${path}?notice=removed`)
    expect((await fetch(uri)).status).toBe(404)
    expect(await claimOf(login)).toBe("undefined")
    expect((await visitor.visit(`${path}?notice=removed`)).text).toContain("Your picture is removed")
  })

  test("when its person is deleted", async () => {
    const { login, uri } = await pictured({ bytes: pictures.png })
    await provider.run(deleteUser(login))
    expect((await fetch(uri)).status).toBe(404)
  })

  test("later, where nobody knows what came of the change; what the home names stays", async () => {
    const { login, uri, visitor } = await pictured({ bytes: pictures.png })
    provider.failing.add("User.change")
    const lost = await upload(visitor, { bytes: pictures.jpeg })
    provider.failing.clear()
    expect(lost.status).toBe(503)
    // Its answer was lost, but the home was changed.
    const now = await claimOf(login)
    expect([now === uri, (await fetch(now)).status, (await fetch(uri)).status]).toEqual([false, 200, 200])
    await provider.run(settleAvatars())
    expect((await fetch(uri)).status).toBe(200)
    provider.advance(20 * 60_000)
    expect((await provider.run(settleAvatars())).deleted).toBeGreaterThan(0)
    expect([(await fetch(now)).status, (await fetch(uri)).status]).toEqual([200, 404])
    expect(await provider.run(settleAvatars())).toEqual({ doubts: 0, deleted: 0 })
  })
})

describe("attack 42: avatar upload: wrong type under an image name, SVG, 6 MB, path in the file name", () => {
  const svg = ascii('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')

  test.each<[string, File, string]>([
    ["a page under the name of an image", { bytes: ascii("<!doctype html><script>alert(1)</script>") }, "no JPEG, PNG"],
    ["SVG", { bytes: svg, name: "me.svg", type: "image/svg+xml" }, "no JPEG, PNG"],
    ["SVG under the name of a PNG", { bytes: svg }, "no JPEG, PNG"],
    ["5 MB and a byte", { bytes: joined([pictures.png, new Uint8Array(largestAvatar)]) }, "larger than 5 MB"],
    ["6 MB", { bytes: joined([pictures.png, new Uint8Array(6_000_000)]) }, "larger than 5 MB"],
    ["half an image", { bytes: pictures.png.slice(0, 60) }, "damaged"],
    ["nothing", { bytes: new Uint8Array() }, "Choose a file first"]
  ])("%s is refused, and the picture that was there stays", async (_name, file, sentence) => {
    const { login, uri, visitor } = await pictured({ bytes: pictures.png })
    const refused = await upload(visitor, file)
    expect([refused.status, refused.text.includes(sentence)]).toEqual([422, true])
    expect(refused.text).toContain('aria-invalid="true"')
    expect(await claimOf(login)).toBe(uri)
    expect((await fetch(uri)).status).toBe(200)
  })

  test("a path in the file name, or markup in it, says nothing", async () => {
    const name = '../../../etc/passwd"><script>alert(1)</script>.png'
    const { uri, visitor } = await pictured({ bytes: pictures.png, name, type: "text/html" })
    const page = await visitor.visit(path)
    expect(page.text).not.toContain("passwd")
    const { headers } = await fetch(uri)
    expect([headers.get("content-type"), headers.get("content-disposition")]).toEqual(["image/png", "inline"])
  })

  test("a picture that is a script at its end is handed on without the script", async () => {
    const { uri } = await pictured({ bytes: joined([pictures.gif, ascii("/*<script>alert(1)</script>*/")]) })
    expect((await bytesAt(uri)).equals(pictures.gif)).toBe(true)
  })
})

describe("attack 26, 27: a picture that another site, or another browser, uploads", () => {
  test("without the form, with the form of another browser, and without a session, nothing is changed", async () => {
    const { login, uri, visitor } = await pictured({ bytes: pictures.png })
    const stranger = await someone(path)
    const { interaction = "" } = hidden(await stranger.visitor.visit(path))
    const file = { bytes: pictures.jpeg }
    expect((await send(visitor, { action: "upload" }, file)).status).toBe(400)
    expect((await send(visitor, { interaction, action: "upload" }, file)).status).toBe(403)
    expect((await send(visitor, { interaction, action: "remove" })).status).toBe(403)
    expect((await send(new Visitor(provider.issuer), { interaction, action: "upload" }, file)).status).toBe(403)
    expect(await claimOf(login)).toBe(uri)
  })

  test("a form that no page of ours has is refused", async () => {
    const { visitor } = await someone(path)
    const { interaction = "" } = hidden(await visitor.visit(path))
    expect((await send(visitor, { interaction, action: "upload" })).status).toBe(400)
    expect((await send(visitor, { interaction, action: "other" }, { bytes: pictures.png })).status).toBe(400)
    expect((await visitor.visit(path, { interaction, action: "remove" })).status).toBe(400)
  })
})

describe("OWASP ASVS 5.0 §2.4.1: uploads are limited", () => {
  test("twenty an hour and person: the next one waits, and so does nobody else", async () => {
    const { visitor } = await someone(path)
    for (let count = 0; count < 20; count += 1) {
      expect((await upload(visitor, { bytes: pictures.gif })).status).toBe(303)
    }
    expect((await upload(visitor, { bytes: pictures.gif })).status).toBe(429)
    const other = await someone(path)
    expect((await upload(other.visitor, { bytes: pictures.gif })).status).toBe(303)
  })
})

describe("system.md: /admin/* (… avatars)", () => {
  let admin: Administrator
  beforeAll(async () => {
    admin = await administrator(provider, ["admin.users.read", "admin.users.write"])
  })

  const put = async (login: string, bytes: Uint8Array, token = admin.token, tag?: string) => {
    const { headers } = await admin.ask("GET", `/users/${login}`)
    return fetch(`${provider.issuer}/admin/users/${login}/avatar`, {
      method: "PUT",
      body: Buffer.from(bytes),
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/octet-stream",
        "if-match": tag ?? headers.get("etag") ?? ""
      }
    })
  }

  test("an administrator sets a picture and takes it away, each from the state that they have seen", async () => {
    const { login, uri } = await pictured({ bytes: pictures.png })
    const set = await put(login, talkative.webp)
    const tag = set.headers.get("etag") ?? ""
    expect(set.status).toBe(200)
    const now = await claimOf(login)
    const shown = await fetch(now)
    expect([shown.headers.get("content-type"), (await fetch(uri)).status]).toEqual(["image/webp", 404])
    expect((await put(login, pictures.gif, admin.token, '"0"')).status).toBe(412)
    const remove = (headers = {}) => admin.ask("DELETE", `/users/${login}/avatar`, { headers })
    expect((await remove()).status).toBe(428)
    const removed = await remove({ "if-match": tag })
    expect([removed.status, removed.body["profile"].picture]).toEqual([200, undefined])
    expect((await fetch(now)).status).toBe(404)
  })

  test.each<[string, Uint8Array, number]>([
    ["no image", ascii("<svg/>"), 400],
    ["half an image", pictures.gif.slice(0, 20), 400],
    ["nothing", new Uint8Array(), 400],
    ["5 MB and more", joined([pictures.png, new Uint8Array(largestAvatar)]), 413]
  ])("%s is refused as a problem (RFC 9457), and nothing is changed", async (_name, bytes, status) => {
    const { login, uri } = await pictured({ bytes: pictures.png })
    const refused = await put(login, bytes)
    expect([refused.status, refused.headers.get("content-type")]).toEqual([status, "application/problem+json"])
    expect(await claimOf(login)).toBe(uri)
  })

  test("attack 43: without a token, and with one that only reads, nobody's picture is changed", async () => {
    const { login, uri } = await pictured({ bytes: pictures.png })
    const reader = await administrator(provider, ["admin.users.read"], "reader")
    expect((await put(login, pictures.gif, reader.token)).status).toBe(403)
    expect((await put(login, pictures.gif, "nothing")).status).toBe(401)
    expect((await put("nobody", pictures.gif, admin.token, "*")).status).toBe(404)
    expect(await claimOf(login)).toBe(uri)
  })
})
