// Asks the agent, and shows what /chat/events sends. What a model or a tool says is set as text, never as HTML.
import { byId, clock, code, gauge, html, instanceIs, listen, nothing, number, quiet, render, repeat, table, tag } from "./assets/shared/shared.js";

const wide = matchMedia("(min-width: 64rem)");
const log = byId("log");
const entries = new Map();
const sent = [];
const page = { asking: false, problem: "", trouble: "", budget: undefined, requests: 0 };
// Whoever reads what was said before stays there.
export let atEnd = true;

const seconds = (since) => Math.floor((performance.now() - since) / 1000);
const left = (entry) => Math.max(0, Math.round((entry.until - performance.now()) / 1000));

// Cuts at a space, if there is one in the second half.
export function cut(text, length) {
	if (text.length <= length) {
		return text;
	}
	const space = text.lastIndexOf(" ", length);
	return text.slice(0, space > length / 2 ? space : length) + " …";
}

const limitOf = (budget) => budget.limits.find((candidate) => candidate.name === "max_tokens_per_day");
const unlimited = (budget) => budget.state === "UNLIMITED" ? "no limit" : "not known" + (budget.reason ? ": " + budget.reason : "");

function inWords(budget) {
	const limit = limitOf(budget);
	return limit ? `${number(limit.used || 0)} of ${number(limit.limit)} tokens used today${budget.state === "EXHAUSTED" ? ", exhausted" : ""}`
		: unlimited(budget);
}

function budgetOf(budget) {
	const limit = limitOf(budget);
	return gauge("Budget", limit?.used || 0, limit?.limit, budget.state === "EXHAUSTED", { otherwise: unlimited(budget) });
}

const line = (kind, ...content) => ({ kind, content });
const required = (tool, capabilities) => [code(tool), quiet(" requires "), code(capabilities.join(", "))];
const OUTCOMES = { ok: "returned", pending: "Waits for a person", refused: "Refused", failed: "Failed" };
const result = (step) => step.outcome === "ok" ? step.result : step.result.replace(/^Error: /, "");

function resultOf(step) {
	const text = result(step);
	const short = cut(text, 200);
	return short === text ? html`<span class="result">${text}</span>`
		: html`<details class="result"><summary>${short}</summary><span>${text}</span></details>`;
}

function decision(step) {
	const by = step.source === "cache" ? "from the cache" : "by LumoAuth";
	return { ...line(step.outcome, tag(step.outcome, step.outcome), " ", code(step.capability), quiet(` ${by}, ${number(step.millis)} ms, before ${step.before}`)),
		like: [step.capability, step.outcome, step.source, step.before].join("|") };
}

// The lines of a step, by the kind of the step.
const STEPS = {
	identity: (step) => step.problem ? [line("failed", tag("failed", "No identity"), " ", step.problem)]
		: [line("", "The agent is ", code(step.agentId), " of ", code(step.tenant), step.proof ? quiet(`, proved by ${step.proof}`) : nothing)],
	budget: (step) => [line(step.state === "EXHAUSTED" ? "refused" : "", "Budget ", quiet(`${step.when}: ${inWords(step)}`))],
	refusal: (step) => [line("refused", tag("refused", "Refused"), " the model call: ", step.message, quiet(" by "), code(step.limit))],
	tools: (step) => [...Object.entries(step.offered).map(([tool, capabilities]) => line("allow", tag("offered", "offered"), " ", required(tool, capabilities))),
		...Object.entries(step.hidden).map(([tool, capabilities]) => line("deny", tag("hidden", "hidden"), " ", required(tool, capabilities))),
		...step.missing.map((tool) => line("failed", tag("missing", "missing"), " ", code(tool), quiet(" its server sent no tools")))],
	decision: (step) => [decision(step)],
	exchange: (step) => step.problem ? [line("failed", tag("failed", "No token"), " for ", code(step.audience), " ", quiet(step.problem))]
		: [line("ok", "Token ", code(step.subject || "?"), " → ", code(step.audience), quiet(step.actors.length ? " actor " : " no actor: the agent acts for itself"),
			step.actors.length ? code(step.actors.join(" and ")) : nothing)],
	"server-call": (step) => [line("ok", "The MCP server saw subject ", code(step.subject), ", actor ", code(step.actors === "-" ? "none" : step.actors),
		", scope ", code(step.scopes.replaceAll(",", " ")))],
	"model-call": (step) => [line("", "Model ", quiet(`${number(step.promptTokens)} tokens in, ${number(step.completionTokens)} out, ${number(step.millis)} ms`),
		step.calls.length ? [" calls ", code(step.calls.join(", "))] : " answers")],
	"tool-result": (step) => [line(step.outcome, tag(step.outcome, OUTCOMES[step.outcome]), " ", code(step.tool), " ", resultOf(step))],
};

// The guard around the tool and the guard around the bean ask the same question: it is one line.
const lines = (entry) => entry.steps.flatMap((step) => STEPS[step.step]?.(step) || [])
	.filter((each, index, all) => !each.like || all[index - 1]?.like !== each.like);

const journey = (entry) => html`<section class="journey"><h3>${titleOf(entry)}</h3><ol class="steps">${lines(entry).map(({ kind, content }) =>
	html`<li class=${kind}>${content}</li>`)}</ol></section>`;

const notes = (entry) => entry.steps.flatMap((step) => step.step === "tools"
	? Object.entries(step.hidden).map(([tool, capabilities]) => [tag("hidden", "Hidden from the model"), " ", required(tool, capabilities)])
	: step.step === "tool-result" && ["refused", "failed"].includes(step.outcome)
		? [[tag(step.outcome, OUTCOMES[step.outcome]), " ", code(step.tool), ": ", cut(result(step), 200)]] : []);

const CARDS = {
	PENDING: ["pending", "Waits for a person"],
	APPROVED: ["running", "Approved, about to run"],
	RUNNING: ["running", "Approved, running"],
	DONE: ["done", "Approved and done"],
	FAILED: ["failed", "Approved, and failed"],
	DENIED: ["denied", "Denied"],
	EXPIRED: ["expired", "Expired: no decision in time"],
	CANCELLED: ["expired", "Cancelled"],
};

// For example, the agent has lost a capability in the meantime.
const stateOf = ({ card, answering }) => card.state === "APPROVED" && !answering ? ["failed", "Approved, but it did not run"] : CARDS[card.state];
const titleOf = (entry) => entry.card ? `${stateOf(entry)[1]}: ${entry.card.reason}` : entry.question;

function cardOf(entry) {
	const { id, card } = entry;
	const [kind, words] = stateOf(entry);
	const pending = kind === "pending";
	return html`<article class="approval card ${kind}" aria-labelledby=${id} data-approval=${id}><h3 id=${id}>${card.reason}</h3>
		<p><strong class="tag ${kind}">${words}</strong> <span class="quiet" role="timer" aria-live="off" ?hidden=${!pending}>${
		!pending ? "" : left(entry) ? clock(left(entry)) + " left to decide" : "no time left"}</span></p>
		<p class="quiet">A call of ${code(card.tool)}, impact ${card.impact}, with</p>${table("Arguments", Object.entries(card.arguments), true)}
		${card.word ? html`<p class="word">The reviewer says: “${card.word}”</p>` : nothing}
		${log.dataset.inbox ? html`<p><a href=${log.dataset.inbox} target="_blank" rel="noopener">${pending ? "Decide" : "See it"} in LumoAuth’s inbox</a></p>` : nothing}</article>`;
}

const FAILURES = {
	budget: "No model was called: the budget is exhausted",
	unavailable: "LumoAuth is unavailable",
	model: "The model is unavailable",
	other: "Something went wrong",
};

// A wait of less than a second is not shown.
const doing = (entry) => entry.answering && seconds(entry.since) ? `${entry.doing || "Working"}, ${seconds(entry.since)} s` : "";

const answer = (entry) => entry.failure ? html`<p class="failure ${entry.failure.kind}"><strong>${FAILURES[entry.failure.kind]}</strong>${entry.failure.message}</p>`
	: entry.answer || entry.answering ? html`<p class="answer ${entry.answering ? "waiting" : ""}">${entry.answer}</p>` : nothing;

// A question, or a call that a person decides about, with its result. On a narrow screen, the steps are below the answer.
const entryOf = (entry) => html`${entry.card ? cardOf(entry) : html`<p class="question">${entry.question}</p>`}
	<div class=${entry.card ? "after" : "turn"}>${answer(entry)}<ul class="notes">${notes(entry).map((note) => html`<li>${note}</li>`)}</ul>
	<p class="doing quiet">${doing(entry)}</p>${wide.matches || !entry.steps.length ? nothing : html`<details class="trace"><summary>What happened: ${
	lines(entry).length} steps</summary>${journey(entry)}</details>`}</div>`;

function draw() {
	const all = [...entries.values()];
	const answering = all.filter((entry) => entry.answering);
	const asked = page.asking || answering.some((entry) => !entry.card);
	byId("welcome").hidden = all.length > 0;
	render(repeat(all, (entry) => entry.id, entryOf), byId("turns"));
	// The newest first.
	const journeys = all.filter((entry) => entry.steps.length).sort((one, other) => other.began - one.began);
	byId("nothing").hidden = journeys.length > 0;
	render(wide.matches ? repeat(journeys, (entry) => entry.id, journey) : nothing, byId("journeys"));
	page.budget && render(budgetOf(page.budget), byId("budget"));
	render(number(page.requests), byId("requests"));
	byId("outbox").hidden = !sent.length;
	render(sent.length === 1 ? "1 report was sent" : `${sent.length} reports were sent`, byId("outbox-text"));
	render(sent.map((report) => html`<li>${code(report.file)}<pre>${report.content}</pre></li>`), byId("sent"));
	// Screen readers announce an answer when it is complete, not each word.
	log.setAttribute("aria-busy", String(answering.length > 0));
	byId("send").setAttribute("aria-disabled", String(asked));
	render(asked ? "The agent is working." : page.problem, byId("status"));
	render(page.trouble, byId("connection"));
	byId("connection").className = page.trouble ? "failure" : "";
	scroll();
}

function scroll() {
	if (atEnd) {
		log.scrollTop = log.scrollHeight;
	}
}

async function ask(question) {
	if (!question || byId("send").getAttribute("aria-disabled") === "true") {
		return;
	}
	Object.assign(page, { asking: true, problem: "" });
	atEnd = true;
	draw();
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
		page.problem = error instanceof TypeError ? "The question was not asked: the demo does not answer. Is it still running?"
			: "The question was not asked. " + error.message;
	}
	page.asking = false;
	draw();
}

// The number of a step is its place in the order in which the steps began. They arrive in another order.
function addStep(entry, step) {
	entry.began ??= performance.now() + entries.size;
	if (!entry.steps.some((other) => other.number === step.number)) {
		entry.steps.push(step);
		entry.steps.sort((one, other) => one.number - other.number);
	}
}

function addEntry({ steps, ...data }) {
	const entry = entries.get(data.id) || { steps: [] };
	entries.set(data.id, Object.assign(entry, data, { since: performance.now(), until: performance.now() + (data.card?.secondsLeft ?? 0) * 1000 }));
	steps.forEach((step) => addStep(entry, step));
}

const told = {
	// Everything that the application knows, including what happened while no page was open or connected.
	all(data) {
		if (instanceIs(data.instance)) {
			Object.assign(page, { budget: data.budget, requests: data.requests });
			sent.splice(0, Infinity, ...data.sent);
			data.entries.forEach(addEntry);
		}
	},
	entry: addEntry,
	step({ id, step }) {
		if (step.step === "budget") {
			page.budget = step;
		}
		if (step.step === "request") {
			page.requests = step.total;
		}
		else if (entries.has(id)) {
			addStep(entries.get(id), step);
		}
	},
	text: ({ id, text }) => entries.has(id) && (entries.get(id).answer += text),
	doing: ({ id, doing }) => entries.has(id) && Object.assign(entries.get(id), { doing, since: performance.now() }),
	sent: (report) => sent.unshift(report),
};

listen("/chat/events", told, (connected) => {
	page.trouble = connected ? "" : "The demo does not answer: it was stopped, or is starting. Trying again.";
}, draw);
setInterval(() => [...entries.values()].some((entry) => entry.answering || entry.card?.state === "PENDING") && draw(), 500);
new ResizeObserver(scroll).observe(log);
log.addEventListener("scroll", () => atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 32);
wide.addEventListener("change", draw);

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
document.querySelectorAll(".example").forEach((example) => example.addEventListener("click", () => ask(example.textContent)));
