/**
 * Runs in the browser, on the page that is shown: what it consists of and what WCAG 2.2 finds in it.
 *
 * Plain JavaScript, because the types of a browser and of a Worker do not fit into one program.
 */
;(() => {
  const all = [...document.querySelectorAll("*")]
  const shown = all.filter((e) => e.checkVisibility() && !e.closest("head") && !e.closest(".unseen"))

  const rgb = (text) => text.match(/[\d.]+/g).map(Number)
  const luminance = ([r, g, b]) =>
    [r, g, b]
      .map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
  const ratio = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)]
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
  }
  /** The nearest background that hides what is behind it. */
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor)
      if (color.length === 3 || color[3] === 1) return color
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255]
  }
  const ownText = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== "")
  const label = (e) => `${e.tagName.toLowerCase()}${e.id && `#${e.id}`} ${e.textContent.trim().slice(0, 30)}`
  const box = (e) => e.getBoundingClientRect()

  const fields = "input:not([type=hidden]), select, textarea"
  const focusable = shown.filter((e) => e.matches(`a[href], button, summary, ${fields}`))
  /** What one presses to choose: of a box, the whole line it stands in. */
  const pressed = (e) => (e.matches("[type=checkbox], [type=radio]") ? (e.closest("label") ?? e) : e)

  return {
    /** Every element with the names of its attributes: equal for two pages that differ in their texts only. */
    skeleton: all.map((e) => [e.tagName, ...e.getAttributeNames()].join(" ")),
    comments: document.createTreeWalker(document, 128).nextNode() !== null,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    cut: shown.filter((e) => box(e).right > innerWidth + 0.5 || box(e).left < -0.5).map(label),
    unlabelled: focusable
      .filter((e) => (e.matches(fields) ? (e.labels?.length ?? 0) === 0 : e.textContent.trim() === ""))
      .map(label),
    /** WCAG 1.4.3: texts below 4.5. */
    faint: [...shown.filter(ownText), ...shown.filter((e) => e.matches(fields))]
      .map((e) => ({ e, contrast: ratio(rgb(getComputedStyle(e).color), behind(e)) }))
      .filter(({ contrast }) => contrast < 4.5)
      .map(({ e, contrast }) => `${label(e)} ${contrast.toFixed(2)}`),
    /** WCAG 1.4.11: edges of inputs below 3. */
    faintEdges: shown
      .filter((e) => e.matches(fields))
      .filter((e) => ratio(rgb(getComputedStyle(e).borderTopColor), behind(e.parentElement)) < 3)
      .map(label),
    texts: shown.filter(ownText).length,
    /** What is pressed with a thumb: 44 pixels. Links inside a line of text are excepted. */
    small: focusable
      .filter((e) => e.matches(`button, .button, summary, ${fields}`) && box(pressed(e)).height < 44)
      .map(label),
    /** Safari zooms into an input whose text is smaller than 16 pixels. */
    zooms: shown
      .filter((e) => e.matches(fields) && pressed(e) === e && parseFloat(getComputedStyle(e).fontSize) < 16)
      .map(label),
    headings: all.filter((e) => e.matches("h1, h2, h3")).map((e) => Number(e.tagName[1])),
    focusable: focusable.map((e) => e.id || e.getAttribute("href")),
    tops: focusable.map((e) => Math.round(box(e).top)),
    focused: document.activeElement?.id ?? ""
  }
})()
