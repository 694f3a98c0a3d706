/** The sentences of the page on which people upload a picture of themselves. Japanese. */
import type { PictureTexts } from "../PictureTexts.ts"

export const picture: PictureTexts = {
  picture: {
    lede: "この画像は、プロフィールの表示を許可したアプリケーションに伝わります。アドレスを知っている人は誰でも見られます。",
    none: "画像はまだアップロードされていません。",
    present: "現在の画像",
    label: "新しい画像",
    hint: "JPEG、PNG、GIF、WebP のいずれかで、5 MB まで。撮影場所や機種の情報は保存されません。",
    upload: "アップロードする",
    remove: "画像を削除する",
    problems: {
      large: "ファイルが 5 MB を超えています。小さいものを選んでください。",
      type: "JPEG、PNG、GIF、WebP ではありません。別のファイルを選んでください。",
      damaged: "ファイルが壊れているか、途中で切れています。別のファイルを選んでください。",
      pixels: "画像の幅または高さが 8192 ピクセルを超えています。小さいものを選んでください。",
      missing: "ファイルを選んでください。",
      changed: "プロフィールが同時に別の場所で変更されました。もう一度お試しください。"
    },
    notices: {
      saved: "画像を保存しました。",
      removed: "画像を削除しました。"
    }
  }
}
