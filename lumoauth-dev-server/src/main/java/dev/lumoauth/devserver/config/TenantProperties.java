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

package dev.lumoauth.devserver.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A tenant of the configuration file.
 *
 * @param slug Name of the tenant in paths.
 * @param userinfoRequiresOpenid Whether userinfo requires a token with the openid scope,
 * as LumoAuth does. LumoAuth's older documents show userinfo without this scope.
 * @param exchangeClientAuthentication Whether a token exchange needs the client's secret.
 * LumoAuth's documentation shows the exchange with the secret, and LumoAuth's SDKs send
 * it without.
 * @param actorOrder Order in which tokens name several actors.
 * @param dpopNonce Whether a DPoP proof needs a nonce from this server.
 * @param jit Just-in-time permissions.
 * @param aauth AAuth: requests that agents sign.
 * @param agents Agents of the tenant.
 * @param audiences MCP servers for which a token can be exchanged.
 * @param users People for whom agents may act.
 * @param applications Clients to which these people log in.
 * @param apiKey Administrator's API key for the streams of events, starting with "lmk_".
 * By default there is none.
 * @param webhooks Webhooks to which events are sent, in addition to registered streams.
 * @param connections Connections to third parties whose tokens are kept.
 * @since 0.1.0
 */
public record TenantProperties(String slug, @DefaultValue("true") boolean userinfoRequiresOpenid,
		@DefaultValue("optional") Requirement exchangeClientAuthentication,
		@DefaultValue("rfc8693") ActorOrder actorOrder, @DefaultValue("optional") Requirement dpopNonce,
		@DefaultValue JitProperties jit, @DefaultValue AAuthProperties aauth,
		@DefaultValue List<AgentProperties> agents, @DefaultValue List<AudienceProperties> audiences,
		@DefaultValue List<UserProperties> users, @DefaultValue List<ApplicationProperties> applications,
		@Nullable String apiKey, @DefaultValue List<WebhookProperties> webhooks,
		@DefaultValue List<ConnectionProperties> connections) {

	private static final Pattern SLUG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

	public TenantProperties {
		if (slug == null || !SLUG.matcher(slug).matches()) {
			throw new IllegalArgumentException(
					"'slug' of a tenant is missing or is not 1 to 64 letters, digits, '.', '_' or '-'");
		}
		agents = List.copyOf(agents);
		audiences = List.copyOf(audiences);
		users = List.copyOf(users);
		applications = List.copyOf(applications);
		webhooks = List.copyOf(webhooks);
		connections = List.copyOf(connections);
		if (apiKey != null && !apiKey.startsWith("lmk_")) {
			throw new IllegalArgumentException("'api-key' of tenant '%s' does not begin with 'lmk_'".formatted(slug));
		}
		Set<String> ids = new HashSet<>();
		Set<String> identifiers = new HashSet<>();
		for (AgentProperties agent : agents) {
			if (!ids.add(agent.clientId())) {
				throw new IllegalArgumentException(
						"tenant '%s' lists the client id '%s' twice".formatted(slug, agent.clientId()));
			}
			if (agent.aauth() != null && !identifiers.add(agent.aauth().identifier())) {
				throw new IllegalArgumentException("tenant '%s' has two agents with 'aauth.identifier' '%s'"
					.formatted(slug, agent.aauth().identifier()));
			}
		}
		checkUnique(slug, ids, users, applications);
		checkConnections(slug, connections, ids, users);
		for (AudienceProperties audience : audiences) {
			for (String client : audience.clients()) {
				if (!ids.contains(client)) {
					throw new IllegalArgumentException(
							"audience '%s' of tenant '%s' names the client '%s', an agent that".formatted(audience.id(),
									slug, client) + " this tenant does not have");
				}
			}
		}
	}

	private static void checkConnections(String slug, List<ConnectionProperties> connections, Set<String> agents,
			List<UserProperties> users) {
		Set<String> ids = new HashSet<>();
		List<String> usernames = users.stream().map(UserProperties::username).toList();
		for (ConnectionProperties connection : connections) {
			if (!ids.add(connection.id())) {
				throw new IllegalArgumentException(
						"tenant '%s' lists the connection '%s' twice".formatted(slug, connection.id()));
			}
			if (!agents.containsAll(connection.agents()) || !usernames.containsAll(connection.users())) {
				throw new IllegalArgumentException(
						"connection '%s' of tenant '%s' names an agent or a user that the tenant does not have"
							.formatted(connection.id(), slug));
			}
		}
	}

	@Override
	public String toString() {
		return "TenantProperties[slug=%s, agents=%s, users=%s, applications=%s, webhooks=%s]".formatted(this.slug,
				this.agents, this.users, this.applications, this.webhooks);
	}

	/**
	 * An id identifies one subject or client, so that a user's token is never mistaken
	 * for an agent's.
	 */
	private static void checkUnique(String slug, Set<String> agents, List<UserProperties> users,
			List<ApplicationProperties> applications) {
		Set<String> ids = new HashSet<>(agents);
		Set<String> usernames = new HashSet<>();
		for (ApplicationProperties application : applications) {
			if (!ids.add(application.clientId())) {
				throw new IllegalArgumentException(
						"tenant '%s' lists the client id '%s' twice".formatted(slug, application.clientId()));
			}
		}
		for (UserProperties user : users) {
			if (!usernames.add(user.username()) || !ids.add(user.subject())) {
				throw new IllegalArgumentException("the username or the id of user '%s' of tenant '%s' is already taken"
					.formatted(user.username(), slug));
			}
		}
	}

	/**
	 * Whether a value must be sent.
	 */
	public enum Requirement {

		/** The value is checked if it is sent. */
		OPTIONAL,

		/** A request without it is refused. */
		REQUIRED

	}

}
