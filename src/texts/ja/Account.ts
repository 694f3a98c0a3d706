/** The sentences of the pages on which people look after their account. Japanese. */
import type { AccountTexts } from "../AccountTexts.ts"

export const account: AccountTexts = {
  accountFrame: {
    navigation: "アカウント",
    sections: {
      profile: "プロフィール",
      picture: "画像",
      email: "メールアドレス",
      passkeys: "パスキー",
      password: "パスワード",
      sessions: "ログイン中の端末",
      applications: "アプリケーション"
    },
    signOut: "ログアウト"
  }
}
