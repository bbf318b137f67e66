// What happens now: the requests, as they come.
import { code, html, nothing, number, quiet, render, table, time, gauge, tag } from "../shared/shared.js";
import { agentsOf, claims, draw, nameOf, path, request as ask, state } from "../parts.js";

const MAX = 5000;
// A poll is told from another request by coming again soon.
const SOON = 20;

const list = document.createElement("ol");
list.className = "requests";
list.setAttribute("aria-label", "Requests, the newest first");
const lines = [];
const agents = new Set();
let shownLines = 0;
let fresh = true;
let held;
let text;

// --- in words --------------------------------------------------------------------------

// What the server noted about a request, as a sentence with the names of agents and users.
function words({ note }) {
	const [, grant, client, audience] = /^(token-exchange|client_credentials) (\S+)(?: for (.+))?$/.exec(note || "") || [];
	if (grant === "token-exchange") {
		return `${nameOf(client)} exchanges a token for one for ${audience === "no audience" ? "LumoAuth itself" : audience}`;
	}
	return grant ? `${nameOf(client)} gets a token of its own` : (note || "").replace(/[^\s:,;']+/g, nameOf);
}

// --- the list --------------------------------------------------------------------------

const refused = (request) => request.status >= 400 || /' denied/.test(request.note || "");
const isPoll = (request) => request.method === "GET" || /authorization_pending|slow_down/.test(request.note || "");
const likeness = (request) => [request.agent, request.method, request.path, request.status, request.note].join("\n");

function filter() {
	const query = new URLSearchParams(location.search);
	return { agent: query.get("agent") || "", path: query.get("path") || "", refused: query.has("refused") };
}

function row({ request, count }) {
	return html`<a href="/console/live/${request.number}${location.search}" aria-current=${String(request.number) === open() ? "true" : nothing}>
		<time>${time(request.at)}</time> <span>${request.method}</span> <code class="path">${request.path}</code>
		<span class="end">${count > 1 ? html`<span class="tag times">${number(count)} times</span> ` : nothing}<span
			class="status ${request.status >= 400 ? "bad" : "good"}">${request.status}</span> ${quiet(number(request.millis), " ms")}</span>
		<span class="note ${refused(request) ? "bad" : ""}">${words(request)}</span></a>`;
}

function show(line, wanted) {
	const { request } = line;
	line.item.hidden = !((!wanted.agent || request.agent === wanted.agent) && (!wanted.refused || refused(request))
		&& (!wanted.path || request.path.includes(wanted.path)));
	return line.item.hidden ? 0 : 1;
}

function add(request, wanted) {
	const like = likeness(request);
	const same = isPoll(request) && lines.slice(-SOON).find((line) => line.like === like);
	if (same) {
		same.count++;
		same.request = request;
		render(row(same), same.item);
		return;
	}
	const line = { request, like, count: 1, item: document.createElement("li") };
	lines.push(line);
	agents.add(request.agent);
	render(row(line), line.item);
	list.prepend(line.item);
	shownLines += show(line, wanted);
	if (lines.length > MAX) {
		const { item } = lines.shift();
		shownLines -= item.hidden ? 0 : 1;
		item.remove();
	}
}

function requests(told) {
	if (fresh) {
		fresh = false;
		lines.length = 0;
		shownLines = 0;
		held = held && [];
		list.replaceChildren();
	}
	if (held) {
		held.push(...told);
		held.splice(0, held.length - MAX);
	}
	else {
		const wanted = filter();
		told.forEach((request) => add(request, wanted));
	}
}

function pause() {
	const missed = held;
	held = held ? undefined : [];
	missed && requests(missed);
	draw();
}

function wish(event) {
	const wanted = new FormData(event.target.form);
	const query = new URLSearchParams([...wanted].filter(([, value]) => value));
	history.replaceState(null, "", location.pathname + (query.size ? "?" + query : ""));
	draw();
}

let applied = "";

// The addresses of all lines have the filter in them, and only the line of the open request is the current one.
function apply() {
	const now = location.search + " " + open();
	if (now !== applied) {
		applied = now;
		const wanted = filter();
		shownLines = 0;
		for (const line of lines) {
			render(row(line), line.item);
			shownLines += show(line, wanted);
		}
	}
}

// --- one request -----------------------------------------------------------------------

const open = () => /^\/console\/live\/(\d+)/.exec(location.pathname)?.[1];

async function read(number) {
	text = { number };
	try {
		text = { number, ...await ask("GET", path("/dev/console/requests", number)), number };
	}
	catch (error) {
		text = { number, problem: error.message };
	}
	draw();
}

function close() {
	const { number } = text;
	text = undefined;
	history.pushState(null, "", "/" + location.search);
	draw();
	queueMicrotask(() => list.querySelector(`a[href^="/console/live/${CSS.escape(number)}"]`)?.focus());
}

const part = (title, content) => html`<h3>${title}</h3><pre tabindex="0" role="group" aria-label=${title}>${content}</pre>`;

function pane(number) {
	const request = lines.find((line) => String(line.request.number) === number)?.request;
	const facts = request ? [["In words", words(request) || "Nothing was noted."], ["Status", `${request.status}, after ${request.millis} ms`],
		["Client", request.agent ? code(request.agent) : "It names none."],
		["Trace id", request.trace_id ? code(request.trace_id) : "The caller sent none (traceparent)."],
		...request.signed_by ? [["Signed by", html`<span class="signer">${request.signed_by.identifier}, key ${request.signed_by.key}</span>`]] : []] : [];
	return html`<section class="pane" aria-labelledby="pane-title" @keydown=${(event) => event.key === "Escape" && close()}>
		<div class="head"><h2 id="pane-title" tabindex="-1">${request ? `${request.method} ${request.path}` : `Request ${number}`}</h2>
		<button type="button" @click=${close}>Close</button></div>
		${request ? table("The request in short", facts, true) : nothing}
		${text?.problem ? html`<p>${text.problem}</p>` : !text?.request ? nothing : html`${part("Request", text.request)}${part("Answer", text.answer)}
			${Object.entries(text.tokens).map(([place, all]) => html`<h3>Token: ${place}</h3>
				${claims("The claims of the token, as they were sent. The signature is not shown.", all)}`)}`}</section>`;
}

// --- the page --------------------------------------------------------------------------

const strip = () => html`<section aria-labelledby="strip-title"><h2 id="strip-title" class="unseen">Budgets</h2><ul class="strip">${
	agentsOf(state.tenants).map((agent) => html`<li>${gauge(html`<a href="/console/${path("agents", agent.tenant.slug, agent.client_id)}">${agent.name}</a>`,
		agent.budget?.tokens_used_today, agent.budget?.max_tokens_per_day, agent.budget_exhausted)}
		${agent.enabled ? nothing : tag("bad", "disabled")}</li>`)}</ul></section>`;

function controls() {
	const wanted = filter();
	const known = new Set([...agentsOf(state.tenants).map((agent) => agent.client_id), ...agents, wanted.agent]);
	return html`<form class="inline filter" role="search" aria-label="Filter the requests" @submit=${(event) => event.preventDefault()}>
		<label>Agent <select name="agent" @change=${wish}><option value="">all</option>${[...known].filter(Boolean).map((id) =>
			html`<option value=${id} ?selected=${id === wanted.agent}>${nameOf(id)}</option>`)}</select></label>
		<label>Path <input name="path" .value=${wanted.path} autocomplete="off" spellcheck="false" placeholder="has this in it" @input=${wish}></label>
		<label class="check"><input type="checkbox" name="refused" value="1" .checked=${wanted.refused} @change=${wish}> Refused only</label>
		<button type="button" id="pause" aria-pressed=${String(Boolean(held))} @click=${pause}>${held ? `Go on, ${number(held.length)} new` : "Pause"}</button>
		<span class="quiet" id="request-count">${shownLines === lines.length ? number(lines.length) : `${number(shownLines)} of ${number(lines.length)}`} shown</span></form>`;
}

export default {
	path: "live",
	name: "Live",
	requests,
	// The server sends all requests again after it was connected again.
	again: () => fresh = true,
	view(number) {
		if (number && text?.number !== number) {
			read(number);
		}
		apply();
		return html`<h1 tabindex="-1" class="unseen">Live</h1>${strip()}${controls()}
			<div class="split ${number ? "open" : ""}"><section aria-labelledby="requests-title"><h2 id="requests-title" class="unseen">Requests</h2>
			${lines.length ? nothing : html`<p class="quiet">No request yet. Each is shown here when it is answered.</p>`}${list}</section>
			${number ? pane(number) : nothing}</div>`;
	},
};
