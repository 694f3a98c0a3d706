/** The sentences of the page on which people see and change their profile. Japanese. */
import type { ProfileTexts } from "../ProfileTexts.ts"

export const profile: ProfileTexts = {
  profile: {
    lede: "アプリケーションに伝わるのは、あなたが許可した項目だけです。どの項目も空欄のままで構いません。",
    labels: {
      name: "氏名",
      given_name: "名",
      family_name: "姓",
      middle_name: "ミドルネーム",
      nickname: "ニックネーム",
      gender: "性別",
      birthdate: "生年月日",
      picture: "画像",
      profile: "プロフィールページ",
      website: "ウェブサイト",
      locale: "言語",
      zoneinfo: "タイムゾーン",
      phone_number: "電話番号",
      street_address: "番地・建物名",
      locality: "市区町村",
      region: "都道府県",
      postal_code: "郵便番号",
      country: "国",
      formatted: "住所全体（宛名に書く形）"
    },
    hints: {
      birthdate: "例：1815-12-10。年を伝えたくない場合は 0000 と入力してください。",
      picture: "ウェブ上の画像のアドレスです。",
      locale: "ja や en-GB のような言語タグです。",
      phone_number: "国番号から入力してください。例：+81 3-1234-5678"
    },
    groups: {
      person: "あなたについて",
      links: "ウェブ",
      place: "言語と時刻",
      phone: "電話",
      address: "住所"
    },
    faults: {
      text: "使用できない文字が含まれています。",
      long: "長すぎます。",
      url: "https:// または http:// で始まるアドレスを入力してください。",
      birthdate: "1815-12-10 のような日付を入力してください。年を省く場合は 0000-12-10 とします。",
      zoneinfo: "タイムゾーンを一覧から選んでください。",
      locale: "ja や en-GB のような言語タグを入力してください。",
      phone: "国番号を付けた電話番号を入力してください。例：+81 3-1234-5678"
    },
    choose: "指定しない",
    save: "保存する",
    saved: "プロフィールを保存しました。",
    faulty: "まだ保存されていません。入力内容をご確認ください。",
    changed:
      "このページを開いている間に、プロフィールが別の場所で変更されました。現在の内容を表示しています。入力した内容は保存されていません。",
    fixedHeading: "アカウント",
    fixed: { sub: "アカウント", username: "ユーザー名", email: "メールアドレス", updated: "最終更新" },
    fixedHint: "ユーザー名はログインに使うため、ここでは変更できません。",
    verified: "確認済み",
    unverified: "未確認",
    none: "なし"
  }
}
