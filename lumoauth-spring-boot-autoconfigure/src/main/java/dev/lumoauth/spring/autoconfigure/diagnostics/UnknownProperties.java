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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.util.function.SingletonSupplier;

/**
 * Finds properties in this library's namespace that nobody has: a misspelled one would
 * leave the default in force without a word. The application's own properties are known
 * by their metadata. A variable of the environment may belong to another program, so
 * there is only a warning, and only if one of this library's is close.
 */
final class UnknownProperties {

	private static final Log logger = LogFactory.getLog(UnknownProperties.class);

	/** What the addresses of this library's jars have in them. */
	private static final String LIBRARY = "lumoauth";

	private static final ConfigurationPropertyName AGENTS = ConfigurationPropertyName.of("lumoauth.agents");

	private static final ConfigurationPropertyName URL = ConfigurationPropertyName.of("lumoauth.url");

	/** Those of LumoAuth's guides, which nearly each application has. */
	private static final Set<String> GUIDES = Set.of("LUMOAUTH_URL", "LUMOAUTH_TENANT", "LUMOAUTH_ORG_ID");

	/** What to do about properties that earlier versions had. */
	private static final Map<String, String> REMOVED = Map.ofEntries(
			Map.entry("lumoauth.actor-order", "Name the order where you read the actors: ActorChain.in(ActorOrder)."),
			Map.entry("lumoauth.authz-path", "The application asks at the other address if the first one is unknown."),
			Map.entry("lumoauth.exchange.client-authentication",
					"The agent always authenticates; a TokensCustomizer can change that."),
			Map.entry("lumoauth.private-key-jwt.audience", "The audience is LumoAuth's issuer."),
			Map.entry("lumoauth.workload-identity.agent-id",
					"For another id, define an AgentCredentials bean with WorkloadCredentials.attestation."),
			Map.entry("lumoauth.workload-identity.subject-issuer",
					"For another issuer, define an AgentCredentials bean with WorkloadCredentials.exchange."),
			Map.entry("lumoauth.aauth.key-id", "The id is that of the JSON Web Key, or the key's thumbprint."),
			Map.entry("lumoauth.aauth.next-ssl-bundle", "Set lumoauth.aauth.next-key-file."),
			Map.entry("lumoauth.aauth.max-body-size", "It is 10 MB."),
			Map.entry("lumoauth.aauth.resource.key-id", "The id is that of the JSON Web Key, or the key's thumbprint."),
			Map.entry("lumoauth.aauth.resource.ssl-bundle", "Set lumoauth.aauth.resource.key-file."),
			Map.entry("lumoauth.aauth.resource.max-body-size", "It is 1 MB, unless you define an AAuthResource bean."),
			Map.entry("lumoauth.aauth.resource.max-nonces", "It is 1,000,000, unless you define a NonceStore bean."),
			Map.entry("lumoauth.mcp.server.sessions.idle-timeout", "It is 30 minutes."),
			Map.entry("lumoauth.events.ssf.issuer", "The issuer is that of LumoAuth's metadata."),
			Map.entry("lumoauth.events.ssf.max-age", "It is 5 minutes."),
			Map.entry("lumoauth.events.webhook.max-age", "It is 70 minutes."),
			Map.entry("lumoauth.aauth.resource.serve-metadata", "Metadata is served if there is a key-file."),
			Map.entry("lumoauth.approvals.max-pending", "It is 1,000."));

	private final SingletonSupplier<KnownProperties> library;

	private final SingletonSupplier<KnownProperties> others;

	UnknownProperties(@Nullable ClassLoader classLoader) {
		this.library = SingletonSupplier
			.of(() -> KnownProperties.read(classLoader, (location) -> location.contains(LIBRARY)));
		this.others = SingletonSupplier
			.of(() -> KnownProperties.read(classLoader, (location) -> !location.contains(LIBRARY)));
	}

	/**
	 * Add the problems of the properties that are set, and warn of variables that are
	 * nearly a property's. Without metadata, as in a native image, nothing is known.
	 */
	void check(SetProperties set, ConfigurationProblems problems) {
		List<String> variables = set.variables().stream().filter((name) -> !GUIDES.contains(name)).toList();
		if ((set.properties().isEmpty() && variables.isEmpty()) || !this.library.obtain().has(URL)) {
			return;
		}
		set.properties()
			.stream()
			.filter((name) -> !isKnown(name))
			.forEach((name) -> problems.add("There is no property " + name + ".", action(name)));
		variables.forEach((name) -> check(name, problems));
	}

	private void check(String variable, ConfigurationProblems problems) {
		String removed = REMOVED.keySet()
			.stream()
			.filter((name) -> KnownProperties.variables(ConfigurationPropertyName.of(name)).contains(variable))
			.findFirst()
			.orElse(null);
		if (removed != null) {
			problems.add("There is no property " + removed + ", which " + variable + " sets.",
					"Remove " + variable + ". " + REMOVED.get(removed));
			return;
		}
		List<String> close = this.library.obtain().hasVariable(variable) ? List.of()
				: this.library.obtain().closeToVariable(variable);
		if (!close.isEmpty() && !this.others.obtain().hasVariable(variable)) {
			logger.warn("LumoAuth for Spring has no property " + variable + ", so it has no effect. Did you mean "
					+ String.join(", or ", close) + "?");
		}
	}

	private boolean isKnown(ConfigurationPropertyName name) {
		KnownProperties known = this.library.obtain();
		if (known.has(name)) {
			return true;
		}
		// Of a module that is not there, or whose metadata was lost, nothing is known.
		boolean feature = FeatureModule.ALL.stream()
			.flatMap((each) -> each.settings(name))
			.anyMatch((setting) -> known.has(withoutAgent(name)) || !(known.has(setting) || known.hasBelow(setting)));
		return feature || this.others.obtain().has(name) || this.others.obtain().has(withoutAgent(name));
	}

	/**
	 * Return the default agent's property for that of a named agent.
	 */
	private static ConfigurationPropertyName withoutAgent(ConfigurationPropertyName name) {
		int agent = AGENTS.getNumberOfElements() + 1;
		return (AGENTS.isAncestorOf(name) && name.getNumberOfElements() > agent)
				? AGENTS.getParent().append(name.subName(agent)) : name;
	}

	private String action(ConfigurationPropertyName name) {
		String removed = REMOVED.entrySet()
			.stream()
			.filter((each) -> ConfigurationPropertyName.of(each.getKey()).equals(withoutAgent(name)))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
		return (removed != null) ? "Remove " + name + ". " + removed : this.library.obtain().meant(name);
	}

}
