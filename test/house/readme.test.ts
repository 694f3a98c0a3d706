/** The README quotes code by inclusion, and each of its commands is run by a test or by CI. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"

const root = new URL("../../", import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), "utf8")
const readme = read("README.md")

/** A region of code, or the whole of a text. */
const region = (path: string, name: string): string => {
  if (name === "") return read(path)
  const [, text] = new RegExp(`// #region ${name}\\n([\\s\\S]*?)// #endregion`).exec(read(path)) ?? []
  if (text === undefined) throw new Error(`${path} has no region ${name}`)
  return text
}

const quotes = [...readme.matchAll(/<!-- from ([^\s#]+)(?:#(\S+))? -->\n+```(?:ts|text)\n([\s\S]*?)```/g)]

describe("the README", () => {
  test("quotes code from files that are compiled and run", () => {
    expect(quotes.length).toBeGreaterThan(0)
    expect([...readme.matchAll(/```(ts|text)\n/g)].length).toBe(quotes.length)
  })

  test.each(quotes.map(([, path, name = "", text]) => [`${path} ${name}`, path ?? "", name, text ?? ""]))(
    "%s is what the file says",
    (_title, path, name, text) => {
      expect(text).toBe(region(path, name))
    }
  )

  /** Where each command of the README is run. */
  const runBy: ReadonlyArray<readonly [command: string, where: string, text: string]> = [
    ["npm ci && npm start", "test/cli", "start"],
    ["npm ci && npm test", ".ci/run", "npm test"],
    ["npm run sim", "test/packaging", "sim"],
    ["npx hapax client create", "test/cli", "client"],
    ["npx hapax user create", "test/cli", "user"],
    ["npx hapax resource create", "test/cli", "resource"],
    ["npx hapax registration-token create", "test/cli", "registration-token"],
    ["npx hapax branding set", "test/cli", "branding"],
    ["npx hapax migrate status", "test/cli", "migrate"],
    ["npx hapax report --check", ".ci/run", "hapax report --check"],
    ["npx hapax admin create", "test/cli", "admin"],
    ["npx hapax audit", "test/cli", "audit"],
    ["npx hapax keys list", "test/cli", "keys"],
    ["npx hapax settings show", "test/cli", "settings"],
    ["npx hapax upkeep", "test/cli", "upkeep"],
    ["npx hapax cost", "test/cli", "cost"],
    ["npm run deploy", "test/cli", "deploy"]
  ]

  const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.trim().split("\n"))

  test.each(commands)("%s is run by a test or by CI", (command) => {
    expect(runBy.some(([known]) => command.startsWith(known))).toBe(true)
  })
})
