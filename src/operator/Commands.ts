/** Every command of the operator on one screen. */
import { Effect, Schema } from "effect"
import { listAlerts, showAlertKey, testAlerts } from "../services/flows/operator/ManageAlerts.ts"
import { AuditAsked, findEvents } from "../services/flows/audit/FindEvents.ts"
import { createResource, NewResource } from "../services/flows/operator/CreateResource.ts"
import { createUser, NewUser } from "../services/flows/operator/CreateUser.ts"
import { deleteClient } from "../services/flows/operator/DeleteClient.ts"
import { deleteResource } from "../services/flows/operator/DeleteResource.ts"
import { deleteUser } from "../services/flows/operator/DeleteUser.ts"
import { searchUsers, UserSearch } from "../services/flows/operator/SearchUsers.ts"
import { KeyEmergency, KeyRenewal, listKeys, renewKeys, withdrawKeys } from "../services/flows/operator/ManageKeys.ts"
import { makeAdministrator, NewAdministrator } from "../services/flows/operator/MakeAdministrator.ts"
import { NewClient, registerClient } from "../services/flows/operator/RegisterClient.ts"
import {
  createRegistrationToken,
  listRegistrationTokens,
  NewRegistrationToken,
  revokeRegistrationToken
} from "../services/flows/operator/RegistrationTokens.ts"
import { setPassword } from "../services/flows/operator/SetPassword.ts"
import { listClients, showClient } from "../services/flows/operator/ShowClient.ts"
import { listResources, showResource } from "../services/flows/operator/ShowResource.ts"
import { endMany, ManyToEnd } from "../services/flows/operator/EndMany.ts"
import { listRoles, removeRole, RoleSetting, saveRole, showRole } from "../services/flows/operator/ManageRoles.ts"
import { listScopes, removeScope, saveScope, ScopeSetting, showScope } from "../services/flows/operator/ManageScopes.ts"
import { setRoles } from "../services/flows/operator/SetRoles.ts"
import { updateUser, UserUpdate } from "../services/flows/operator/UpdateUser.ts"
import { showUser } from "../services/flows/operator/ShowUser.ts"
import { BrandingUpdate, readBranding, setBranding } from "../services/flows/operator/SetBranding.ts"
import { readSettings, setSettings, SettingsUpdate } from "../services/flows/operator/SetSettings.ts"
import { signOutUser } from "../services/flows/operator/SignOutUser.ts"
import { ClientUpdate, updateClient } from "../services/flows/operator/UpdateClient.ts"
import { ResourceUpdate, updateResource } from "../services/flows/operator/UpdateResource.ts"
import { disableUser, enableUser } from "../services/flows/operator/UserStatus.ts"
import { withdrawConsent } from "../services/flows/operator/WithdrawConsent.ts"
import { upkeep } from "../services/flows/upkeep/Jobs.ts"
import { command, withSecretShown } from "./Command.ts"

const Nothing = Schema.Struct({})

const Page = Schema.Struct({ after: Schema.optionalKey(Schema.String), limit: Schema.optionalKey(Schema.Int) })

const ClientName = Schema.Struct({ id: Schema.String })

const ResourceName = Schema.Struct({ id: Schema.String })

/** A user by user name, e-mail address or id. */
const UserName = Schema.Struct({ user: Schema.String })

const RoleRef = Schema.Struct({ name: Schema.String })

const ScopeRef = Schema.Struct({ scope: Schema.String })

const RolesOfUser = Schema.Struct({ user: Schema.String, roles: Schema.Array(Schema.String) })

const UserToChange = Schema.Struct({ user: Schema.String, change: UserUpdate })

const NewPassword = Schema.Struct({ user: Schema.String, password: Schema.RedactedFromValue(Schema.String) })

const ConsentName = Schema.Struct({ user: Schema.String, client: Schema.String })

export const commands = {
  "alert.list": command(Nothing, listAlerts),
  "alert.test": command(Nothing, testAlerts),
  "alert.key": command(Nothing, showAlertKey),

  "admin.create": command(NewAdministrator, makeAdministrator),

  "audit.find": command(AuditAsked, findEvents),

  "branding.show": command(Nothing, readBranding),
  "branding.set": command(BrandingUpdate, setBranding),

  "client.create": command(NewClient, (asked) => Effect.map(registerClient(asked), withSecretShown)),
  "client.list": command(Page, listClients),
  "client.show": command(ClientName, ({ id }) => showClient(id)),
  "client.update": command(ClientUpdate, (asked) => Effect.map(updateClient(asked), withSecretShown)),
  "client.delete": command(ClientName, ({ id }) => deleteClient(id)),

  "key.list": command(Nothing, listKeys),
  "key.rotate": command(KeyRenewal, renewKeys),
  "key.withdraw": command(KeyEmergency, withdrawKeys),

  "registration-token.create": command(NewRegistrationToken, (asked) =>
    Effect.map(createRegistrationToken(asked), withSecretShown)
  ),
  "registration-token.list": command(Page, listRegistrationTokens),
  "registration-token.revoke": command(ClientName, ({ id }) => revokeRegistrationToken(id)),

  "resource.create": command(NewResource, createResource),
  "resource.list": command(Page, listResources),
  "resource.show": command(ResourceName, ({ id }) => showResource(id)),
  "resource.update": command(ResourceUpdate, updateResource),
  "resource.delete": command(ResourceName, ({ id }) => deleteResource(id)),

  "settings.show": command(Nothing, readSettings),
  "settings.set": command(SettingsUpdate, setSettings),

  "upkeep.run": command(Nothing, upkeep),

  "role.list": command(Page, listRoles),
  "role.show": command(RoleRef, ({ name }) => showRole(name)),
  "role.save": command(RoleSetting, (asked) => saveRole(asked)),
  "role.delete": command(RoleRef, ({ name }) => removeRole(name)),

  "scope.list": command(Nothing, listScopes),
  "scope.show": command(ScopeRef, ({ scope }) => showScope(scope)),
  "scope.save": command(ScopeSetting, (asked) => saveScope(asked)),
  "scope.delete": command(ScopeRef, ({ scope }) => removeScope(scope)),

  "session.end-many": command(ManyToEnd, endMany),

  "user.create": command(NewUser, createUser),
  "user.list": command(UserSearch, searchUsers),
  "user.show": command(UserName, ({ user }) => showUser(user)),
  "user.disable": command(UserName, ({ user }) => disableUser(user)),
  "user.enable": command(UserName, ({ user }) => enableUser(user)),
  "user.password": command(NewPassword, ({ password, user }) => setPassword(user, password)),
  "user.sign-out": command(UserName, ({ user }) => signOutUser(user)),
  "user.withdraw-consent": command(ConsentName, ({ client, user }) => withdrawConsent(user, client)),
  "user.roles": command(RolesOfUser, ({ roles, user }) => setRoles(user, roles)),
  "user.update": command(UserToChange, ({ change, user }) => updateUser(user, change)),
  "user.delete": command(UserName, ({ user }) => deleteUser(user))
} as const

export type CommandName = keyof typeof commands
