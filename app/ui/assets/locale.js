// Runs before Streamlit's own script. Gives the browser the language of <html lang> and, in Chinese, replaces the texts
// that Streamlit brings by those of streamlit_texts.json. A text is replaced only where it equals an entry as a whole and
// stands inside the element that the entry's group names; people's own words stand in Streamlit's markdown containers,
// options, file names and fields' values, none of which is looked at.
function localise(dictionary) {
  "use strict";
  const ATTRIBUTES = [
    "aria-label", "title", "placeholder", "alt", "aria-valuetext", "aria-description", "aria-roledescription",
  ];
  const WORDS = /[A-Za-z]{2}/;
  const LONGEST = 500;
  const language = document.documentElement.lang;
  const never = dictionary.never.join(", ");
  const neverItself = dictionary.neverItself.join(", ");
  const exact = new Map();
  const patterns = [];

  function index() {
    for (const group of dictionary.groups) {
      for (const [text, translation] of Object.entries(group.texts || {})) {
        exact.set(text, [{ group, translation }, ...(exact.get(text) || [])]);
      }
      for (const [pattern, translation] of group.patterns || []) {
        patterns.push({ group, translation, pattern: new RegExp(pattern) });
      }
    }
  }

  function holds(group, element, isText) {
    if (isText && group.attributesOnly) return false;
    if (!group.inMarkdown && element.closest(dictionary.markdown)) return false;
    return element.closest(group.within) !== null;
  }

  // The translation of a whole text standing in `element`, or undefined. Of equal texts, the group that comes last wins.
  function lookUp(text, element, isText) {
    const entry = (exact.get(text) || []).find(({ group }) => holds(group, element, isText));
    if (entry) return entry.translation;
    for (const { group, pattern, translation } of patterns) {
      const match = pattern.exec(text);
      if (match && holds(group, element, isText)) return filled(translation, match, element, isText);
    }
    return undefined;
  }

  // $1 is taken as it stands (people's words, numbers), $<name> is a word of Streamlit and looked up in its turn.
  function filled(translation, match, element, isText) {
    return translation.replace(/\$(\d)|\$<(\w+)>/g, (_all, number, name) => {
      if (number) return match[number] ?? "";
      const word = match.groups[name] ?? "";
      return lookUp(word, element, isText) ?? word;
    });
  }

  function translated(text, element, isText) {
    if (text.length > LONGEST || !WORDS.test(text) || element.closest(never)) return text;
    const core = text.trim();
    return text.replace(core, () => lookUp(core, element, isText) ?? core);
  }

  function replaceText(node) {
    const translation = node.parentElement ? translated(node.data, node.parentElement, true) : node.data;
    if (translation !== node.data) node.data = translation;
  }

  function replaceAttribute(element, name) {
    const value = element.getAttribute(name);
    if (!value || element.matches(neverItself)) return;
    const translation = translated(value, element, false);
    if (translation !== value) element.setAttribute(name, translation);
  }

  function replaceWithin(root) {
    if (root.nodeType === Node.TEXT_NODE) replaceText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = root; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) replaceText(node);
      else if (node.attributes.length) for (const name of ATTRIBUTES) replaceAttribute(node, name);
    }
  }

  // Runs before the browser paints, once for all changes of one render; what it changes itself is not looked at again.
  function observe() {
    const observer = new MutationObserver((changes) => {
      for (const { type, target, addedNodes, attributeName } of changes) {
        if (type === "characterData") replaceText(target);
        else if (type === "attributes") replaceAttribute(target, attributeName);
        else addedNodes.forEach(replaceWithin);
      }
      observer.takeRecords();
    });
    const watched = { childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES };
    observer.observe(document.documentElement, { ...watched, subtree: true });
  }

  // A table without rows says so on its canvas only: one centred word that no cell of the table (the elements inside the
  // canvas, for screen readers) holds.
  function drawEmptyTables() {
    const { text, translation } = dictionary.emptyTable;
    const draw = CanvasRenderingContext2D.prototype.fillText;
    const isEmpty = ({ canvas }) =>
      canvas.closest?.("[data-testid=stDataFrame]") && !canvas.textContent.includes(text);
    CanvasRenderingContext2D.prototype.fillText = function fillText(drawn, ...where) {
      const empty = drawn === text && this.textAlign === "center" && isEmpty(this);
      return draw.call(this, empty ? translation : drawn, ...where);
    };
  }

  // Streamlit's fields have no hint for a phone's keyboard, but they say what they are for.
  function offerKeyboards() {
    const KEYBOARDS = { "tel-national": "tel", "one-time-code": "numeric" };
    const offer = ({ target }) => {
      const kind = KEYBOARDS[target.getAttribute?.("autocomplete")];
      if (kind && target.inputMode !== kind) target.inputMode = kind;
    };
    // A finger comes down before the field has the focus, which is when the keyboard opens.
    for (const event of ["pointerdown", "focusin"]) document.addEventListener(event, offer, true);
  }

  // On a phone the menu lies over the page. Streamlit's own links in it shut it; ours below them do so too.
  function shutMenuOnPhones() {
    const OURS = "[data-testid=stSidebarUserContent] :is(a, button)";
    document.addEventListener("click", ({ target }) => {
      if (!target.closest?.(OURS) || !matchMedia("(max-width: 768px)").matches) return;
      document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
    });
  }

  window.prerenderReady = false;
  offerKeyboards();
  shutMenuOnPhones();
  Object.defineProperty(navigator, "language", { get: () => language, configurable: true });
  Object.defineProperty(navigator, "languages", { get: () => Object.freeze([language]), configurable: true });
  if (language === "zh-CN") {
    index();
    drawEmptyTables();
    observe();
  }
}
