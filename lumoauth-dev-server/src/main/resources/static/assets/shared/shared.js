// What the console and the demo's page have in common. A value in a template becomes text or an attribute, never HTML.
import { html, nothing, render } from "../lit/lit-html.js";
import { repeat } from "../lit/directives/repeat.js";

export { html, nothing, render, repeat };
export const byId = (id) => document.getElementById(id);
export const number = (value) => Number(value).toLocaleString("en");
export const time = (moment) => new Date(moment).toLocaleTimeString("en-GB");
export const code = (text) => html`<code>${text}</code>`;
export const tag = (kind, text) => html`<span class="tag ${kind}">${text}</span>`;
export const quiet = (...text) => html`<span class="quiet">${text}</span>`;

// Minutes and seconds.
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

// Names and values, each on a line.
export function table(caption, rows, unseen) {
	return html`<table class="rows"><caption class=${unseen ? "unseen" : "quiet"}>${caption}</caption><tbody>
		${rows.map(([name, ...value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
}

// The budget of an agent in words, with a bar or another control. Without a limit, there is no bar.
export function gauge(label, used, limit, exhausted, { control, otherwise = "no limit" } = {}) {
	const words = limit === undefined ? otherwise : `${number(used)} of ${number(limit)} tokens used today${exhausted ? ", exhausted" : ""}`;
	return html`<div class="gauge ${exhausted ? "exhausted" : ""}"><p>${label} <strong>${words}</strong></p>
		${limit === undefined ? nothing : control || html`<progress max=${Math.max(limit, 1)} .value=${limit > 0 ? Math.min(used, limit) : 1}
			aria-label=${words}></progress>`}</div>`;
}

// Calls told[name] for each event of that name, connected(true or false), and then draw. Goes on by itself when the server
// is back.
export function listen(address, told, connected, draw) {
	const events = new EventSource(address);
	for (const name of Object.keys(told)) {
		events.addEventListener(name, (event) => {
			told[name](JSON.parse(event.data));
			draw();
		});
	}
	events.addEventListener("open", () => {
		connected(true);
		draw();
	});
	events.addEventListener("error", () => {
		connected(false);
		draw();
		// Most browsers connect again automatically, but not after every failure.
		if (events.readyState === EventSource.CLOSED) {
			setTimeout(() => listen(address, told, connected, draw), 2000);
		}
	});
}

let instance;

// A server that was started again no longer has what the page shows.
export function instanceIs(current) {
	const restarted = instance && instance !== current;
	instance = current;
	if (restarted) {
		location.reload();
	}
	return !restarted;
}
