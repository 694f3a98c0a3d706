/** The OpenAPI document and the page of the admin API: each endpoint is in it, and nothing else. OpenAPI 3.1. */
import { HttpApi } from "effect/http-api"
import { afterAll, beforeAll, expect, test } from "vitest"
import { adminScopes } from "../../src/domain/AdminScope.ts"
import { AdminApi } from "../../src/http/admin/AdminApi.ts"
import { type AdminDocument, documentFor, type Operation } from "../../src/http/admin/AdminDocument.ts"
import { Administered } from "../../src/http/admin/Administration.ts"
import { allProblems } from "../../src/http/admin/Problems.ts"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { askAdmin } from "./Administrator.ts"

let provider: NodeProvider

beforeAll(async () => {
  provider = await startNodeProvider()
})
afterAll(() => provider?.close())

/** Every endpoint that is declared, as the router has it. */
const declared: Array<{ readonly method: string; readonly path: string; readonly section: string }> = []
HttpApi.reflect(AdminApi, {
  onGroup: () => undefined,
  onEndpoint: ({ endpoint: { method, path }, group }) => {
    declared.push({ method, path, section: group.identifier })
  }
})

const operationsOf = (document: AdminDocument) =>
  Object.entries(document.paths).flatMap(([path, all]) =>
    Object.entries(all).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation, path }))
  )

test("every endpoint is behind the token, and is in the document with the scope of its section", async () => {
  HttpApi.reflect(AdminApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint: { path }, middleware }) => {
      expect([path, ...[...middleware].map(({ key }) => key)]).toEqual([path, Administered.key])
    }
  })
  const { body, status } = await askAdmin(provider, undefined, "GET", "/openapi.json")
  expect(status).toBe(200)
  const told = operationsOf(body as AdminDocument).map(
    ({ name, operation: { security } }) => `${name} ${Object.values(security[0] ?? {}).join()}`
  )
  const wanted = declared.map(({ method, path, section }) => {
    const access = method === "GET" ? "read" : "write"
    return `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")} admin.${section}.${access}`
  })
  expect(told.toSorted()).toEqual(wanted.toSorted())
  expect(wanted.length).toBeGreaterThan(10)
})

test("attacks.md 43: of all endpoints, each answers 401 to whoever brings no token", async () => {
  for (const { method, path } of declared) {
    const { body, headers, status } = await askAdmin(
      provider,
      undefined,
      method,
      path.replace("/admin", "").replaceAll(/:\w+/g, "x"),
      method === "GET" ? {} : { body: {} }
    )
    expect([method, path, status, body["type"]]).toEqual([method, path, 401, "/admin/docs#unauthorized"])
    expect(headers.get("www-authenticate")).toMatch(/^Bearer /)
  }
})

test("OpenAPI 3.1 §4.8: operations, parameters, answers and references are whole", () => {
  const document = documentFor("https://id.example")
  expect(document.openapi).toMatch(/^3\.1\./)
  const operations = operationsOf(document)
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { name, operation, path } of operations) {
    const inPath = operation.parameters.filter((one) => one.in === "path").map((one) => one.name)
    expect([name, inPath]).toEqual([name, [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])])
    const statuses = Object.keys(operation.responses)
    expect([name, statuses.some((status) => /^2\d\d$/.test(status))]).toEqual([name, true])
    for (const status of ["400", "401", "403", "429", "503"]) expect([name, ...statuses]).toContain(status)
    expect([name, operation.summary]).toEqual([name, expect.stringMatching(/^[A-Z]/)])
    expect([name, hasBody(operation)]).toEqual([name, /^(POST|PUT|PATCH)/.test(name)])
  }
  const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? []
  for (const reference of references) expect(resolves(document, reference.slice(8, -1))).toBe(true)
  const schemes = (document.components as Record<string, any>)["securitySchemes"]["hapax"]["flows"]
  expect(Object.keys(schemes.authorizationCode.scopes)).toEqual([...adminScopes])
})

const hasBody = ({ requestBody }: Operation): boolean => requestBody !== undefined

const resolves = (document: object, reference: string): boolean =>
  reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document) !== undefined

test("RFC 9457 §3.1.1: the page names every endpoint and explains every problem, without a script", async () => {
  const { headers, status, text } = await askAdmin(provider, undefined, "GET", "/docs")
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
  expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/)
  expect(text).not.toMatch(/<script/)
  for (const { method, path } of declared) {
    expect(text).toContain(`${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`)
  }
  for (const { type } of allProblems) expect(text).toContain(`id="${type.slice(type.indexOf("#") + 1)}"`)
})
