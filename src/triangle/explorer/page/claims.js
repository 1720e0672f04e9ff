// The chapter's claims beside the picture, each with its verdict.

import { make } from "./dom.js";

const VERDICTS = {
  holds: ["holds", "The claim holds, as firmly as the chapter puts it"],
  "falls short": ["falls short", "It holds at the default, but in fewer places than the chapter’s words ask for"],
  fails: ["fails", "It fails at the default"],
  "not tested": ["not tested", "No game tests it"],
};

export class Claims {
  constructor(ask) {
    this.ask = ask;
    this.element = make("div.claims");
    this.turn = 0;
  }

  // Fill the list one by one: a verdict takes a moment when it is first asked for.
  async show(setting, axes) {
    const turn = (this.turn += 1);
    const { claims } = await this.ask("claims", { ...setting, axes });
    if (turn !== this.turn) return;
    const intro = make("p.hint", claims.length
      ? "Claims of the chapter about this scenario and these axes. Each verdict is the model’s: at its defaults, and "
        + "at 1,024 points of the plausible ranges."
      : "No claim of the chapter belongs to this picture.");
    const places = claims.map((id) => make("article.claim", make("h3", id), make("p.hint", "…")));
    this.element.replaceChildren(intro, ...places);
    for (const [k, id] of claims.entries()) {
      const found = await this.ask("claim", { ...setting, claim: id });
      if (turn !== this.turn) return;
      places[k].replaceWith(claimCard(found));
    }
  }
}

function claimCard(found) {
  const [word, told] = VERDICTS[found.status];
  const mark = make(`span.verdict.${word.replace(" ", "-")}`, word);
  mark.title = told;
  const head = make("h3", found.id, " ", mark);
  if (found.counterintuitive) head.append(" ", make("span.tag", "against expectation"));
  const card = make("article.claim", head, make("p", found.text));
  if (found.share !== null) {
    const [low, high] = found.interval.map((end) => Math.round(100 * end));
    card.append(make("p.facts", `Holds at ${Math.round(100 * found.share)} % of the plausible points `
      + `(${low}–${high}); ${found.nature}; the chapter calls it ${found.strength}.`));
  }
  if (found.now !== null) {
    card.append(make("p.now", make("b", found.now ? "Still holds" : "Fails"), " with the sliders as you have set them."));
  }
  if (found.reading) {
    card.append(make("details.more", make("summary", "How it is tested"), make("p", found.reading),
      found.condition ? make("p", `What decides it: ${found.condition}.`) : null));
  }
  return card;
}
