/** `npm run bench` works: every operation at both providers, each answer checked. It says nothing of speed. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { operations } from "../../bench/Operations.ts"

const bench = (...parameters: ReadonlyArray<string>) =>
  promisify(execFile)(process.execPath, [`${import.meta.dirname}/../../bench/main.ts`, ...parameters])

describe("npm run bench", { timeout: 180_000 }, () => {
  it("has a row for each operation, with numbers of both and a ratio", async () => {
    const { stderr, stdout } = await bench("--quick", "--concurrency", "2", "--scale", "0.001")
    expect(stderr).toBe("")
    for (const { name } of operations) {
      const row = stdout.split("\n").find((line) => line.startsWith(`${name} `))
      expect(row?.slice(name.length).trim().split(/ +/).map(Number), name).toEqual(
        Array.from({ length: 7 }, () => expect.toSatisfy((value) => value > 0))
      )
    }
    expect(operations).toHaveLength(8)
    expect(stdout).toContain("2 requests at once")
  })

  it("--simulation prints schedules a second: by chance, all of them, and with the code run in each", async () => {
    const { stderr, stdout } = await bench("--simulation", "--scale", "0.002")
    expect(stderr).toBe("")
    const rows = [...stdout.matchAll(/^ *(\d+) schedules\/s +(\d+) schedules/gm)]
    expect(rows.map(([, perSecond, schedules]) => Number(perSecond) > 0 && Number(schedules) > 0)).toEqual([
      true,
      true,
      true
    ])
  })

  it.each([
    ["--help", 0, "npm run bench --"],
    ["--rounds=none", 1, "--rounds must be a number above 0: none"],
    ["--fast", 1, "Unknown option '--fast'"]
  ])("%s ends with %d and says: %s", async (parameter, code, words) => {
    const ended = await bench(parameter).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (failure: { code: number; stderr: string }) => ({ code: failure.code, text: failure.stderr })
    )
    expect(ended).toEqual({ code, text: expect.stringContaining(words) })
  })
})
