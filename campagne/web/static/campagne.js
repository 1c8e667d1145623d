// Two comforts; every page works without them.

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
      await navigator.clipboard.writeText(source.value ?? source.textContent);
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
