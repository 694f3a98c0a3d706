/** Addresses from outside, and the policy that names them. RFC 9700 §4.11, CSP Level 3. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { contentSecurityPolicy } from "../../src/http/pages/ContentSecurityPolicy.ts"
import { isSafeUrl, policySource, safeUrl } from "../../src/html/SafeUrl.ts"
import { hostile } from "./Hostile.ts"

describe("safeUrl", () => {
  it("keeps the web and this provider's own paths", () => {
    for (const url of ["https://rp.example/a?b=c#d", "http://localhost:3000/cb", "/login", "/logout?x=1", "/"]) {
      assert.strictEqual(safeUrl(url), url)
    }
  })

  it("turns everything else into #", () => {
    const others = [
      "javascript:alert(1)",
      " javascript:alert(1)",
      "java\nscript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,<script>alert(1)</script>",
      "vbscript:x",
      "blob:https://rp.example/1",
      "file:///etc/passwd",
      "//evil.example",
      "/\\evil.example",
      "/\t/evil.example",
      "/a\\..\\b",
      "https://bank.example@evil.example/",
      "https://a:b@evil.example/",
      "relative",
      ""
    ]
    for (const url of others) assert.strictEqual(safeUrl(url), "#", url)
    assert.isFalse(isSafeUrl(undefined))
  })

  it.effect.prop("leads to the web or to this provider, whatever it is given", [hostile], ([text]) =>
    Effect.sync(() => {
      for (const url of [text, `/${text}`, `https://${text}`, `javascript:${text}`]) {
        const address = new URL(safeUrl(url), "https://op.example/page")
        assert.include(["https:", "http:"], address.protocol)
        if (!/^https?:/i.test(url.trim())) assert.strictEqual(address.origin, "https://op.example", url)
      }
    })
  )
})

describe("contentSecurityPolicy", () => {
  it("allows no script, no frame, no other origin", () => {
    const common = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    assert.strictEqual(contentSecurityPolicy({ images: [], form: false }), `${common}; form-action 'none'`)
  })

  it("names the origin of a logo, once", () => {
    const images = ["https://rp.example:8443/logo.png", "https://rp.example:8443/other.png"]
    assert.include(contentSecurityPolicy({ images, form: true }), "; img-src 'self' https://rp.example:8443;")
    assert.strictEqual(policySource("https://[2001:db8::1]/x"), "https://[2001:db8::1]")
  })

  it("leaves out a host that would mean something else in a policy", () => {
    for (const host of ["*", "*.example", "a;script-src", "a,b", "a'unsafe-inline'", "(a)"]) {
      assert.isUndefined(policySource(`https://${host}/logo.png`), host)
    }
  })

  it.effect.prop("has the same directives whatever the logo is", [hostile], ([text]) =>
    Effect.sync(() => {
      const names = (policy: string) => policy.split(/[;,]/).map((directive) => directive.trim().split(" ")[0])
      const images = [text, `https://${text}/`, `https://rp.example/${text}`]
      const policy = contentSecurityPolicy({ images, form: true })
      assert.deepStrictEqual(names(policy), names(contentSecurityPolicy({ images: [], form: true })))
      assert.match(policy, /^[\x20-\x7e]+$/)
    })
  )
})
