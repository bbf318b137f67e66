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
import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.ssl.KeySource;
import dev.lumoauth.spring.token.credentials.ChangingFile;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.key.SigningKey;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Rules for the settings that an agent's authentication method needs.
 */
final class CredentialsRule {

	private static final String KEY_INTO_THE_BUNDLE = "Put a private key with its certificate into the bundle.";

	private final @Nullable SslBundles sslBundles;

	private final OwnCredentials own;

	private final ConfigurationProblems problems;

	/**
	 * Create the rule.
	 * @param sslBundles Boot's SSL bundles, or {@code null} if there are none
	 * @param own the credentials that the application or a feature makes
	 * @param problems takes the problems
	 */
	CredentialsRule(@Nullable SslBundles sslBundles, OwnCredentials own, ConfigurationProblems problems) {
		this.sslBundles = sslBundles;
		this.own = own;
		this.problems = problems;
	}

	/**
	 * Check an agent.
	 * @param prefix the prefix of the agent's properties
	 * @param settings the agent's properties
	 * @param clientSecret the agent's secret
	 * @param setSecret where to set the secret
	 */
	void check(String prefix, LumoAuthAgentProperties settings, @Nullable String clientSecret, String setSecret) {
		bundle(settings.sslBundle(), prefix + ".ssl-bundle");
		dpop(prefix, settings);
		FeatureCredentials feature = this.own.chosen(prefix, settings);
		if (feature != null) {
			feature(feature, prefix, settings, clientSecret, setSecret);
			return;
		}
		ClientAuthentication method = settings.authentication();
		if (settings.hasSecret()) {
			secret(prefix, settings, clientSecret, setSecret);
		}
		else if (method == ClientAuthentication.PRIVATE_KEY_JWT) {
			key(prefix + ".private-key-jwt", settings.privateKeyJwt());
		}
		else if (method == ClientAuthentication.TLS_CLIENT_AUTH && !StringUtils.hasText(settings.sslBundle())) {
			this.problems.add(
					prefix + ".client-authentication-method is tls-client-auth, but " + prefix
							+ ".ssl-bundle is missing.",
					"Set " + prefix + ".ssl-bundle to an SSL bundle with the agent's key and certificate.");
		}
		else if (method == null) {
			String property = prefix + ".client-authentication-method";
			this.problems.add(
					property + " is " + ConfigurationProblems.quote(settings.clientAuthenticationMethod())
							+ ", and nothing makes such credentials.",
					"Set " + property + " to one of " + ClientAuthentication.all() + ". For the method of a feature, "
							+ "add the feature to the build and set its properties. For credentials of your own, "
							+ "define a bean of the type AgentCredentials with the agent's client id.");
		}
	}

	private void feature(FeatureCredentials feature, String prefix, LumoAuthAgentProperties settings,
			@Nullable String clientSecret, String setSecret) {
		feature.check(prefix, settings, this.problems);
		if (settings.chosenAuthentication() == null
				&& (StringUtils.hasText(clientSecret) || StringUtils.hasText(settings.clientSecretFile()))) {
			this.problems.add(
					"There are both " + prefix + "." + feature.settings() + "." + feature.choice()
							+ " and a client secret.",
					"Remove " + (StringUtils.hasText(clientSecret) ? setSecret : prefix + ".client-secret-file")
							+ ", or set " + prefix + ".client-authentication-method to say which of them counts.");
		}
	}

	/**
	 * Return the advice for a missing client id if no secret is needed.
	 */
	String noSecret(String prefix, LumoAuthAgentProperties settings) {
		return (this.own.chosen(prefix, settings) != null)
				? " The client id is not a secret. It is needed even though something else proves who the agent is."
				: "";
	}

	private void secret(String prefix, LumoAuthAgentProperties settings, @Nullable String clientSecret,
			String setSecret) {
		String file = settings.clientSecretFile();
		if (!StringUtils.hasText(file)) {
			CredentialRule.check(clientSecret, prefix + ".client-secret",
					"Set " + setSecret + " to the agent's client secret, or " + prefix
							+ ".client-authentication-method=none if it has none.",
					this.problems);
		}
		else if (StringUtils.hasText(clientSecret)) {
			this.problems.add(prefix + ".client-secret and " + prefix + ".client-secret-file are both set.",
					"Remove one of them.");
		}
		else {
			file(KeySource.secret(prefix + ".client-secret-file", file, (secret) -> secret),
					"Put the agent's client secret there, and nothing else, readable by the application.");
		}
	}

	private void key(String prefix, LumoAuthAgentProperties.PrivateKeyJwt settings) {
		boolean file = StringUtils.hasText(settings.keyFile());
		boolean bundle = StringUtils.hasText(settings.sslBundle());
		if (file == bundle) {
			this.problems.add(
					prefix + ".key-file and " + prefix + ".ssl-bundle are "
							+ (file ? "both set." : "both missing: there is no key to sign with."),
					"Set one of them: a file with the private key (PEM, or a JSON Web Key), or an SSL bundle with it.");
		}
		else if (file) {
			file(KeySource.file(prefix + ".key-file", String.valueOf(settings.keyFile()), settings.algorithm(),
					settings.keyId()), "Put the agent's private key there: in PEM (PKCS #8), or as a JSON Web Key.");
		}
		else if (bundle(settings.sslBundle(), prefix + ".ssl-bundle") && this.sslBundles != null) {
			try {
				Supplier<SigningKey> key = KeySource.bundle(prefix + ".ssl-bundle", this.sslBundles,
						String.valueOf(settings.sslBundle()), settings.algorithm(), settings.keyId());
				Assert.state(key.get() != null, "There is no key");
			}
			catch (LumoAuthUnavailableException ex) {
				this.problems.add(String.valueOf(ex.getMessage()), KEY_INTO_THE_BUNDLE);
			}
		}
	}

	private void file(ChangingFile<?> file, String action) {
		String problem = file.problem();
		if (problem != null) {
			this.problems.add(problem, action);
		}
	}

	private void dpop(String prefix, LumoAuthAgentProperties settings) {
		String property = prefix + ".dpop.ssl-bundle";
		String name = settings.dpop().sslBundle();
		if (bundle(name, property) && this.sslBundles != null && name != null) {
			try {
				DPoPProofs.of(KeySource.bundle(property, this.sslBundles, name, null, null).get(), Clock.systemUTC());
			}
			catch (LumoAuthUnavailableException ex) {
				this.problems.add(String.valueOf(ex.getMessage()), KEY_INTO_THE_BUNDLE);
			}
			catch (IllegalArgumentException ex) {
				this.problems.add(
						property + " names " + ConfigurationProblems.quote(name) + ", which can't be used: "
								+ ex.getMessage() + ".",
						"Put the certificate that belongs to the private key into the bundle.");
			}
		}
	}

	/**
	 * Return whether an existing bundle is named.
	 */
	private boolean bundle(@Nullable String name, String property) {
		if (!StringUtils.hasText(name)) {
			return false;
		}
		List<String> known = (this.sslBundles != null) ? this.sslBundles.getBundleNames() : List.of();
		if (!known.contains(name)) {
			this.problems.add(property + " names " + ConfigurationProblems.quote(name) + ", which is not there.",
					"Define the bundle under spring.ssl.bundle, or set " + property + " to an existing one: "
							+ (known.isEmpty() ? "there is none" : String.join(", ", known)) + ".");
			return false;
		}
		return true;
	}

}
