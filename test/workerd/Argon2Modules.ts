/** The password hasher's wasm modules, loaded by Node. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Argon2Modules } from "../../src/layers/cloudflare/PasswordHasherArgon2.ts"

const require = createRequire(import.meta.url)
const load = (name: string) => new WebAssembly.Module(readFileSync(require.resolve(`argon2id/dist/${name}.wasm`)))

export const argon2Modules: Argon2Modules = { simd: load("simd"), plain: load("no-simd") }
