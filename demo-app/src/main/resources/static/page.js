"use strict";
// Asks the agent, and shows what /chat/events sends. Text of a model or a tool is set as text, never as HTML.

const byId = (id) => document.getElementById(id);
const number = (value) => Number(value).toLocaleString("en");
const entries = new Map();
let asking = false;
let atEnd = true;
let problem = "";
const wide = matchMedia("(min-width: 64rem)");

function element(tag, className, ...content) {
	const made = document.createElement(tag);
	if (className) {
		made.className = className;
	}
	made.append(...content);
	return made;
}

const code = (text) => element("code", "", text);
const tag = (kind, text) => element("span", "tag " + kind, text);
const meta = (text) => element("span", "meta", text);
const seconds = (since) => Math.floor((performance.now() - since) / 1000);

// Cuts at a space, if there is one in the second half.
function cut(text, length) {
	if (text.length <= length) {
		return text;
	}
	const space = text.lastIndexOf(" ", length);
	return text.slice(0, space > length / 2 ? space : length) + " …";
}

function folded(short, text) {
	const summary = element("summary", "", short);
	const details = element("details", "result", summary, element("span", "", text));
	details.addEventListener("toggle", () => {
		summary.textContent = details.open ? "Full text:" : short;
	});
	return details;
}

// --- budget and requests --------------------------------------------------------------

function inWords(budget) {
	const limit = budget.limits.find((candidate) => candidate.name === "max_tokens_per_day");
	if (!limit) {
		return budget.state === "UNLIMITED" ? "no limit" : "not known" + (budget.reason ? ": " + budget.reason : "");
	}
	return `${number(limit.used || 0)} of ${number(limit.limit)} tokens used today`
			+ (budget.state === "EXHAUSTED" ? ", exhausted" : "");
}

function showBudget(budget) {
	const limit = budget.limits.find((candidate) => candidate.name === "max_tokens_per_day");
	byId("budget").classList.toggle("exhausted", budget.state === "EXHAUSTED");
	byId("budget-text").textContent = inWords(budget);
	byId("budget-bar").hidden = !limit;
	if (limit) {
		byId("budget-bar").max = Math.max(limit.limit, 1);
		byId("budget-bar").value = limit.limit > 0 ? Math.min(limit.used || 0, limit.limit) : 1;
	}
}

// --- steps ----------------------------------------------------------------------------

// The steps on the way to an answer. The number of a step is its place in the order in which the steps began. The steps
// arrive in another order.
class Journey {

	constructor(title, notes) {
		this.numbers = new Set();
		this.notes = notes;
		this.steps = element("ol", "steps");
		this.root = element("section", "journey", element("h3", "", title), this.steps);
		this.summary = element("summary");
		this.folded = element("details", "trace", this.summary);
		this.folded.hidden = true;
	}

	// Beside the chat, or folded below the answer on a narrow screen.
	place() {
		if (wide.matches) {
			byId("journeys").prepend(this.root);
		}
		else {
			this.folded.append(this.root);
		}
		this.folded.hidden = wide.matches || !this.numbers.size;
	}

	show(step) {
		if (this.numbers.has(step.number)) {
			return;
		}
		this.numbers.add(step.number);
		this.number = step.number;
		this.render(step);
		this.summary.textContent = `What happened: ${this.steps.children.length} steps`;
		this.folded.hidden = wide.matches;
	}

	add(kind, ...content) {
		const item = element("li", kind, ...content);
		item.dataset.number = this.number;
		const next = [...this.steps.children].find((other) => Number(other.dataset.number) > this.number);
		this.steps.insertBefore(item, next || null);
		return item;
	}

	note(...content) {
		this.notes.append(element("li", "", ...content));
	}

	render(step) {
		switch (step.step) {
			case "identity": return this.identity(step);
			case "budget": return this.add(step.state === "EXHAUSTED" ? "refused" : "", "Budget ",
					meta(`${step.when}: ${inWords(step)}`));
			case "refusal": return this.add("refused", tag("refused", "Refused"), " the model call: ", step.message, " ",
					meta("by "), code(step.limit));
			case "tools": return this.tools(step);
			case "decision": return this.decision(step);
			case "exchange": return this.exchange(step);
			case "server-call": return this.add("ok", "The MCP server saw subject ", code(step.subject), ", actor ",
					code(step.actors === "-" ? "none" : step.actors), ", scope ", code(step.scopes.replaceAll(",", " ")));
			case "model-call": return this.add("", "Model ",
					meta(`${number(step.promptTokens)} tokens in, ${number(step.completionTokens)} out, ${number(step.millis)} ms`),
					...(step.calls.length ? [" calls ", code(step.calls.join(", "))] : [" answers"]));
			case "tool-result": return this.result(step);
			default: return undefined;
		}
	}

	identity(step) {
		if (step.problem) {
			this.add("failed", tag("failed", "No identity"), " ", step.problem);
		}
		else {
			this.add("", "The agent is ", code(step.agentId), " of ", code(step.tenant),
				...(step.proof ? [meta(`, proved by ${step.proof}`)] : []));
		}
	}

	tools(step) {
		for (const [tool, required] of Object.entries(step.offered)) {
			this.add("allow", tag("offered", "offered"), " ", code(tool), meta(" requires "), code(required.join(", ")));
		}
		for (const [tool, required] of Object.entries(step.hidden)) {
			this.add("deny", tag("hidden", "hidden"), " ", code(tool), meta(" requires "), code(required.join(", ")));
			this.note(tag("hidden", "Hidden from the model"), " ", code(tool), " requires ", code(required.join(", ")));
		}
		for (const tool of step.missing) {
			this.add("failed", tag("missing", "missing"), " ", code(tool), meta(" its server sent no tools"));
		}
	}

	decision(step) {
		const item = this.add(step.outcome, tag(step.outcome, step.outcome), " ", code(step.capability), " ",
				meta(`${step.source === "cache" ? "from the cache" : "by LumoAuth"}, ${number(step.millis)} ms, before ${step.before}`));
		// The guard around the tool and the guard around the bean ask the same question.
		item.dataset.like = [step.capability, step.outcome, step.source, step.before].join("|");
		if (item.previousElementSibling?.dataset.like === item.dataset.like) {
			item.remove();
		}
	}

	exchange(step) {
		if (step.problem) {
			this.add("failed", tag("failed", "No token"), " for ", code(step.audience), " ", meta(step.problem));
			return;
		}
		this.add("ok", "Token ", code(step.subject || "?"), " → ", code(step.audience), " ",
				meta(step.actors.length ? "actor " : "no actor: the agent acts for itself"),
				...(step.actors.length ? [code(step.actors.join(" and "))] : []));
	}

	result(step) {
		const words = { ok: "returned", pending: "Waits for a person", refused: "Refused", failed: "Failed" };
		const text = step.outcome === "ok" ? step.result : step.result.replace(/^Error: /, "");
		const short = cut(text, 200);
		this.add(step.outcome, tag(step.outcome, words[step.outcome]), " ", code(step.tool),
				short === text ? element("span", "result", text) : folded(short, text));
		if (step.outcome === "refused" || step.outcome === "failed") {
			this.note(tag(step.outcome, words[step.outcome]), " ", code(step.tool), ": ", short);
		}
	}

}

// --- the chat -------------------------------------------------------------------------

const failures = {
	budget: "No model was called: the budget is exhausted",
	unavailable: "LumoAuth is unavailable",
	model: "The model is unavailable",
	other: "Something went wrong",
};

// A question, or a call that a person decides about, with its result.
class Entry {

	constructor(data) {
		byId("welcome").hidden = true;
		this.answer = element("p", "answer");
		this.doing = element("p", "doing quiet");
		this.notes = element("ul", "notes");
		this.root = element("div", data.card ? "after" : "turn", this.answer, this.notes, this.doing);
		if (data.card) {
			this.card = new Card(data);
			byId("log").append(this.card.root, this.root);
		}
		else {
			byId("log").append(element("p", "question", data.question), this.root);
		}
	}

	show(data) {
		this.card?.show(data.card, data.answering);
		this.title = data.card ? `${this.card.state.textContent}: ${data.card.reason}` : data.question;
		this.answering = data.answering;
		this.answer.className = data.answering ? "answer waiting" : "answer";
		this.answer.textContent = data.answer;
		if (data.failure) {
			this.answer.className = "failure " + data.failure.kind;
			this.answer.replaceChildren(element("strong", "", failures[data.failure.kind]), data.failure.message);
		}
		this.answer.hidden = !data.answer && !data.answering && !data.failure;
		this.does(data.answering ? data.doing || "" : undefined);
		data.steps.forEach((step) => this.step(step));
		busy();
	}

	step(step) {
		if (!this.journey) {
			this.journey = new Journey(this.title, this.notes);
			this.root.append(this.journey.folded);
			this.journey.place();
			byId("journeys").scrollTop = 0;
			byId("nothing").hidden = true;
		}
		this.journey.show(step);
	}

	text(text) {
		this.answer.append(text);
	}

	does(what) {
		this.what = what;
		this.since = performance.now();
		this.tick();
	}

	// A wait of less than a second is not shown.
	tick() {
		const passed = this.what === undefined ? 0 : seconds(this.since);
		this.doing.textContent = passed < 1 ? "" : `${this.what || "Working"}, ${passed} s`;
		this.card?.tick();
	}

}

// Screen readers announce an answer when it is complete, not each word.
function busy() {
	const answering = [...entries.values()].filter((entry) => entry.answering);
	byId("log").setAttribute("aria-busy", String(answering.length > 0));
	const asked = asking || answering.some((entry) => !entry.card);
	byId("send").setAttribute("aria-disabled", String(asked));
	const text = asked ? "The agent is working." : problem;
	// Otherwise a screen reader would read it out again.
	if (byId("status").textContent !== text) {
		byId("status").textContent = text;
	}
}

// Whoever reads what was said before stays there.
function scroll() {
	if (atEnd) {
		byId("log").scrollTop = byId("log").scrollHeight;
	}
}

async function ask(question) {
	if (!question || byId("send").getAttribute("aria-disabled") === "true") {
		return;
	}
	asking = true;
	atEnd = true;
	problem = "";
	busy();
	try {
		const response = await fetch("/chat/questions", { method: "POST", headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ message: question }) });
		if (!response.ok) {
			throw new Error("The demo answered " + response.status + ".");
		}
		if (byId("question").value.trim() === question) {
			byId("question").value = "";
		}
	}
	catch (error) {
		problem = error instanceof TypeError
			? "The question was not asked: the demo does not answer. Is it still running?"
			: "The question was not asked. " + error.message;
	}
	asking = false;
	busy();
}

// --- calls that a person decides about ------------------------------------------------

class Card {

	static states = {
		PENDING: ["pending", "Waits for a person"],
		APPROVED: ["running", "Approved, about to run"],
		RUNNING: ["running", "Approved, running"],
		DONE: ["done", "Approved and done"],
		FAILED: ["failed", "Approved, and failed"],
		DENIED: ["denied", "Denied"],
		EXPIRED: ["expired", "Expired: no decision in time"],
		CANCELLED: ["expired", "Cancelled"],
	};

	constructor({ id, card }) {
		const title = element("h3", "", card.reason);
		title.id = id;
		this.state = element("strong", "tag");
		this.timer = element("span", "meta");
		this.timer.setAttribute("role", "timer");
		this.timer.setAttribute("aria-live", "off");
		const rows = Object.entries(card.arguments).map(([name, value]) => {
			const head = element("th", "", name);
			head.scope = "row";
			return element("tr", "", head, element("td", "", value));
		});
		this.word = element("p", "word");
		this.root = element("article", "approval", title, element("p", "", this.state, " ", this.timer),
				element("p", "meta", "A call of ", code(card.tool), `, impact ${card.impact}, with`),
				element("table", "", element("caption", "unseen", "Arguments"), element("tbody", "", ...rows)), this.word);
		this.root.setAttribute("aria-labelledby", id);
		this.root.dataset.approval = id;
		const inbox = byId("log").dataset.inbox;
		if (inbox) {
			this.link = element("a", "", "");
			this.link.href = inbox;
			this.link.target = "_blank";
			this.link.rel = "noopener";
			this.root.append(element("p", "", this.link));
		}
	}

	show(card, answering) {
		// For example, the agent has lost a capability in the meantime.
		const refused = card.state === "APPROVED" && !answering;
		const [kind, words] = refused ? ["failed", "Approved, but it did not run"] : Card.states[card.state];
		const pending = kind === "pending";
		this.root.className = "approval " + kind;
		this.state.className = "tag " + kind;
		// Otherwise a screen reader would read it out again.
		if (this.state.textContent !== words) {
			this.state.textContent = words;
		}
		this.until = pending ? performance.now() + card.secondsLeft * 1000 : undefined;
		this.tick();
		this.word.hidden = !card.word;
		this.word.textContent = card.word ? `The reviewer says: “${card.word}”` : "";
		if (this.link) {
			this.link.textContent = pending ? "Decide in LumoAuth’s inbox" : "See it in LumoAuth’s inbox";
		}
	}

	tick() {
		this.timer.hidden = this.until === undefined;
		if (this.until !== undefined) {
			const left = Math.max(0, Math.round((this.until - performance.now()) / 1000));
			this.timer.textContent = left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left to decide` : "no time left";
		}
	}

}

function sent(report) {
	const content = element("pre", "", report.content);
	byId("sent").prepend(element("li", "", code(report.file), content));
	byId("outbox").hidden = false;
	const count = byId("sent").children.length;
	byId("outbox-text").textContent = count === 1 ? "1 report was sent" : `${count} reports were sent`;
}

// --- events of the application --------------------------------------------------------

const told = {
	// Everything that the application knows, including what happened while no page was open or connected.
	all(data) {
		if (told.instance && told.instance !== data.instance) {
			// The demo was restarted, and no longer knows what this page shows.
			location.reload();
			return;
		}
		told.instance = data.instance;
		showBudget(data.budget);
		byId("requests").textContent = number(data.requests);
		byId("sent").replaceChildren();
		data.sent.reverse().forEach(sent);
		data.entries.forEach(told.entry);
	},
	entry(data) {
		if (!entries.has(data.id)) {
			entries.set(data.id, new Entry(data));
		}
		entries.get(data.id).show(data);
	},
	step({ id, step }) {
		if (step.step === "budget") {
			showBudget(step);
		}
		if (step.step === "request") {
			byId("requests").textContent = number(step.total);
		}
		entries.get(id)?.step(step);
	},
	text: ({ id, text }) => entries.get(id)?.text(text),
	doing: ({ id, doing }) => entries.get(id)?.does(doing),
	sent,
};

function listen() {
	const events = new EventSource("/chat/events");
	for (const name of ["all", "entry", "step", "text", "doing", "sent"]) {
		events.addEventListener(name, (event) => {
			told[name](JSON.parse(event.data));
			scroll();
		});
	}
	events.addEventListener("open", () => {
		connected("");
	});
	events.addEventListener("error", () => {
		connected("The demo does not answer: it was stopped, or is starting. Trying again.");
		// Most browsers connect again automatically, but not after every failure.
		if (events.readyState === EventSource.CLOSED) {
			setTimeout(listen, 2000);
		}
	});
}

function connected(trouble) {
	byId("connection").className = trouble ? "failure" : "";
	byId("connection").textContent = trouble;
}

listen();
setInterval(() => entries.forEach((entry) => entry.tick()), 500);
new ResizeObserver(scroll).observe(byId("log"));
byId("log").addEventListener("scroll", (event) => {
	const log = event.target;
	atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 32;
});
wide.addEventListener("change", () => entries.forEach((entry) => entry.journey?.place()));

byId("ask").addEventListener("submit", (event) => {
	event.preventDefault();
	ask(byId("question").value.trim());
});

byId("question").addEventListener("keydown", (event) => {
	if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
		event.preventDefault();
		byId("ask").requestSubmit();
	}
});

for (const example of document.querySelectorAll(".example")) {
	example.addEventListener("click", () => ask(example.textContent));
}
