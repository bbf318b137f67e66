/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.devserver.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.aauth.AuthTokens;
import dev.lumoauth.devserver.config.BudgetPolicy;
import dev.lumoauth.devserver.event.EventKind;
import dev.lumoauth.devserver.event.EventSubject;
import dev.lumoauth.devserver.event.Events;
import dev.lumoauth.devserver.oauth.TokenStore;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Audience;
import dev.lumoauth.devserver.state.Budget;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.ApiException;

/**
 * Changes while the server runs. Each change answers with the new state. Not a part of
 * LumoAuth's API.
 */
@RestController
@RequestMapping("/dev")
class AdminController {

	private static final String AGENT = "/tenants/{tenant}/agents/{agent}";

	private final Tenants tenants;

	private final TokenStore store;

	private final AuthTokens authTokens;

	private final Events events;

	AdminController(Tenants tenants, TokenStore store, AuthTokens authTokens, Events events) {
		this.authTokens = authTokens;
		this.tenants = tenants;
		this.store = store;
		this.events = events;
	}

	@GetMapping("/state")
	Map<String, Object> state() {
		return Map.of("tenants",
				this.tenants.all()
					.stream()
					.map((tenant) -> TenantView.of(tenant, this.store, this.authTokens))
					.toList());
	}

	@GetMapping(AGENT)
	AgentView agent(@PathVariable String tenant, @PathVariable String agent) {
		return view(tenant, agent);
	}

	/** The rest of the path is the capability, which may contain slashes. */
	@PutMapping(AGENT + "/capabilities/{*capability}")
	AgentView grant(@PathVariable String tenant, @PathVariable String agent, @PathVariable String capability) {
		find(tenant, agent).grant(capability.substring(1));
		happened(tenant, agent, EventKind.CAPABILITIES_CHANGED);
		return view(tenant, agent);
	}

	@DeleteMapping(AGENT + "/capabilities/{*capability}")
	AgentView revoke(@PathVariable String tenant, @PathVariable String agent, @PathVariable String capability) {
		find(tenant, agent).revoke(capability.substring(1));
		happened(tenant, agent, EventKind.CAPABILITIES_CHANGED);
		return view(tenant, agent);
	}

	@PutMapping(path = AGENT + "/mcp-tools", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> setMayCall(@PathVariable String tenant, @PathVariable String agent, @RequestBody String body) {
		ToolSwitch tool = StrictJson.read(body, ToolSwitch.class);
		Audience server = find(tenant).audiences()
			.stream()
			.filter((audience) -> audience.names().contains(String.valueOf(tool.serverId())))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("'server_id' is not an audience of this tenant"));
		if (!StringUtils.hasText(tool.tool()) || tool.allowed() == null) {
			throw new IllegalArgumentException("'tool' or 'allowed' is missing");
		}
		find(tenant, agent).setMayCall(server.id(), tool.tool(), tool.allowed());
		happened(tenant, agent, EventKind.CAPABILITIES_CHANGED);
		return Map.of("client_id", agent, "server_id", server.id(), "tool", tool.tool(), "allowed", tool.allowed());
	}

	/** A disabled agent gets no token, and its tokens are revoked. */
	@PostMapping(AGENT + "/{operation:enable|disable}")
	AgentView setEnabled(@PathVariable String tenant, @PathVariable String agent, @PathVariable String operation) {
		boolean enabled = operation.equals("enable");
		find(tenant, agent).setEnabled(enabled);
		if (!enabled) {
			this.store.revoke((token) -> token.tenant().equals(tenant) && token.clientId().equals(agent));
			this.authTokens.revoke(tenant, agent);
		}
		happened(tenant, agent, enabled ? EventKind.ENABLED : EventKind.DISABLED);
		return view(tenant, agent);
	}

	@PutMapping(path = AGENT + "/budget", consumes = MediaType.APPLICATION_JSON_VALUE)
	AgentView setBudget(@PathVariable String tenant, @PathVariable String agent, @RequestBody String body) {
		find(tenant, agent).budget().setPolicy(StrictJson.read(body, BudgetPolicy.class));
		return view(tenant, agent);
	}

	@DeleteMapping(AGENT + "/budget")
	AgentView removeBudget(@PathVariable String tenant, @PathVariable String agent) {
		find(tenant, agent).budget().setPolicy(null);
		return view(tenant, agent);
	}

	@PostMapping(path = AGENT + "/budget/{operation:spend|raise}", consumes = MediaType.APPLICATION_JSON_VALUE)
	AgentView changeBudget(@PathVariable String tenant, @PathVariable String agent, @PathVariable String operation,
			@RequestBody String body) {
		Amount amount = StrictJson.read(body, Amount.class);
		Budget budget = find(tenant, agent).budget();
		if (operation.equals("raise")) {
			budget.raise(amount.tokens(), amount.apiCalls());
		}
		else {
			budget.spend(amount.tokens(), amount.apiCalls());
		}
		return view(tenant, agent);
	}

	@PutMapping(path = AGENT + "/budget/used", consumes = MediaType.APPLICATION_JSON_VALUE)
	AgentView setUsed(@PathVariable String tenant, @PathVariable String agent, @RequestBody String body) {
		Amount amount = StrictJson.read(body, Amount.class);
		find(tenant, agent).budget().setUsed(amount.tokens(), amount.apiCalls());
		return view(tenant, agent);
	}

	@PostMapping(AGENT + "/budget/{operation:exhaust|reset}")
	AgentView endBudget(@PathVariable String tenant, @PathVariable String agent, @PathVariable String operation) {
		Budget budget = find(tenant, agent).budget();
		if (operation.equals("exhaust")) {
			budget.exhaust();
		}
		else {
			budget.reset();
		}
		return view(tenant, agent);
	}

	@GetMapping("/tokens")
	Map<String, Object> tokens() {
		return Map.of("tokens",
				Stream.concat(this.store.list().stream(), this.authTokens.list().stream()).map(TokenView::of).toList());
	}

	@DeleteMapping({ "/tokens", "/tenants/{tenant}/tokens", AGENT + "/tokens" })
	Map<String, Object> revokeTokens(@PathVariable(required = false) @Nullable String tenant,
			@PathVariable(required = false) @Nullable String agent) {
		if (tenant != null && agent != null) {
			find(tenant, agent);
		}
		else if (tenant != null) {
			find(tenant);
		}
		int revoked = this.store.revoke((token) -> (tenant == null || token.tenant().equals(tenant))
				&& (agent == null || token.clientId().equals(agent)));
		int all = revoked + this.authTokens.revoke(tenant, agent);
		for (Tenant of : (tenant != null) ? List.of(find(tenant)) : this.tenants.all()) {
			of.agents()
				.stream()
				.filter((candidate) -> agent == null || candidate.id().equals(agent))
				.forEach((candidate) -> this.events.happened(of, EventKind.TOKEN_REVOKED, EventSubject.of(candidate)));
			if (agent == null) {
				of.users().forEach((user) -> this.events.happened(of, EventKind.TOKEN_REVOKED, EventSubject.of(user)));
			}
		}
		return Map.of("revoked", all);
	}

	private void happened(String tenant, String agent, EventKind kind) {
		this.events.happened(find(tenant), kind, EventSubject.of(find(tenant, agent)));
	}

	private Tenant find(String tenant) {
		return this.tenants.find(tenant)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "tenant_not_found", "There is no such tenant"));
	}

	private Agent find(String tenant, String agent) {
		return find(tenant).agent(agent)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such agent"));
	}

	private AgentView view(String tenant, String agent) {
		return AgentView.of(find(tenant, agent), find(tenant), this.store, this.authTokens);
	}

	record ToolSwitch(@JsonProperty("server_id") @Nullable String serverId, @Nullable String tool,
			@Nullable Boolean allowed) {
	}

}
