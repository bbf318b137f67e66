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

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.aauth.agent.AAuthApi;
import dev.lumoauth.spring.aauth.agent.AAuthCredentials;
import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Auto-configuration for an agent that signs its requests, if
 * {@code lumoauth.aauth.agent} is set.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@ConditionalOnProperty("lumoauth.aauth.agent")
@ConditionalOnBooleanProperty(name = "lumoauth.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AAuthProperties.class)
public final class LumoAuthAAuthAutoConfiguration {

	private static final Log logger = LogFactory.getLog(LumoAuthAAuthAutoConfiguration.class);

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnMissingPart
	AAuthAgent lumoAuthAAuthAgent(AAuthProperties properties, ObjectProvider<SslBundles> sslBundles) {
		AAuthSettings settings = new AAuthSettings();
		String identifier = settings.identifier("lumoauth.aauth.agent", properties.agent(),
				"the https address under which LumoAuth knows the agent, such as https://agent.example.com");
		Supplier<SigningKey> key = settings.key("lumoauth.aauth.", properties.keyFile(), properties.sslBundle(),
				sslBundles::getObject);
		Supplier<SigningKey> next = settings.key("lumoauth.aauth.next-", properties.nextKeyFile(), null,
				sslBundles::getObject);
		settings.throwIfAny();
		Supplier<@Nullable SigningKey> nextKey = () -> (next != null) ? next.get() : null;
		String delegate = StringUtils.hasText(properties.delegate()) ? properties.delegate() : identifier;
		if (key != null) {
			return new AAuthAgent(identifier, delegate, key, nextKey, Clock.systemUTC());
		}
		SigningKey generated = generate();
		logger.warn("There is neither lumoauth.aauth.key-file nor lumoauth.aauth.ssl-bundle: the agent " + identifier
				+ " signs with a new key, which is for development only and is lost when the process ends. Register "
				+ "its public key at LumoAuth, with the thumbprint " + generated.thumbprint() + ": "
				+ MessageSigner.published(generated).toJSONString());
		return new AAuthAgent(identifier, delegate, () -> generated, nextKey, Clock.systemUTC());
	}

	private static SigningKey generate() {
		try {
			KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
			return MessageSigner.signing(SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("This Java has no Ed25519", ex);
		}
	}

	@Bean
	@ConditionalOnWebApplication
	@ConditionalOnBooleanProperty("lumoauth.aauth.serve-metadata")
	PublishedDocuments.OfAgent lumoAuthAAuthAgentDocuments(AAuthAgent agent, AAuthProperties properties,
			Environment environment) {
		return new PublishedDocuments.OfAgent(agent, environment.getProperty("spring.application.name"),
				properties.targets()
					.values()
					.stream()
					.map(AAuthProperties.Target::redirectUri)
					.filter(StringUtils::hasText)
					.distinct()
					.toList());
	}

	@Bean
	@ConditionalOnMissingPart
	RequestSigner lumoAuthAAuthRequestSigner(AAuthAgent agent) {
		return agent.signer();
	}

	@Bean
	@ConditionalOnMissingPart
	@ConditionalOnBean(LumoAuthHttp.class)
	AAuthApi lumoAuthAAuthApi(LumoAuthHttp http, AAuthAgent agent) {
		return AAuthApi.forAgent(http, agent);
	}

	/**
	 * Looked up while the connection is validated, so this bean must not need anything
	 * that needs the connection. A missing client id is reported there.
	 */
	@Bean
	@ConditionalOnMissingPart
	@ConditionalOnBean(LumoAuthConnectionDetails.class)
	@ConditionalOnProperty(name = "lumoauth.client-authentication-method", havingValue = "aauth")
	AAuthCredentials lumoAuthAAuthCredentials(LumoAuthConnectionDetails details, AAuthAgent agent) {
		String clientId = details.getClientId();
		return new AAuthCredentials((clientId != null) ? clientId : "", agent);
	}

}
