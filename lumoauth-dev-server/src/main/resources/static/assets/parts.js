// What the console's pages have in common: the server's state, changes through the admin API, and small parts.
import { byId, code, html, nothing, table, time } from "./shared/shared.js";

// What /dev/console/events sent last.
export const state = { connected: undefined, tenants: undefined, tokens: [], events: undefined, inbox: { waiting: [], history: [] } };

let draws = () => {};
let due = false;

// Draws the page, once for all that has changed at the same time.
export function draw() {
	if (!due) {
		due = true;
		queueMicrotask(() => {
			due = false;
			draws();
		});
	}
}

export const drawWith = (page) => draws = page;

// The path of an address from its parts. The last one may contain slashes.
export const path = (...parts) => parts.map((part) => part.split("/").map(encodeURIComponent).join("/")).join("/");
export const tenantPath = (tenant) => path("/dev/tenants", tenant.slug);
export const agentsOf = (tenants) => (tenants || []).flatMap((tenant) => tenant.agents.map((agent) => ({ ...agent, tenant })));
export const nameOf = (id) => agentsOf(state.tenants).find((agent) => agent.client_id === id)?.name
	|| (state.tenants || []).flatMap((tenant) => tenant.users).find((user) => user.id === id)?.name || id;

export function say(text, bad) {
	byId("message").textContent = text;
	byId("message").classList.toggle("bad", Boolean(bad));
}

// Sends a request, and returns the JSON of the answer. An error has words for the page.
export async function request(method, address, body) {
	const options = { method, cache: "no-store" };
	if (body !== undefined) {
		options.headers = { "Content-Type": "application/json" };
		options.body = JSON.stringify(body);
	}
	let response;
	let text;
	try {
		response = await fetch(address, options);
		text = await response.text();
	}
	catch (error) {
		throw new Error("the server does not answer. Is it still running?");
	}
	const isJson = (response.headers.get("Content-Type") || "").includes("json");
	const answer = isJson && text ? JSON.parse(text) : {};
	if (!response.ok) {
		throw new Error(answer.message || answer.error || `the server answered ${response.status}.`);
	}
	return answer;
}

// Returns whether the change was made, and says so.
export async function change(method, address, body, done) {
	try {
		const answer = await request(method, address, body);
		say(typeof done === "function" ? done(answer) : done);
		return true;
	}
	catch (error) {
		say("The change failed: " + error.message, true);
		return false;
	}
}

// A switch. Shows the old value again if the change failed.
export function toggle(label, on, set) {
	const changed = async ({ target }) => {
		if (!await set(target.checked)) {
			target.checked = !target.checked;
		}
	};
	return html`<label class="switch"><input type="checkbox" role="switch" .checked=${on} @change=${changed}> <span>${label}</span></label>`;
}

export const button = (text, click, label) =>
	html`<button type="button" aria-label=${label ? `${text}: ${label}` : nothing} @click=${click}>${text}</button>`;

// A form of one line. Its fields are emptied when the change was made, or keep what was typed.
export function form(content, submit, label) {
	const submitted = async (event) => {
		event.preventDefault();
		const fields = event.target;
		if (await submit(Object.fromEntries(new FormData(fields)))) {
			fields.querySelectorAll("[data-once]").forEach((field) => field.value = "");
		}
	};
	return html`<form class="inline" aria-label=${label} @submit=${submitted}>${content}</form>`;
}

export const terms = (list) => html`<dl class="plain">${list.map(([term, details, control]) =>
	html`<div><dt>${term}</dt><dd>${details.filter(Boolean).join(" · ")}</dd>${control ? html`<dd>${control}</dd>` : nothing}</div>`)}</dl>`;

const shown = (value) => typeof value === "string" ? value : JSON.stringify(value);

export const claims = (caption, all) => table(caption, Object.entries(all).map(([name, value]) => [name,
	code(["exp", "iat", "nbf"].includes(name) ? `${shown(value)} (${time(value * 1000)})` : shown(value))]));

export const missing = (what) => html`<h1 tabindex="-1">There is no such ${what}</h1><p>Choose a page above.</p>`;
