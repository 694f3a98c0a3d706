/** What an operator may make of the look: names, colours that can be read, and a style sheet of shapes and letters. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { brandCss, properties, selectors } from "../../src/domain/BrandCss.ts"
import { type Branding, type BrandingChange, paletteOf, rebranded, unbranded } from "../../src/domain/Branding.ts"
import { Colour, contrast, deeper, textOn } from "../../src/domain/Colour.ts"
import { palettes, schemes } from "../../src/domain/Palette.ts"

const channel = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))
const colourOf = (channels: ReadonlyArray<number>): Colour =>
  Colour.make(`#${channels.map((value) => value.toString(16).padStart(2, "0")).join("")}`)

describe("WCAG 2.2: contrast", () => {
  it("the definition of relative luminance: the examples that everybody knows", () => {
    const [black, white, grey] = [Colour.make("#000000"), Colour.make("#ffffff"), Colour.make("#767676")]
    assert.strictEqual(contrast(black, white), 21)
    assert.strictEqual(contrast(white, white), 1)
    assert.closeTo(contrast(grey, white), 4.54, 0.005)
    assert.closeTo(contrast(Colour.make("#ff0000"), white), 3.998, 0.005)
  })

  it.effect.prop(
    "§1.4.3: there is a text for every colour, and for the one it turns to",
    [channel, channel, channel],
    (rgb) =>
      Effect.sync(() => {
        const colour = colourOf(rgb)
        assert.isAtLeast(contrast(colour, textOn(colour)), 4.5)
        assert.isAtLeast(contrast(deeper(colour), textOn(colour)), contrast(colour, textOn(colour)))
      })
  )

  it.each(schemes)("§1.4.3, §1.4.11: the colours of the pages as they come, %s", (scheme) => {
    const tones = palettes[scheme]
    const texts = [
      ["ink", "paper"],
      ["ink", "card"],
      ["ink", "tint"],
      ["ink", "field"],
      ["soft", "paper"],
      ["soft", "card"],
      ["soft", "tint"],
      ["accent", "card"],
      ["alert", "alert-tint"],
      ["on-strong", "strong"],
      ["on-strong", "strong-hover"]
    ] as const
    for (const [text, on] of texts) assert.isAtLeast(contrast(tones[text], tones[on]), 4.5, `${text} on ${on}`)
    for (const on of ["card", "paper", "tint"] as const) assert.isAtLeast(contrast(tones.accent, tones[on]), 3, on)
    assert.isAtLeast(contrast(tones["field-edge"], tones.card), 3)
  })
})

/** Without brands and classes, to be compared. */
const plain = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value))

const made = (change: BrandingChange, before: Branding = unbranded): Branding =>
  Result.getOrThrowWith(rebranded(before, change), ({ field, message }) => new Error(`${field}: ${message}`))

const refusalOf = (change: BrandingChange): string =>
  Result.match(rebranded(unbranded, change), {
    onSuccess: () => assert.fail("it is taken"),
    onFailure: ({ field, message }) => `${field}: ${message}`
  })

describe("branding", () => {
  it("what is given replaces what was there, and counts one version more", () => {
    const first = made({
      name: "Acme 合同会社",
      logo: "https://acme.example/logo.svg?v=1",
      colours: { "light.accent": "#0B5D3B" }
    })
    assert.deepInclude(plain(first), { name: "Acme 合同会社", light: { accent: "#0b5d3b" }, dark: {}, version: 1 })
    const second = made({ colours: { "dark.button": "#7fe0b4" }, css: "h1 { font-weight: 700 }" }, first)
    assert.deepInclude(plain(second), { name: "Acme 合同会社", light: { accent: "#0b5d3b" }, version: 2 })
    assert.deepStrictEqual(plain(second)["dark"], { button: "#7fe0b4" })
    assert.strictEqual(made({ css: "" }, second).css, undefined)
  })

  it("WCAG 2.2 §1.4.3: the text on a button follows its colour", () => {
    const branding = made({ colours: { "light.button": "#0b5d3b", "dark.button": "#7fe0b4" } })
    assert.deepInclude(plain(paletteOf(branding, "light")), { strong: "#0b5d3b", "on-strong": "#ffffff" })
    assert.deepInclude(plain(paletteOf(branding, "dark")), { strong: "#7fe0b4", "on-strong": "#000000" })
  })

  it.each([
    [
      { colours: { "light.accent": "#ffcc00" } },
      /^colour light\.accent: .*contrast of 1\.\d\d: WCAG 2\.2 asks for 4\.5/
    ],
    [{ colours: { "dark.accent": "#333333" } }, /^colour dark\.accent: .*WCAG/],
    [{ colours: { "light.background": "#808080" } }, /^colour light\.background: .*WCAG/],
    [{ colours: { "light.button": "#fefefe" } }, /^colour light\.button: .*asks for 3/],
    [{ colours: { "light.accent": "red" } }, /^colour light\.accent: must be six hexadecimal digits/],
    [{ colours: { "light.accent": "#fff" } }, /^colour light\.accent: must be six/],
    [{ colours: { "light.ink": "#000000" } }, /^colour light\.ink: must be one of light\.accent /],
    [{ colours: { constructor: "#000000" } }, /^colour constructor: must be one of/],
    [{ name: "" }, /^name: must be 1 to 40 characters/],
    [{ name: "\u202eemca" }, /^name: /],
    [{ name: "a\nb" }, /^name: /],
    [{ name: "·" }, /^name: /],
    [{ name: "a".repeat(41) }, /^name: /],
    [{ logo: "http://acme.example/l.png" }, /^logo: must be an https address/],
    [{ logo: "data:image/svg+xml,<svg/>" }, /^logo: /],
    [{ logo: "https://user:pass@acme.example/l.png" }, /^logo: /],
    [{ logo: "https://user@acme.example/l.png" }, /^logo: /],
    [{ colours: { "light.background": "#c0c0c0" } }, /soft #[0-9a-f]{6} on paper #c0c0c0/],
    [{ css: "h1, .hapax { padding: 0 }" }, /^css: line 1: ".hapax" cannot be a selector/],
    [{ logo: 'https://acme.example/"onerror=' }, /^logo: /],
    [{ logo: `https://acme.example/${"a".repeat(500)}` }, /^logo: /],
    [{ css: "h1 {\n color: red }" }, /^css: line 2: "color" cannot be set; what can: border-radius /]
  ])("%j is refused with a sentence", (change, sentence) => {
    assert.match(refusalOf(change), sentence)
  })
})

const cssOf = (text: string): string =>
  Result.getOrThrowWith(brandCss(text), ({ line, message }) => new Error(`${line}: ${message}`))

describe("the style sheet of an operator", () => {
  it("is written anew from what was understood, with more weight than ours", () => {
    const text = `/* Acme */
      h1, .lede { font-family: "Acme Sans", Georgia , serif; font-weight:700 }
      .primary,.secondary{border-radius:  0 1.5rem;}`
    assert.strictEqual(
      cssOf(text.replace("Georgia", '"Georgia"')),
      ':root:root h1, :root:root .lede { font-family: "Acme Sans", "Georgia" , serif; font-weight: 700; }\n' +
        ":root:root .primary, :root:root .secondary { border-radius: 0 1.5rem; }"
    )
    assert.strictEqual(cssOf(" /* nothing */ "), "")
    assert.strictEqual(cssOf("main { }"), ":root:root main {  }")
  })

  it.each([
    ["@import 'https://evil.example/a.css';", 1, "there are no @-rules"],
    ["h1 { font-size: 2rem }\n@media print { h1 { gap: 0 } }", 2, "there are no @-rules"],
    ["@font-face { font-family: x }", 1, "there are no @-rules"],
    ["h1 {\n\n background: url(https://evil.example/t.png) }", 3, '"background" cannot be set'],
    ["main { position: fixed }", 1, '"position" cannot be set'],
    [".hint { display: none }", 1, '"display" cannot be set'],
    [".hint { opacity: 0 }", 1, '"opacity" cannot be set'],
    ["h1 { content: 'x' }", 1, '"content" cannot be set'],
    ["h1 { --ink: red }", 1, '"--ink" cannot be set'],
    ["a { outline: none }", 1, '"outline" cannot be set'],
    ["h1 { font-size: 2px }", 1, "a length from 16px"],
    ["h1 { font-size: calc(1px + 1rem) }", 1, "a length from"],
    ["h1 { font-size: 2rem !important }", 1, "a length from"],
    ["h1 { padding: -3rem }", 1, "lengths from 0"],
    ["h1 { padding: 1px 1px 1px 1px 1px }", 1, "lengths from 0"],
    ["h1 { padding: 3 }", 1, "lengths from 0"],
    ["main { max-width: 1px }", 1, "a length from 320px"],
    ["h1 { font-family: expression(alert(1)) }", 1, "names of fonts"],
    ['h1 { font-family: "a\\62" }', 1, "names of fonts"],
    ["h1 { constructor: 1 }", 1, '"constructor" cannot be set'],
    ["h1 { font-size 2rem }", 1, '"font-size 2rem" cannot be set'],
    [".unseen { padding: 0 }", 1, '".unseen" cannot be a selector'],
    ["* { padding: 0 }", 1, '"*" cannot be a selector'],
    ["h1::before { padding: 0 }", 1, '"h1::before" cannot be a selector'],
    ["input[value^=a] { padding: 0 }", 1, "cannot be a selector"],
    ["{ padding: 0 }", 1, '"" cannot be a selector'],
    ["h1 { padding: 0", 1, "no { } around it"],
    ["h1 } padding: 0 {", 1, "cannot be a selector"],
    ["h1 { padding: 0 } }", 1, "cannot be a selector"],
    ["h1 { p { padding: 0 } }", 1, "cannot be"],
    ["h1 { padding: 0 } </style><script>", 1, "cannot be a selector"],
    ["/* not closed\nh1 { padding: 0 }", 1, "cannot be a selector"],
    ["\\68 1 { padding: 0 }", 1, "cannot be a selector"],
    [" ".repeat(10_001), 1, "longer than 10000 characters"]
  ])("%j is refused, with the line", (text, line, sentence) => {
    const refused = brandCss(text)
    assert.isTrue(Result.isFailure(refused))
    if (Result.isFailure(refused)) {
      assert.strictEqual(refused.failure.line, line)
      assert.include(refused.failure.message, sentence)
    }
  })

  const words: ReadonlyArray<string> = [
    ...selectors,
    ...Object.keys(properties),
    ...'{ } ; : , \n /* */ @import url( ) " \\ < !important 1rem 0 solid none serif //evil.example -'.split(" "),
    " "
  ]

  it.effect.prop(
    "whatever is taken has no address, no @-rule, no escape and no way out of its rule",
    [Schema.Array(Schema.Literals(words))],
    ([parts]) =>
      Effect.sync(() => {
        const taken = Result.getOrElse(brandCss(parts.join("")), () => "")
        assert.notMatch(taken, /[@\\<>!()/#]|url|import/)
        for (const line of taken.split("\n").filter((one) => one !== "")) {
          assert.match(line, /^:root:root [a-z0-9.]+(, :root:root [a-z0-9.]+)* \{ [^{}]*\}$/)
        }
      })
  )
})
