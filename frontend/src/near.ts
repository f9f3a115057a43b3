/** "Near me": asks the browser where it is when tapped, and sends no more of it than about a kilometre. */

import { all } from "./dom";
import { toast } from "./toast";

for (const button of all<HTMLButtonElement>("[data-near]")) {
  if (!("geolocation" in navigator)) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const field = button.form?.elements.namedItem("near");
        if (!(field instanceof HTMLInputElement)) return;
        field.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
        button.form?.submit();
      },
      () => {
        button.disabled = false;
        toast(button.dataset.near ?? "");
      },
      { enableHighAccuracy: false, maximumAge: 600_000, timeout: 15_000 },
    );
  });
}
