/**
 * The mailbox of `npm start` for tests: a provider that is started with its variables sends its letters here, and
 * tests read them over HTTP as a person or a script would (`/mailbox`, `/mailbox.json`).
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { send } from "../../demo/Http.ts"
import { type Letter, openMailbox } from "../../demo/Mailbox.ts"
import { answerMailbox } from "../../demo/MailboxRoutes.ts"
import { styleReply } from "../../demo/Style.ts"

export type { Letter } from "../../demo/Mailbox.ts"

export interface RunningMailbox {
  /** Where its page is: `${url}/mailbox`. */
  readonly url: string
  /** For `startProvider`. */
  readonly variables: Readonly<Record<string, string>>
  /** All letters, newest first, as /mailbox.json tells them. */
  readonly all: () => Promise<ReadonlyArray<Letter>>
  /** The letters to an address, oldest first, once there are that many. */
  readonly to: (address: string, many: number) => Promise<ReadonlyArray<Letter>>
  /** The nth letter to an address, from 1; waits for it. */
  readonly nth: (address: string, nth: number) => Promise<Letter>
  /** Answers every letter with this status from now on; undefined takes them again. */
  readonly refuseWith: (status: number | undefined) => void
  readonly close: () => Promise<void>
}

export const startMailbox = async (): Promise<RunningMailbox> => {
  const mailbox = await openMailbox()
  const server = createServer(async (request, response) => {
    const target = new URL(request.url ?? "/", "http://localhost")
    const reply =
      answerMailbox(
        { issuer: target, mailbox },
        { method: request.method ?? "", target, host: request.headers.host }
      ) ?? (target.pathname === "/style.css" ? await styleReply() : { status: 404, headers: {}, body: "" })
    send(response, reply, target, undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const all = async () => (await (await fetch(`${url}/mailbox.json`)).json()) as ReadonlyArray<Letter>
  const to = async (address: string, many: number) => {
    for (;;) {
      const letters = (await all()).filter((letter) => letter.to === address).toReversed()
      if (letters.length >= many) return letters
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return {
    url,
    variables: mailbox.variables,
    all,
    to,
    nth: async (address, nth) => (await to(address, nth))[nth - 1]!,
    refuseWith: mailbox.refuseWith,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await mailbox.close()
    }
  }
}

/** The link in a letter: the address that stands alone on a line of its text. */
export const linkIn = ({ text }: Pick<Letter, "text">): string => /^https?:\/\/\S+$/m.exec(text)?.[0] ?? ""

/** The code in a letter: what is set off in its text. */
export const codeIn = ({ text }: Pick<Letter, "text">): string => /^ {4}(\S+)$/m.exec(text)?.[1] ?? ""
