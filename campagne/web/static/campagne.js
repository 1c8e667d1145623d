// A few comforts; every page works without them.

// Put a text on the clipboard with its headings and lists, and as plain text for who has no use
// for those. Its headings stand a level deeper on the page than where people paste them.
function copyText(source, plain) {
  if (!window.ClipboardItem) {
    return navigator.clipboard.writeText(plain);
  }
  const levels = [...source.querySelectorAll("h2, h3, h4, h5, h6")].map((one) => one.tagName[1]);
  const deeper = Math.min(...levels) - 2;
  const html = source.innerHTML.replace(
    /(<\/?h)([2-6])>/g,
    (_, tag, level) => `${tag}${level - deeper}>`,
  );
  const kinds = { "text/plain": plain, "text/html": html };
  const blobs = Object.entries(kinds).map(([type, text]) => [type, new Blob([text], { type })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
}

// Show the button that copies a text. Without this script people select the text themselves.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) {
    continue;
  }
  const label = button.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await (button.dataset.plain === undefined
        ? navigator.clipboard.writeText(source.value)
        : copyText(source, button.dataset.plain));
      button.textContent = "Gekopieerd";
    } catch {
      button.textContent = "Kopiëren lukt niet: selecteer de tekst zelf";
    }
    setTimeout(() => {
      button.textContent = label;
    }, 3000);
  });
}

// On a narrow screen, begin the picture of the year at today instead of in January.
const today = document.querySelector(".timeline__today");
if (today) {
  const picture = today.closest(".picture");
  const share = today.x1.baseVal.value / today.ownerSVGElement.viewBox.baseVal.width;
  picture.scrollLeft = share * picture.scrollWidth - picture.clientWidth / 3;
}

// While mails leave, show how far they are. Who is reading in the table or presses a button there
// is left alone.
const live = document.querySelector("[data-refresh]");
// The table stays open or closed as its reader left it, also when the page is loaded once more.
function fold(isOpen) {
  const table = document.querySelector("#voortgang details");
  if (table) {
    table.open = isOpen ?? table.open;
  }
  return table?.open;
}
async function refresh() {
  if (!document.hidden && !live.contains(document.activeElement)) {
    try {
      const answer = await fetch(live.dataset.refresh, { headers: { accept: "text/html" } });
      if (!answer.ok) {
        return;
      }
      const html = await answer.text();
      const wasOpen = fold();
      live.innerHTML = html;
      fold(wasOpen);
    } catch {
      // The network is away for a moment: the next turn tells.
    }
  }
  const bar = live.querySelector("progress");
  if (bar && bar.value < bar.max) {
    setTimeout(refresh, 3000);
  } else {
    history.replaceState({ isOpen: fold() }, "");
    location.reload(); // what can be done now is something else
  }
}
fold(history.state?.isOpen);
if (live) {
  setTimeout(refresh, 3000);
}

// Show a text as it will look, a moment after somebody stopped typing. Without this script a button
// does so.
const draft = document.querySelector("[data-live]");
if (draft) {
  const preview = document.getElementById(draft.dataset.live);
  const said = document.getElementById("gezegd");
  const out = document.getElementById("uitgelogd");
  let waiting;
  let last = 0;
  let isSure = false;
  const show = async () => {
    last += 1;
    const mine = last;
    const sent = new URLSearchParams(new FormData(draft));
    sent.set("wat", "voorproef");
    sent.set("deel", "ja");
    try {
      const answer = await fetch(draft.action, { method: "POST", body: sent });
      const html = await answer.text();
      out.hidden = answer.status !== 403 && !answer.redirected;
      if (answer.ok && out.hidden && mine === last) {
        preview.innerHTML = html;
        said.textContent = preview.querySelector("#oordeel strong").textContent;
      }
    } catch {
      // The network is away for a moment: the next letter tries again.
    }
  };
  // Who is no longer logged in stays here with what was typed.
  draft.addEventListener("submit", async (event) => {
    if (isSure) {
      return;
    }
    event.preventDefault();
    await show();
    if (out.hidden) {
      isSure = true;
      draft.requestSubmit(event.submitter);
      isSure = false;
    }
  });
  draft.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 600);
  });
}
