// What happens now: the requests, as they come.
import { code, gauge, html, nothing, number, quiet, repeat, table, tag, time } from "../shared/shared.js";
import { agentsOf, claims, draw, nameOf, path, request as ask, state } from "../parts.js";

const MAX = 5000;
// A poll is told from another request by coming again soon.
const SOON = 20;
// What most paths begin with. One request is shown with all of its path.
const BASE = /^\/(t|orgs)\/[^/]+\/api\/v1(?=\/)/;

const lines = [];
let fresh = true;
let held;
let text;

// What the server noted about a request, as a sentence with the names of agents and users.
function words({ note }) {
	const [, grant, client, audience] = /^(token-exchange|client_credentials) (\S+)(?: for (.+))?$/.exec(note || "") || [];
	if (grant === "token-exchange") {
		return `${nameOf(client)} exchanges a token for one for ${audience === "no audience" ? "LumoAuth itself" : audience}`;
	}
	return grant ? `${nameOf(client)} gets a token of its own` : (note || "").replace(/[^\s:,;']+/g, nameOf);
}

const refused = (request) => request.status >= 400 || /' denied/.test(request.note || "");
const isPoll = (request) => request.method === "GET" || /authorization_pending|slow_down/.test(request.note || "");
const likeness = (request) => [request.agent, request.method, request.path, request.status, request.note].join("\n");

function filter() {
	const query = new URLSearchParams(location.search);
	return { agent: query.get("agent") || "", path: query.get("path") || "", refused: query.has("refused") };
}

// The lines that the filter wants, the newest first.
function matching() {
	const { agent, path, refused: only } = filter();
	return lines.filter(({ request }) => (!agent || request.agent === agent) && (!only || refused(request))
		&& (!path || request.path.includes(path))).reverse();
}

function add(request) {
	const like = likeness(request);
	const same = isPoll(request) && lines.slice(-SOON).find((line) => line.like === like);
	if (same) {
		same.count++;
		same.request = request;
		return;
	}
	lines.push({ request, like, count: 1 });
	lines.splice(0, lines.length - MAX);
}

function requests(told) {
	if (fresh) {
		fresh = false;
		lines.length = 0;
		held = held && [];
	}
	if (held) {
		held.push(...told);
		held.splice(0, held.length - MAX);
	}
	else {
		told.forEach(add);
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
	anchor = undefined;
	draw();
}

// Where somebody reads: the line at the top, and how much of it is above. Without, the list follows.
let anchor;
let top = 0;
const box = () => document.querySelector(".requests");
const heightOf = () => box()?.querySelector("li")?.offsetHeight || 56;

function scrolled({ target }) {
	if (target.scrollTop !== top) {
		top = target.scrollTop;
		const height = heightOf();
		anchor = top < 1 ? undefined : { line: matching()[Math.floor(top / height)], above: top % height };
		draw();
	}
}

const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -8, PageDown: 8 };

// The arrow keys lead through the lines. The key Tab leads to one of them, and then out of the list.
function moved(event) {
	if (STEPS[event.key]) {
		event.preventDefault();
		const links = [...box().querySelectorAll("a")];
		links[Math.min(links.length - 1, Math.max(0, links.indexOf(event.target) + STEPS[event.key]))].focus();
	}
}

function row({ request, count }, current, place) {
	return html`<li .style=${place.style} aria-posinset=${place.index + 1} aria-setsize=${place.size}><a href="/console/live/${request.number}"
		tabindex=${place.tab ? 0 : -1} aria-current=${current ? "true" : nothing}><time>${time(request.at)}</time> <span>${request.method}</span> <code class="path">${request.path.replace(BASE, "…")}</code>
		<span class="end">${count > 1 ? html`<span class="tag times">${number(count)} times</span> ` : nothing}<span
			class="status ${request.status >= 400 ? "bad" : "good"}">${request.status}</span> ${quiet(number(request.millis), " ms")}</span>
		<span class="note ${refused(request) ? "bad" : ""}">${words(request)}</span></a></li>`;
}

function list(all, open) {
	const height = heightOf();
	const at = anchor ? all.indexOf(anchor.line) : -1;
	top = at < 0 ? 0 : at * height + anchor.above;
	const first = Math.max(0, Math.floor(top / height) - 10);
	const seen = all.slice(first, first + Math.ceil(innerHeight / height) + 20);
	const focused = document.activeElement?.closest?.(".requests a")?.pathname;
	const kept = focused && all.find(({ request }) => focused === `/console/live/${request.number}`);
	const tab = kept || seen[Math.ceil(top / height) - first];
	if (kept && !seen.includes(kept)) {
		seen[all.indexOf(kept) < first ? "unshift" : "push"](kept);
	}
	return html`<div class="requests" @scroll=${scrolled} @keydown=${moved} @focusin=${draw}><ol .style="height: ${all.length * height}px"
		aria-label="Requests, the newest first. The arrow keys lead through them">${repeat(seen, (line) => line, (line) => {
			const index = all.indexOf(line);
			return row(line, String(line.request.number) === open, { index, size: all.length, tab: line === tab, style: `top: ${index * height}px` });
		})}</ol></div>`;
}

const lineOf = (number) => number && lines.find((line) => String(line.request.number) === number);

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
	queueMicrotask(() => document.querySelector(`.requests a[href="/console/live/${CSS.escape(number)}"]`)?.focus());
}

const part = (title, content) => html`<h3>${title}</h3><pre tabindex="0" role="group" aria-label=${title}>${content}</pre>`;

function pane(number) {
	const request = lineOf(number)?.request;
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

const strip = () => html`<section aria-labelledby="strip-title"><h2 id="strip-title" class="unseen">Budgets</h2><ul class="strip">${
	agentsOf(state.tenants).map((agent) => html`<li>${gauge(html`<a href="/console/${path("agents", agent.tenant.slug, agent.client_id)}">${agent.name}</a>`,
		agent.budget?.tokens_used_today, agent.budget?.max_tokens_per_day, agent.budget_exhausted)}
		${agent.enabled ? nothing : tag("bad", "disabled")}</li>`)}</ul></section>`;

function controls(shown) {
	const wanted = filter();
	const known = new Set([...agentsOf(state.tenants).map((agent) => agent.client_id), ...lines.map((line) => line.request.agent), wanted.agent]);
	return html`<form class="inline filter" role="search" aria-label="Filter the requests" @submit=${(event) => event.preventDefault()}>
		<label>Agent <select name="agent" @change=${wish}><option value="">all</option>${[...known].filter(Boolean).map((id) =>
			html`<option value=${id} ?selected=${id === wanted.agent}>${nameOf(id)}</option>`)}</select></label>
		<label>Path <input name="path" .value=${wanted.path} autocomplete="off" spellcheck="false" placeholder="has this in it" @input=${wish}></label>
		<label class="check"><input type="checkbox" name="refused" value="1" .checked=${wanted.refused} @change=${wish}> Refused only</label>
		<button type="button" id="pause" aria-pressed=${String(Boolean(held))} @click=${pause}>${held ? `Go on, ${number(held.length)} new` : "Pause"}</button>
		<span class="quiet" id="request-count">${shown === lines.length ? number(shown) : `${number(shown)} of ${number(lines.length)}`} shown</span></form>`;
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
		const all = matching();
		return html`<h1 tabindex="-1" class="unseen">Live</h1>${strip()}${controls(all.length)}
			<div class="split ${number ? "open" : ""}"><section aria-labelledby="requests-title"><h2 id="requests-title" class="unseen">Requests</h2>
			${lines.length ? nothing : html`<p class="quiet">No request yet. Each is shown here when it is answered.</p>`}${list(all, number)}</section>
			${number ? pane(number) : nothing}</div>`;
	},
	// What has come above must not move what somebody reads.
	drawn: () => box() && (box().scrollTop = top),
};
