/** The template and what it lets through. OWASP ASVS 5 §1.2, attack 41. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { attribute, escaped, html, type Value } from "../../src/html/Html.ts"
import { monogram, shownText } from "../../src/html/ShownText.ts"
import { hostile } from "./Hostile.ts"
import { decode, read, skeleton } from "./Tokens.ts"

const hidden = "<b>&\"'"

describe("html", () => {
  it("escapes text and double-quoted attributes", () => {
    assert.strictEqual(
      html`<p title="${hidden}">${hidden}</p>`.toString(),
      '<p title="&lt;b&gt;&amp;&quot;&#39;">&lt;b&gt;&amp;&quot;&#39;</p>'
    )
  })

  it("takes nested markup, lists and numbers, and renders undefined and false as nothing", () => {
    const items: ReadonlyArray<Value> = [html`<b>${"<"}</b>`, "&", 7, undefined, false, [html`<i></i>`]]
    assert.strictEqual(html`<p>${items}</p>`.toString(), "<p><b>&lt;</b>&amp;7<i></i></p>")
  })

  it("shows markup in an attribute as text", () => {
    assert.strictEqual(html`<p title="${html`<b>"</b>`}"></p>`.toString(), '<p title="&lt;b&gt;&quot;&lt;/b&gt;"></p>')
  })

  it("puts an attribute only inside a tag, and nothing but an attribute there", () => {
    const on = attribute("aria-describedby", '"><script>')
    assert.strictEqual(html`<p${on}>${on}</p>`.toString(), '<p aria-describedby="&quot;&gt;&lt;script&gt;"></p>')
    assert.strictEqual(html`<p${"onclick=x"}${html`<b>`}></p>`.toString(), "<p></p>")
    assert.strictEqual(
      html`<p${attribute("autofocus", true)}${attribute("class", undefined)}></p>`.toString(),
      "<p autofocus></p>"
    )
  })

  it("renders nothing where escaping would not be enough", () => {
    // oxfmt-ignore
    const unquoted = html`<p title=${"x onclick=y"} id='${"'"}'><!-- ${"--><b>"} --></p>`
    // oxfmt-ignore
    const dangerous = html`<p onclick="${"alert(1)"}" style="${"color:red"}">${"x"}</p>`
    assert.strictEqual(unquoted.toString(), "<p title= id=''><!--  --></p>")
    assert.strictEqual(dangerous.toString(), '<p onclick="" style="">x</p>')
  })

  it("passes every address through safeUrl, also a part of one", () => {
    assert.strictEqual(html`<a href="${"javascript:alert(1)"}"></a>`.toString(), '<a href="#"></a>')
    assert.strictEqual(html`<a href="java${"script:alert(1)"}"></a>`.toString(), '<a href="java#"></a>')
    assert.strictEqual(
      html`<form action="${"/login?a=1&b=2"}"></form>`.toString(),
      '<form action="/login?a=1&amp;b=2"></form>'
    )
    assert.strictEqual(html`<img src="${"data:image/svg+xml,<svg>"}" />`.toString(), '<img src="#" />')
  })

  it.effect.prop("keeps any string in its text and its attribute", [hostile], ([text]) =>
    Effect.sync(() => {
      const tokens = read(html`<p title="${text}">${text}</p>`.toString())
      assert.strictEqual(tokens.unread, "")
      assert.strictEqual(tokens.text, text)
      assert.deepStrictEqual(skeleton(tokens), [`p title=${text}`, "/p"])
      assert.strictEqual(decode(escaped(text)), text)
      assert.isFalse(/[<>"']/.test(escaped(text)))
    })
  )
})

describe("shownText", () => {
  it("is cut, between characters, with a mark that it was", () => {
    assert.strictEqual(shownText("𝒜".repeat(80)), "𝒜".repeat(80))
    assert.strictEqual(shownText("𝒜".repeat(81)), `${"𝒜".repeat(79)}…`)
  })

  it("UAX #9: cannot reorder the words around it", () => {
    assert.strictEqual(shownText("\u2069\u202eelgoog\u0000"), "elgoog")
  })

  it.effect.prop("never shows more than its limit, nor a control character", [hostile], ([text]) =>
    Effect.sync(() => {
      assert.isAtMost(Array.from(shownText(text, 40)).length, 40)
      assert.isFalse(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(shownText(text, 40)))
      assert.isNotEmpty(monogram(text))
    })
  )
})
