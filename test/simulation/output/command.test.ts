/** `npm run sim` as whoever types it sees it: what it prints, what it writes, and how it ends. */
import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const toy = ["--from", "test/simulation/output/Toy.ts"]
const brokenToy = ["--from", "test/simulation/output/BrokenToy.ts"]

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

const sim = (...parameters: ReadonlyArray<string>): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ["test/simulation/sim/main.ts", ...parameters], { cwd: root })
    let out = ""
    let error = ""
    child.stdout.on("data", (data) => (out += String(data)))
    child.stderr.on("data", (data) => (error += String(data)))
    child.on("close", (code) => resolve({ code, out, error }))
  })

const text = readFileSync(new URL("broken.txt", import.meta.url), "utf8")
/** After how many schedules it is found is the search's affair. */
const found = (printed: string): string => printed.replace(/^schedules +\d+ until/m, "schedules   5 until")
const table = text.slice(text.indexOf("  step"))

describe("npm run sim", { timeout: 120_000 }, () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "hapax-sim-"))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it("replays the choices of a failure: the same table, exit code 1", async () => {
    const html = join(folder, "replayed.html")
    const { code, out } = await sim("--scenario", 'look "and" take', "--choices", "0,1", "--html", html, ...brokenToy)
    expect(code).toBe(1)
    expect(out).toContain(table)
    expect(readFileSync(html, "utf8")).toContain("<svg")
  })

  it("replays a printed failure from its file, and a mutant by its name", async () => {
    const file = fileURLToPath(new URL("broken.txt", import.meta.url))
    const { code, out } = await sim("--replay", file, ...toy)
    expect(code).toBe(1)
    expect(out).toContain(table)
  })

  it("replays what breaks nothing with exit code 0", async () => {
    const { code, out } = await sim("--scenario", "take at once", "--choices", "1", ...toy)
    expect(code).toBe(0)
    expect(out).toMatch(/^No property is broken\./)
  })

  it("runs the small scenarios completely and the others until there are enough, and prints the coverage", async () => {
    const { code, error, out } = await sim("--schedules", "3000", ...toy)
    expect(error).toBe("")
    expect(code).toBe(0)
    expect(out).toMatch(/^take at once +all +\d+ +holds$/m)
    expect(out).toMatch(/^take at once, sampled +sampled +2,9\d\d +holds$/m)
    expect(out).toMatch(/^3,000 schedules, /m)
    expect(out).toContain("Both orders of 1 of 1 pairs of calls in conflict were seen.")
  })

  it("ends with exit code 1 at a schedule that breaks a property, prints it and writes it down", async () => {
    const { code, out } = await sim("--schedules", "3000", "--out", folder, ...brokenToy)
    expect(code).toBe(1)
    expect(found(out)).toContain(text)
    expect(out).toMatch(/^look "and" take +all +7 +✗ broken$/m)
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["look-and-take.html", "look-and-take.txt"]))
    expect(found(readFileSync(join(folder, "look-and-take.txt"), "utf8"))).toBe(text)
  })

  it("comes to the same with one thread and with two, but for its speed", async () => {
    const told = async (threads: string) => {
      const { out } = await sim("--schedules", "3000", "--threads", threads, "--seed", "other", ...toy)
      return out.replaceAll(/^.* schedules, .*$/gm, "")
    }
    expect(await told("2")).toBe(await told("1"))
  })

  it("says whether every mutant is killed, and which are not there yet", async () => {
    const [killed, survives] = await Promise.all([sim("--mutants", ...toy), sim("--mutants", ...brokenToy)])
    expect(killed.code).toBe(0)
    expect(killed.out).toMatch(/^ {2}look "and" take +Once +\d+ +100 +2$/m)
    expect(killed.out).toContain("1 of 1 mutants are killed")
    expect(killed.out).toContain("a shelf that burns: waits for fire")
    expect(survives.code).toBe(1)
    expect(survives.out).toMatch(/^→ a mutant without a defect +✗ it survives/m)
  })

  it("lists what there is", async () => {
    const { code, out } = await sim("--list", ...toy)
    expect(code).toBe(0)
    expect(out.split("\n")).toEqual([
      "take at once  (exhaustive)",
      "take at once, sampled  (sampled)",
      'look "and" take',
      ""
    ])
  })

  it.each([
    [["--scenario", "nonsense"], "take at once, sampled"],
    [["--scenario", "nonsense", "--choices", "0"], "take at once, sampled"],
    [["--choices", "0,1"], "--choices are those of a --scenario"],
    [["--scenario", "take at once", "--choices", "0,x"], "whole numbers"],
    [["--without", "anna"], "--without leaves a client out of --choices"],
    [["--scenario", "take at once", "--choices", "0", "--without", "carla"], "take at once has no client carla"],
    [["--schedules", "many"], "--schedules must be a whole number above 0: many"],
    [["--threads", "0"], "--threads must be a whole number above 0: 0"],
    [["--mutants", "--list"], "exclude each other"],
    [["--html", "picture.html"], "--html draws one schedule"],
    [["--replay", "nowhere.txt"], "cannot be read"],
    [["--replay", "package.json"], "does not end with the command"],
    [["--speed"], "--speed"]
  ])("refuses %j with exit code 2, and says why", async (parameters, why) => {
    const { code, error, out } = await sim(...parameters, ...toy)
    expect(code).toBe(2)
    expect(out).toBe("")
    expect(error).toContain(why)
    expect(error).not.toContain("    at ")
  })
})
