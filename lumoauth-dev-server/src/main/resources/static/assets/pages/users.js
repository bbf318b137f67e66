// The users, and the connections to third parties.
import { code, html } from "../shared/shared.js";
import { button, change, path, state, tenantPath, terms, toggle } from "../parts.js";

function user(tenant, user) {
	const at = `${tenantPath(tenant)}/users/${path(user.username)}`;
	const may = (scope, on) => change(on ? "PUT" : "DELETE", `${at}/scopes/${path(scope)}`, undefined,
		`${user.name} may ${on ? "" : "no longer "}let agents use ${scope}.`);
	const withdraw = (agent) => change("DELETE", `${at}/consents/${path(agent.client_id)}`, undefined,
		(answer) => `${agent.name} no longer acts for ${user.name}. Tokens revoked: ${answer.revoked}.`);
	return html`<li class="card" data-user=${user.username}><h3>${user.name}</h3><p class="quiet">${code(user.id)}</p>
		<p>May let agents use:</p><ul class="switches" aria-label="What ${user.name} may let agents do">${Object.entries(user.scopes).map(([scope, on]) =>
			html`<li>${toggle(code(scope), on, (now) => may(scope, now))}</li>`)}</ul>
		<p class="buttons">${button("End sessions", () => change("DELETE", at + "/sessions", undefined,
			(answer) => `The sessions of ${user.name} have ended. Tokens revoked: ${answer.revoked}.`), user.name)}
		${tenant.agents.map((agent) => button(`Withdraw consent to ${agent.name}`, () => withdraw(agent), user.name))}</p></li>`;
}

function connection(tenant, connection) {
	const choose = async ({ target }) => {
		if (!await change("PUT", `${tenantPath(tenant)}/connections/${path(connection.id)}/state`, { state: target.value },
				`${connection.id}: ${target.value.replaceAll("-", " ")}.`)) {
			target.value = connection.state;
		}
	};
	return [connection.id, connection.details, html`<select aria-label="State of ${connection.id}" @change=${choose}>${connection.states.map((each) =>
		html`<option value=${each} .selected=${each === connection.state}>${each.replaceAll("-", " ")}</option>`)}</select>`];
}

const connectionsOf = (tenant) => state.events?.tenants.find((candidate) => candidate.slug === tenant.slug)?.connections || [];

export default {
	path: "users",
	name: "Users and connections",
	view: () => html`<h1 tabindex="-1">Users and connections</h1>${state.tenants.map((tenant) => html`<section aria-label="Tenant ${tenant.slug}">
		<h2>Users of ${tenant.slug}</h2><ul class="cards">${tenant.users.map((each) => user(tenant, each))}</ul>
		<h2>Connections to third parties</h2><div class="connections">${terms(connectionsOf(tenant).map((each) => connection(tenant, each)))}</div></section>`)}`,
};
