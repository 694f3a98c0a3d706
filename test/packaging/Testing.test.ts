/** The package as `npm pack` makes it, in somebody else's project: its types are found, and plain Node runs it. */
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { root } from "../house/Source.ts"

const project = mkdtempSync(join(tmpdir(), "hapax-consumer-"))
const installed = join(project, "node_modules/hapax")

const run = (command: string, ...parameters: ReadonlyArray<string>) =>
  execFileSync(command, parameters, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

/** A program of this repository, run by the Node that runs the tests. */
const tool = (path: string, ...parameters: ReadonlyArray<string>) =>
  run(process.execPath, join(root, "node_modules", path), ...parameters)

beforeAll(() => {
  mkdirSync(installed, { recursive: true })
  execFileSync("npm", ["pack", "--silent", "--pack-destination", project], { cwd: root, stdio: "pipe" })
  const packed = readdirSync(project).find((name) => name.endsWith(".tgz")) ?? "nothing was packed"
  run("tar", "-xzf", packed, "--strip-components=1", "-C", installed)
  // The one dependency that it needs, from here: no test asks the network.
  symlinkSync(join(root, "node_modules/effect"), join(project, "node_modules/effect"))
  cpSync(join(root, "test/packaging/Consumer.ts"), join(project, "Consumer.ts"))
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", type: "module" }))
  const compilerOptions = {
    target: "ES2024",
    lib: ["ES2024", "DOM"],
    types: [],
    module: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true
  }
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["Consumer.ts"] }))
}, 60_000)

afterAll(() => rmSync(project, { recursive: true, force: true }))

describe("the package in somebody else's project", () => {
  it("has types, which fit what the project does with them", () => {
    expect(tool("typescript/bin/tsc", "--project", ".")).toBe("")
  })

  it("runs in plain Node, exhausts what is sound and finds what is broken", () => {
    const said = run(process.execPath, "Consumer.ts")
    expect(said).toMatch(
      /^sound in \d+ schedules\nSimulationFailed\nOnce is broken:\n  alice and mallory both succeeded/
    )
    expect(said).toContain("put → ok")
    expect(said).toContain("simulate(scenario, () => replay([")
  })

  it("holds what is built, and no test", () => {
    expect(readdirSync(installed).toSorted()).toEqual(["README.md", "dist", "package.json", "src"])
  })
})
