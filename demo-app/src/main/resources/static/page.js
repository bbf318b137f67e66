"use strict";
// Asks the agent and shows what happens. What a model or a tool says is set as text, never as HTML.

const byId = (id) => document.getElementById(id);
const number = (value) => Number(value).toLocaleString("en");
let busy = false;
let atWork = 0;

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

// --- budget and requests --------------------------------------------------------------

function showBudget(used, limit, state, reason) {
	const box = byId("budget");
	box.classList.toggle("exhausted", state === "exhausted");
	byId("budget-bar").hidden = limit === undefined;
	if (limit === undefined) {
		byId("budget-text").textContent = state === "unlimited" ? "no limit" : "not known" + (reason ? ": " + reason : "");
		return;
	}
	byId("budget-bar").max = Math.max(limit, 1);
	byId("budget-bar").value = limit > 0 ? Math.min(used, limit) : 1;
	byId("budget-text").textContent = `${number(used)} of ${number(limit)} tokens used today, `
			+ (state === "exhausted" ? "exhausted" : `${number(Math.max(0, limit - used))} left`);
}

function budgetStep(step) {
	const limit = step.limits.find((candidate) => candidate.name === "max_tokens_per_day");
	showBudget(limit ? limit.used || 0 : 0, limit ? limit.limit : undefined, step.state.toLowerCase(), step.reason);
}

// --- steps ----------------------------------------------------------------------------

class Journey {

	constructor(question, answer) {
		this.steps = element("ol", "steps");
		this.notes = element("ul", "notes");
		this.last = "";
		byId("journeys").prepend(element("section", "journey", element("h3", "", question), this.steps));
		byId("journeys").scrollTop = 0;
		byId("nothing").hidden = true;
		answer.after(this.notes);
	}

	add(kind, ...content) {
		const item = element("li", kind, ...content);
		this.steps.append(item);
		return item;
	}

	// A step of a tool that is being run, on behalf of the model's last call.
	ofTool(item) {
		this.firstOfTool = this.firstOfTool || item;
	}

	// A streamed model call ends when its tools run already.
	modelCall(step) {
		const item = this.add("", "Model ", meta(`${number(step.promptTokens)} tokens in, ${number(step.completionTokens)} out, ${number(step.millis)} ms`),
				...(step.calls.length ? [" calls ", code(step.calls.join(", "))] : [" answers"]));
		if (step.calls.length && this.firstOfTool) {
			this.firstOfTool.before(item);
		}
		this.firstOfTool = undefined;
	}

	note(...content) {
		this.notes.append(element("li", "", ...content));
	}

	show(step) {
		switch (step.step) {
			case "identity": return this.identity(step);
			case "budget": return budgetStep(step);
			case "request": byId("requests").textContent = number(step.total); return undefined;
			case "tools": return this.tools(step);
			case "decision": return this.decision(step);
			case "exchange": return this.exchange(step);
			case "server-call": return this.add("ok", "The MCP server saw subject ", code(step.subject), ", actor ",
					code(step.actors === "-" ? "none" : step.actors), ", scope ", code(step.scopes.replaceAll(",", " ")));
			case "model-call": return this.modelCall(step);
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
			this.add("failed", tag("missing", "missing"), " ", code(tool), meta(" its server gave no tools"));
		}
	}

	decision(step) {
		// The guard around the tool and the guard around the bean both ask.
		const like = [step.capability, step.outcome, step.source, step.before].join("|");
		if (like !== this.last) {
			this.last = like;
			const item = this.add(step.outcome, tag(step.outcome, step.outcome), " ", code(step.capability), " ",
					meta(`${step.source === "cache" ? "from the cache" : "by LumoAuth"}, ${number(step.millis)} ms, before ${step.before}`));
			if (step.before.startsWith("running")) {
				this.ofTool(item);
			}
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
		const text = step.result.length > 220 ? step.result.slice(0, 220) + "…" : step.result;
		this.add(step.outcome, tag(step.outcome, words[step.outcome]), " ", code(step.tool),
				element("span", "result", step.outcome === "ok" ? text : text.replace(/^Error: /, "")));
		if (step.outcome === "refused" || step.outcome === "failed") {
			this.note(tag(step.outcome, words[step.outcome]), " ", code(step.tool), ": ", text.replace(/^Error: /, ""));
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

async function ask(question) {
	byId("welcome").hidden = true;
	const log = byId("log");
	const answer = element("p", "answer waiting");
	const turn = element("div", "turn", answer);
	log.append(element("p", "question", question), turn);
	working(1);
	const journey = new Journey(question, answer);
	scroll();
	let ended = false;
	try {
		const response = await fetch("/chat/stream", { method: "POST",
			headers: { "Content-Type": "application/json", "Accept": "text/event-stream" },
			body: JSON.stringify({ message: question }) });
		if (!response.ok) {
			throw new Error("The application answered " + response.status + ".");
		}
		await events(response.body, (name, data) => {
			switch (name) {
				case "step":
					journey.show(data);
					break;
				case "text":
					answer.append(data.text);
					break;
				case "answer":
					answer.textContent = data.answer;
					ended = true;
					break;
				case "failure":
					fail(answer, data.kind, data.message);
					ended = true;
					break;
			}
			scroll();
		});
		if (!ended) {
			throw new Error("The answer ended too early.");
		}
	}
	catch (error) {
		fail(answer, "other", error.message);
	}
	answer.classList.remove("waiting");
	working(-1);
	scroll();
}

// Readers are told of an answer when it is there, not of each word.
function working(more) {
	atWork += more;
	byId("log").setAttribute("aria-busy", String(atWork > 0));
}

function fail(answer, kind, message) {
	answer.classList.remove("answer");
	answer.classList.add("failure", kind);
	answer.replaceChildren(element("strong", "", failures[kind]), message);
}

function scroll() {
	byId("log").scrollTop = byId("log").scrollHeight;
}

// --- calls that a person decides about ------------------------------------------------

const cards = new Map();

class Card {

	static states = {
		PENDING: ["pending", "Waits for a person"],
		APPROVED: ["running", "Approved, about to run"],
		RUNNING: ["running", "Approved, running"],
		DONE: ["done", "Approved and done"],
		FAILED: ["failed", "Approved, and failed"],
		DENIED: ["denied", "Denied"],
		EXPIRED: ["expired", "Expired: nobody decided in time"],
		CANCELLED: ["expired", "Taken back"],
	};

	constructor(data) {
		const title = element("h3", "", data.reason);
		title.id = data.id;
		this.state = element("strong", "tag");
		this.timer = element("span", "meta");
		this.timer.setAttribute("role", "timer");
		this.timer.setAttribute("aria-live", "off");
		const rows = Object.entries(data.arguments).map(([name, value]) => {
			const head = element("th", "", name);
			head.scope = "row";
			return element("tr", "", head, element("td", "", value));
		});
		this.word = element("p", "word");
		this.root = element("article", "approval", title, element("p", "", this.state, " ", this.timer),
				element("p", "meta", "A call of ", code(data.tool), `, impact ${data.impact}, with`),
				element("table", "", element("caption", "unseen", "Arguments"), element("tbody", "", ...rows)), this.word);
		this.root.setAttribute("aria-labelledby", data.id);
		this.root.dataset.approval = data.id;
		const inbox = byId("log").dataset.inbox;
		if (inbox) {
			this.link = element("a", "", "");
			this.link.href = inbox;
			this.link.target = "_blank";
			this.link.rel = "noopener";
			this.root.append(element("p", "", this.link));
		}
		this.answer = element("p", "answer");
		this.answer.hidden = true;
		byId("welcome").hidden = true;
		byId("log").append(this.root, element("div", "after", this.answer));
		this.show(data);
	}

	show(data) {
		// A capability was taken from the agent meanwhile, say.
		const refused = data.state === "APPROVED" && !data.answering;
		const [kind, words] = refused ? ["failed", "Approved, but it did not run"] : Card.states[data.state];
		const pending = kind === "pending";
		this.root.className = "approval " + kind;
		this.state.className = "tag " + kind;
		// Or it would be read out again.
		if (this.state.textContent !== words) {
			this.state.textContent = words;
		}
		this.reason = data.reason;
		this.until = pending ? performance.now() + data.secondsLeft * 1000 : undefined;
		this.tick();
		this.word.hidden = !data.word;
		this.word.textContent = data.word ? `The reviewer says: “${data.word}”` : "";
		if (this.link) {
			this.link.textContent = pending ? "Decide in LumoAuth’s inbox" : "Look at it in LumoAuth’s inbox";
		}
		this.answering(data.answering);
		if (data.failure) {
			fail(this.answer, data.failure.kind, data.failure.message);
			this.answer.hidden = false;
		}
		else {
			this.answer.textContent = data.answer;
			this.answer.hidden = !data.answer && !data.answering;
		}
	}

	answering(now) {
		if (now !== Boolean(this.isAnswering)) {
			working(now ? 1 : -1);
		}
		this.isAnswering = now;
		this.answer.classList.toggle("waiting", now);
	}

	text(text) {
		this.answer.append(text);
	}

	step(step) {
		this.journey = this.journey || new Journey(`${this.state.textContent}: ${this.reason}`, this.answer);
		this.journey.show(step);
	}

	tick() {
		this.timer.hidden = this.until === undefined;
		if (this.until !== undefined) {
			const left = Math.max(0, Math.round((this.until - performance.now()) / 1000));
			this.timer.textContent = left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left to decide` : "time is up";
		}
	}

}

function card(data) {
	if (cards.has(data.id)) {
		cards.get(data.id).show(data);
	}
	else {
		cards.set(data.id, new Card(data));
	}
	scroll();
}

function sent(report) {
	const content = element("pre", "", report.content);
	byId("sent").prepend(element("li", "", code(report.file), content));
	byId("outbox").hidden = false;
	const count = byId("sent").children.length;
	byId("outbox-text").textContent = count === 1 ? "1 report was sent" : `${count} reports were sent`;
}

const approvals = new EventSource("/approvals");
const on = (name, handle) => approvals.addEventListener(name, (event) => handle(JSON.parse(event.data)));

// All that the application knows: also what happened while no page was open, or this one had no connection.
on("all", (data) => {
	data.cards.forEach(card);
	byId("sent").replaceChildren();
	data.sent.reverse().forEach(sent);
});
on("card", card);
on("sent", sent);
on("text", (data) => {
	cards.get(data.id)?.text(data.text);
	scroll();
});
on("step", (data) => cards.get(data.id)?.step(data.step));
setInterval(() => cards.forEach((each) => each.tick()), 500);

// Server-sent events: blocks of lines "event:…" and "data:…", with an empty line after each.
async function events(body, handle) {
	const reader = body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = "";
	for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
		const blocks = (rest + chunk.value).split("\n\n");
		rest = blocks.pop();
		for (const block of blocks) {
			const lines = block.split("\n");
			const of = (field) => lines.filter((line) => line.startsWith(field + ":")).map((line) => line.slice(field.length + 1)).join("\n");
			handle(of("event"), JSON.parse(of("data")));
		}
	}
}

byId("ask").addEventListener("submit", async (event) => {
	event.preventDefault();
	const question = byId("question").value.trim();
	if (busy || !question) {
		return;
	}
	busy = true;
	byId("send").setAttribute("aria-disabled", "true");
	byId("status").textContent = "The agent is at work.";
	byId("question").value = "";
	await ask(question);
	byId("status").textContent = "";
	byId("send").setAttribute("aria-disabled", "false");
	busy = false;
});

byId("question").addEventListener("keydown", (event) => {
	if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
		event.preventDefault();
		byId("ask").requestSubmit();
	}
});

for (const example of document.querySelectorAll(".example")) {
	example.addEventListener("click", () => {
		byId("question").value = example.textContent;
		byId("question").focus();
	});
}

const initial = byId("budget").dataset;
if (initial.limit !== undefined) {
	const used = Number(initial.used || 0);
	showBudget(used, Number(initial.limit), used >= Number(initial.limit) ? "exhausted" : "available");
}
