/** The style sheet of every page, put together of its files. */
import { readFile } from "node:fs/promises"
import type { Reply } from "./Http.ts"

const sheets = ["frame.css", "forms.css", "pages.css", "mailbox.css"]

export const styleReply = async (): Promise<Reply> => {
  const texts = await Promise.all(sheets.map((sheet) => readFile(`${import.meta.dirname}/style/${sheet}`, "utf8")))
  return { status: 200, headers: { "content-type": "text/css; charset=utf-8" }, body: texts.join("\n") }
}
