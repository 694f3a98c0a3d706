/**
 * From what an account has to what it must have: a list of steps, and no more than it needs.
 *
 * A pure function of the two, so that a run which was ended anywhere is gone on with by asking again. No step changes
 * or deletes what is there, and none replaces a secret.
 */
import type { Wanted } from "./Wanted.ts"

/** What an account has, by name. */
export interface Found {
  readonly databases: ReadonlyMap<string, string>
  readonly namespaces: ReadonlyMap<string, string>
  readonly buckets: ReadonlySet<string>
  readonly queues: ReadonlySet<string>
  /** Of the Worker; none if it was never deployed. */
  readonly secrets: ReadonlySet<string>
}

/** An account that has nothing of it. */
export const nothingFound: Found = {
  databases: new Map(),
  namespaces: new Map(),
  buckets: new Set(),
  queues: new Set(),
  secrets: new Set()
}

export type Step =
  | { readonly _tag: "CreateDatabase"; readonly name: string }
  | { readonly _tag: "CreateNamespace"; readonly name: string }
  | { readonly _tag: "CreateBucket"; readonly name: string }
  | { readonly _tag: "CreateQueue"; readonly name: string }
  /** Drawn, and sent along with the deployment. */
  | { readonly _tag: "DrawSecret"; readonly name: string }

/** What has to be made, in the order in which it is. */
export const stepsTo = (wanted: Wanted, found: Found): ReadonlyArray<Step> => [
  ...wanted.databases
    .filter(({ id, name }) => id === null && !found.databases.has(name))
    .map(({ name }) => ({ _tag: "CreateDatabase" as const, name })),
  ...wanted.namespaces
    .filter(({ id, name }) => id === null && !found.namespaces.has(name))
    .map(({ name }) => ({ _tag: "CreateNamespace" as const, name })),
  ...wanted.buckets.filter((name) => !found.buckets.has(name)).map((name) => ({ _tag: "CreateBucket" as const, name })),
  ...wanted.queues.filter((name) => !found.queues.has(name)).map((name) => ({ _tag: "CreateQueue" as const, name })),
  ...wanted.secrets.filter((name) => !found.secrets.has(name)).map((name) => ({ _tag: "DrawSecret" as const, name }))
]

const nouns: Readonly<Record<Step["_tag"], string>> = {
  CreateDatabase: "make the D1 database",
  CreateNamespace: "make the KV namespace",
  CreateBucket: "make the R2 bucket",
  CreateQueue: "make the queue",
  DrawSecret: "draw the secret"
}

/** A step in words. */
export const sentenceOf = ({ _tag, name }: Step): string => `${nouns[_tag]} ${name}`
