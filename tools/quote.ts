/** Writes the quoted regions into the README; `test/house/readme.test.ts` fails where they differ. */
import { readFileSync, writeFileSync } from "node:fs"

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

const region = (path: string, name: string): string =>
  new RegExp(`// #region ${name}\\n([\\s\\S]*?)// #endregion`).exec(read(path))?.[1] ?? ""

const quoted = read("README.md").replace(
  /<!-- from (\S+)#(\S+) -->\n+```ts\n[\s\S]*?```/g,
  (_all, path: string, name: string) => `<!-- from ${path}#${name} -->\n\n\`\`\`ts\n${region(path, name)}\`\`\``
)
writeFileSync(new URL("../README.md", import.meta.url), quoted)
