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

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.ssl.KeySource;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Rules for the agents, the default one and those under {@code lumoauth.agents}: their
 * names, ids and scopes, and what their authentication needs. The value of a credential
 * is never in a message.
 */
final class AgentRules {

	/** Names that are the same in a YAML file, on the command line and in code. */
	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

	/** As a shell reads it, and a file of variables does not. */
	private static final Pattern QUOTED = Pattern.compile("([\"']).*\\1");

	/** The names of the starter's own beans start with these letters. */
	private static final String RESERVED = "lumoauth";

	private static final String KEY_INTO_THE_BUNDLE = "Put a private key with its certificate into the bundle.";

	private final @Nullable SslBundles sslBundles;

	private final OwnCredentials own;

	private final ConfigurationProblems problems;

	/** The property of each client id. */
	private final Map<String, String> clientIds = new HashMap<>();

	/**
	 * Create the rules.
	 * @param sslBundles Boot's SSL bundles, or {@code null} if there are none
	 * @param own the credentials that the application or a feature makes
	 * @param problems takes the problems
	 */
	AgentRules(@Nullable SslBundles sslBundles, OwnCredentials own, ConfigurationProblems problems) {
		this.sslBundles = sslBundles;
		this.own = own;
		this.problems = problems;
	}

	/**
	 * Check the named agents.
	 * @param agents the agents by name
	 */
	void checkNamed(Map<String, LumoAuthAgentProperties.Named> agents) {
		// By the form that is the same for all spellings of a name in Boot's binding.
		Map<String, String> names = new HashMap<>();
		agents.forEach((name, agent) -> {
			String property = NamedAgents.PREFIX + "." + name;
			String other = names.putIfAbsent(name.toLowerCase(Locale.ROOT).replaceAll("[-_]", ""), name);
			if (!NAME.matcher(name).matches() || name.toLowerCase(Locale.ROOT).startsWith(RESERVED)) {
				this.problems.add(
						NamedAgents.PREFIX + " has " + ConfigurationProblems.quote(name)
								+ ", which is not a valid agent name.",
						"Use a name of up to 64 letters, digits, '-' and '_' that does not start with 'lumoauth'.");
			}
			else if (other != null) {
				this.problems.add(
						NamedAgents.PREFIX + "." + other + " and " + property
								+ " differ only in case, '-' or '_': the properties of one are read for the other too.",
						"Give one of them another name.");
			}
			else {
				check(property, agent, agent.clientId(), property + ".client-id", agent.clientSecret(),
						property + ".client-secret");
			}
		});
	}

	/**
	 * Check an agent.
	 * @param prefix the prefix of the agent's properties
	 * @param agent the agent's properties
	 * @param clientId the agent's id
	 * @param setId where to set the id
	 * @param clientSecret the agent's secret
	 * @param setSecret where to set the secret
	 */
	void check(String prefix, LumoAuthAgentProperties agent, @Nullable String clientId, String setId,
			@Nullable String clientSecret, String setSecret) {
		String property = prefix + ".client-id";
		FeatureCredentials feature = this.own.chosen(prefix, agent);
		checkText(clientId, property, "Set " + setId + " to the agent's client id." + ((feature != null)
				? " The client id is not a secret. It is needed even though something else proves who the agent is."
				: ""));
		String other = StringUtils.hasText(clientId) ? this.clientIds.putIfAbsent(clientId, property) : null;
		if (other != null) {
			this.problems.add(property + " is the same as " + other + ".",
					"Give each agent its own client id: its budget and its place in a chain of agents depend on it.");
		}
		if (!this.own.has(clientId)) {
			checkCredentials(prefix, agent, feature, clientSecret, setSecret);
		}
		this.problems.checkScopes(agent.scopes(), prefix + ".scopes");
	}

	private void checkCredentials(String prefix, LumoAuthAgentProperties agent, @Nullable FeatureCredentials feature,
			@Nullable String clientSecret, String setSecret) {
		checkBundle(agent.sslBundle(), prefix + ".ssl-bundle");
		checkDpop(prefix + ".dpop.ssl-bundle", agent.dpop().sslBundle());
		if (feature != null) {
			feature.check(prefix, agent, this.problems);
			if (agent.chosenAuthentication() == null
					&& (StringUtils.hasText(clientSecret) || StringUtils.hasText(agent.clientSecretFile()))) {
				this.problems.add("There are both " + prefix + "." + feature.choice() + " and a client secret.",
						"Remove " + (StringUtils.hasText(clientSecret) ? setSecret : prefix + ".client-secret-file")
								+ ", or set " + prefix + ".client-authentication-method to say which of them counts.");
			}
			return;
		}
		ClientAuthentication method = agent.authentication();
		String property = prefix + ".client-authentication-method";
		if (method == null) {
			this.problems.add(
					property + " is " + ConfigurationProblems.quote(agent.clientAuthenticationMethod())
							+ ", and nothing makes such credentials.",
					"Set " + property + " to one of " + ClientAuthentication.all() + ". For aauth, add the dependency "
							+ "dev.lumoauth:lumoauth-aauth to the build and set its properties; for workload-identity "
							+ "or client-assertion, dev.lumoauth:lumoauth-workload-identity. For credentials of your "
							+ "own, define a bean of the type AgentCredentials with the agent's client id.");
		}
		else if (method != ClientAuthentication.PRIVATE_KEY_JWT && agent.privateKeyJwt().hasKey()) {
			this.problems.add(prefix + ".private-key-jwt has a key, and " + property + " is " + method.written()
					+ ", which needs none.", "Set " + property + "=private-key-jwt, or remove the key.");
		}
		else if (method.hasSecret()) {
			checkSecret(prefix, agent.clientSecretFile(), clientSecret, setSecret);
		}
		else if (method == ClientAuthentication.PRIVATE_KEY_JWT) {
			checkKey(prefix + ".private-key-jwt", agent.privateKeyJwt());
		}
		else if (method == ClientAuthentication.TLS_CLIENT_AUTH && !StringUtils.hasText(agent.sslBundle())) {
			this.problems.add(property + " is tls-client-auth, but " + prefix + ".ssl-bundle is missing.",
					"Set " + prefix + ".ssl-bundle to an SSL bundle with the agent's key and certificate.");
		}
	}

	private void checkSecret(String prefix, @Nullable String file, @Nullable String clientSecret, String setSecret) {
		if (!StringUtils.hasText(file)) {
			checkText(clientSecret, prefix + ".client-secret", "Set " + setSecret + " to the agent's client secret, or "
					+ prefix + ".client-authentication-method=none if it has none.");
		}
		else if (StringUtils.hasText(clientSecret)) {
			this.problems.add(prefix + ".client-secret and " + prefix + ".client-secret-file are both set.",
					"Remove one of them.");
		}
		else {
			read(KeySource.secret(prefix + ".client-secret-file", file, (secret) -> secret)::read,
					"Put the agent's client secret there, and nothing else, readable by the application.");
		}
	}

	private void checkText(@Nullable String value, String name, String ifMissing) {
		if (!StringUtils.hasText(value)) {
			this.problems.add(name + " is missing.", ifMissing);
		}
		else if (!this.problems.refusePlaceholder(value, name)) {
			checkCharacters(value, name);
		}
	}

	private void checkCharacters(String value, String name) {
		if (value.chars().anyMatch(Character::isISOControl)) {
			this.problems.add(name + " has a line break or another control character (value not shown).",
					"Remove it. A secret read from a file often ends with a line break.");
		}
		else if (!value.equals(value.strip()) || QUOTED.matcher(value).matches()) {
			this.problems.add(name + " is in quotes, or has a blank before or after it (value not shown).",
					"Remove them. In a .properties file and in a file of variables, they are a part of the value.");
		}
	}

	private void checkKey(String prefix, LumoAuthAgentProperties.PrivateKeyJwt settings) {
		String file = settings.keyFile();
		String bundle = settings.sslBundle();
		if (StringUtils.hasText(file) == StringUtils.hasText(bundle)) {
			this.problems.add(
					prefix + ".key-file and " + prefix + ".ssl-bundle are "
							+ (StringUtils.hasText(file) ? "both set." : "both missing: there is no key to sign with."),
					"Set one of them: a file with the private key (PEM, or a JSON Web Key), or an SSL bundle with it.");
		}
		else if (file != null && StringUtils.hasText(file)) {
			read(KeySource.file(prefix + ".key-file", file, settings.algorithm(), settings.keyId())::read,
					"Put the agent's private key there: in PEM (PKCS #8), or as a JSON Web Key.");
		}
		else if (bundle != null && checkBundle(bundle, prefix + ".ssl-bundle") && this.sslBundles != null) {
			read(KeySource.bundle(prefix + ".ssl-bundle", this.sslBundles, bundle, settings.algorithm(),
					settings.keyId()), KEY_INTO_THE_BUNDLE);
		}
	}

	private void checkDpop(String property, @Nullable String bundle) {
		SslBundles bundles = this.sslBundles;
		if (checkBundle(bundle, property) && bundles != null && bundle != null) {
			try {
				read(() -> DPoPProofs.of(KeySource.bundle(property, bundles, bundle, null, null).get(),
						Clock.systemUTC()), KEY_INTO_THE_BUNDLE);
			}
			catch (IllegalArgumentException ex) {
				this.problems.add(
						property + " names " + ConfigurationProblems.quote(bundle) + ", which can't be used: "
								+ ex.getMessage() + ".",
						"Put the certificate that belongs to the private key into the bundle.");
			}
		}
	}

	private void read(Supplier<?> source, String ifUnusable) {
		try {
			Assert.state(source.get() != null, "There is nothing");
		}
		catch (LumoAuthUnavailableException ex) {
			this.problems.add(String.valueOf(ex.getMessage()), ifUnusable);
		}
	}

	/**
	 * Return whether an existing bundle is named.
	 */
	private boolean checkBundle(@Nullable String name, String property) {
		if (!StringUtils.hasText(name)) {
			return false;
		}
		List<String> known = (this.sslBundles != null) ? this.sslBundles.getBundleNames() : List.of();
		if (!known.contains(name)) {
			this.problems.add(property + " names " + ConfigurationProblems.quote(name) + ", which is not there.",
					"Define the bundle under spring.ssl.bundle, or set " + property + " to an existing one: "
							+ (known.isEmpty() ? "there is none" : String.join(", ", known)) + ".");
		}
		return known.contains(name);
	}

}
