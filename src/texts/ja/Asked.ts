/** What applications ask for, in words for the person who is asked. Japanese. */
import type { AskedTexts } from "../AskedTexts.ts"

export const asked: AskedTexts = {
  scopes: {
    known: {
      openid: {
        title: "ご本人であることの確認",
        description: "次回も同じ方だとわかるように、アカウントの識別子を受け取ります。"
      },
      profile: {
        title: "プロフィールの閲覧",
        description: "お名前、写真、生年月日、言語などのプロフィール情報です。"
      },
      email: { title: "メールアドレスの閲覧", description: "メールアドレスと、それが確認済みかどうかです。" },
      address: { title: "住所の閲覧", description: "番地、市区町村、郵便番号、国などです。" },
      phone: { title: "電話番号の閲覧", description: "電話番号と、それが確認済みかどうかです。" },
      offline_access: {
        title: "ご不在の間もこのアクセスを継続",
        description: "アクセスを取り消されるまで、再度のログインなしで利用できます。"
      }
    },
    unknown: "この権限についての説明はありません。"
  },
  resource: {
    title: (name) => `${name}をあなたに代わって利用`,
    description: (scopes) =>
      scopes.length === 0 ? "特定の権限はありません。" : `次の権限があります：${scopes.join("、")}`
  },
  claims: {
    known: {
      sub: "アカウントの識別子",
      name: "氏名",
      given_name: "名",
      family_name: "姓",
      middle_name: "ミドルネーム",
      nickname: "ニックネーム",
      preferred_username: "ユーザー名",
      profile: "プロフィールページ",
      picture: "写真",
      website: "ウェブサイト",
      email: "メールアドレス",
      email_verified: "メールアドレスが確認済みかどうか",
      gender: "性別",
      birthdate: "生年月日",
      zoneinfo: "タイムゾーン",
      locale: "言語",
      phone_number: "電話番号",
      phone_number_verified: "電話番号が確認済みかどうか",
      address: "住所",
      updated_at: "プロフィールの最終更新日時",
      auth_time: "最後にログインした日時",
      acr: "ログインの方法",
      amr: "ログインの方法"
    },
    list: (names) => `${names.join("、")}。`
  }
}
