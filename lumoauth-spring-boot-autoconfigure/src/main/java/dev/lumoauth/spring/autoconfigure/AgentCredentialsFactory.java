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

package dev.lumoauth.spring.autoconfigure;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.lumoauth.spring.autoconfigure.config.ClientAuthentication;
import dev.lumoauth.spring.autoconfigure.config.FeatureCredentials;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthAgentProperties;
import dev.lumoauth.spring.autoconfigure.config.OwnCredentials;
import dev.lumoauth.spring.autoconfigure.ssl.KeySource;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.credentials.ChangingFile;
import dev.lumoauth.spring.token.key.SigningKey;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Creates the credentials of agents from the properties, or finds the application's bean
 * with the agent's client id.
 *
 * @param issuer LumoAuth's issuer, for an assertion's {@code aud}
 * @param own the credentials that the application or a feature makes
 * @param sslBundles Boot's SSL bundles
 * @param clock the clock
 */
record AgentCredentialsFactory(String issuer, OwnCredentials own, Supplier<SslBundles> sslBundles, Clock clock) {

	AgentCredentials create(ConfiguredAgent agent) {
		return this.own.all()
			.filter((own) -> own.clientId().equals(agent.clientId()))
			.findFirst()
			.orElseGet(() -> configured(agent));
	}

	private AgentCredentials configured(ConfiguredAgent agent) {
		LumoAuthAgentProperties settings = agent.settings();
		String id = agent.clientId();
		FeatureCredentials feature = this.own.chosen(agent.prefix(), settings);
		if (feature != null) {
			return feature.create(agent.prefix(), id, settings, this.issuer);
		}
		ClientAuthentication method = settings.authentication();
		Assert.state(method != null, () -> "Nothing makes the credentials of '" + id + "'");
		return switch (method) {
			case CLIENT_SECRET_POST -> secret(agent, ClientAuthenticationMethod.CLIENT_SECRET_POST);
			case CLIENT_SECRET_BASIC -> secret(agent, ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
			case PRIVATE_KEY_JWT -> privateKeyJwt(agent);
			case TLS_CLIENT_AUTH -> AgentCredentials.tlsClientAuth(id, certificate(settings));
			case NONE -> AgentCredentials.none(id);
		};
	}

	private static AgentCredentials secret(ConfiguredAgent agent, ClientAuthenticationMethod method) {
		String file = agent.settings().clientSecretFile();
		if (StringUtils.hasText(file)) {
			ChangingFile<AgentCredentials> credentials = KeySource.secret(agent.prefix() + ".client-secret-file", file,
					(secret) -> secret(agent.clientId(), secret, method));
			return AgentCredentials.changing(agent.clientId(), method, credentials::read);
		}
		Assert.state(agent.clientSecret() != null, "There is no client secret");
		return secret(agent.clientId(), agent.clientSecret(), method);
	}

	private static AgentCredentials secret(String clientId, String secret, ClientAuthenticationMethod method) {
		return ClientAuthenticationMethod.CLIENT_SECRET_BASIC.equals(method)
				? AgentCredentials.clientSecretBasic(clientId, secret)
				: AgentCredentials.clientSecretPost(clientId, secret);
	}

	private AgentCredentials privateKeyJwt(ConfiguredAgent agent) {
		LumoAuthAgentProperties.PrivateKeyJwt settings = agent.settings().privateKeyJwt();
		Supplier<SigningKey> key = key(agent.prefix(), settings);
		return AgentCredentials.changing(agent.clientId(), ClientAuthenticationMethod.PRIVATE_KEY_JWT,
				() -> AgentCredentials.privateKeyJwt(agent.clientId(), key.get(), this.issuer, this.clock));
	}

	private Supplier<SigningKey> key(String prefix, LumoAuthAgentProperties.PrivateKeyJwt settings) {
		String property = prefix + ".private-key-jwt";
		if (StringUtils.hasText(settings.keyFile())) {
			return KeySource.file(property + ".key-file", settings.keyFile(), settings.algorithm(),
					settings.keyId())::read;
		}
		String bundle = settings.sslBundle();
		Assert.state(bundle != null, "There is no key");
		return KeySource.bundle(property + ".ssl-bundle", this.sslBundles.get(), bundle, settings.algorithm(),
				settings.keyId());
	}

	/**
	 * Boot supplies another bundle when the bundle's files have changed. The connection
	 * to LumoAuth has registered for changes earlier, so it uses the new bundle before
	 * this object does. Otherwise the old certificate would be sent once instead of the
	 * new one, and LumoAuth's refusal would count for the new one.
	 */
	private Supplier<Object> certificate(LumoAuthAgentProperties settings) {
		String name = settings.sslBundle();
		Assert.state(name != null, "There is no SSL bundle");
		SslBundles bundles = this.sslBundles.get();
		AtomicReference<SslBundle> current = new AtomicReference<>(bundles.getBundle(name));
		bundles.addBundleUpdateHandler(name, current::set);
		return current::get;
	}

	/**
	 * Return what to check if LumoAuth does not accept the credentials.
	 */
	String toCheck(ConfiguredAgent agent) {
		String prefix = agent.prefix() + ".";
		String method = prefix + "client-authentication-method";
		FeatureCredentials feature = this.own.chosen(agent.prefix(), agent.settings());
		if (feature != null) {
			return prefix + "client-id, " + prefix + feature.choice() + " and " + method;
		}
		ClientAuthentication chosen = agent.settings().authentication();
		String proof = (chosen != null) ? switch (chosen) {
			case CLIENT_SECRET_POST, CLIENT_SECRET_BASIC ->
				StringUtils.hasText(agent.settings().clientSecretFile()) ? "client-secret-file" : "client-secret";
			case PRIVATE_KEY_JWT -> "private-key-jwt (LumoAuth has to have its public key)";
			case TLS_CLIENT_AUTH -> "ssl-bundle (LumoAuth has to know its certificate)";
			case NONE -> null;
		} : null;
		return prefix + "client-id" + ((proof != null) ? ", " + prefix + proof : "") + " and " + method;
	}

}
