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
package dev.lumoauth.spring.autoconfigure.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Rules for the agents under {@code lumoauth.agents}.
 */
final class NamedAgentsRule {

	/** Names that are the same in a YAML file, on the command line and in code. */
	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

	/** The names of the starter's own beans start with these letters. */
	private static final String RESERVED = "lumoauth";

	private final CredentialsRule credentials;

	private final OwnCredentials own;

	private final ConfigurationProblems problems;

	/** By the form that is the same for all spellings of a name in Boot's binding. */
	private final Map<String, String> names = new HashMap<>();

	private final Map<String, String> clientIds = new HashMap<>();

	NamedAgentsRule(CredentialsRule credentials, OwnCredentials own, ConfigurationProblems problems) {
		this.credentials = credentials;
		this.own = own;
		this.problems = problems;
	}

	/**
	 * Check all agents.
	 * @param agents the agents by name
	 * @param unnamed the client id of the default agent
	 */
	void check(Map<String, LumoAuthAgentProperties.Named> agents, @Nullable String unnamed) {
		if (StringUtils.hasText(unnamed)) {
			this.clientIds.put(unnamed, "lumoauth.client-id");
		}
		agents.forEach((name, agent) -> {
			if (checkName(name)) {
				check(name, NamedAgents.PREFIX + "." + name, agent);
			}
		});
	}

	private boolean checkName(String name) {
		if (!NAME.matcher(name).matches() || name.toLowerCase(Locale.ROOT).startsWith(RESERVED)) {
			this.problems.add(
					NamedAgents.PREFIX + " has " + ConfigurationProblems.quote(name)
							+ ", which is not a valid agent name.",
					"Use a name of up to 64 letters, digits, '-' and '_' that does not start with 'lumoauth'.");
			return false;
		}
		String other = this.names.put(name.toLowerCase(Locale.ROOT).replaceAll("[-_]", ""), name);
		if (other != null) {
			this.problems.add(
					NamedAgents.PREFIX + "." + other + " and " + NamedAgents.PREFIX + "." + name
							+ " differ only in case, '-' or '_': the properties of one are read for the other too.",
					"Give one of them another name.");
			return false;
		}
		return true;
	}

	private void check(String name, String property, LumoAuthAgentProperties agent) {
		String clientId = agent.clientId();
		CredentialRule.check(clientId, property + ".client-id",
				"Set " + property + ".client-id to the client id of the agent '" + name + "'."
						+ this.credentials.noSecret(property, agent),
				this.problems);
		if (!this.own.has(clientId)) {
			this.credentials.check(property, agent, agent.clientSecret(), property + ".client-secret");
		}
		agent.scopes().forEach((scope) -> ScopeRule.check(scope, property + ".scopes", this.problems));
		String other = StringUtils.hasText(clientId) ? this.clientIds.putIfAbsent(clientId, property + ".client-id")
				: null;
		if (other != null) {
			this.problems.add(property + ".client-id is the same as " + other + ".",
					"Give each agent its own client id: its budget and its place in a chain of agents depend on it.");
		}
	}

}
