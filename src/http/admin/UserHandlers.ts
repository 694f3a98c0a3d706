/** What the endpoints of `/admin/users` do. */
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { tagOf } from "../../domain/EntityTag.ts"
import { createUser } from "../../services/flows/operator/CreateUser.ts"
import { deleteUser } from "../../services/flows/operator/DeleteUser.ts"
import { searchUsers } from "../../services/flows/operator/SearchUsers.ts"
import { setPassword } from "../../services/flows/operator/SetPassword.ts"
import { type ShownUser, showUser } from "../../services/flows/operator/ShowUser.ts"
import { updateUser } from "../../services/flows/operator/UpdateUser.ts"
import { listPasskeys, removePasskeyOf, sendResetLetter } from "../../services/flows/operator/UserSessions.ts"
import { removeAvatar, setAvatar } from "../../services/flows/operator/UserAvatar.ts"
import { disableUser, enableUser } from "../../services/flows/operator/UserStatus.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"
import { onWire } from "./UserWire.ts"
import { expectedIn, withTag } from "./Wire.ts"

export const UserHandlers = HttpApiBuilder.group(AdminApi, "users", (handlers) =>
  handlers.handleAll({
    searchUsers: ({ query }) => answered(searchUsers(query)),
    createUser: ({ payload }) => answered(Effect.map(createUser(payload), shown)),
    showUser: ({ params }) => answered(Effect.map(showUser(params.id), shown)),
    updateUser: ({ headers, params, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) =>
        answered(Effect.map(updateUser(params.id, payload, expected), shown))
      ),
    deleteUser: ({ headers, params }) =>
      Effect.flatMap(expectedIn(headers), (expected) => answered(Effect.asVoid(deleteUser(params.id, expected)))),
    setStatus: ({ headers, params, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) => {
        const set = payload.status === "active" ? enableUser : disableUser
        return answered(Effect.map(set(params.id, expected), shown))
      }),
    setPassword: ({ params, payload }) => answered(setPassword(params.id, payload.password)),
    sendResetLetter: ({ params, payload }) => answered(sendResetLetter(params.id, payload.language)),
    listPasskeys: ({ params }) => answered(listPasskeys(params.id)),
    removePasskey: ({ params }) => answered(removePasskeyOf(params.id, params.passkey)),
    setAvatar: ({ headers, params, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) =>
        answered(Effect.map(setAvatar(params.id, payload, expected), shown))
      ),
    removeAvatar: ({ headers, params }) =>
      Effect.flatMap(expectedIn(headers), (expected) => answered(Effect.map(removeAvatar(params.id, expected), shown)))
  })
)

const shown = (user: ShownUser) => withTag(onWire(user), tagOf(user))
