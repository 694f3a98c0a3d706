/** Writes the quoted regions into the README; `test/house/readme.test.ts` fails where they differ. */
import { readFileSync, writeFileSync } from "node:fs"

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

const region = (path: string, name: string | undefined): string =>
  name === undefined
    ? read(path)
    : (new RegExp(`// #region ${name}\\n([\\s\\S]*?)// #endregion`).exec(read(path))?.[1] ?? "")

/** A region of code, or the whole of a text. */
const quotation = /<!-- from ([^\s#]+)(?:#(\S+))? -->\n+```(ts|text)\n[\s\S]*?```/g

const quoted = read("README.md").replace(
  quotation,
  (_all, path: string, name: string | undefined, language: string) => {
    const from = name === undefined ? path : `${path}#${name}`
    return `<!-- from ${from} -->\n\n\`\`\`${language}\n${region(path, name)}\`\`\``
  }
)
writeFileSync(new URL("../README.md", import.meta.url), quoted)
