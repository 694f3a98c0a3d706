/** The demo's sessions and cookie. */
import { describe, expect, it } from "vitest"
import { sessionCookie } from "../../demo/Cookie.ts"
import { Sessions } from "../../demo/Sessions.ts"

describe("Sessions", () => {
  it("there are never more than the bound: the oldest goes", () => {
    const sessions = new Sessions(2)
    const [first, second, third] = [sessions.create().id, sessions.create().id, sessions.create().id]
    expect(sessions.find(first)).toBeUndefined()
    expect([sessions.find(second)?.id, sessions.find(third)?.id]).toEqual([second, third])
  })

  it("a renamed session is the youngest, has a new CSRF token, and is not found by its old name", () => {
    const sessions = new Sessions(2)
    const session = sessions.create()
    const { id, csrf } = session
    sessions.create()
    sessions.rename(session)
    sessions.create()
    expect(sessions.find(id)).toBeUndefined()
    expect(sessions.find(session.id)).toBe(session)
    expect(session.csrf).not.toBe(csrf)
  })
})

describe("the cookie", () => {
  it("RFC 6265bis §4.1.3.2: over https it is Secure and has the prefix __Host-", () => {
    expect(sessionCookie(true).set("id")).toBe("__Host-demo-rp=id; Path=/; HttpOnly; SameSite=Lax; Secure")
    expect(sessionCookie(false).set("id")).toBe("demo-rp=id; Path=/; HttpOnly; SameSite=Lax")
  })

  it("is found among others, and only by its whole name", () => {
    const { read } = sessionCookie(false)
    expect(read("a=1; demo-rp=id; b=2")).toBe("id")
    expect(read("xdemo-rp=id")).toBeUndefined()
    expect(read(undefined)).toBeUndefined()
  })
})
