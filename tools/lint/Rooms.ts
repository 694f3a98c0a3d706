/**
 * The table of rooms and doors of AGENTS.md, as data: which folder of `src/` may import which.
 *
 * It has two readers, the lint rule `doors` (an editor shows it while one types) and `test/house/doors.test.ts`, which
 * also holds AGENTS.md against it.
 */
import { posix } from "node:path"

export interface Room {
  /** Its folder, with a final slash, or its file. */
  readonly at: string
  /** Folders (with a final slash) and files of other rooms that may be imported. A room may always import itself. */
  readonly rooms: ReadonlyArray<string>
  /**
   * Packages that may be imported. `effect` is the package and its data modules (`effect/Schema`), `effect/*` also its
   * platform modules (`effect/http`).
   */
  readonly packages: ReadonlyArray<string>
}

const domain = "src/domain/"
const storage = "src/services/storage/"
const ports = "src/services/ports/"
const flows = "src/services/flows/"
const html = "src/html/"
const texts = "src/texts/"
const letters = "src/letters/"
const http = "src/http/"
const operator = "src/operator/"
const objects = "src/layers/objects/"
const cloudflare = "src/layers/cloudflare/"
const test = "src/layers/test/"
const worker = "src/worker.ts"
const cli = "src/cli/"
const testing = "src/testing/"

/** Effect's data modules, and its digests and encodings, which are pure or services; none of it is a platform. */
const pure = ["effect", "effect/crypto", "effect/encoding"]

/** Packages that do the work of a port. They stand behind it, so that no flow and no route knows which one it is. */
const libraries = ["jose", "argon2id", "@simplewebauthn/server"]

export const rooms: ReadonlyArray<Room> = [
  { at: domain, rooms: [], packages: pure },
  { at: storage, rooms: [domain], packages: pure },
  { at: ports, rooms: [domain], packages: pure },
  { at: html, rooms: [], packages: pure },
  { at: texts, rooms: [domain, html], packages: pure },
  { at: letters, rooms: [domain, html, texts], packages: pure },
  { at: flows, rooms: [domain, storage, ports, letters], packages: pure },
  { at: http, rooms: [domain, flows, html, texts, `${ports}ProviderConfig.ts`], packages: ["effect", "effect/*"] },
  { at: operator, rooms: [domain, flows], packages: pure },
  { at: objects, rooms: [domain, storage], packages: pure },
  {
    at: cloudflare,
    rooms: [domain, storage, ports, objects],
    packages: ["effect", "effect/*", "cloudflare:*", "@cloudflare/workers-types", "node:*", ...libraries]
  },
  { at: test, rooms: [domain, storage, ports, objects], packages: ["effect", "effect/*", "node:*", ...libraries] },
  // The worker wires everything but the test layers: a simulator in production would be a provider without storage.
  {
    at: worker,
    rooms: [domain, storage, ports, flows, html, texts, letters, http, operator, objects, cloudflare],
    packages: ["effect", "effect/*", "cloudflare:*", "@cloudflare/workers-types", "argon2id"]
  },
  { at: cli, rooms: [""], packages: ["*"] },
  // What of this house is public, for tests: flows as well as the layers they are simulated over.
  { at: testing, rooms: [""], packages: ["effect", "effect/*"] }
]

const isIn = (place: string, file: string): boolean => (place.endsWith("/") ? file.startsWith(place) : file === place)

/** The room in which a file of `src/` stands; `file` is its path from the repository's root. */
export const roomOf = (file: string): Room | undefined => rooms.find((room) => isIn(room.at, file))

const mayUse = (allowed: string, specifier: string): boolean => {
  if (allowed.endsWith("*")) return specifier.startsWith(allowed.slice(0, -1))
  if (allowed === "effect") return /^effect(\/[A-Z]\w*)?$/.test(specifier)
  return specifier === allowed || specifier.startsWith(`${allowed}/`)
}

/** Why `file` may not import `specifier`, or `undefined` if it may. Files outside `src/` may import everything. */
export const whyNot = (file: string, specifier: string): string | undefined => {
  if (!file.startsWith("src/")) return undefined
  const room = roomOf(file)
  if (room === undefined) return `${file} stands in no room: give it one in AGENTS.md and tools/lint/Rooms.ts`
  if (!specifier.startsWith(".")) {
    return room.packages.some((allowed) => mayUse(allowed, specifier))
      ? undefined
      : `${room.at} may not import the package "${specifier}" (the table of rooms in AGENTS.md)`
  }
  const target = posix.normalize(posix.join(posix.dirname(file), specifier))
  if (isIn(room.at, target)) return undefined
  return room.rooms.some((allowed) => allowed === "" || isIn(allowed, target))
    ? undefined
    : `${room.at} may not import ${target} (the table of rooms in AGENTS.md)`
}
