/** What every page holds to, and what the certification suite looks for on each. */
import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { directions, languages } from "../../src/domain/Language.ts"
import { claimText, scopeText } from "../../src/http/pages/AskedWords.ts"
import { consentPage } from "../../src/http/pages/ConsentPage.ts"
import { formPostPage } from "../../src/http/pages/FormPostPage.ts"
import { loginPage } from "../../src/http/pages/LoginPage.ts"
import { checkSessionPage } from "../../src/http/pages/CheckSessionPage.ts"
import { loggedOutPage } from "../../src/http/pages/LogoutPage.ts"
import { markDocument } from "../../src/http/pages/Mark.ts"
import { isVisible, shownText } from "../../src/html/ShownText.ts"
import { stylesheet, stylesheetPath } from "../../src/http/pages/Style.ts"
import { texts } from "../../src/texts/Texts.ts"
import { hostileOutside } from "./Hostile.ts"
import { ordinary, pages } from "./Samples.ts"
import { read, skeleton, type Tag } from "./Tokens.ts"

const samples = Object.entries(pages(ordinary))
const tagsOf = (name: string): ReadonlyArray<Tag> => read(pages(ordinary)[name]?.html ?? "").tags
const having = (tags: ReadonlyArray<Tag>, attribute: string, value: string) =>
  tags.filter(({ attributes }) => attributes.get(attribute) === value)
const only = (tags: ReadonlyArray<Tag>, attribute: string, value: string): Record<string, string | undefined> => {
  const found = having(tags, attribute, value)
  assert.strictEqual(found.length, 1, `${attribute}=${value}`)
  return { tag: found[0]?.name, ...Object.fromEntries(found[0]?.attributes ?? []) }
}

/** The sentences of a language that hold no name. */
const sentencesOf = (part: unknown): ReadonlyArray<string> => {
  if (typeof part === "string") return [part]
  return typeof part === "object" && part !== null ? Object.values(part).flatMap(sentencesOf) : []
}

describe("every page", () => {
  it.each(samples)(
    "%s: no script, no style attribute, no address but the client's, under 50 KB in all",
    (sample, page) => {
      const { tags, unread } = read(page.html)
      assert.strictEqual(unread, "")
      assert.isFalse(tags.some(({ name }) => /^(style|iframe|object|embed|base|meta http-equiv)$/.test(name)))
      // Three pages run a script, and have tests of their own.
      const scripts = tags.filter(({ name }) => name === "script").length
      assert.strictEqual(scripts, /^(form-post|login-passkey.*|account-passkeys-add)$/.test(sample) ? 1 : 0)
      for (const { attributes } of tags) {
        for (const [name, value] of attributes) {
          assert.isFalse(/^on|^style$|^srcdoc$|^http-equiv$/.test(name), name)
          if (/^(href|src|action)$/.test(name)) assert.match(value ?? "", /^(\/(?!\/)|https:\/\/marginalia\.example\/)/)
        }
      }
      assert.isBelow(Buffer.byteLength(page.html) + Buffer.byteLength(stylesheet) + markDocument.length, 50_000)
    }
  )

  it.each(samples)("WCAG 2.2 §3.1.1, §3.1.2: %s: the language of the page, and of every word of another", (sample) => {
    for (const language of languages) {
      const { tags } = read(pages(ordinary, language)[sample]?.html ?? "")
      const html = tags.filter(({ name }) => name === "html")
      assert.deepStrictEqual(
        html.map(({ attributes }) => [attributes.get("lang"), attributes.get("dir")]),
        [[language, directions[language]]]
      )
      const links = tags.filter(({ attributes }) => attributes.has("hreflang"))
      for (const { attributes } of links) assert.strictEqual(attributes.get("lang"), attributes.get("hreflang"))
      assert.strictEqual(links.length, sample === "form-post" ? 0 : languages.length - 1)
    }
  })

  it.each(samples)("%s: in Japanese no sentence is left in English", (sample) => {
    const { html = "" } = pages(ordinary, "ja")[sample] ?? {}
    const english = sentencesOf(texts.en).filter((sentence) => html.includes(`>${sentence}<`))
    assert.deepStrictEqual(english, [])
  })

  it.each(samples)("%s: one title, one main heading, ids that occur once", (_, page) => {
    const { tags } = read(page.html)
    for (const one of ["title", "main", "h1", "header", "footer"]) {
      assert.strictEqual(tags.filter(({ name }) => name === one).length, 1, one)
    }
    const ids = tags.flatMap(({ attributes }) => attributes.get("id") ?? [])
    assert.deepStrictEqual(ids, [...new Set(ids)])
  })

  it("the style sheet loads nothing, and its path changes with its text", () => {
    assert.isFalse(/url\(|@import|</.test(stylesheet))
    assert.match(stylesheetPath, /^\/style\.css\?v=[0-9a-z]+$/)
  })
})

describe("attack 41: HTML injection through every field", () => {
  const expected = new Map(samples.map(([name, page]) => [name, skeleton(read(page.html))]))
  const policies = new Map(samples.map(([name, page]) => [name, page.contentSecurityPolicy]))

  it.effect.prop(
    "any string in every field is shown as text, and changes no element and no attribute",
    [hostileOutside],
    ([o]) =>
      Effect.sync(() => {
        for (const [name, page] of Object.entries(pages(o))) {
          const tokens = read(page.html)
          assert.strictEqual(tokens.unread, "", name)
          // A hint too long for any address is left out, and with it the focus goes to another field.
          if (!name.startsWith("login-") || (o.login !== "" && o.login.length <= 254)) {
            assert.deepStrictEqual(skeleton(tokens), expected.get(name), name)
          }
          if (name.startsWith("consent")) assert.include(tokens.text, shownText(o.user))
          if (name.startsWith("login"))
            assert.include(tokens.text, isVisible(o.client) ? shownText(o.client) : "Unnamed application")
          if (name === "error") assert.include(tokens.text, shownText(o.parameter, 120))
          assert.strictEqual(page.contentSecurityPolicy, policies.get(name))
        }
      })
  )

  it.effect.prop("a page stays under 50 KB however long its names are", [hostileOutside], ([o]) =>
    Effect.sync(() => {
      const others = stylesheet.length + markDocument.length
      for (const page of Object.values(pages({ ...o, interaction: "i" }))) {
        assert.isBelow(page.html.length + others, 50_000)
      }
    })
  )

  it.effect.prop("hidden fields are sent back unaltered", [hostileOutside], ([o]) =>
    Effect.sync(() => {
      const { login, consent, "logout-confirm": logout, "form-post": formPost } = pages(o)
      const { device, "device-consent": deviceConsent } = pages(o)
      assert.strictEqual(only(read(formPost?.html ?? "").tags, "name", "state")["value"], o.description)
      for (const field of having(read(login?.html ?? "").tags, "name", "interaction")) {
        assert.strictEqual(field.attributes.get("value"), o.interaction)
      }
      for (const page of [consent, device, deviceConsent]) {
        assert.strictEqual(only(read(page?.html ?? "").tags, "name", "interaction")["value"], o.interaction)
      }
      assert.strictEqual(only(read(logout?.html ?? "").tags, "name", "csrf")["value"], o.interaction)
    })
  )
})

describe("OpenID Connect Core §3.1.2.3: the login page", () => {
  it("certification: inputs named login and password, an e-mail as plain text, one plain submit button first", () => {
    const tags = tagsOf("login")
    const login = only(tags, "name", "login")
    assert.deepInclude(login, { tag: "input", type: "text", inputmode: "email", autocomplete: "username webauthn" })
    assert.deepInclude(only(tags, "name", "password"), { type: "password", autocomplete: "current-password" })
    const [first] = tags.filter(({ name }) => name === "button")
    assert.deepInclude(Object.fromEntries(first?.attributes ?? []), { type: "submit", id: "sign-in" })
    for (const form of tags.filter(({ name }) => name === "form")) {
      assert.strictEqual(form.attributes.get("method"), "post")
    }
  })

  it("certification: shows the client's logo, policy and terms", () => {
    const tags = tagsOf("login")
    assert.strictEqual(only(tags, "src", "https://marginalia.example/logo.svg").tag, "img")
    assert.strictEqual(only(tags, "href", "https://marginalia.example/privacy").tag, "a")
    assert.strictEqual(only(tags, "href", "https://marginalia.example/terms").tag, "a")
    assert.include(pages(ordinary)["login"]?.contentSecurityPolicy, "img-src 'self' https://marginalia.example;")
  })

  it("puts the cursor where something is missing", () => {
    assert.isTrue(having(tagsOf("login"), "id", "login")[0]?.attributes.has("autofocus"))
    assert.isTrue(having(tagsOf("login-credentials"), "id", "password")[0]?.attributes.has("autofocus"))
  })

  it("WCAG 3.3.1: an error is announced, named in the title, and described at both fields", () => {
    const tags = tagsOf("login-credentials")
    assert.strictEqual(only(tags, "role", "alert")["id"], "error")
    assert.strictEqual(having(tags, "aria-describedby", "error").length, 2)
    assert.strictEqual(having(tags, "aria-invalid", "true").length, 2)
    assert.include(pages(ordinary)["login-credentials"]?.html, "<title>Error: Sign in")
    assert.strictEqual(having(tagsOf("login-expired"), "aria-invalid", "true").length, 0)
  })

  it("refuses in a form of its own, without the fields", () => {
    const forms = (pages(ordinary)["login"]?.html ?? "").split("<form").slice(1)
    assert.strictEqual(forms.length, 2)
    assert.deepInclude(only(read(`<form${forms[1]}`).tags, "id", "deny"), { name: "decision", value: "deny" })
    assert.strictEqual(having(read(`<form${forms[1]}`).tags, "name", "password").length, 0)
  })

  it("says so when nothing of the client's name can be seen", () => {
    for (const clientName of ["", " \u200b\u2060", "\u3164\u00ad", "\u202e\u0000"]) {
      const page = loginPage({ action: "/login", interaction: "i", clientName })
      assert.include(page.html, "<bdi>Unnamed application</bdi>")
    }
  })

  it("leaves out what is not an address, and a logo that a policy cannot name", () => {
    const bad = "javascript:alert(1)"
    const data = { action: "/login", interaction: "i", clientName: "C" }
    const page = loginPage({ ...data, clientUri: bad, policyUri: bad, tosUri: bad, logoUri: "https://a;b/l.png" })
    assert.strictEqual(page.html, loginPage(data).html)
    assert.strictEqual(page.contentSecurityPolicy, loginPage(data).contentSecurityPolicy)
  })
})

describe("OpenID Connect Core §3.1.2.4: the consent page", () => {
  it("certification: approve and deny are submit buttons of one form", () => {
    const tags = tagsOf("consent")
    const button = { tag: "button", type: "submit", name: "decision" }
    assert.deepInclude(only(tags, "id", "approve"), { ...button, value: "approve" })
    assert.deepInclude(only(tags, "id", "deny"), { ...button, value: "deny" })
    assert.strictEqual(only(tags, "method", "post")["action"], "/consent")
  })

  it("says whose account, what, and where the answer goes", () => {
    const { text } = read(pages(ordinary)["consent-all"]?.html ?? "")
    const said = ["Ada Lovelace", "marginalia.example", "library.read", "Given name, phone number, favourite_colour."]
    for (const words of said) assert.include(text, words)
  })

  it("OpenID Connect Core §11: says once that access goes on, and only if it does", () => {
    const times = (name: string) =>
      read(pages(ordinary)[name]?.html ?? "").text.split(scopeText({}, "offline_access").title).length - 1
    assert.strictEqual(times("consent-all"), 1)
    assert.strictEqual(times("consent"), 0)
  })

  it("has no empty list when nothing but the sign-in is asked for", () => {
    const nothing = { scopes: [], claims: [], offlineAccess: false, redirectHost: "h", userName: "u" }
    const page = consentPage({ ...nothing, action: "/consent", interaction: "i", clientName: "C" })
    assert.notInclude(page.html, "<ul")
  })

  it("RFC 6749 §3.3: a scope or claim that nobody described is shown by its own name", () => {
    assert.strictEqual(scopeText({}, "library.read").title, "library.read")
    assert.strictEqual(scopeText({}, "constructor").title, "constructor")
    assert.strictEqual(claimText({}, "favourite_colour"), "favourite_colour")
    for (const name of ["openid", "profile", "email", "address", "phone", "offline_access"]) {
      assert.notStrictEqual(scopeText({}, name).title, name)
    }
  })
})

describe("RFC 8628 §3.3: the pages for a device", () => {
  it("certification: one plain field for the code, and one submit button", () => {
    const tags = tagsOf("device")
    assert.deepInclude(only(tags, "name", "user_code"), { tag: "input", type: "text", autocomplete: "off" })
    assert.deepInclude(only(tags, "id", "continue"), { tag: "button", type: "submit" })
    assert.strictEqual(only(tags, "method", "post")["action"], "/device")
    assert.isFalse(having(tags, "name", "user_code")[0]?.attributes.has("value"))
    assert.strictEqual(only(tagsOf("device-filled"), "name", "user_code")["value"], ordinary.userCode)
  })

  it("WCAG 3.3.1: a code that nobody waits with is announced, named in the title, and described at the field", () => {
    const tags = tagsOf("device-unknown")
    assert.strictEqual(only(tags, "role", "alert")["id"], "error")
    assert.deepInclude(only(tags, "name", "user_code"), { "aria-describedby": "error", "aria-invalid": "true" })
    assert.include(pages(ordinary)["device-unknown"]?.html, "<title>Error: Connect a device")
  })

  it("certification: allowing and refusing are submit buttons of one form", () => {
    const tags = tagsOf("device-consent")
    const button = { tag: "button", type: "submit", name: "decision" }
    assert.deepInclude(only(tags, "id", "approve"), { ...button, value: "approve" })
    assert.deepInclude(only(tags, "id", "deny"), { ...button, value: "deny" })
    assert.strictEqual(only(tags, "method", "post")["action"], "/device/confirm")
  })

  it("§3.3, §5.4: says which client, whose account, the code to compare, what it may do, and whom to mistrust", () => {
    const { text } = read(pages(ordinary)["device-consent"]?.html ?? "")
    const said = ["Marginalia", "Ada Lovelace", ordinary.userCode, "library.read", "If somebody sent you the code"]
    for (const words of said) assert.include(text, words)
  })

  it("the login for a device names no client: only whoever is signed in hears of it", () => {
    const { text } = read(pages(ordinary)["device-login"]?.html ?? "")
    assert.include(text, "to connect a device to your account")
    assert.notInclude(text, "Unnamed application")
  })
})

describe("logout, error and home", () => {
  it("certification: the confirmation has a submit button confirm-logout and a hidden field csrf", () => {
    const tags = tagsOf("logout-confirm")
    assert.deepInclude(only(tags, "id", "confirm-logout"), { tag: "button", type: "submit" })
    assert.deepInclude(only(tags, "name", "csrf"), { type: "hidden", value: ordinary.interaction })
  })

  it("RP-Initiated Logout §3: nobody is led to an address that is none", () => {
    assert.include(pages(ordinary)["logged-out"]?.html, 'href="https://marginalia.example/"')
    assert.strictEqual(loggedOutPage({ continueUri: "javascript:alert(1)" }).html, loggedOutPage({}).html)
  })

  it("certification: the error page names the bad parameter", () => {
    const html = pages(ordinary)["error"]?.html ?? ""
    for (const id of ["error", "error-parameter", "error-reference"]) only(read(html).tags, "id", id)
    assert.match(html, /id="error-description" lang="en" dir="ltr">\s*The redirect_uri is not one/)
    assert.match(html, /id="error-parameter"><bdi>redirect_uri</)
  })

  it("the home page offers to sign out only to somebody who is signed in", () => {
    assert.strictEqual(only(tagsOf("home"), "href", "/logout").tag, "a")
    assert.strictEqual(having(tagsOf("home-plain"), "href", "/logout").length, 0)
    assert.strictEqual(only(tagsOf("home-plain"), "href", "/.well-known/openid-configuration").tag, "a")
  })
})

describe("CSP Level 3 §6, RFC 9700 §4.16: what every page is kept from", () => {
  it.each(Object.keys(pages(ordinary)))(
    "%s: loading from elsewhere, another base, and the frames of others",
    (name) => {
      const said = (pages(ordinary)[name]?.contentSecurityPolicy ?? "").split("; ")
      for (const rule of ["default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) {
        assert.include(said, rule)
      }
      // One script at most, by its hash: a nonce or a host would be a second way in.
      for (const rule of said) if (rule.startsWith("script-src")) assert.match(rule, /^script-src 'sha256-[^' ]+'$/)
    }
  )
})

describe("OIDC Session Management §3.2: the frame of the provider", () => {
  it("runs the one script that its policy names by hash", () => {
    const [, script = "", ...others] = /<script>([^<]*)<\/script>/.exec(checkSessionPage.html) ?? []
    assert.deepStrictEqual(others, [])
    const hash = createHash("sha256").update(script).digest("base64")
    assert.include(checkSessionPage.contentSecurityPolicy, `script-src 'sha256-${hash}'`)
    assert.notInclude(checkSessionPage.contentSecurityPolicy, "unsafe")
  })
})

describe("WebAuthn Level 3 §5.1: the scripts of passkeys", () => {
  it.each(["login-passkey", "account-passkeys-add"])(
    "%s: the policy names it by hash, and nothing in it is escaped",
    (name) => {
      const { contentSecurityPolicy, html } = pages(ordinary)[name] ?? { contentSecurityPolicy: "", html: "" }
      const [, script = ""] = /<script type="module">([^<]*)<\/script>/.exec(html) ?? []
      assert.notMatch(script, /&(amp|lt|gt|quot|#39);/)
      const hash = createHash("sha256").update(script).digest("base64")
      assert.include(contentSecurityPolicy, `script-src 'sha256-${hash}'`)
      assert.notInclude(contentSecurityPolicy, "unsafe")
    }
  )

  it("no other page runs one, and without one the login page asks for name and password", () => {
    assert.notInclude(pages(ordinary)["account-passkeys"]?.contentSecurityPolicy, "script-src")
    const tags = tagsOf("login-passkey")
    assert.isTrue(having(tags, "id", "passkey")[0]?.attributes.has("hidden"))
    assert.isFalse(having(tags, "id", "sign-in")[0]?.attributes.has("hidden"))
  })
})

describe("OIDC Front-Channel Logout §3: the frames of clients", () => {
  const frames = [
    "https://rp.example/front?sid=1&iss=2",
    "https://rp.example/other",
    "http://localhost:3000/front",
    "javascript:alert(1)",
    "https://a;b.example/front"
  ]
  const page = loggedOutPage({ frames })

  it("those are shown whose origin a policy can name, and the policy names no other", () => {
    assert.match(page.contentSecurityPolicy, /; frame-src https:\/\/rp\.example http:\/\/localhost:3000; /)
    const shown = read(page.html).tags.filter(({ name }) => name === "iframe")
    assert.deepStrictEqual(
      shown.map(({ attributes }) => attributes.get("src")),
      ["https://rp.example/front?sid=1&iss=2", "https://rp.example/other", "http://localhost:3000/front"]
    )
    for (const { attributes } of shown) {
      assert.isTrue(attributes.has("hidden"))
      // Neither the page around it nor a new window is the frame's to lead elsewhere.
      assert.strictEqual(attributes.get("sandbox"), "allow-scripts allow-same-origin allow-forms")
    }
  })

  it("without any, the page may frame nothing", () => {
    assert.notInclude(loggedOutPage({}).contentSecurityPolicy, "frame-src")
  })
})

describe("OAuth 2.0 Form Post Response Mode §2: the form that posts itself", () => {
  const { html, contentSecurityPolicy } = pages(ordinary)["form-post"] ?? assert.fail("no page")

  it("runs the one script that its policy names by hash, and works without", () => {
    const [, script = "", ...others] = /<script>([^<]*)<\/script>/.exec(html) ?? []
    assert.deepStrictEqual(others, [])
    const hash = createHash("sha256").update(script).digest("base64")
    assert.include(contentSecurityPolicy, `script-src 'sha256-${hash}'`)
    assert.notInclude(contentSecurityPolicy, "unsafe")
    const { tags } = read(html)
    assert.deepInclude(only(tags, "method", "post"), { tag: "form", action: "https://marginalia.example/cb" })
    assert.deepInclude(only(tags, "type", "submit"), { tag: "button", id: "continue" })
  })

  it("leads nowhere if the address is none of the web's", () => {
    const page = formPostPage({ uri: "javascript:alert(1)", host: "javascript", fields: {} })
    assert.include(page.html, 'action="#"')
  })
})
