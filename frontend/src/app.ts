/** The front end: everything here makes better what already works without it. */

document.documentElement.classList.add("live");

import "./fragments";
import "./placeholders";
import "./carousel";
import "./keys";
import "./keep";
import "./toggles";
import "./pictures";
import "./publish";
import "./help";
import "./thread";
import "./seen";
import "./overlay";
import "./feed";
