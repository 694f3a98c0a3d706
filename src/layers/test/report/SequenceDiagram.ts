/**
 * One schedule as a page with a picture: who called what where, in which order, and what went wrong.
 *
 * The page needs nothing from elsewhere and runs nothing; what the picture says is text, and stands under it once more
 * as a table.
 */
import { lanesOf } from "./DiagramLanes.ts"
import { pictureOf } from "./DiagramPicture.ts"
import { diagramStyle } from "./DiagramStyle.ts"
import { historyLines } from "./HistoryTable.ts"
import { escaped } from "./Markup.ts"
import { offendingOf } from "./Offending.ts"
import type { Shown } from "./PrintFailure.ts"
import { commandOf } from "./Schedule.ts"

/** The page. */
export const sequenceDiagram = (shown: Shown): string => {
  const { ended, scenario, violation } = shown
  const clients = [...ended.answers.keys()]
  const history = ended.recorder
  const offending = violation === undefined ? new Set<number>() : offendingOf(history.moments, violation)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${violation?.oracle ?? "No property"} is broken: ${scenario}`)}</title>
<style>${diagramStyle}</style>
<body>
${headOf(shown)}
<figure>
<div class="scroll" tabindex="0" role="region" aria-label="The schedule as a picture">
${pictureOf(shown, lanesOf(clients, history.moments), offending)}
</div>
<figcaption>
<span><b>solid</b> a call</span> <span><b>dashed</b> its answer</span>
<span><b>dotted</b> a call that arrives late</span>
<span><b class="bad">✗</b> a fault</span> <span><b class="mark">marked</b> what the sentence is about</span>
</figcaption>
</figure>
<details>
<summary>The same as a table</summary>
<pre tabindex="0">${escaped(historyLines({ clients, history, offending }).join("\n"))}</pre>
</details>
</body>
</html>
`
}

const headOf = (shown: Shown): string => {
  const { choices, found, scenario, seed, violation } = shown
  const facts = [
    ["Scenario", scenario],
    ...(seed === undefined ? [] : [["Seed", seed]]),
    ...(found === undefined ? [] : [["Schedules", `${found} until it was found`]]),
    ["Choices", choices.join(", ") || "none"]
  ]
  return `<p class="kicker">A schedule of Hapax</p>
<h1${violation === undefined ? "" : ' class="broken"'}>${escaped(violation?.oracle ?? "No property")} is broken</h1>
<p class="sentence">${escaped(violation?.sentence ?? "What must hold after every run holds after this one.")}</p>
<dl>${facts.map(([name = "", value = ""]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`).join("\n")}</dl>
<pre class="replay" aria-label="The command that replays it">${escaped(commandOf(shown))}</pre>`
}
