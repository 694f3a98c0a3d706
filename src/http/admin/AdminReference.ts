/**
 * The browsable page of the admin API: the OpenAPI document as a page, without a script. It is for developers, and in
 * English in every language, as the document is.
 */
import { html, type Html } from "../../html/Html.ts"
import { type Frame, layout, type Page } from "../pages/Layout.ts"
import type { AdminDocument, Operation } from "./AdminDocument.ts"
import { allProblems } from "./Problems.ts"
import { membersOf } from "./Shape.ts"

export interface AdminReferenceData extends Frame {
  readonly document: AdminDocument
}

interface Placed {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export const adminReferencePage = (data: AdminReferenceData): Page => {
  const { document } = data
  const placed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Placed => ({ method: method.toUpperCase(), path, operation }))
  )
  const tags = document.tags.map(({ name }) => name)
  return layout(data, {
    title: document.info.title,
    images: [],
    form: false,
    aside: html`<nav class="sections" aria-label="Sections" lang="en" dir="ltr">
      <ul>
        ${[...tags, "Problems"].map((name) => html`<li><a href="${`/admin/docs#${anchorOf(name)}`}">${name}</a></li>`)}
      </ul>
    </nav>`,
    main: html`<div class="reference" lang="en" dir="ltr">
      <h1>${document.info.title}</h1>
      <p class="lede">${document.info.description}</p>
      <p>
        For programs: <a href="/admin/openapi.json">openapi.json</a>. Every request carries an access token of this
        provider for <code>${document.servers?.[0]?.url}/admin</code>, as a bearer token or with a proof of its key.
      </p>
      ${tags.map((name) =>
        section(
          name,
          placed.filter(({ operation }) => operation.tags.includes(name))
        )
      )}
      ${problems}
    </div>`
  })
}

const anchorOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")

const section = (name: string, operations: ReadonlyArray<Placed>): Html =>
  html`<section>
    <h2 id="${anchorOf(name)}">${name}</h2>
    ${operations.map(operation)}
  </section>`

const operation = ({ method, operation: told, path }: Placed): Html => {
  const scope = told.security.flatMap((one) => Object.values(one).flat())
  const parameters = told.parameters.map(({ description, name, required, schema }) => ({
    name,
    required: required === true,
    schema: { ...schema, ...(description === undefined ? {} : { description }) }
  }))
  return html`<article>
    <h3><code>${method} ${path}</code></h3>
    <p>${told.summary}. ${told.description}</p>
    <p class="hint">Scope ${scope.map((one) => html`<code>${one}</code>`)}</p>
    <details>
      <summary>What is sent and answered</summary>
      ${
        parameters.length > 0 &&
        html`<h4>Parameters</h4>
          ${membersOf(listed(parameters))}`
      }
      ${bodies(told.requestBody?.content).map(
        (schema) =>
          html`<h4>Body</h4>
            ${membersOf(schema)}`
      )}
      ${Object.entries(told.responses)
        .filter(([status]) => Number(status) < 400)
        .map(
          ([status, { content }]) =>
            html`<h4>Answer ${status}</h4>
              ${bodies(content).map((schema) => membersOf(schema))}`
        )}
      <h4>Problems</h4>
      <p>
        ${Object.keys(told.responses)
          .filter((status) => Number(status) >= 400)
          .map((status) => html`${problemLink(Number(status))} `)}
      </p>
    </details>
  </article>`
}

interface Parameter {
  readonly name: string
  readonly required: boolean
  readonly schema: object
}

/** Parameters as the members of an object. */
const listed = (parameters: ReadonlyArray<Parameter>) => ({
  type: "object",
  properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
  required: parameters.filter(({ required }) => required).map(({ name }) => name)
})

const bodies = (content: object | undefined): ReadonlyArray<object> =>
  Object.values((content ?? {}) as Readonly<Record<string, { readonly schema?: object }>>).flatMap(
    ({ schema }) => schema ?? []
  )

const problemLink = (status: number): Html | undefined => {
  const problem = allProblems.find((one) => one.status === status)
  return problem === undefined ? undefined : html`<a href="${problem.type}">${status}</a>`
}

const problems: Html = html`<section>
  <h2 id="problems">Problems</h2>
  <p>What cannot be done is told as problem details (RFC 9457); <code>type</code> leads here.</p>
  <dl>
    ${allProblems.map(
      ({ status, title, type }) =>
        html`<div>
          <dt id="${type.slice(type.indexOf("#") + 1)}">${status}</dt>
          <dd>${title}</dd>
        </div>`
    )}
  </dl>
</section>`
