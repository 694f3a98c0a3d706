/** Every sentence of every language: it is there, says all that it is told, and nothing that nobody wrote. */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { languages } from "../../src/domain/Language.ts"
import { Html, html } from "../../src/html/Html.ts"
import { texts } from "../../src/texts/Texts.ts"

type Sentence = (...names: ReadonlyArray<unknown>) => unknown

/** All sentences under where they stand. */
const sentences = (part: unknown, at: string): ReadonlyArray<readonly [string, string | Sentence]> => {
  if (typeof part === "string" || typeof part === "function") return [[at, part as string | Sentence]]
  assert.isTrue(typeof part === "object" && part !== null, at)
  return Object.entries(part as object).flatMap(([name, value]) => sentences(value, `${at}.${name}`))
}

const marks = ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"]

/**
 * A name as a sentence may want it: text, markup, a list, or a number. Whether it is one or many changes the words, so
 * a sentence that takes a number is asked for one that is as good as unique.
 */
const kinds: ReadonlyArray<(mark: string, at: number) => unknown> = [
  (mark) => html`${mark}`,
  (mark) => mark,
  (mark) => [mark],
  (_, at) => 7001 + at
]

const told = (said: string, at: number): boolean =>
  [marks[at]!, `${7001 + at}`, (7001 + at).toLocaleString("en")].some((name) => said.includes(name))

/** Whether the sentence says every name, in one of the kinds that it may want; for another kind it has no words. */
const saysAll = (sentence: Sentence): boolean => {
  const ways = kinds.flatMap((first) => kinds.map((other) => [first, other, other, other]))
  return ways.some((way) => {
    const names = Array.from({ length: sentence.length }, (_, at) => way[at]!(marks[at]!, at))
    const said = Result.getOrUndefined(Result.try(() => sentence(...names)))
    return (typeof said === "string" || said instanceof Html) && names.every((_, at) => told(`${said}`, at))
  })
}

describe.each(languages)("the sentences in %s", (language) => {
  const all = sentences(texts[language], "")

  it("WCAG 2.2 §3.1.1: every one is there, and none is empty or of spaces only", () => {
    assert.isAbove(all.length, 100)
    for (const [at, sentence] of all) {
      if (typeof sentence === "string") assert.match(sentence, /^\S(.*\S)?$/su, at)
    }
  })

  it("a sentence with names in it says every one of them", () => {
    for (const [at, sentence] of all) {
      if (typeof sentence === "function") assert.isTrue(saysAll(sentence), at)
    }
  })

  it("none has a straight quotation mark, three dots, or a word that was never filled in", () => {
    for (const [at, sentence] of all) {
      const said = typeof sentence === "string" ? sentence : `${sentence}`
      if (typeof sentence === "string") assert.notMatch(said, /["']|\.\.\.|undefined|TODO/, at)
    }
  })
})

describe("Japanese", () => {
  it("is written in Japanese, and in full-width punctuation", () => {
    const plain = sentences(texts.ja, "").flatMap(([at, text]) =>
      typeof text === "string" ? [[at, text] as const] : []
    )
    for (const [at, text] of plain) {
      assert.match(text, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u, at)
      assert.notMatch(text, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}] ?[,.?!:;()]/u, at)
    }
  })
})
