/** What a person reads of the browser that they signed in with. RFC 9110 §10.1.5. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { deviceOf } from "../../src/domain/UserAgent.ts"

const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
const blink = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0"

describe("OWASP ASVS 5.0 §7.5.2: each session says from which device it is", () => {
  it.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Safari/537.36`, "Chrome", "Windows"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Safari/537.36 Edg/149.0.0.0`, "Edge", "Windows"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Safari/537.36 OPR/120.0.0.0`, "Opera", "Windows"],
    [`Mozilla/5.0 (X11; Linux x86_64) ${blink} Safari/537.36 Vivaldi/7.0`, "Vivaldi", "Linux"],
    [`Mozilla/5.0 (X11; CrOS x86_64 16000.0.0) ${blink} Safari/537.36`, "Chrome", "ChromeOS"],
    [`Mozilla/5.0 (Linux; Android 16; K) ${blink} Mobile Safari/537.36`, "Chrome", "Android"],
    [
      `Mozilla/5.0 (Linux; Android 16) ${blink} SamsungBrowser/29.0 Mobile Safari/537.36`,
      "Samsung Internet",
      "Android"
    ],
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/19.0 Safari/605.1.15`, "Safari", "Mac"],
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) ${webkit} Version/19.0 Safari/604.1`, "Safari", "iPhone"],
    [`Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) ${webkit} CriOS/149.0 Safari/604.1`, "Chrome", "iPad"],
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox", "Windows"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox", "Mac"]
  ])("%s", (userAgent, browser, system) => {
    assert.deepStrictEqual(deviceOf(userAgent), { browser, system })
  })

  it("of what is none of them nothing is made up", () => {
    assert.deepStrictEqual(deviceOf(""), {})
    assert.deepStrictEqual(deviceOf("curl/8.5.0"), {})
    assert.deepStrictEqual(deviceOf("Chromecast AndroidTV"), {})
    assert.deepStrictEqual(deviceOf("tool (Linux)"), { system: "Linux" })
  })

  it.effect.prop("whatever a browser says, it is one of the known names or none", [Schema.String], ([text]) =>
    Effect.sync(() => {
      const { browser = "Edge", system = "Mac" } = deviceOf(text)
      assert.match(`${browser} on ${system}`, /^[A-Z][a-z]+( Internet)? on [A-Za-z]+$/)
    })
  )
})
