"""Looks for English that Streamlit left on a page whose interface is Chinese."""

import re

from playwright.sync_api import Page

# Words that Chinese readers meet in Chinese text too.
ALLOWED = frozenset(
    {
        *("PDF", "JPG", "JPEG", "PNG", "BMP", "TIF", "TIFF", "WEBP", "CSV", "XLSX", "XLS", "TXT", "ZIP", "WAV"),
        *("KB", "MB", "GB", "dpi", "DPI", "px", "mm", "cm", "ID", "IC", "PC", "SC", "MRZ", "ICAO", "NFC", "SMS"),
        "English",  # what the switch to it is called
        *("Ctrl", "Alt", "Shift", "Enter", "Esc", "Tab"),
    }
)
# Names of files, and numbers of certificates.
_NOT_WORDS = re.compile(r"[\w.-]+\.[A-Za-z0-9]{2,4}\b|[A-Za-z0-9_-]*\d[A-Za-z0-9_-]*")

# Everything a person can see, hover over or hear: texts, names, tips, hints, also those of tables drawn on a canvas.
# Left out: icons (their ligatures are not read), what people typed into a field, code, and yes/no cells' values.
_TEXTS = """
() => {
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt", "aria-valuetext", "aria-description",
                      "aria-roledescription"];
  const SKIPPED = '[data-testid="stIconMaterial"], script, style, noscript, template, code, [translate="no"]';
  const found = [];
  const add = (text, element) => {
    const truth = element.closest("canvas") && /^(true|false)$/.test(text);
    if (/[A-Za-z]{2}/.test(text) && !truth && !element.closest(SKIPPED)) found.push(text.trim());
  };
  const walk = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (node.parentElement && node.parentElement.tagName !== "TEXTAREA") add(node.data, node.parentElement);
        continue;
      }
      for (const name of ATTRIBUTES) add(node.getAttribute(name) || "", node);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document.body);
  add(document.title, document.body);
  return found;
}
"""


def find_english(page: Page, allowed: frozenset[str] = ALLOWED) -> list[str]:
    """Texts on the page (visible, aria-label, title, placeholder, alt …) with a Latin word of two or more letters.

    Words in `allowed`, names of files and numbers with letters do not count. Frames are not looked into.
    """
    texts: list[str] = page.evaluate(_TEXTS)
    return sorted({text for text in texts if set(re.findall(r"[A-Za-z]{2,}", _NOT_WORDS.sub("", text))) - allowed})
