/** An alert as a letter to whoever operates the provider, and as the one line of a webhook. */
import { type RaisedAlert, stateOf } from "../domain/Alert.ts"
import { shownText } from "../html/ShownText.ts"
import { alertSentences } from "../texts/en/Alerts.ts"
import { letterHtml } from "./LetterHtml.ts"
import { letterText } from "./LetterText.ts"
import type { Sent, Written } from "./WriteLetter.ts"

export const writeAlert = (alert: RaisedAlert, provider: string): Sent => {
  const isOver = stateOf(alert) === "over"
  return writeOut(provider, `${isOver ? "Over" : "Alert"}: ${alert.name}`, {
    title: isOver ? `${alert.name} is over` : alert.name,
    lede: isOver ? "It was not found for a quarter of an hour." : `${alertSentences[alert.name]} ${details(alert)}`,
    otherwise: `Since ${new Date(alert.since).toISOString()}. What to do: docs/operating.md, ${alert.name}.`
  })
}

/** That alerts would come. */
export const writeTestAlert = (provider: string): Sent =>
  writeOut(provider, "Test of alerts", {
    title: "Alerts arrive here",
    lede: "An operator asked for this message. Nothing is wrong.",
    otherwise: "npx hapax alert list says what is."
  })

const writeOut = (provider: string, about: string, said: Pick<Written, "title" | "lede" | "otherwise">): Sent => {
  const name = shownText(provider)
  const sentBy = `${name} sends its alerts to this address: npx hapax settings set alerts.email= ends that.`
  const written: Written = { language: "en", direction: "ltr", ...said, sentBy }
  return { subject: shownText(`${about} at ${name}`, 150), text: letterText(written), html: letterHtml(written) }
}

const details = ({ detail }: RaisedAlert): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name}: ${shownText(value, 200)}`)
    .join(", ")
