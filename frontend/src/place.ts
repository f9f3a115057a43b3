/** Where a note was written: a town chosen from what is offered while somebody types, or words of their own. */

import { all, one } from "./dom";
import { offerBelow } from "./seek";

for (const host of all("[data-place]")) {
  const named = (name: string): HTMLInputElement | null => one<HTMLInputElement>(`input[name=${name}]`, host);
  const field = named("place_name");
  const id = named("place_id");
  const said = named("place_for");
  const told = one("[data-place-chosen]", host);
  if (!field || !id || !said || !told) continue;
  let name = field.value;
  const near = (): string => {
    const [latitude, longitude] = ["latitude", "longitude"].map((each) => field.form?.elements.namedItem(each));
    const isThere = latitude instanceof HTMLInputElement && longitude instanceof HTMLInputElement && latitude.value && longitude.value;
    return isThere ? `&near=${latitude.value},${longitude.value}` : "";
  };
  offerBelow(host, field, (typed) => `/places/suggestions?q=${typed}${near()}`);
  host.addEventListener("click", (event) => {
    const offered = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-town]") : null;
    if (!offered) return;
    event.preventDefault();
    name = offered.dataset.name ?? "";
    field.value = said.value = name;
    id.value = offered.dataset.town ?? "";
    told.textContent = offered.dataset.where ?? "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    host.dispatchEvent(new Event("chosen"));
  });
  // Something finer may be written beside the town; without its name it is meant no more.
  field.addEventListener("input", () => {
    const isMeant = id.value !== "" && name !== "" && field.value.includes(name);
    said.value = isMeant ? field.value : "";
    if (isMeant || !id.value) return;
    id.value = told.textContent = "";
  });
}
