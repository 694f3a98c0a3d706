/**
 * Completes package-lock.json with the optional packages of other platforms.
 *
 * A registry mirror may hold only some platforms' binaries; npm then writes a lock file without the others, and
 * `npm ci` refuses it everywhere. What is added here has a version and a platform and no integrity: it is installed
 * only on its own platform. Run after `npm install`: `node tools/lock.ts`.
 */
import { readFileSync, writeFileSync } from "node:fs"

interface Locked {
  readonly version?: string
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const file = new URL("../package-lock.json", import.meta.url)
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Locked & Record<string, unknown>> }

const systems = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "win32", "windows"]
const processors: Readonly<Record<string, string>> = { "64": "x64", "arm-eabi": "arm", arm: "arm" }
const words = ["arm64", "arm", "x64", "ia32", "ppc64", "riscv64", "s390x", "64"]

/** The platform that a binary package's name tells, in npm's words. */
const platformOf = (name: string) => {
  const parts = name.split(/[-/]/)
  const system = systems.find((one) => parts.includes(one)) ?? "none"
  const processor = words.find((one) => parts.includes(one)) ?? "none"
  const libc = parts.includes("musl") || parts.includes("musleabihf") ? { libc: ["musl"] } : {}
  return {
    os: [system === "windows" ? "win32" : system],
    cpu: [processors[processor] ?? processor],
    ...(system === "linux" ? libc : {})
  }
}

let added = 0
for (const locked of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`
    if (path in lock.packages) continue
    const dev = locked.dev === true ? { dev: true } : {}
    lock.packages[path] = { version, ...platformOf(name), ...dev, optional: true }
    added += 1
  }
}

const root = lock.packages[""]
const sorted = Object.entries(lock.packages)
  .filter(([path]) => path !== "")
  .sort(([a], [b]) => (a < b ? -1 : 1))
lock.packages = { ...(root === undefined ? {} : { "": root }), ...Object.fromEntries(sorted) }
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} packages of other platforms added`)
