/** Runs the real linter, with the real configuration, once over many small files in a folder of their own. */
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { root } from "./Source.ts"

interface Diagnostic {
  readonly message: string
  readonly code?: string
  readonly filename: string
}

/** What the linter says of each file: `rule: message`, in the order of the lines. */
export const lint = (files: ReadonlyMap<string, string>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const folder = mkdtempSync(join(tmpdir(), "hapax-lint-"))
  try {
    cpSync(`${root}.oxlintrc.json`, join(folder, ".oxlintrc.json"))
    symlinkSync(`${root}tools`, join(folder, "tools"))
    for (const [file, code] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), code)
    }
    const said = new Map<string, Array<string>>()
    for (const { filename, code, message } of run(folder)) {
      said.set(filename, [...(said.get(filename) ?? []), `${code ?? "linter"}: ${message}`])
    }
    return said
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const run = (folder: string): ReadonlyArray<Diagnostic> => {
  const oxlint = `${root}node_modules/oxlint/bin/oxlint`
  try {
    return diagnostics(execFileSync(process.execPath, [oxlint, "--format", "json", "src", "test"], { cwd: folder }))
  } catch (failure) {
    // The linter ends with 1 when it has something to say; what it says is on its standard output all the same.
    return diagnostics((failure as { readonly stdout: Buffer }).stdout)
  }
}

const diagnostics = (output: Buffer): ReadonlyArray<Diagnostic> =>
  (JSON.parse(output.toString()) as { readonly diagnostics: ReadonlyArray<Diagnostic> }).diagnostics
