"""The base form of an English word, for looking it up."""

from collections.abc import Iterator

_IRREGULAR = {
    "be": "am is are was were been being", "have": "has had having", "do": "does did done", "go": "goes went gone",
    "say": "said", "get": "got gotten", "make": "made", "know": "knew known", "think": "thought", "take": "took taken",
    "see": "saw seen", "come": "came", "give": "gave given", "find": "found", "tell": "told", "feel": "felt",
    "become": "became", "leave": "left", "bring": "brought", "begin": "began begun", "keep": "kept", "hold": "held",
    "write": "wrote written", "stand": "stood", "hear": "heard", "mean": "meant", "meet": "met", "run": "ran",
    "pay": "paid", "sit": "sat", "speak": "spoke spoken", "lead": "led", "grow": "grew grown", "lose": "lost",
    "fall": "fell fallen", "send": "sent", "build": "built", "understand": "understood", "draw": "drew drawn",
    "break": "broke broken", "spend": "spent", "rise": "rose risen", "drive": "drove driven", "buy": "bought",
    "wear": "wore worn", "choose": "chose chosen", "eat": "ate eaten", "drink": "drank drunk", "sing": "sang sung",
    "swim": "swam swum", "sleep": "slept", "teach": "taught", "catch": "caught", "fight": "fought", "win": "won",
    "forget": "forgot forgotten", "fly": "flew flown", "throw": "threw thrown", "ride": "rode ridden", "sell": "sold",
    "shake": "shook shaken", "steal": "stole stolen", "wake": "woke woken", "hide": "hid hidden", "bite": "bit bitten",
    "blow": "blew blown", "freeze": "froze frozen", "ring": "rang rung", "sink": "sank sunk", "dream": "dreamt",
    "learn": "learnt", "lend": "lent", "light": "lit", "shine": "shone", "shoot": "shot", "stick": "stuck",
    "child": "children", "man": "men", "woman": "women", "person": "people", "foot": "feet", "tooth": "teeth",
    "mouse": "mice", "goose": "geese", "life": "lives", "wife": "wives", "knife": "knives", "leaf": "leaves",
    "half": "halves", "wolf": "wolves", "shelf": "shelves", "good": "better best", "bad": "worse worst",
    "i": "i'm i've i'll i'd", "it": "it's", "not": "don't doesn't didn't can't won't isn't wasn't aren't",
}  # fmt: skip
_BASE = {form: base for base, forms in _IRREGULAR.items() for form in forms.split()}
_ENDINGS = (
    ("'s", ""), ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("oes", "o"),
    ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("ier", "y"), ("iest", "y"), ("er", ""), ("er", "e"),
    ("est", ""), ("est", "e"), ("ily", "y"), ("ly", ""),
)  # fmt: skip


def base_forms(word: str) -> Iterator[str]:
    """What a lower-case word may be a form of, the likeliest first; itself before what its ending suggests."""
    if word in _BASE:
        yield _BASE[word]
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 1:
            stem = word[: -len(ending)]
            yield stem + instead
            if not instead and len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]
