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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.ssl.KeySource;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Creates an agent from the properties, and reports all errors in them at once.
 */
final class AgentSettings {

	private static final Log logger = LogFactory.getLog(AgentSettings.class);

	private static final String PREFIX = "lumoauth.aauth.";

	private static final String EXAMPLE = ", such as https://agent.example.com. Plain http works for localhost, "
			+ "127.0.0.1 and [::1] only.";

	/** The limit for a body that is kept in memory. */
	private static final DataSize MAX = DataSize.ofGigabytes(1);

	private final AAuthProperties properties;

	private final @Nullable SslBundles sslBundles;

	private final ConfigurationProblems problems = new ConfigurationProblems();

	/**
	 * Create the settings.
	 * @param properties the properties
	 * @param sslBundles Boot's SSL bundles, or {@code null} if there are none
	 */
	AgentSettings(AAuthProperties properties, @Nullable SslBundles sslBundles) {
		this.properties = properties;
		this.sslBundles = sslBundles;
	}

	/**
	 * Create the agent.
	 * @throws dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException
	 * if a property is not valid
	 */
	AAuthAgent agent() {
		String identifier = identifier();
		long maxBodySize = this.properties.getMaxBodySize().toBytes();
		if (maxBodySize <= 0 || maxBodySize > MAX.toBytes()) {
			this.problems.add(PREFIX + "max-body-size is " + maxBodySize
					+ " bytes, which is not above zero and at most " + "1 GB.",
					"Set " + PREFIX + "max-body-size to a size such as 10MB.");
		}
		Supplier<SigningKey> key = key("", this.properties.getKeyFile(), this.properties.getSslBundle(),
				this.properties.getKeyId());
		Supplier<SigningKey> next = key("next-", this.properties.getNextKeyFile(), this.properties.getNextSslBundle(),
				null);
		new TargetsRule(this.problems).check(this.properties.getTargets());
		this.problems.throwIfAny();
		AAuthAgent.Builder builder = AAuthAgent.builder(identifier, (key != null) ? key : fresh())
			.delegate(textOrNull(this.properties.getDelegate()))
			.maxBodySize((int) maxBodySize);
		if (next != null) {
			builder.nextKey(next);
		}
		AAuthAgent agent = builder.build();
		if (key == null) {
			logger.warn("There is neither " + PREFIX + "key-file nor " + PREFIX + "ssl-bundle: the agent " + identifier
					+ " signs with a new key, which is for development only and is lost when the process ends. "
					+ "Register its public key at LumoAuth, with the thumbprint " + agent.key().thumbprint() + ": "
					+ agent.publicKeys().get(0).toJSONString());
		}
		return agent;
	}

	private static Supplier<SigningKey> fresh() {
		SigningKey key = AgentKey.generate();
		return () -> key;
	}

	private String identifier() {
		String agent = this.properties.getAgent();
		try {
			Assert.hasText(agent, "It is blank");
			URI uri = URI.create(agent);
			Origin.of(uri);
			if (uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null
					&& !agent.endsWith("/")) {
				return agent;
			}
		}
		catch (IllegalArgumentException ex) {
			// Reported below.
		}
		this.problems.add(PREFIX + "agent is not an agent identifier: " + ConfigurationProblems.quote(agent) + ".",
				"Set " + PREFIX
						+ "agent to the https address under which LumoAuth knows the agent, without a user, a query "
						+ "or a slash at its end" + EXAMPLE);
		return "";
	}

	/**
	 * Return a key, or {@code null} if there is none, or one that can't be used.
	 */
	private @Nullable Supplier<SigningKey> key(String prefix, @Nullable String file, @Nullable String bundle,
			@Nullable String keyId) {
		String fileProperty = PREFIX + prefix + "key-file";
		String bundleProperty = PREFIX + prefix + "ssl-bundle";
		boolean hasBundle = StringUtils.hasText(bundle);
		if (StringUtils.hasText(file)) {
			if (hasBundle) {
				this.problems.add(fileProperty + " and " + bundleProperty + " are both set.", "Remove one of them.");
				return null;
			}
			return readable(new AgentKey(fileProperty, KeySource.ofFile(fileProperty, file, textOrNull(keyId))),
					"Put the agent's private key there: Ed25519, or RSA with 2048 bits or more, in PEM (PKCS #8) or as "
							+ "a JSON Web Key.");
		}
		SslBundles bundles = this.sslBundles;
		if (!hasBundle || !isKnown(bundle, bundleProperty) || bundles == null) {
			return null;
		}
		return readable(
				new AgentKey(bundleProperty,
						KeySource.ofBundle(bundleProperty, bundle, textOrNull(keyId), () -> bundles)),
				"Put a private key, Ed25519 or RSA with 2048 bits or more, with its certificate into the bundle.");
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

	private @Nullable Supplier<SigningKey> readable(Supplier<SigningKey> key, String action) {
		try {
			Assert.state(key.get() != null, "There is no key");
			return key;
		}
		catch (LumoAuthUnavailableException ex) {
			this.problems.add(String.valueOf(ex.getMessage()), action);
			return null;
		}
	}

	private boolean isKnown(@Nullable String bundle, String property) {
		List<String> known = (this.sslBundles != null) ? this.sslBundles.getBundleNames() : List.of();
		if (known.contains(bundle)) {
			return true;
		}
		this.problems.add(property + " names " + ConfigurationProblems.quote(bundle) + ", which is not there.",
				"Define the bundle under spring.ssl.bundle, or set " + property + " to an existing one: "
						+ (known.isEmpty() ? "there is none" : String.join(", ", known)) + ".");
		return false;
	}

}
