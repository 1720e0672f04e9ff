// Ask first: the reader answers before the picture appears.

import { capital } from "./legend.js";
import { button, make, withAttributes } from "./dom.js";

export class Guess {
  // `revealed()` is called once the reader has committed to an answer.
  constructor(ask, announce, revealed) {
    Object.assign(this, { ask, announce, revealed });
    this.element = withAttributes(make("section.guess"), { "aria-label": "A question first" });
  }

  async put(setting, measure, scenario) {
    const found = await this.ask("question", { ...setting, measure });
    if (!found.question) {
      this.element.replaceChildren(make("p", "Nothing changes in this scenario. Choose one that changes something, or "
        + "move a slider, and ask again."), button("Show the picture", () => this.revealed(null)));
      return;
    }
    const form = make("form");
    const choices = found.answers.map(([value, told]) => {
      const radio = withAttributes(make("input"), { type: "radio", name: "guess", value, required: true });
      return make("label.choice", radio, make("span", told));
    });
    const commit = withAttributes(make("button.button.main", "This is my answer"), { type: "submit" });
    form.append(make("fieldset", make("legend", found.question), ...choices), commit);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.commit(setting, measure, new FormData(form).get("guess"));
    });
    this.element.replaceChildren(
      make("p.kicker", "Before you look"),
      make("p", `From “${found.before}” to “${scenario.title}” this changes:`),
      make("ul", ...found.changes.map((line) => make("li", capital(line)))),
      form,
    );
    this.announce(found.question);
  }

  async commit(setting, measure, guess) {
    const found = await this.ask("answer", { ...setting, measure, guess });
    const verdict = found.right === null ? "The model gives no answer here."
      : found.right ? "The model agrees with you." : "The model says otherwise.";
    const words = { rises: "it rises", stays: "it stays as it is", falls: "it falls" };
    const said = make("p", `You said ${words[guess]}. `, found.said ? `In the model ${words[found.said]}` : "",
      found.before === null ? "" : `: ${found.before} before, ${found.after} after.`);
    const heading = withAttributes(make("h2", verdict), { tabindex: "-1" });
    const parts = [
      make(`p.kicker.${found.right ? "yes" : "no"}`, "The answer"), heading, said,
      make("details.more", make("summary", "Why: term by term"), ...found.told.map((line) => make("p", line))),
      found.several && make("p.hint", "Several outcomes are stable; the one with the most slack is compared."),
      make("p.hint", "Now the picture is open: move the sliders and see what would have to be different."),
    ];
    this.element.replaceChildren(...parts.filter(Boolean));
    this.revealed(guess);
    heading.focus();
    this.announce(`${verdict} ${said.textContent}`);
  }
}
