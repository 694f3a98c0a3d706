/** The page of what went wrong. */
import { type Html, html } from "../Html.ts"
import type { Problem } from "../Problem.ts"
import { layout } from "./Layout.ts"

export const problemPage = (app: { readonly issuer: URL; readonly issuerIdentifier: string }, problem: Problem): Html =>
  layout(
    problem.title,
    app.issuer,
    html`<section class="card message problem">
      <h1>${problem.title}</h1>
      <p><code id="error" class="badge bad">${problem.code}</code></p>
      ${problem.description !== undefined && html`<p id="error-description">${problem.description}</p>`}
      ${
        problem.code === "provider_unreachable" &&
        html`<p class="hint">
          Is the provider running at <code>${app.issuerIdentifier}</code>? Nothing needs to be restarted here: the next
          try asks it again.
        </p>`
      }
      <p><a class="button" href="/">Back to the app</a></p>
    </section>`
  )
