/** A classic script waits for the style sheet before it, and the parser for the script: so nothing is laid out half-styled. */

document.documentElement.dataset.scripted = "";
