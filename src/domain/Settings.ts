/**
 * What an operator decides while the provider runs, by section. What is not set is as it comes.
 *
 * A setting is a number of one unit, which its name says, or a text. What must be the same in every Worker from its
 * first request on, such as the issuer and the shards, is configuration (`ProviderConfig`) and not here.
 */
import { Result, Schema } from "effect"
import { alertFields, alertsAsTheyCome } from "./AlertSettings.ts"
import { type FieldDefinition, FieldDefinitions } from "./CustomField.ts"
import { leastSettings as leastKeys, problemOf } from "./KeyRotation.ts"
import { limitFields, limitsAsTheyCome } from "./LimitSettings.ts"
import { between } from "./SettingBounds.ts"

/** The sections and what may be set in each. Fields are optional, so that older rows decode. */
const sections = {
  /** Signing keys. OIDC Core §10.1.1. */
  keys: Schema.Struct({
    /** From the day a key signs to the day its successor does. */
    rotateAfterDays: between(leastKeys.rotateAfterDays, 3_650),
    /** How long a successor is published before it signs. */
    publishAheadHours: between(leastKeys.publishAheadHours, 2_160),
    /** How long a key that signs no more is published. */
    retiredForDays: between(leastKeys.retiredForDays, 3_650)
  }),
  /** How often what may be done: so many, in any so many seconds. */
  limits: Schema.Struct(limitFields),
  /** What the operator keeps of users beside the standard claims. */
  users: Schema.Struct({ customFields: Schema.optionalKey(FieldDefinitions) }),
  /** How long what is over is kept. */
  retention: Schema.Struct({
    /** Audit events in D1, before they are archived. */
    auditDays: between(1, 3_650),
    /** Sessions that ended, before they are deleted. */
    sessionGraceDays: between(0, 365)
  }),
  /** Who is told of alerts, and from when one is raised. */
  alerts: Schema.Struct(alertFields)
}

const names = Object.keys(sections) as ReadonlyArray<keyof typeof sections>

/** As they are stored: what was set, and the number of the change. */
export class ProviderSettings extends Schema.Class<ProviderSettings>("ProviderSettings")({
  keys: Schema.optionalKey(sections.keys),
  limits: Schema.optionalKey(sections.limits),
  retention: Schema.optionalKey(sections.retention),
  alerts: Schema.optionalKey(sections.alerts),
  users: Schema.optionalKey(sections.users),
  /** Counts the changes; 0 before the first. */
  version: Schema.Int
}) {}

/** Of a provider whose operator has set nothing. */
export const unset = new ProviderSettings({ version: 0 })

/** What holds where nothing is set. */
export const defaultSettings = {
  keys: { rotateAfterDays: 90, publishAheadHours: 72, retiredForDays: 30 },
  limits: limitsAsTheyCome,
  retention: { auditDays: 90, sessionGraceDays: 1 },
  alerts: alertsAsTheyCome,
  users: { customFields: [] as ReadonlyArray<FieldDefinition> }
} as const

/** Every setting with the value that is in force. */
export const inForce = (settings: ProviderSettings) => ({
  keys: { ...defaultSettings.keys, ...settings.keys },
  limits: { ...defaultSettings.limits, ...settings.limits },
  retention: { ...defaultSettings.retention, ...settings.retention },
  alerts: { ...defaultSettings.alerts, ...settings.alerts },
  users: { ...defaultSettings.users, ...settings.users }
})
export type SettingsInForce = ReturnType<typeof inForce>

/** By section and name; null takes a setting back to what it is as it comes. */
export type SettingsChange = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export interface SettingsProblem {
  /** `section.name`. */
  readonly field: string
  readonly message: string
}

const fail = (field: string, message: string) => Result.fail<SettingsProblem>({ field, message })

/** The next version of the settings. */
export const resettled = (
  before: ProviderSettings,
  change: SettingsChange
): Result.Result<ProviderSettings, SettingsProblem> =>
  Result.gen(function* () {
    const next: Record<string, unknown> = { ...before }
    for (const [section, fields] of Object.entries(change)) {
      const name = names.find((known) => known === section)
      if (name === undefined) return yield* fail(section, "there is no such section of the settings")
      next[name] = yield* changedSection(name, { ...before[name] }, fields)
    }
    const settings = new ProviderSettings({ ...next, version: before.version + 1 })
    const problem = problemOf(inForce(settings).keys)
    return problem === undefined ? settings : yield* fail("keys", problem)
  })

const changedSection = (
  name: keyof typeof sections,
  before: Record<string, unknown>,
  fields: Readonly<Record<string, unknown>>
) =>
  Result.gen(function* () {
    const next = before
    const { fields: known } = sections[name]
    for (const [field, value] of Object.entries(fields)) {
      if (!Object.hasOwn(known, field)) return yield* fail(`${name}.${field}`, "there is no such setting")
      if (value === null) delete next[field]
      else next[field] = value
      const decoded = Schema.decodeUnknownResult(sections[name] as Schema.Codec<unknown, unknown>)(next)
      if (Result.isFailure(decoded)) return yield* fail(`${name}.${field}`, reasonOf(String(decoded.failure.message)))
    }
    return next
  })

/** The first line of what a schema says, without the path that the field's name says already. */
const reasonOf = (message: string): string => message.split("\n")[0] ?? message
